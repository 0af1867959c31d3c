"""Entanglement against how far a spectrum's peaks stand apart: a part of ``entanglement``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nmrquanv.statistics import Estimate, estimate, partial_correlation
from nmrquanv.study.data.datasets import PRESETS, Spectra
from nmrquanv.study.report.methods import Cell
from nmrquanv.study.report.summary import Row, Table, sentence, with_interval
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import held_out
from nmrquanv.study.running.specs import RunSpec

_CROWDED = (1.0, 1.5, 3.0)
"""Limits of the groups, in mean widths: below the first, lines share a flank."""


def separations(spectra: Spectra) -> NDArray[np.float64]:
    """Return the least distance of two lines of each spectrum, in their mean width; ``(n,)``.

    Infinite for a spectrum of one line.
    """
    place = np.where(spectra.is_line, spectra.points, np.inf)
    with np.errstate(invalid="ignore"):
        apart = np.diff(place, axis=1)
    mean = 0.5 * (spectra.fwhm[:, 1:] + spectra.fwhm[:, :-1]).astype(np.float64)
    both = spectra.is_line[:, 1:] & spectra.is_line[:, :-1]
    away = np.where(both, apart / np.maximum(mean, 1e-9), np.inf)
    found: NDArray[np.float64] = away.min(axis=1)
    return found


@lru_cache(maxsize=1)
def _of_tests() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return separation, S/N and number of peaks of the hard test spectra."""
    _, test = held_out(PRESETS["hard"])
    tallest = test.height.max(axis=1).astype(np.float64)
    signal = tallest / np.maximum(test.noise_sigma, 1e-9)
    return separations(test), signal, test.is_line.sum(axis=1).astype(np.float64)


def correlation(results: Results, specs: Sequence[RunSpec], name: str) -> Estimate | None:
    """Return how ``change`` (of entropy) or ``f1`` goes with separation, mean over runs.

    Spearman's, S/N and number of peaks held.
    """
    found = []
    for result in results.finished(specs):
        measured = result["extra"].get("entanglement")
        if measured:
            values = measured[name]
            apart, *controls = (column[: len(values)] for column in _of_tests())
            found.append(partial_correlation(apart, values, controls)[0])
    known = [v for v in found if math.isfinite(v)]
    return estimate(known) if known else None


def answers(results: Results, cells: Sequence[Cell]) -> list[str]:
    """Say whether the circuit changes entropy more where peaks stand closer."""
    said = []
    for cell in cells:
        value = correlation(results, cell.specs, "change")
        if value is None or not value.has_interval:
            continue
        what = "the change of entropy does not go with the peaks' separation"
        if value.high < 0:
            what = "the closer the closest peaks, the more the circuit raises entropy"
        elif value.low > 0:
            what = "the closer the closest peaks, the less the circuit raises entropy"
        said.append(sentence(f"{cell.label}: {what}: {with_interval(value, 2, '+')}"))
    return said


def table(results: Results, cells: Sequence[Cell]) -> Table:
    """Return entropy and F1 by separation, one ansatz a row."""
    apart = _of_tests()[0]
    edges = (0.0, *_CROWDED, math.inf)
    rows: list[Row] = []
    for cell in cells:
        measured = [
            r["extra"]["entanglement"]
            for r in results.finished(cell.specs)
            if r["extra"].get("entanglement")
        ]
        if not measured:
            continue
        row: list[str | int] = [cell.label, len(measured)]
        for low, high in pairwise(edges):
            changes = [
                np.asarray(one["change"])[_between(apart[: len(one["change"])], low, high)]
                for one in measured
            ]
            mean = np.mean(np.concatenate(changes)) if any(map(len, changes)) else math.nan
            row.append(f"{mean:+.3f}" if math.isfinite(mean) else "–")
        both = (correlation(results, cell.specs, name) for name in ("change", "f1"))
        row += [with_interval(value, 2, "+") for value in both]
        rows.append(tuple(row))
    limits = [f"{x:g}" for x in _CROWDED]
    groups = (f"below {limits[0]}", *(f"{a} to {b}" for a, b in pairwise(limits)),
              f"above {limits[-1]}")  # fmt: skip
    return Table(
        "Entropy gained (bits) by the distance of the closest peaks, in mean widths",
        ("", "seeds", *groups, "correlation, entropy", "correlation, F1"),
        tuple(rows),
        "Spearman's with S/N and number of peaks held, mean over runs. Correlations are with the"
        " distance: below zero, closer peaks go with more entropy gained (or with a higher F1).",
    )


def _between(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.bool_]:
    return (values >= low) & (values < high)
