"""The report: whole, self-contained, safe to open, the same every time."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest

from nmrquanv.study.experiments.registry import EXPERIMENTS, all_runs
from nmrquanv.study.report import charts as figures
from nmrquanv.study.report import html_report as report
from nmrquanv.study.report.html_report import Study, to_dict, write_report
from nmrquanv.study.report.summary import Chart, Panel, Series, Summary, Table

EVIL = "<script>alert('&')</script>"


@pytest.fixture(scope="module")
def written(tmp_path_factory, invented, standard):
    """Write the report of two experiments on invented results."""
    folder = tmp_path_factory.mktemp("study")
    names = ("table", "scaling")
    summaries = tuple(EXPERIMENTS[n].summarise(invented, standard) for n in names)
    specs = all_runs(EXPERIMENTS, standard)
    study = Study(standard, summaries, specs, invented, {"abc": EVIL})
    assert write_report(folder, study) == folder / "report.html"
    return folder, study


def test_the_page_needs_nothing_else(written):
    text = (written[0] / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)\b", text)
    assert "@import" not in text
    assert re.findall(r"href=[\"'](http[^\"']+)", text) == ["https://arxiv.org/abs/2512.13125"]
    assert text.count("<svg") == 3
    assert "prefers-color-scheme: dark" in text
    assert "currentColor" in text
    assert "#010203" not in text
    for word in ("reversed", "reproduced", "cannot be compared because", "our reconstruction"):
        assert word in text
    assert "quantum " + "advantage" not in text


def test_what_comes_from_outside_is_text(written):
    assert EVIL not in (written[0] / "report.html").read_text(encoding="utf-8")


def test_the_table_and_the_json_say_the_same(written):
    folder, study = written
    content = json.loads((folder / "report.json").read_text())
    assert content == json.loads(json.dumps(to_dict(study)))
    assert [e["name"] for e in content["experiments"]] == ["table", "scaling"]
    assert content["runs"]["finished"] == content["runs"]["wanted"] == len(study.specs)
    assert content["versions"]["torch"]
    assert content["data_hash"]["hard"] == "abc"
    assert content["presets"]["hard"]["sigma_max"] == 0.06
    assert content["seeds"] == list(range(10))


def test_every_run_is_in_the_csv(written):
    folder, study = written
    rows = list(csv.DictReader(io.StringIO((folder / "runs.csv").read_text())))
    assert len(rows) == 2 * len(study.specs)
    assert {r["key"] for r in rows} == {s.key() for s in study.specs}
    hard = [r for r in rows if r["front_end"] == "quanv" and r["checkpoint"] == "best"]
    assert all(0 < float(r["f1_4"]) < 1 for r in hard)


def test_the_figures_are_files_too(written):
    found = sorted((written[0] / "figures").iterdir())
    assert [p.name for p in found] == ["scaling-1.svg", "scaling-2.svg", "scaling-3.svg"]
    for path in found:
        assert ET.fromstring(path.read_text(encoding="utf-8")).tag.endswith("svg")


FIGURE = Chart(
    'A "caption" <with> & signs',
    (
        Panel("one", "x", "y", (Series("CNN", (1.0, 2.0), (3.0, 4.0), (2.5, 3.5), (3.5, 4.5)),)),
        Panel("two", "", "y", (Series("QuanvNN", (0.0,), (1.0,), style="points"),), ("a",)),
    ),
)


def test_a_figure_is_the_same_every_time():
    first = figures.svg(FIGURE)
    assert first == figures.svg(FIGURE)
    assert ET.fromstring(first).get("aria-label") == FIGURE.caption
    assert figures.COLOURS["CNN"] in first
    assert "QuanvNN" in first


def test_panels_may_stand_above_one_another_with_named_rows():
    curve = Panel("curve", "", "gain", (Series("easy", (0.0, 1.0), (1.0, 2.0)),))
    marks = Series("kernel", (0.0, 1.0), (1.0, 0.0), style="points")
    choices = Panel("", "settings", "", (marks,), rows=("kernel 32", "kernel 8"))
    drawn = figures.svg(Chart("c", (curve, choices), is_stacked=True))
    beside = figures.svg(Chart("c", (curve, choices)))
    height, width = (
        [float(re.search(rf'{side}="([\d.]+)pt"', text)[1]) for text in (drawn, beside)]
        for side in ("height", "width")
    )
    assert height[0] > height[1]
    assert width[0] < width[1]
    assert "kernel 32" in drawn


def test_without_matplotlib_the_report_says_what_to_install(tmp_path, monkeypatch, standard):
    from nmrquanv.study.running.results import Results

    monkeypatch.setattr(figures, "find_spec", lambda name: None)
    summary = Summary("ansatz", "Does it?", ("It does.",), (), (FIGURE,))
    study = Study(standard, (summary,), (), Results({}), {})
    text = write_report(tmp_path, study).read_text(encoding="utf-8")
    assert "pip install 'nmrquanv[study]'" in text
    assert not (tmp_path / "figures").exists()


def test_the_parts_check_themselves():
    with pytest.raises(ValueError, match="2 cells, 1 columns"):
        Table("t", ("a",), (("1", "2"),))
    with pytest.raises(ValueError, match="equally long"):
        Series("s", (1.0, 2.0), (1.0,))


def test_a_verdict_is_marked():
    marked = report._cell("not reproduced: smaller", 5)
    assert marked == "<td class='bad'>not reproduced: smaller</td>"
    assert report._cell("reproduced: yes", 5).startswith("<td class='good'>")
    assert report._cell(None, 0) == "<th>–</th>"
