"""``nmrquanv study check``: README and the program's report follow from the committed runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from nmrquanv.paths import resource
from nmrquanv.study.experiments import readme_figures
from nmrquanv.study.experiments.registry import all_runs, chosen
from nmrquanv.study.report import readme_text
from nmrquanv.study.running.results import read_results
from nmrquanv.study.running.tiers import TIERS

ROOT = Path(__file__).resolve().parents[2]


def test_every_figure_of_readme_and_report_follows_from_the_committed_runs(run_command) -> None:
    code, out, err = run_command("study", "check")
    assert code == 0, out + err
    assert "DIFFERS" not in out
    assert "README, F1, hard: " in out
    assert "table, tables: Reported and measured" in out


@pytest.fixture(scope="module")
def said() -> list[readme_text.Statement]:
    tier = TIERS["standard"]
    results = read_results(resource("help/study"), all_runs(chosen("all"), tier))
    return readme_figures.statements(results, tier)


def test_a_figure_that_is_changed_or_added_by_hand_is_found(said) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme_text.not_covered(readme, said) == []
    for one in said:
        assert one.text in readme_text.section(readme)
    changed = readme.replace("0.579 against 0.619", "0.589 against 0.619")
    assert "0.589" in readme_text.not_covered(changed, said)
    assert said[0].text not in readme_text.section(changed)
    added = readme.replace("Nothing here overfits", "It gains 0.123. Nothing here overfits")
    assert readme_text.not_covered(added, said) == ["0.123"]


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


def test_a_report_of_another_size_is_refused(run_command, tmp_path) -> None:
    (tmp_path / "report.json").write_text('{"tier": {"name": "standard"}, "experiments": []}')
    code, _, err = run_command("study", "check", "--output", tmp_path)
    assert code == 2
    assert "another version of the program" in err
    assert run_command("study", "table")[0] == 2  # only check goes without --output
