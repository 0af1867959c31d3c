"""What the study offers: its experiments, how long they take here, what they drew.

The study itself is loaded by the functions (it brings torch along), so call them in a job.
"""

from __future__ import annotations

import functools
import html
import importlib.util
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nmrquanv.errors import FormatError
from nmrquanv.guarded import as_type, read_json, read_regular
from nmrquanv.paths import resource
from nmrquanv.session.study_run import REPORT
from nmrquanv.study import TIER_NAMES

_MOST_SVG_BYTES = 8 * 1024**2
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
    "robustness": "Every open choice",
    "ladder": "Ladder of controls",
    "devices": "Calibrated devices",
    "trainability": "Gradients and fields",
    "overfitting": "Few spectra",
    "steps": "Overlap and noise, step by step",
}
"""Experiments by the name that the command line knows, in the order of the list."""

_EVERYTHING = "All experiments but the last six, with one report on every claim of the paper."
_NAME = re.compile(r"[a-z0-9-]{1,40}")
_LABEL = re.compile(r'<svg[^>]*\saria-label="([^"]*)"')


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
class OfferedExperiment:
    """One experiment: its question, and the effort of each tier."""

    name: str
    question: str
    efforts: dict[str, Effort]


def offers(folder: Path) -> dict[str, OfferedExperiment]:
    """Return all experiments by name, with what finished runs in a folder spare.

    Parameters
    ----------
    folder : Path
        Output folder of a study; need not exist.
    """
    from nmrquanv.study.experiments.registry import EXPERIMENTS
    from nmrquanv.study.running.results import RUNS

    done = {path.stem for path in (folder / RUNS).glob("*.json")}
    found = {}
    for name in (ALL, *EXPERIMENTS):
        question = EXPERIMENTS[name].QUESTION if name in EXPERIMENTS else _EVERYTHING
        efforts = {tier: _effort(_costs(name, tier), done) for tier in TIER_NAMES}
        found[name] = OfferedExperiment(name, question, efforts)
    return found


@functools.cache
def _costs(name: str, tier: str) -> dict[str, float]:
    """Return the core seconds of each run of an experiment, by the run's key."""
    from nmrquanv.study.experiments.registry import all_runs, chosen
    from nmrquanv.study.running.estimate import seconds
    from nmrquanv.study.running.tiers import TIERS

    return {spec.key(): seconds(spec) for spec in all_runs(chosen(name), TIERS[tier])}


def _effort(costs: dict[str, float], done: set[str]) -> Effort:
    """Return what is left of runs when some are done."""
    from nmrquanv.processes import cores
    from nmrquanv.progress import words

    left = [cost for key, cost in costs.items() if key not in done]
    duration = words(sum(left) / cores()) if left else ""
    return Effort(len(costs), len(costs) - len(left), duration)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as an SVG document in which ``currentColor`` stands for the ink, and its caption."""

    svg: str
    caption: str


@dataclass(frozen=True, slots=True)
class KeptCurvePoint:
    """A setting on the specification curve with its runs; see ``study.report.summary``.

    Parameters
    ----------
    number : int
    label : str
    mean, low, high : float
        Relative difference of F1.
    runs : list of [seed, F1 of the QuanvNN, F1 of the CNN]
    """

    number: int
    label: str
    mean: float
    low: float
    high: float
    runs: list[tuple[int, float, float]]


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report says about one experiment.

    Parameters
    ----------
    name : str
    tier : str
        Of the report.
    answer : tuple of str
        Sentences, the most important first.
    drawings : tuple of Drawing
    points : tuple of KeptCurvePoint
        Of a specification curve, lowest first; others have none.
    is_bundled : bool
        From the study that comes with the program rather than the user's own.
    """

    name: str
    tier: str
    answer: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    points: tuple[KeptCurvePoint, ...] = ()
    is_bundled: bool = False


def report_path(folder: Path) -> Path | None:
    """Return the report of a study's folder; of one without, that of the bundled study."""
    for place in (folder, _bundled()):
        if place is not None and os.path.isfile(place / REPORT):
            return place / REPORT
    return None


def reported(folder: Path) -> tuple[Reported, ...]:
    """Return what the report in a folder says, and the bundled study on all that it does not."""
    own = _reported(folder)
    known = {one.name for one in own}
    ours = (one for place in _all_bundled() for one in _reported(place))
    rest = (replace(one, is_bundled=True) for one in ours if one.name not in known)
    return (*own, *rest)


def _all_bundled() -> tuple[Path, ...]:
    """Return the folders of all studies that come with the program."""
    from nmrquanv.study.running.results import bundled_studies

    return bundled_studies() if _bundled() is not None else ()


def _bundled() -> Path | None:
    """Return the folder of the study that comes with the program."""
    try:
        return resource("help/study")
    except FileNotFoundError:
        return None


def _reported(folder: Path) -> tuple[Reported, ...]:
    """Return what the report in a folder says; nothing where there is none that can be read."""
    try:
        report = read_json(folder / "report.json", dict[str, Any])
        return tuple(
            Reported(
                str(one["name"]),
                str(report["tier"]["name"]),
                tuple(map(str, one["answer"])),
                _drawings(folder / "figures", str(one["name"])),
                tuple(as_type(one.get("points", []), list[KeptCurvePoint], str(folder))),
            )
            for one in report["experiments"]
        )
    except (FormatError, ValueError, KeyError, TypeError):
        return ()


def _drawings(folder: Path, name: str) -> tuple[Drawing, ...]:
    """Return an experiment's figures in their order."""
    numbered = {}
    if _NAME.fullmatch(name) is None:  # a report from elsewhere might name another folder
        return ()
    for path in folder.glob(f"{name}-*.svg"):
        number = path.stem.removeprefix(f"{name}-")
        if number.isdigit():
            content = read_regular(path, _MOST_SVG_BYTES)
            numbered[int(number)] = content.decode("utf-8", "replace")
    return tuple(Drawing(svg, _caption(svg)) for _, svg in sorted(numbered.items()))


def _caption(svg: str) -> str:
    found = _LABEL.search(svg)
    return html.unescape(found.group(1)) if found else ""


def has_plots() -> bool:
    """Tell whether matplotlib, which draws the figures, is installed."""
    return importlib.util.find_spec("matplotlib") is not None
