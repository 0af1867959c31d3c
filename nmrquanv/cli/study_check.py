"""``nmrquanv study check``: a study's report and README's figures, computed anew from its runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmrquanv.cli.exit_codes import DONE, FAULT, UsageError, one_line

if TYPE_CHECKING:
    from nmrquanv.study.running.results import Results
    from nmrquanv.study.running.tiers import Tier

_PARTS = ("answer", "tables", "notes")


def check(arguments: argparse.Namespace) -> int:
    """Compute the report of a folder anew and compare; of the program's own study README too."""
    from nmrquanv.guarded import read_json
    from nmrquanv.paths import resource
    from nmrquanv.study.experiments.registry import EXPERIMENTS, all_runs
    from nmrquanv.study.running.results import read_results

    folder = arguments.output or resource("help/study")
    report = read_json(folder / "report.json", dict[str, Any])
    tier = _tier(report, folder, arguments.seeds)
    told = [e for e in report["experiments"] if e["name"] in EXPERIMENTS]
    results = read_results(folder, all_runs([e["name"] for e in told], tier))
    sys.stdout.write(f"{folder}: {len(results)} runs, {tier.name} tier\n")
    lines = [*_against_report(told, results, tier)]
    if arguments.output is None:
        lines += _against_readme(resource("help").parents[1] / "README.md", results, tier)
    for is_same, text in lines:
        sys.stdout.write(f"{'same   ' if is_same else 'DIFFERS'} {one_line(text)}\n")
    wrong = sum(not is_same for is_same, _ in lines)
    sys.stdout.write(f"{len(lines) - wrong} the same, {wrong} different\n")
    return FAULT if wrong else DONE


def _tier(report: dict[str, Any], folder: Path, seeds: int | None) -> Tier:
    """Return the tier of a report, if it is one of this program."""
    from nmrquanv.guarded import plain
    from nmrquanv.study.running.tiers import TIERS

    told = report.get("tier", {})
    tier = TIERS.get(str(told.get("name")))
    if tier is None or plain(tier.with_seeds(seeds).to_dict()) != told:
        raise UsageError(
            f"{folder}: its report is of another version of the program, or of another number of"
            " seeds (give it with --seeds)"
        )
    return tier.with_seeds(seeds)


def _against_report(
    told: list[dict[str, Any]], results: Results, tier: Tier
) -> Iterator[tuple[bool, str]]:
    """Yield for each sentence and table of a report whether the runs give it, and what it is."""
    from nmrquanv.guarded import plain
    from nmrquanv.study.experiments.registry import EXPERIMENTS

    for one in told:
        anew = plain(asdict(EXPERIMENTS[one["name"]].summarise(results, tier)))
        for part in _PARTS:
            before, now = plain(one[part]), anew[part]
            for old, new in zip_longest(before, now):
                what = new if old is None else old
                words = what["title"] if isinstance(what, dict) else what
                yield old == new, f"{one['name']}, {part}: {words}"


def _against_readme(path: Path, results: Results, tier: Tier) -> Iterator[tuple[bool, str]]:
    """Yield for each statement whether README has it; and README's figures that are in none."""
    from nmrquanv.study.experiments.readme_figures import statements
    from nmrquanv.study.report.readme_text import not_covered, section

    said = statements(results, tier)
    if not path.is_file():  # an installed program has no README
        yield from ((True, f"{one.about}: {one.text}") for one in said)
        return
    readme = path.read_text(encoding="utf-8")
    for one in said:
        yield one.text in section(readme), f"README, {one.about}: {one.text}"
    for figure in not_covered(readme, said):
        yield False, f"README, a figure that no run gives: {figure}"
