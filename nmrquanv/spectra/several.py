"""Several spectra beside each other: sums and differences, alignment, what stands in a region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import ProcessingError
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.integrals import Integral, area, why_not
from nmrquanv.spectra.snapping import snapped
from nmrquanv.spectra.spectrum import Source, Spectrum


@dataclass(frozen=True, slots=True)
class Term:
    """A spectrum of a sum.

    Parameters
    ----------
    spectrum : Spectrum
    factor : float
        Its intensities count so many times; negative in a difference.
    shift_ppm : float, ppm
        By how much its axis is moved.
    """

    spectrum: Spectrum
    factor: float = 1.0
    shift_ppm: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a region of a spectrum.

    Parameters
    ----------
    ppm : float, ppm
        Of the tallest point, of either sign, between points.
    height : float, intensity
        Of the trace there, signed.
    area : float, intensity x Hz
    """

    ppm: float
    height: float
    area: float


def standing_in(spectrum: Spectrum, region: PpmRange, shift_ppm: float = 0.0) -> Standing | None:
    """Return what stands in a region; None where the spectrum does not reach all of it.

    Parameters
    ----------
    spectrum : Spectrum
    region : (high_ppm, low_ppm)
        On the moved axis, and so is the answer.
    shift_ppm : float, ppm
        By how much the spectrum's axis is moved.
    """
    high, low = max(region) - shift_ppm, min(region) - shift_ppm
    first, last = spectrum.axis.limits_ppm
    span = spectrum.axis.span(high, low)
    if high > first or low < last or span.stop - span.start < 1 or high <= low:
        return None
    part = spectrum.trace[span]
    point = span.start + int(np.argmax(np.abs(part)))
    ppm = float(spectrum.axis.ppm(point))
    top = min(max(snapped(spectrum, ppm), low), high)
    covered = area(spectrum, Integral(high, low))
    return Standing(top + shift_ppm, float(spectrum.trace[point]), covered)


def shift_to(spectrum: Spectrum, ppm: float, reach_ppm: float) -> float | None:
    """Return by how much to move an axis so that the tallest line near a shift stands on it.

    None where the spectrum does not reach that far.
    """
    found = standing_in(spectrum, (ppm + reach_ppm, ppm - reach_ppm))
    return None if found is None else ppm - found.ppm


def summed(terms: Sequence[Term]) -> Spectrum:
    """Return a sum of spectra on the axis of the first.

    Parameters
    ----------
    terms : sequence of Term
        Two or more.

    Returns
    -------
    Spectrum
        Complex where all are, of magnitudes where one is. Where a spectrum does not reach it counts
        as zero; its sample is the first one's.

    Raises
    ------
    ProcessingError
        Spectra of different nuclei, or of which one shares nothing with the first.

    Notes
    -----
    A spectrum on an axis of its own is laid on the first's points by a cubic spline, which is
    right where lines are at least some three points wide.
    """
    first = terms[0]
    is_complex = all(term.spectrum.is_complex for term in terms)
    for term in terms:
        _require_alike(first.spectrum, term.spectrum)
    parts = [term.factor * _laid_on(first, term, is_complex=is_complex) for term in terms]
    total = np.sum(parts, axis=0)
    axis = first.spectrum.axis.shifted(first.shift_ppm) if first.shift_ppm else None
    made = first.spectrum.with_data(total, axis)
    is_magnitude = any(why_not(term.spectrum) for term in terms)
    source = Source("", "made", "calculated")
    return replace(made, source=source, time_points=None, is_magnitude=is_magnitude)


def _require_alike(first: Spectrum, other: Spectrum) -> None:
    nuclei = (first.sample.nucleus, other.sample.nucleus)
    if all(nuclei) and nuclei[0] != nuclei[1]:
        raise ProcessingError(
            f"a spectrum of {nuclei[0]} and one of {nuclei[1]} cannot be added: "
            "choose spectra of one nucleus"
        )


def _laid_on(first: Term, term: Term, *, is_complex: bool) -> NDArray[Any]:
    """Return a term's intensities at the first one's points; zero where it does not reach."""
    from scipy.interpolate import CubicSpline

    data = term.spectrum.data if is_complex else term.spectrum.trace
    own, wanted = term.spectrum.axis, first.spectrum.axis
    if own == wanted and term.shift_ppm == first.shift_ppm:
        return np.asarray(data)
    at = own.point(wanted.all_ppm() + first.shift_ppm - term.shift_ppm)
    inside = (at >= 0) & (at <= own.size - 1)
    if not inside.any():
        raise ProcessingError(
            "the spectra have no chemical shift in common: they cannot be added or subtracted"
        )
    laid = np.zeros(wanted.size, dtype=data.dtype)
    laid[inside] = CubicSpline(np.arange(own.size), data)(at[inside])
    return laid
