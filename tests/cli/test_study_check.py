"""``nmrquanv study check``: README, its page and the report follow from the committed runs."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pytest

from nmrquanv.cli.study_check import kept_study, statements, texts
from nmrquanv.paths import resource
from nmrquanv.study.report import readme_text
from nmrquanv.study.running.answers import recomputed
from nmrquanv.study.running.predictions import path_of
from nmrquanv.study.running.results import Results, bundled_studies


def test_every_figure_of_texts_and_report_follows_from_the_committed_runs(
    run_command,
) -> None:
    code, out, err = run_command("study", "check")
    assert code == 0, out + err
    assert "DIFFERS" not in out
    assert "README, F1, hard: " in out
    assert "does-quantum-help.md, ladder: " in out
    assert "table, tables: Reported and measured" in out


@pytest.fixture(scope="module")
def said() -> list[readme_text.Statement]:
    return statements(kept_study(folder) for folder in bundled_studies())


def test_a_figure_that_is_changed_or_added_by_hand_is_found(said) -> None:
    told = texts()
    assert set(told) == {"README", "does-quantum-help.md"}
    for text in told.values():
        assert readme_text.not_covered(text, said) == []
    for one in said:
        assert any(one.text in text for text in told.values()), one
    rows = {one.about: one.text for one in said}
    for name, about, words in (
        ("README", "row: F1 of the QuanvNN against the CNN (at 4 points), hard", "It wins"),
        ("does-quantum-help.md", "counts", "Nothing overfits"),
    ):
        found = re.search(r"0\.\d+ against 0\.\d+", rows[about])
        assert found is not None
        right = found[0]
        wrong = f"{right[:-2]}{(int(right[-2]) + 1) % 10}{right[-1]}"
        changed = told[name].replace(right, wrong)
        assert wrong[-5:] in readme_text.not_covered(changed, said)
        first = next(one for one in said if right in one.text)
        assert first.text in told[name]
        assert first.text not in changed
        added = told[name].replace(words, f"It gains 0.123. {words}")
        assert readme_text.not_covered(added, said) == ["0.123"]


def test_readme_answers_first_with_the_figures_and_the_table_of_claims(said) -> None:
    readme = texts()["README"]
    first = readme.partition("What the authors report")[0]
    short = [one for one in said if one.about.startswith(("in short: ", "F1, ", "counting "))]
    rows = [one for one in said if one.about.startswith("row: ")]
    assert len(short) >= 7
    assert all(one.text in first for one in short)
    assert len(rows) == 17
    assert all(one.text in readme for one in rows)
    assert "free quadratic filter" in first


def test_a_run_that_is_changed_shows_in_the_report(run_command, tmp_path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(resource("help/study"), folder)
    key = next(
        path
        for path in sorted((folder / "runs").glob("*.json"))
        if json.loads(path.read_text())["spec"]["front_end"] == "second_derivative"
    )
    result = json.loads(key.read_text())
    for figures in result["metrics"].values():
        figures["f1_4"] = 0.123
    key.write_text(json.dumps(result))
    code, out, _ = run_command("study", "check", "--output", folder)
    assert code == 1
    assert "DIFFERS" in out
    assert "README" not in out


def test_an_answer_that_is_changed_shows_in_the_figures(tmp_path) -> None:
    home = resource("help/study/robustness")
    kept = kept_study(home)
    result = next(r for r in kept.results.all() if r["spec"]["preset"] == "easy")
    results = Results({result["key"]: result})
    assert [one.is_same for one in recomputed(home, results)] == [True]
    assert [one.is_same for one in recomputed(tmp_path, results)] == [False]  # no answers
    (tmp_path / "predictions").mkdir()
    with np.load(path_of(home, result["key"])) as arrays:
        moved = {name: arrays[name] for name in arrays}
    moved["position"] = moved["position"] + np.uint16(16)  # two points
    np.savez_compressed(path_of(tmp_path, result["key"]), **moved)
    (one,) = recomputed(tmp_path, results)
    assert one.is_known
    assert not one.is_same
    other = result | {"data_hash": {"test": "0"}}
    assert not next(recomputed(home, Results({result["key"]: other}))).is_known


def test_a_report_of_another_size_is_refused(run_command, tmp_path) -> None:
    (tmp_path / "report.json").write_text('{"tier": {"name": "standard"}, "experiments": []}')
    code, _, err = run_command("study", "check", "--output", tmp_path)
    assert code == 2
    assert "another version of the program" in err
    assert run_command("study", "table")[0] == 2  # only check goes without --output


@pytest.mark.slow
def test_a_study_that_stands_apart_is_checked_with_its_own_number_of_seeds(
    run_command, tmp_path, monkeypatch
) -> None:
    """One point of the curve, run for real, kept inside the main study as it would be committed."""
    from nmrquanv.study.running import results as kept

    home = tmp_path / "study"
    home.mkdir()
    main = json.loads((resource("help/study") / "report.json").read_text())
    (home / "report.json").write_text(json.dumps(main | {"experiments": []}))
    words = ("--tier", "quick", "--seeds", "1", "--point", "2", "--workers", "1", "--yes")
    code, out, err = run_command("study", "robustness", *words, "--output", home / "robustness")
    assert code == 0, err
    assert "no conclusions are drawn" in out
    report = json.loads((home / "robustness" / "report.json").read_text())
    (point,) = report["experiments"][0]["points"]
    assert point["number"] == 2
    assert [seed for seed, _, _ in point["runs"]] == [0]
    assert len(report["code_hash"]) == 16
    monkeypatch.setattr(kept, "resource", lambda name: home)
    code, out, _ = run_command("study", "check")
    assert f"{home / 'robustness'}: 2 runs, quick tier" in out
    lines = [line for line in out.splitlines() if "robustness, " in line]
    assert lines
    assert all(line.startswith("same") for line in lines)
    # What a text would have to say of it, and none does.
    missing = "DIFFERS README or does-quantum-help.md, the sign over all"
    assert any(line.startswith(missing) for line in out.splitlines())
    assert code == 1


def test_a_point_that_does_not_exist_is_told(run_command, tmp_path) -> None:
    words = ("study", "robustness", "--point", "99", "--output", tmp_path / "out")
    code, _, err = run_command(*words)
    assert code == 2
    assert "settings 1 to 4" in err
    code, _, err = run_command("study", "noise", "--point", "1", "--output", tmp_path / "out")
    assert code == 2
    assert "--point is for the experiment robustness" in err
