"""A spectrum searched again and again with noisy circuits: which peaks survive.

The quantum network finds peaks with exact expectations. Here its quanvolution is measured as a
device would, with so many shots and such noise, and the search is repeated: a peak *survives* a
repetition that finds it again, and how its position wanders is its error bar. Training and
calibration stay those of the exact network.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import ModelError
from nmrquanv.finders import QUANV, Polarity
from nmrquanv.models import library
from nmrquanv.models.answering_front_ends import Circuits, FrontEnd
from nmrquanv.models.finder import find_loaded
from nmrquanv.models.library import LoadedModel
from nmrquanv.progress import Report, shared, silent_report
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.matching import match
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.statistics import Interval, wilson
from nmrquanv.study.circuits.noise_model import NoiseModel
from nmrquanv.study.circuits.noisy_circuits import NoisyCircuits

NEAR_WIDTHS = 0.5
"""Peaks of two repetitions closer than this are the same: the finders' own rule."""

_NEAR_HZ = 1.0
"""Where no width is known."""

_SEED = 20_281_129


@dataclass(frozen=True, slots=True)
class Repeated:
    """What is repeated, and how.

    Parameters
    ----------
    noise : NoiseModel
    repeats : int, >= 1
        Searches. Without shots all are the same, and one is made.
    model : str
        With a quanvolution and exact weights.
    region : (high_ppm, low_ppm) or None
        Only there.
    polarity : "auto" | "positive" | "negative" | "both"
    thresholds : Thresholds
        What a peak must pass to be there.
    """

    noise: NoiseModel
    repeats: int = 8
    model: str = QUANV
    region: PpmRange | None = None
    polarity: Polarity = "auto"
    thresholds: Thresholds = field(default_factory=Thresholds)

    def __post_init__(self) -> None:
        if self.repeats < 1:
            raise ValueError(f"a search is repeated once at least, got {self.repeats}")

    @property
    def runs(self) -> int:
        """How many searches tell something."""
        return self.repeats if self.noise.shots else 1


@dataclass(frozen=True, slots=True)
class Survival:
    """A peak of the exact search, and what became of it.

    Parameters
    ----------
    peak : Peak
        As the exact circuits find it.
    found : int
        Of ``runs`` repetitions.
    runs : int
    ppm_sd : float, ppm
        Standard deviation of its position over them; NaN where fewer than two found it, 0 without
        shots.
    shift_ppm : float, ppm
        Mean distance from the exact position; NaN where none found it.
    confidence : float
        Mean; NaN where none found it.
    """

    peak: Peak
    found: int
    runs: int
    ppm_sd: float
    shift_ppm: float
    confidence: float

    @property
    def rate(self) -> Interval:
        """Share of the repetitions that found it, with Wilson's interval."""
        return wilson(self.found, self.runs)


