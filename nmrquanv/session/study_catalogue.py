"""What the study offers: its experiments, how long they take here, what they drew.

The study itself is loaded by the functions (it brings torch along), so call them in a job.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nmrquanv.session.study_run import REPORT

if TYPE_CHECKING:
    from nmrquanv.study.specs import RunSpec

ALL = "all"
TITLES = {
    ALL: "Everything",
    "table": "Reported and measured",
    "ansatz": "Which circuit?",
    "convergence": "Stability of training",
    "noise": "Noise of quantum hardware",
    "gate-dropout": "Gate dropout",
    "scaling": "More peaks, more overlap",
    "entanglement": "Entanglement and accuracy",
    "real": "Real spectra",
}
"""Experiments by the name that the command line knows, in the order of the list."""

_EVERYTHING = "All experiments one after the other, with one report on every claim of the paper."
_FIGURE = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Effort:
    """What is left of an experiment in a folder.

    Parameters
    ----------
    runs, finished : int
    words : str
        How long the rest takes on this machine, as a person says it; empty when nothing is left.
    """

    runs: int
    finished: int
    words: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One experiment: its question, and the effort of each tier."""

    name: str
    question: str
    efforts: dict[str, Effort]


def offers(folder: Path) -> dict[str, Offer]:
    """Return all experiments by name, with what finished runs in a folder spare.

    Parameters
    ----------
    folder : Path
        Output folder of a study; need not exist.
    """
    from nmrquanv.study.experiments import EXPERIMENTS, all_runs, chosen
    from nmrquanv.study.results import RUNS
    from nmrquanv.study.tiers import TIERS

    done = {path.stem for path in (folder / RUNS).glob("*.json")}
    found = {}
    for name in (ALL, *EXPERIMENTS):
        question = EXPERIMENTS[name].QUESTION if name in EXPERIMENTS else _EVERYTHING
        names = chosen(name)
        efforts = {t: _effort([*all_runs(names, tier)], done) for t, tier in TIERS.items()}
        found[name] = Offer(name, question, efforts)
    return found


def _effort(specs: list[RunSpec], done: set[str]) -> Effort:
    """Return what is left of runs when some are done."""
    from nmrquanv.study.estimate import total_seconds, words
    from nmrquanv.study.schedule import cores

    left = [spec for spec in specs if spec.key() not in done]
    duration = words(total_seconds(left) / cores()) if left else ""
    return Effort(len(specs), len(specs) - len(left), duration)


def report_path(folder: Path) -> Path | None:
    """Return the report of a study's folder, if it has one."""
    path = folder / REPORT
    return path if path.is_file() else None


def figures(report: Path) -> tuple[bytes, ...]:
    """Return the drawings of a report as SVG documents."""
    try:
        text = report.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    return tuple(_documents(text))


def _documents(text: str) -> Iterator[bytes]:
    """Return every drawing that stands in a page, each able to stand alone."""
    for match in _FIGURE.finditer(text):
        drawing = match.group()
        for name, address in (
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
        ):
            if not re.search(rf"\s{name}\s*=", drawing[: drawing.index(">")]):
                drawing = drawing[:4] + f' {name}="{address}"' + drawing[4:]
        yield drawing.encode()


def has_plots() -> bool:
    """Tell whether matplotlib, which draws the figures, is installed."""
    return importlib.util.find_spec("matplotlib") is not None
