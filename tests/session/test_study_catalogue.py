from __future__ import annotations

import json

import pytest

from nmrquanv.paths import resource
from nmrquanv.session import study_catalogue as catalogue
from nmrquanv.study.experiments.registry import ALL, EXPERIMENTS, all_runs, chosen
from nmrquanv.study.running.tiers import TIERS


def test_every_experiment_of_the_study_is_offered_with_its_question(tmp_path) -> None:
    offers = catalogue.offers(tmp_path / "not there yet")
    assert set(offers) == set(catalogue.TITLES) == {ALL, *EXPERIMENTS}
    for name, experiment in EXPERIMENTS.items():
        assert offers[name].question == experiment.QUESTION
    for offer in offers.values():
        assert set(offer.efforts) == set(TIERS)
        assert all(e.words and not e.finished and e.runs for e in offer.efforts.values())
    assert offers[ALL].efforts["quick"].runs > offers["noise"].efforts["quick"].runs


def test_finished_runs_spare_time(tmp_path) -> None:
    specs = all_runs(("noise",), TIERS["quick"])
    (tmp_path / "runs").mkdir()
    for spec in specs[:-1]:
        (tmp_path / "runs" / f"{spec.key()}.json").write_text("{}")
    effort = catalogue.offers(tmp_path)["noise"].efforts["quick"]
    assert (effort.runs, effort.finished) == (len(specs), len(specs) - 1)
    (tmp_path / "runs" / f"{specs[-1].key()}.json").write_text("{}")
    assert catalogue.offers(tmp_path)["noise"].efforts["quick"].words == ""


def test_a_report_gives_answers_and_figures_in_their_order(tmp_path) -> None:
    report = {
        "tier": {"name": "standard"},
        "experiments": [{"name": "noise", "answer": ["First.", "Second."]}],
    }
    (tmp_path / "report.json").write_text(json.dumps(report))
    (tmp_path / "figures").mkdir()
    for number in (10, 2, 1):
        label = f"No. {number} &lt;&amp;&gt;"
        (tmp_path / "figures" / f"noise-{number}.svg").write_text(f'<svg aria-label="{label}"/>')
    (tmp_path / "figures" / "noise-of-old.svg").write_text("<svg/>")
    found, *others = catalogue.reported(tmp_path)
    assert not found.is_bundled
    assert {one.name for one in others} >= set(chosen("all")) - {"noise"}
    assert all(one.is_bundled and one.tier == "standard" and one.answer for one in others)
    assert (found.name, found.tier, found.answer) == ("noise", "standard", ("First.", "Second."))
    assert [d.caption for d in found.drawings] == ["No. 1 <&>", "No. 2 <&>", "No. 10 <&>"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tier": {}, "experiments": [{}]}'])
def test_a_damaged_report_says_nothing(tmp_path, text) -> None:
    assert all(one.is_bundled for one in catalogue.reported(tmp_path))
    (tmp_path / "report.json").write_text(text)
    assert all(one.is_bundled for one in catalogue.reported(tmp_path))
    assert {one.name for one in catalogue.reported(tmp_path)} >= set(chosen("all"))


def test_a_folder_without_a_report_has_the_bundled_one(tmp_path, monkeypatch) -> None:
    assert catalogue.report_path(tmp_path) == resource("help/study/report.html")
    (tmp_path / "report.html").write_text("mine")
    assert catalogue.report_path(tmp_path) == tmp_path / "report.html"

    def missing(name: str) -> None:
        raise FileNotFoundError(name)

    monkeypatch.setattr(catalogue, "resource", missing)
    assert catalogue.report_path(tmp_path / "other") is None
    assert catalogue.reported(tmp_path / "other") == ()


def test_points_of_a_curve_come_with_their_runs(tmp_path) -> None:
    point = {"number": 7, "label": "hard, as usual", "mean": -0.05, "low": -0.1, "high": 0.0}
    point["runs"] = [[0, 0.5, 0.55], [1, 0.51, 0.52]]
    report = {
        "tier": {"name": "standard"},
        "experiments": [{"name": "robustness", "answer": ["So."], "points": [point]}],
    }
    (tmp_path / "report.json").write_text(json.dumps(report))
    found = catalogue.reported(tmp_path)[0].points
    assert [(p.number, p.label, p.runs[1]) for p in found] == [
        (7, "hard, as usual", (1, 0.51, 0.52))
    ]
    report["experiments"][0]["points"] = [{"number": "many"}]
    (tmp_path / "report.json").write_text(json.dumps(report))
    assert all(one.is_bundled for one in catalogue.reported(tmp_path))
