"""The lines of a spectrum, fitted for its synthetic twin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import SearchError
from nmrquanv.models.decoding import Candidates
from nmrquanv.models.ground import Ground
from nmrquanv.models.lone_tops import field_of
from nmrquanv.models.refinement import NativeTrace
from nmrquanv.models.windows import narrow_width_points
from nmrquanv.progress import Report, shared, silent_report, standing
from nmrquanv.spectra.field import Field
from nmrquanv.spectra.fitting.spread import Spread
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.reference_height import in_bands
from nmrquanv.spectra.simulation.twin import DrawnLines, Shared, Twin, twin_of
from nmrquanv.spectra.spectrum import Spectrum

Array = NDArray[np.float64]

_GAUSS_FWHM = 2.0 * float(np.sqrt(2.0 * np.log(2.0)))


@dataclass(frozen=True, slots=True, eq=False)
class FittedTwin:
    """A twin, and how well its lines are those of the spectrum.

    Parameters
    ----------
    twin : Twin
    shape_error : float
        Share of their height by which lines of the original miss those of the fit.
    has_field : bool
        Whether the lines have the shape that the spectrum's own lines taught.
    """

    twin: Twin
    shape_error: float
    has_field: bool


def fitted_twin(
    spectrum: Spectrum, peaks: Iterable[Peak], report: Report = silent_report
) -> FittedTwin:
    """Fit the lines of a list and return the spectrum's twin.

    Parameters
    ----------
    spectrum : Spectrum
    peaks : iterable of Peak
        Which lines there are; their heights and widths are fitted.
    report : Report
        May cancel.

    Raises
    ------
    SearchError
        The list is empty.
    """
    listed = list(peaks)
    if not listed:
        raise SearchError(
            "a twin needs the spectrum's lines and the list is empty: find peaks first"
        )
    paused = standing(report, 0)
    narrow = narrow_width_points(spectrum, paused)
    signs = sorted({1.0 if p.height > 0 else -1.0 for p in listed}, reverse=True)
    parts, errors, taught = [], [], []
    for number, sign in enumerate(signs):
        own = [p for p in listed if p.height * sign > 0]
        native = NativeTrace.of(spectrum, narrow, sign)
        drawn, even, error = _fitted(native, spectrum, own, shared(report, number, len(signs)))
        ground = Ground.of(spectrum, native, is_only_sign=len(signs) == 1, report=paused)
        own_field = field_of(ground, in_bands(spectrum))
        parts.append(drawn)
        errors.append(error)
        shape = _in_points(own_field, native.factor) if own_field.is_known else Shared(even)
        taught.append((len(own), own_field.is_adopted, shape))
    report(99, 100, "drawing the twin")
    names = ("position", "fwhm", "height", "is_excused")
    if not any(part.position.size for part in parts):
        raise SearchError("no listed line stands on the trace: find peaks again")
    whole = DrawnLines(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))
    _, has_field, shape = max(taught, key=lambda one: one[0])
    return FittedTwin(twin_of(spectrum, whole, shape, narrow), max(errors), has_field)


def _fitted(
    native: NativeTrace, spectrum: Spectrum, peaks: Sequence[Peak], report: Report
) -> tuple[DrawnLines, Spread, float]:
    """Fit the lines of one sign.

    Returns
    -------
    Drawn
    Spread
        The usual Gaussian part of their shapes, for where no field is known.
    float
        How far lines of the original are from the fit, as a share of their height.
    """
    axis, n = spectrum.axis, len(peaks)
    position = np.array([axis.point(p.ppm) for p in peaks])
    width = [p.fwhm_hz / axis.point_hz if p.fwhm_hz else native.narrow for p in peaks]
    starts = Candidates(position, np.array(width), np.ones(n), np.zeros(n, np.int64))
    lines = native.fit(starts, report)
    excused = np.array([p.peak_class == "satellite" for p in peaks], dtype=bool)
    keep = (lines.height > 0) & (lines.position > 0) & (lines.position < axis.size - 1)
    drawn = DrawnLines(
        lines.position[keep], lines.fwhm[keep], native.sign * lines.height[keep], excused[keep]
    )
    gauss = np.median(_gaussian_share(lines.eta) * lines.fwhm) / _GAUSS_FWHM
    return drawn, Spread.gaussian(float(gauss)), native.shape_error(lines)


def _in_points(field: Field, factor: int) -> Shared:
    """Return what was learnt on an interpolated trace, in points of the spectrum."""
    spread = Spread(field.spread.shift / factor, field.spread.share)
    return Shared(spread, field.width / factor)


def _gaussian_share(eta: Array) -> Array:
    """Return the Gaussian's part of a pseudo-Voigt's width, 0 to 1.

    References
    ----------
    P. Thompson, D. E. Cox, J. B. Hastings, J. Appl. Cryst. 20 (1987) 79: the Lorentzian's part;
    J. J. Olivero, R. L. Longbothum, J. Quant. Spectrosc. Radiat. Transfer 17 (1977) 233: of
    the whole, what that leaves to the Gaussian.
    """
    part = np.linspace(0.0, 1.0, 101)
    of_part = 1.36603 * part - 0.47719 * part**2 + 0.11116 * part**3
    lorentz = np.interp(eta, of_part, part)
    left = (1.0 - 0.5346 * lorentz) ** 2 - 0.2166 * lorentz**2
    return np.asarray(np.sqrt(np.maximum(left, 0.0)))
