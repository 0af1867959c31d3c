"""What is known of a spectrum without its points: what goes along with a peak list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nmrquanv.spectra.spectrum import Spectrum


@dataclass(frozen=True, slots=True)
class SpectrumFacts:
    """What an export says of the spectrum; None for what is not known.

    Parameters
    ----------
    path, sha256, format, source, nucleus, solvent, title : str or None
        As in :class:`~nmrquanv.spectra.spectrum.Source` and ``Sample``.
    sf_mhz : float or None, MHz
        Frequency of 0 ppm; None when the file did not say it, and then no Hz value is known.
    points : int or None
    sw_hz, high_ppm, low_ppm : float or None
        The sweep: its width, and the chemical shifts of its first and last point.
    recipe : dict or list or None
        ``Recipe.to_dict()``.
    notes : tuple of str
        Fallbacks taken while reading.
    """

    path: str | None = None
    sha256: str | None = None
    format: str | None = None
    source: str | None = None
    nucleus: str | None = None
    solvent: str | None = None
    title: str | None = None
    sf_mhz: float | None = None
    points: int | None = None
    sw_hz: float | None = None
    high_ppm: float | None = None
    low_ppm: float | None = None
    recipe: dict[str, Any] | list[Any] | None = None
    notes: tuple[str, ...] = ()


def facts_of(spectrum: Spectrum, recipe: Mapping[str, Any] | None = None) -> SpectrumFacts:
    """Return what is known of a spectrum, and of the recipe (``Recipe.to_dict()``) that gave it."""
    axis, source, sample = spectrum.axis, spectrum.source, spectrum.sample
    high, low = axis.limits_ppm
    return SpectrumFacts(
        path=source.path or None,
        sha256=source.sha256,
        format=source.format or None,
        source=source.kind or None,
        nucleus=sample.nucleus or None,
        solvent=sample.solvent or None,
        title=sample.title or None,
        sf_mhz=axis.sf_mhz if axis.has_hz else None,
        points=axis.size,
        sw_hz=axis.sw_hz if axis.has_hz else None,
        high_ppm=high,
        low_ppm=low,
        recipe=None if recipe is None else dict(recipe),
        notes=(*source.notes, *spectrum.remarks),
    )
