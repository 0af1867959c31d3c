"""Figures computed anew from the answers that runs have kept, and from spectra made anew.

What a study says can so be traced to single answers, not only to the figures that its runs wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv.errors import FormatError
from nmrquanv.study.data.datasets import Spectra
from nmrquanv.study.data.study_metrics import TOLERANCES, Answers, count_f1, f1
from nmrquanv.study.running.predictions import PREDICTIONS, ROUNDED_POINTS, read_predictions
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import spectra_of
from nmrquanv.study.running.specs import RunSpec

_DIGITS = 2e-6  # results have six of them


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Runs on one kind of test spectra.

    Parameters
    ----------
    kind : str
        The preset with its changes.
    runs, same : int
        All of them, and those whose answers give what they say: counts as they are, F1 as far as
        positions that are rounded can tell.
    is_known : bool
        The spectra are those that the runs were tested on, and all have kept answers.
    """

    kind: str
    runs: int
    same: int
    is_known: bool

    @property
    def is_same(self) -> bool:
        """Tell whether all answers give what the runs say."""
        return self.is_known and self.same == self.runs


def recomputed(folder: Path, results: Results) -> Iterator[Recomputed]:
    """Yield every kind of test spectra of a study whose runs keep their answers."""
    kinds: dict[str, list[tuple[RunSpec, dict[str, Any]]]] = {}
    for result in map(dict, results.all()):
        spec = RunSpec.from_dict(result["spec"])
        if PREDICTIONS in spec.measures:
            changes = "".join(f", {name} {value:g}" for name, value in spec.preset_changes)
            kinds.setdefault(f"{spec.preset}{changes}", []).append((spec, result))
    for kind, runs in kinds.items():
        test = spectra_of(runs[0][0])[1]
        is_known = all(r["data_hash"].get("test") == test.digest()[:16] for _, r in runs)
        same = 0
        for spec, result in runs:
            try:
                answers, _ = read_predictions(folder, spec.key())
            except FormatError:
                is_known = False
                break
            same += _gives(answers, test, result["metrics"]["best"])
        yield Recomputed(kind, len(runs), same, is_known)


def _gives(answers: Answers, test: Spectra, told: dict[str, float]) -> bool:
    """Tell whether answers give the figures that a run tells."""
    found = answers.above(told["threshold"])  # with more digits than the answers have it
    said, lines = np.isfinite(found).sum(axis=1), test.is_line.sum(axis=1)
    for tolerance in TOLERANCES:
        least, most = (
            f1(found, test, tolerance + away) for away in (-ROUNDED_POINTS, ROUNDED_POINTS)
        )
        if not least - _DIGITS <= told[f"f1_{tolerance:g}"] <= most + _DIGITS:
            return False
    right = float((said == lines).mean())
    return (
        abs(right - told["count_accuracy"]) <= _DIGITS
        and abs(count_f1(said, lines) - told["mask_f1"]) <= _DIGITS
    )