@dataclass(frozen=True, slots=True)
class Survey:
    """All peaks under noise.

    Parameters
    ----------
    asked : Repeated
    peaks : tuple of Survival
        Highest ppm first.
    extra : tuple of int
        Peaks of each repetition that the exact circuits do not find.
    circuits : int
        Executions for one repetition: stretches times circuits of the layer.
    """

    asked: Repeated
    peaks: tuple[Survival, ...]
    extra: tuple[int, ...]
    circuits: int

    def words(self) -> str:
        """Return in a sentence what came of it."""
        n, runs = len(self.peaks), len(self.extra)
        always = sum(one.found == one.runs for one in self.peaks)
        if runs > 1:
            never = sum(one.found == 0 for one in self.peaks)
            told = f"Of {n} peaks {always} survive all of {runs} repetitions, {never} none"
        else:
            told = f"Of {n} peaks {always} survive"
        told += f"; {float(np.mean(self.extra)):.3g} others appear"
        if not self.asked.noise.shots:
            told += "; without noise of shots every repetition is the same, and one was made"
        return f"{told}."

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row of plain values for each peak, None for what is not known."""
        return [
            {
                "ppm": one.peak.ppm,
                "height": one.peak.height,
                "snr": one.peak.snr,
                "confidence": one.peak.confidence,
                "found": one.found,
                "repetitions": one.runs,
                "survival": one.rate.value,
                "survival_low": one.rate.low,
                "survival_high": one.rate.high,
                "ppm_sd": _known(one.ppm_sd),
                "shift_ppm": _known(one.shift_ppm),
                "noisy_confidence": _known(one.confidence),
            }
            for one in self.peaks
        ]


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def survey(spectrum: Spectrum, asked: Repeated, report: Report = silent_report) -> Survey:
    """Search with exact circuits, then again and again with noisy ones.

    Parameters
    ----------
    spectrum : Spectrum
    asked : Repeated
    report : Report
        May cancel.

    Raises
    ------
    ModelError
        No such model, or one without a circuit.
    """
    count = asked.runs + 1
    model = library.load(asked.model)
    exact = _shown(spectrum, model, asked, shared(report, 0, count))
    runs, circuits = [], 0
    for number in range(asked.runs):
        noisy = _noisy(model, asked.noise, number)
        part = _told(shared(report, number + 1, count), number, asked.runs)
        runs.append(_shown(spectrum, noisy.model, asked, part))
        circuits = noisy.circuits.circuits
    report(1, 1, "circuits repeated")
    found = [_matched(exact, run, spectrum) for run in runs]
    peaks = tuple(_survival(p, [f.get(p.id) for f in found], asked) for p in exact)
    extra = tuple(len(run) - len(f) for run, f in zip(runs, found, strict=True))
    return Survey(asked, peaks, extra, circuits)


@dataclass(frozen=True, slots=True)
class _Noisy:
    """A model with noisy circuits, and these."""

    model: LoadedModel
    circuits: NoisyCircuits


def _noisy(model: LoadedModel, noise: NoiseModel, seed: int) -> _Noisy:
    """Put noisy circuits in the place of exact ones; without any noise the exact ones stay."""
    exact = model.network.front_end
    if not isinstance(exact, Circuits):
        raise ModelError(
            f"model '{model.card.name}' has no quantum circuit: choose one with a quanvolution"
        )
    circuits = NoisyCircuits.of(exact, noise, np.random.default_rng([_SEED, seed]))
    if noise == NoiseModel():
        return _Noisy(model, circuits)
    # it is called as a front end is, and knows its channels
    network = replace(model.network, front_end=cast(FrontEnd, circuits))
    return _Noisy(replace(model, network=network), circuits)


def _shown(spectrum: Spectrum, model: LoadedModel, asked: Repeated, report: Report) -> PeakList:
    found = find_loaded(
        spectrum, model, region=asked.region, polarity=asked.polarity, report=report
    )
    return as_listed(found, replace(asked.thresholds, shows_satellites=True), spectrum)


def _told(report: Report, number: int, count: int) -> Report:
    def part(done: int, total: int, text: str) -> None:
        report(done, total, f"repetition {number + 1} of {count}")

    return part


def _matched(exact: PeakList, run: PeakList, spectrum: Spectrum) -> dict[str, Peak]:
    """Return what stands in a repetition for each peak of the exact search, by its id."""
    sf_mhz = spectrum.axis.sf_mhz
    near = np.array([NEAR_WIDTHS * p.fwhm_hz if p.fwhm_hz else _NEAR_HZ for p in exact])
    pairs = match(_hz(exact, sf_mhz), _hz(run, sf_mhz), near).pairs
    return {exact.peaks[i].id: run.peaks[j] for i, j in pairs}


def _hz(peaks: PeakList, sf_mhz: float) -> NDArray[np.float64]:
    return np.array([p.ppm * sf_mhz for p in peaks], dtype=np.float64)


def _survival(peak: Peak, found: Sequence[Peak | None], asked: Repeated) -> Survival:
    seen = [p for p in found if p is not None]
    away = np.array([p.ppm - peak.ppm for p in seen])
    spread = float(away.std(ddof=1)) if away.size > 1 else math.nan
    if not asked.noise.shots and seen:
        spread = 0.0
    sure = [p.confidence for p in seen if p.confidence is not None]
    return Survival(
        peak,
        len(seen),
        len(found),
        spread,
        float(away.mean()) if seen else math.nan,
        float(np.mean(sure)) if sure else math.nan,
    )
