"""Whether classes and couplings of multiplets are right: on simulated ones, and on listed signals.

Simulated: spectra with one multiplet of each class, whose lines stand 1.2 widths apart or coincide.
Listed: ``ground_truth/NAME.csv`` beside a data set NAME. A listed signal counts as *right* with its
class and its couplings; as *finer* where the found class has them and small ones besides, which the
list does not name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv.errors import FormatError
from nmrquanv.io import read
from nmrquanv.io.signal_lists import LISTS, ListedClass, listed_data_set, read_classes
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.simulate import Simulated, acquire
from nmrquanv.spectra.simulation.acquisitions import usual_experiment
from nmrquanv.spectra.simulation.faults import log_uniform
from nmrquanv.spectra.simulation.scene import joined, lines
from nmrquanv.spectra.simulation.spin_systems import first_order
from nmrquanv.spectra.spectrum import Spectrum
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

LISTED_HZ = 0.3
"""A listed one is: lists say a tenth of a Hz, of another spectrum often."""

FINE_HZ = 2.5
"""Couplings that a list may not name."""

NEAR_PPM = 0.02
_SEED = 20_270_501


@dataclass(frozen=True, slots=True)
class MultipletScore:
    """How many multiplets there are, and how many of them are right.

    Parameters
    ----------
    multiplets, classes, couplings : int
        All; with the right class; of these with all couplings right.
    finer : int
        Of listed signals: with the listed couplings among the found ones.
    """

    multiplets: int = 0
    classes: int = 0
    couplings: int = 0
    finer: int = 0

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
            multiplets = _found(made.spectrum, model)
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


@dataclass(frozen=True, slots=True)
class ListedResult:
    """Listed signals of real spectra: the score of each finder on each data set; what was wrong."""

    scores: dict[str, dict[str, MultipletScore]]
    wrong: dict[str, list[str]]
    left_out: dict[str, str]


def measure_listed(
    folder: Path, models: Sequence[str], report: Report = silent_report
) -> ListedResult:
    """Return how listed signals of a folder's data sets come out.

    Raises
    ------
    FormatError
        No list there belongs to a data set that can be read.
    """
    lists = sorted((folder / LISTS).glob("*.csv"))
    scores: dict[str, dict[str, MultipletScore]] = {model: {} for model in models}
    wrong: dict[str, list[str]] = {model: [] for model in models}
    left_out = {}
    for number, path in enumerate(lists):
        report(number, len(lists), "listed signals")
        try:
            listed = read_classes(path)
            spectrum = read(listed_data_set(folder, path.stem)).spectrum()
        except FormatError as error:
            left_out[path.stem] = str(error).replace(str(folder), "").strip()
            continue
        for model in models:
            found = _found(spectrum, model)
            own = [(one, judged_listed(one, found)) for one in listed if one.kind]
            scores[model][path.stem] = sum((score for _, score in own), MultipletScore())
            for one, score in own:
                if not score.finer:
                    near = [m.name for m in found if abs(m.ppm - one.ppm) < NEAR_PPM]
                    told = f"{path.stem} {one.ppm:.3f}: {one.kind}, not {' + '.join(near) or '-'}"
                    wrong[model].append(told)
    if not any(scores.values()):
        raise FormatError(f"{folder}: no list in {LISTS} belongs to a data set that can be read")
    report(len(lists), len(lists), "listed signals")
    return ListedResult(scores, wrong, left_out)


def judged_listed(listed: ListedClass, multiplets: Iterable[Multiplet]) -> MultipletScore:
    """Return the score of one listed signal; the best of the multiplets near it counts."""
    best = MultipletScore(1)
    for one in multiplets:
        if abs(one.ppm - listed.ppm) > NEAR_PPM:
            continue
        own = [c.hz for c in one.couplings for _ in range(c.partners)]
        wanted = [j for j, n in listed.couplings() for _ in range(n)]
        left = list(own)
        for j in wanted:
            near = min(left, key=lambda hz: abs(hz - j), default=np.inf)
            if abs(near - j) <= LISTED_HZ:
                left.remove(near)
        has_all = len(own) - len(left) == len(wanted)
        is_class = one.kind == listed.kind
        # a class without listed couplings is right as a class alone
        has_all = has_all and (bool(wanted) or listed.kind in ("s", "m") or is_class)
        is_finer = has_all and all(hz < FINE_HZ for hz in left) and (one.kind != "m" or is_class)
        here = MultipletScore(
            1, int(is_class), int(is_class and has_all), int(is_finer or is_class)
        )
        best = max(best, here, key=lambda s: (s.couplings, s.finer, s.classes))
    return best


def _found(spectrum: Spectrum, model: str) -> tuple[Multiplet, ...]:
    peaks = find_peaks(spectrum, model).passing(Thresholds())
    return multiplets_of(peaks, spectrum.axis.sf_mhz, spectrum.sample.nucleus)


def to_dict(scores: dict[str, dict[str, MultipletScore]]) -> dict[str, Any]:
    """Return scores as JSON values, with the totals."""
    parts = {m: {k: asdict(s) for k, s in own.items()} for m, own in scores.items()}
    totals = {m: asdict(sum(own.values(), MultipletScore())) for m, own in scores.items()}
    return {"parts": parts, "totals": totals}


def markdown(scores: dict[str, dict[str, MultipletScore]], title: str) -> str:
    """Return scores as a table: parts, then all."""
    head = [title, "finder", *(f.name for f in fields(MultipletScore))]
    table = [head, ["---"] * len(head)]
    for part in next(iter(scores.values())):
        table += [[part, model, *_cells(own[part])] for model, own in scores.items()]
    table += [["all", m, *_cells(sum(own.values(), MultipletScore()))] for m, own in scores.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in table) + "\n"


def _cells(score: MultipletScore) -> list[str]:
    return [str(getattr(score, f.name)) for f in fields(MultipletScore)]
