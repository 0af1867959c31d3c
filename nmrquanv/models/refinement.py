"""Candidates -> lines fitted on the native trace, with the evidence for each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models import windows as win
from nmrquanv.models.confidence import Surroundings, evidence
from nmrquanv.models.decoding import Candidates
from nmrquanv.models.regridding import resample
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.fitting import FittedLines, fit_lines
from nmrquanv.spectra.fitting.common_shape import CommonShape
from nmrquanv.spectra.fitting.level import Level
from nmrquanv.spectra.fitting.passes import Known
from nmrquanv.spectra.fitting.priors import WIDTH_ERR
from nmrquanv.spectra.fitting.shape import misses, shape_error, slants
from nmrquanv.spectra.noise_correlation import noise_correlation
from nmrquanv.spectra.spectrum import Spectrum

_ENOUGH_POINTS = 4.0
_NARROWEST = 1.6
"""In native points: no grid is finer than lines of this width ask, and so narrower ones are placed
no better."""

_NEIGHBOURS, _SURE, _BROADER = 4, 0.4, 1.25
_OF_PLACE = ("position", "position_err", "position_data", "position_shape")
_IN_POINTS = (*_OF_PLACE, "fwhm", "fwhm_err", "fwhm_shape")
_PLACED, _MAX_SHIFT = 0.04, 0.14
"""In widths. Networks place lines to 0.01 to 0.04 widths; a fit that moves one much farther has the
wrong number of lines."""


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """Lines of one sign after refinement.

    Parameters
    ----------
    candidates : Candidates
    lines : FittedLines
        Native points; heights positive for lines of this sign.
    noise : (n,) float64
        At each line.
    evidence : (n, k) float32
    sign : +1.0 or -1.0
    """

    candidates: Candidates
    lines: FittedLines
    noise: NDArray[np.float64]
    evidence: NDArray[np.float32]
    sign: float


@dataclass(frozen=True, slots=True, eq=False)
class NativeTrace:
    """The trace that lines are fitted on.

    Parameters
    ----------
    trace : (m,) float64
        Polarity applied. Native points; where narrow lines have fewer than four, interpolated
        (band-limited) by a factor of 2 or 4, which keeps the native points.
    factor : int
    sigma : float
        Noise of the quiet parts.
    noise : (si,) float64
        Noise at each native point.
    correlation : (k,) float64
        Of its noise.
    narrow : float, native points
    sign : +1.0 or -1.0
    level : Level
        That its lines stand on.
    known : dict
        Groups of lines that were fitted on it: the next fit starts from them.
    common : CommonShape or None
        What its lines have beyond the model line.
    """

    trace: NDArray[np.float64]
    factor: int
    sigma: float
    noise: NDArray[np.float64]
    correlation: NDArray[np.float64]
    narrow: float
    sign: float
    level: Level
    known: Known = field(default_factory=dict)
    common: CommonShape | None = None

    @classmethod
    def of(
        cls, spectrum: Spectrum, narrow: float, sign: float, report: Report = silent_report
    ) -> NativeTrace:
        """Prepare a spectrum's trace; ``report`` may cancel."""
        factor = 1 if narrow >= _ENOUGH_POINTS else 2 if 2 * narrow >= _ENOUGH_POINTS else 4
        size = factor * spectrum.axis.size
        trace = sign * (spectrum.trace if factor == 1 else resample(spectrum, size))
        noise = spectrum.noise
        correlation = noise_correlation(trace, noise.sigma)
        level = Level.of(trace, noise.sigma, factor * narrow, report)
        return cls(trace, factor, noise.sigma, noise.profile, correlation, narrow, sign, level)

    def noise_at(self, position: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the noise at native positions."""
        at = np.clip(np.round(position).astype(int), 0, self.noise.size - 1)
        return np.asarray(self.noise[at], dtype=np.float64)

    def fit(
        self,
        candidates: Candidates,
        report: Report = silent_report,
        *,
        widths: NDArray[np.float64] | None = None,
        width_err: float = WIDTH_ERR,
    ) -> FittedLines:
        """Fit candidates; native points in, native points out.

        ``widths`` (n,) are expected with an error of ``width_err`` in the logarithm; else what the
        candidates themselves say is.
        """

        def part(done: int, total: int, text: str) -> None:
            report(round(60 + 40 * done / max(total, 1)), 100, text)

        expected = starting_widths(candidates) if widths is None else widths
        start, fwhm = self.factor * candidates.position, self.factor * expected
        fitted = fit_lines(
            self.trace,
            self.sigma,
            start,
            fwhm,
            self.correlation,
            part,
            max_shift=_MAX_SHIFT,
            start_err=_PLACED,
            least=_NARROWEST * self.factor,
            is_upright=True,
            level=self.level,
            known=self.known,
            common=self.common,
            width_err=width_err,
        )
        common = None if self.common is None else self.common.wider(1.0 / self.factor)
        native = {name: getattr(fitted, name) / self.factor for name in _IN_POINTS}
        return replace(fitted, **native, common=common)

    def in_field(self, common: CommonShape) -> NativeTrace:
        """Return the trace with what its lines have beyond the model line."""
        return replace(self, known={}, common=common)

    def shape_error(self, lines: FittedLines) -> float:
        """Return how far the spectrum's lines are from the model line; native points in."""
        return shape_error(self.trace, self.sigma, self._scaled(lines, "position", "fwhm"))

    def with_errors(self, lines: FittedLines, shape_error: float) -> FittedLines:
        """Return lines with all that their errors hold: noise, shape, what each misses, its lean.

        ``shape_error`` is the share of its height by which the spectrum's usual line misses the
        model; one that the trace shows to miss by more has its own.
        """
        scaled = self._scaled(lines, "position", "fwhm")
        own = np.nan_to_num(misses(self.trace, self.sigma, scaled))
        lean = slants(self.trace, self.sigma, scaled)
        return lines.with_shape(np.maximum(own, shape_error), lean)

    def misses(self, lines: FittedLines) -> NDArray[np.float64]:
        """Return by how much of its height each line misses the trace, NaN where nobody can tell.

        Native points in.
        """
        return misses(self.trace, self.sigma, self._scaled(lines, "position", "fwhm"))

    def _scaled(self, lines: FittedLines, *names: str) -> FittedLines:
        """Return lines in the trace's own points."""
        scaled = {name: self.factor * getattr(lines, name) for name in names}
        return replace(lines, **scaled, common=self.common)


def refine(
    native: NativeTrace, candidates: Candidates, finest: win.Grid, report: Report = silent_report
) -> Refined:
    """Fit candidates on the native trace and collect the evidence for each."""
    lines = native.fit(candidates, report)
    report(100, 100, "looking around peaks")
    around = Surroundings.of(finest, native.trace.size // native.factor)
    noise = native.noise_at(lines.position)
    found = evidence(candidates, lines, around, noise, native.sigma, native.narrow)
    return Refined(candidates, lines, noise, found, native.sign)


def starting_widths(candidates: Candidates) -> NDArray[np.float64]:
    """Return the widths from which lines are fitted, native points.

    Notes
    -----
    Where lines overlap, the curvature at a top makes them too broad, and a line that starts too
    broad swallows its neighbours. So none starts much broader than the narrower ones of the lines
    nearby that were seen on the same scale.
    """
    n = candidates.fwhm.size
    near = np.arange(n)[:, None] + np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1)
    inside = (near >= 0) & (near < n)
    near = np.clip(near, 0, n - 1)
    alike = candidates.scale[near] == candidates.scale[:, None]
    alike &= inside & (candidates.probability[near] >= _SURE)
    alike[:, _NEIGHBOURS] = True
    width = np.sort(np.where(alike, candidates.fwhm[near], np.inf), axis=1)
    narrower = np.take_along_axis(width, (alike.sum(axis=1, keepdims=True) - 1) // 4, axis=1)
    return np.minimum(candidates.fwhm, _BROADER * narrower[:, 0])
