"""Whether classes and couplings of multiplets are right on simulated ones.

Spectra with one multiplet of each class, whose lines stand 1.2 widths apart or coincide. Signals
that are listed for measured spectra are judged by ``listed_multiplets.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from nmrquanv.bench.markdown_tables import table
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.simulate import Simulated, acquire
from nmrquanv.spectra.simulation.acquisitions import usual_experiment
from nmrquanv.spectra.simulation.faults import log_uniform
from nmrquanv.spectra.simulation.scene import joined, lines
from nmrquanv.spectra.simulation.spin_systems import first_order
from nmrquanv.spectra.thresholds import Thresholds

KINDS: dict[str, tuple[int, ...]] = {
    "s": (), "d": (1,), "t": (2,), "q": (3,), "quint": (4,), "sext": (5,), "sept": (6,),
    "dd": (1, 1), "dt": (1, 2), "td": (2, 1), "dq": (1, 3), "qd": (3, 1), "ddd": (1, 1, 1),
    "dddd": (1, 1, 1, 1),
}  # fmt: skip
"""Classes and the partners of each coupling."""

APART_FWHM = 1.2
COUPLING_HZ = 0.1
"""A simulated coupling is right within this."""

NEAR_PPM = 0.02
"""Whose middle is farther from the right place is another signal."""

_SEED = 20_270_501


@dataclass(frozen=True, slots=True)
class MultipletScore:
    """How many multiplets there are, and how many of them are right.

    Parameters
    ----------
    multiplets, classes, couplings : int
        All; with the right class; of these with all couplings right.
    finer : int
        Of listed signals: with the right class, or with it and small couplings besides.
    named : int
        Of listed signals: with exactly the class that the list names.
    apart : int
        Of listed signals: not judged, and in none of the other numbers.
    """

    multiplets: int = 0
    classes: int = 0
    couplings: int = 0
    finer: int = 0
    named: int = 0
    apart: int = 0

    def __add__(self, other: MultipletScore) -> MultipletScore:
        return MultipletScore(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(MultipletScore)),
        )


@dataclass(frozen=True, slots=True)
class Truth:
    """A simulated multiplet: where, its class, and its couplings, largest first."""

    ppm: float
    kind: str
    couplings_hz: tuple[float, ...]


def measure_simulated(
    models: Sequence[str], spectra: int, report: Report = silent_report
) -> dict[str, dict[str, MultipletScore]]:
    """Return, for each finder, the score of each class."""
    found: dict[str, dict[str, MultipletScore]] = {
        m: dict.fromkeys(KINDS, MultipletScore()) for m in models
    }
    for number in range(spectra):
        report(number, spectra, "multiplets")
        made, truths = make_multiplets(np.random.default_rng([_SEED, number]))
        for model in models:
            peaks = as_listed(find_peaks(made.spectrum, model), Thresholds(), made.spectrum)
            axis, nucleus = made.spectrum.axis, made.spectrum.sample.nucleus
            multiplets = multiplets_of(peaks, axis.sf_mhz, nucleus)
            for truth in truths:
                found[model][truth.kind] += judged(truth, multiplets)
    report(spectra, spectra, "multiplets")
    return found


def make_multiplets(rng: np.random.Generator) -> tuple[Simulated, tuple[Truth, ...]]:
    """Return a spectrum with one multiplet of each class, far from each other, and what they are.

    Parameters
    ----------
    rng : Generator
    """
    sf_mhz = float(rng.choice([300.13, 400.13, 500.13, 600.23]))
    width_hz = log_uniform(rng, 0.5, 1.5)
    experiment = usual_experiment(rng, sf_mhz, log_uniform(rng, 1000.0, 20_000.0), 65_536)
    fwhm_hz = width_hz + experiment.lb_hz + 0.6 * experiment.sw_hz / experiment.td
    low, high = experiment.limits_hz
    edges = np.linspace(low + 0.05 * (high - low), high - 0.05 * (high - low), len(KINDS) + 1)
    places = rng.permutation(0.5 * (edges[1:] + edges[:-1]))
    scenes, truths = [], []
    for (kind, partners), place in zip(KINDS.items(), places.tolist(), strict=True):
        couplings = _couplings(rng, partners, APART_FWHM * fwhm_hz)
        sticks = first_order(place, tuple(zip(couplings, partners, strict=True)))
        scenes.append(lines(sticks, width_hz, float(rng.integers(1, 4))))
        truths.append(Truth(place / sf_mhz, kind, couplings))
    return acquire(rng, joined(*scenes), experiment, kind="multiplets"), tuple(truths)


def _couplings(
    rng: np.random.Generator, partners: Sequence[int], least_hz: float
) -> tuple[float, ...]:
    """Return couplings, largest first, that leave no two lines nearer than that.

    Nor two couplings: those of one size are one coupling to more partners.
    """
    while True:
        values = np.sort(rng.uniform(1.0, 16.0, len(partners)))[::-1]
        sticks = first_order(0.0, tuple(zip(values.tolist(), partners, strict=True)))
        apart = np.append(np.diff(np.sort(sticks.hz)), -np.diff(values))
        if apart.min(initial=np.inf) >= least_hz:
            return tuple(float(x) for x in values)


def judged(truth: Truth, multiplets: Iterable[Multiplet]) -> MultipletScore:
    """Return the score of one simulated multiplet."""
    one = min(multiplets, key=lambda m: abs(m.ppm - truth.ppm), default=None)
    is_right = one is not None and one.kind == truth.kind and abs(one.ppm - truth.ppm) < NEAR_PPM
    if one is None or not is_right:
        return MultipletScore(1)
    pairs = zip(one.couplings, truth.couplings_hz, strict=True)
    return MultipletScore(1, 1, int(all(abs(c.hz - j) <= COUPLING_HZ for c, j in pairs)))


def to_dict(scores: dict[str, dict[str, MultipletScore]]) -> dict[str, Any]:
    """Return scores as JSON values, with the totals."""
    parts = {m: {k: asdict(s) for k, s in own.items()} for m, own in scores.items()}
    totals = {m: asdict(sum(own.values(), MultipletScore())) for m, own in scores.items()}
    return {"parts": parts, "totals": totals}


def markdown(scores: dict[str, dict[str, MultipletScore]], title: str = "simulated class") -> str:
    """Return scores as a table: parts, then all. Of simulated ones the first three numbers."""
    names = [f.name for f in fields(MultipletScore)]
    names = names if title != "simulated class" else names[:3]
    rows = []
    for part in next(iter(scores.values())):
        rows += [[part, model, *_cells(own[part], names)] for model, own in scores.items()]
    rows += [
        ["all", m, *_cells(sum(own.values(), MultipletScore()), names)] for m, own in scores.items()
    ]
    return table([title, "finder", *names], rows) + "\n"


def _cells(score: MultipletScore, names: Sequence[str]) -> list[str]:
    return [str(getattr(score, name)) for name in names]
