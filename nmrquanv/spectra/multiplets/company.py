"""Signals near others of their size: there two lines may be a part of something larger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nmrquanv.spectra.array_rows import middle_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet, intensity_of, reach_ppm
from nmrquanv.spectra.peaks import Peak

_SHARE = 1.0 / 3.0
"""Of the height of a signal's own lines, from which another's make company."""


def has_company(
    one: Multiplet, others: Sequence[Multiplet], peaks: Mapping[str, Peak], gap_ppm: float
) -> bool:
    """Tell whether lines of another signal stand as near as couplings reach; broad ones aside.

    Parameters
    ----------
    one : Multiplet
    others : sequence of Multiplet
        With or without it.
    peaks : mapping of str to Peak
    gap_ppm : float, ppm
        How far couplings reach.
    """
    least = _SHARE * max(abs(peaks[i].height) for i in one.peak_ids)
    return any(
        abs(peaks[i].height) >= least and peaks[i].kind != "broad"
        for other in others
        if other.id != one.id
        and other.low_ppm - one.high_ppm <= gap_ppm
        and one.low_ppm - other.high_ppm <= gap_ppm
        for i in other.peak_ids
    )


def without_class(one: Multiplet, row: Sequence[Peak], sf_mhz: float) -> Multiplet:
    """Return a multiplet as an ``m`` over its lines, by rising ppm."""
    middle = middle_of((p.ppm for p in row), map(intensity_of, row))
    ends = row[0].ppm - reach_ppm(row[0], sf_mhz), row[-1].ppm + reach_ppm(row[-1], sf_mhz)
    return replace(
        one,
        peak_ids=tuple(p.id for p in reversed(row)),
        kind="m",
        couplings=(),
        is_broad=False,
        ppm=middle,
        low_ppm=ends[0],
        high_ppm=ends[1],
    )
