"""``nmrquanv study check``: report of a study, README and its page, computed anew from runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmrquanv.cli.exit_codes import DONE, FAULT, UsageError, one_line

if TYPE_CHECKING:
    from nmrquanv.study.report.readme_text import Statement
    from nmrquanv.study.running.results import Results
    from nmrquanv.study.running.tiers import Tier

_PARTS = ("answer", "tables", "notes")
_README, _PAGE = "README", "does-quantum-help.md"


@dataclass(frozen=True, slots=True)
class KeptStudy:
    """A folder's report as it is told, and the runs behind it."""

    folder: Path
    told: list[dict[str, Any]]
    results: Results
    tier: Tier


def check(arguments: argparse.Namespace) -> int:
    """Compute the report of a folder anew and compare; of the program's own studies texts too."""
    from nmrquanv.study.running.results import bundled_studies

    folders = bundled_studies() if arguments.output is None else (arguments.output,)
    kept = [kept_study(folder, arguments.seeds) for folder in folders]
    lines: list[tuple[bool, str]] = []
    for one in kept:
        sys.stdout.write(f"{one.folder}: {len(one.results)} runs, {one.tier.name} tier\n")
        lines += _against_report(one)
        lines += _against_answers(one)
    if arguments.output is None:
        lines += _against_texts(texts(), kept)
    for is_same, text in lines:
        sys.stdout.write(f"{'same   ' if is_same else 'DIFFERS'} {one_line(text)}\n")
    wrong = sum(not is_same for is_same, _ in lines)
    sys.stdout.write(f"{len(lines) - wrong} the same, {wrong} different\n")
    return FAULT if wrong else DONE


def kept_study(folder: Path, seeds: int | None = None) -> KeptStudy:
    """Read the report of a folder and the runs behind it.

    Raises
    ------
    UsageError
        The report is of another version of the program.
    """
    from nmrquanv.guarded import read_json
    from nmrquanv.study.experiments.registry import EXPERIMENTS, all_runs
    from nmrquanv.study.running.results import read_results

    report = read_json(folder / "report.json", dict[str, Any])
    tier = _tier(report, folder, seeds)
    told = [e for e in report["experiments"] if e["name"] in EXPERIMENTS]
    results = read_results(folder, all_runs([e["name"] for e in told], tier))
    return KeptStudy(folder, told, results, tier)


def _tier(report: dict[str, Any], folder: Path, seeds: int | None) -> Tier:
    """Return the tier of a report, if it is one of this program."""
    from nmrquanv.guarded import plain
    from nmrquanv.study.running.tiers import TIERS

    told = report.get("tier", {})
    tier = TIERS.get(str(told.get("name")))
    # A study of another number of seeds has it in all its comparisons.
    tries = (seeds,) if seeds is not None else (None, told.get("headline_seeds"))
    for count in tries:
        if tier is not None and plain(tier.with_seeds(count).to_dict()) == told:
            return tier.with_seeds(count)
    raise UsageError(f"{folder}: its report is of another version of the program: make it anew")


def _against_report(kept: KeptStudy) -> Iterator[tuple[bool, str]]:
    """Yield for each sentence and table of a report whether the runs give it, and what it is."""
    from nmrquanv.guarded import plain
    from nmrquanv.study.experiments.registry import summarised

    for one in kept.told:
        anew = plain(asdict(summarised(one["name"], kept.results, kept.tier)))
        for part in _PARTS:
            before, now = plain(one[part]), anew[part]
            for old, new in zip_longest(before, now):
                what = new if old is None else old
                words = what["title"] if isinstance(what, dict) else what
                yield old == new, f"{one['name']}, {part}: {words}"


def _against_answers(kept: KeptStudy) -> Iterator[tuple[bool, str]]:
    """Yield for each kind of test spectra whether the kept answers give the figures of its runs.

    Spectra are made anew from their seed and held against the runs' hash of them.
    """
    from nmrquanv.study.running.answers import recomputed

    for one in recomputed(kept.folder, kept.results):
        told = (
            f"F1, counts and mask of {one.same} of {one.runs} runs" if one.is_known else "not these"
        )
        yield one.is_same, f"answers to test spectra, {one.kind}: {told}"


def texts() -> dict[str, str]:
    """Return what tells of the studies, plain, by name: README, where it is, and the page of it."""
    from nmrquanv.paths import resource
    from nmrquanv.study.report.readme_text import plain, section

    readme = resource("help").parents[1] / "README.md"
    told = {_README: section(readme.read_text("utf-8"))} if readme.is_file() else {}
    page = resource(f"help/docs/background/{_PAGE}")
    return told | {_PAGE: plain(page.read_text("utf-8"))}


def _against_texts(told: dict[str, str], kept: list[KeptStudy]) -> Iterator[tuple[bool, str]]:
    """Yield for each statement whether a text has it; and the texts' figures that are in none."""
    from nmrquanv.study.report.readme_text import not_covered

    said = statements(kept)
    for one in said:
        home = next((name for name, text in told.items() if one.text in text), None)
        # an installed program has no README, where the others stand
        is_told = home is not None or _README not in told
        yield is_told, f"{home or f'{_README} or {_PAGE}'}, {one.about}: {one.text}"
    for name, text in told.items():
        for figure in not_covered(text, said):
            yield False, f"{name}, a figure that no run gives: {figure}"


def statements(studies: Iterable[KeptStudy]) -> list[Statement]:
    """Return what the texts have to say of these studies, and of the program's own front ends."""
    return [*_front_ends(), *(one for study in studies for one in _statements(study))]


def _front_ends() -> list[Statement]:
    """Return the rows of the table of front ends, from the logs of their training."""
    from nmrquanv.bench.ablation import ablation, markdown, read_curves
    from nmrquanv.paths import resource
    from nmrquanv.study.report.readme_text import Statement

    table = markdown(ablation(read_curves(resource("training/ablation")))).splitlines()
    rows = [line.strip("| ") for line in table if line.startswith("| ")]
    return [Statement(f"front end: {row.partition(' |')[0]}", row) for row in rows[1:]]


def _statements(kept: KeptStudy) -> list[Statement]:
    from nmrquanv.study.experiments import readme_apart, readme_figures

    names = [one["name"] for one in kept.told]
    said = [s for name in names for s in readme_apart.statements(name, kept.results, kept.tier)]
    return said + (readme_figures.statements(kept.results, kept.tier) if "table" in names else [])
