"""What is not sure of multiplets that are printed: for a chemist to look at before printing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nmrquanv.numbers import fixed
from nmrquanv.spectra.multiplets import by_hand
from nmrquanv.spectra.multiplets.minor_lines import MINOR_SHARE
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak

SMALL_SHARE = 0.03
"""A multiplet whose area is less than this part of the median one's is told as small."""

CLOSE_HZ = 5.0
"""Outer lines of two signals that are nearer than this may belong to either."""

_LEAST_SNR, _LEAST_CONFIDENCE = 10.0, 0.7


def doubts_of(
    printed: Sequence[Multiplet], peaks: Mapping[str, Peak], mhz: float
) -> tuple[str, ...]:
    """Return a line for each multiplet that is printed but not sure.

    Parameters
    ----------
    printed : sequence of Multiplet
    peaks : mapping of str to Peak
        By id; those that a multiplet names and that are not here are left out.
    mhz : float, MHz
        Of 0 ppm.
    """
    areas = sorted(abs(m.area) for m in printed)
    usual = areas[len(areas) // 2] if areas else 0.0
    told = []
    for one in printed:
        row = [p for i in one.peak_ids if (p := peaks.get(i)) is not None]
        reasons = _of_class(one, row)
        if abs(one.area) < SMALL_SHARE * usual:
            reasons.append("small, perhaps an impurity or a satellite")
        reasons += _of_lines(row)
        if any(_gap_hz(one, other, mhz) < CLOSE_HZ for other in printed if other is not one):
            reasons.append("so close to another signal that lines may be that one's")
        if reasons:
            told.append(f"{fixed(one.ppm, 2)} {one.name}: {'; '.join(reasons)}")
    return tuple(told)


def close_groups(
    printed: Sequence[Multiplet], peaks: Mapping[str, Peak], mhz: float
) -> tuple[tuple[Multiplet, ...], ...]:
    """Return signals that are too close to say whose lines are whose: rows of two and more.

    Parameters
    ----------
    printed : sequence of Multiplet
    peaks : mapping of str to Peak
        By id.
    mhz : float, MHz
        Of 0 ppm.

    Notes
    -----
    Of two close signals whose couplings are known each has lines of its own. A signal that no
    pattern explains may be part of the other, if it is no minor thing beside it.
    """
    groups: list[list[Multiplet]] = []
    for one in sorted(printed, key=lambda m: -m.high_ppm):
        row = groups[-1] if groups else []
        if any(_may_be_one(one, other, peaks, mhz) for other in row):
            row.append(one)
        else:
            groups.append([one])
    return tuple(tuple(row) for row in groups if len(row) > 1)


def _may_be_one(one: Multiplet, other: Multiplet, peaks: Mapping[str, Peak], mhz: float) -> bool:
    """Tell whether two signals may be parts of one."""
    if _gap_hz(one, other, mhz) >= CLOSE_HZ or (one.couplings and other.couplings):
        return False
    low, high = sorted(
        max((abs(p.height) for i in m.peak_ids if (p := peaks.get(i))), default=0.0)
        for m in (one, other)
    )
    return low >= MINOR_SHARE * high


def _of_class(one: Multiplet, row: Sequence[Peak]) -> list[str]:
    """Return what is not sure of a multiplet's class."""
    reasons = []
    if len(by_hand.partners_of(one.kind)) != len(one.couplings):
        reasons.append("its class needs couplings that are not known")
    hidden = [p for p in row if p.kind == "unresolved"]
    if hidden:
        least = sum(p.least_lines for p in hidden)
        reasons.append(f"unresolved: {least} lines or more that the data do not tell apart")
    if any(p.kind == "top" for p in row):
        reasons.append("a line of it is known by its top alone")
    return reasons


def _of_lines(row: Sequence[Peak]) -> list[str]:
    """Return what is not sure of a multiplet's lines."""
    reasons = []
    known = [p.snr for p in row if p.snr is not None]
    if known and max(known) < _LEAST_SNR:
        reasons.append("hardly above the noise")
    sure = [p.confidence for p in row if p.confidence is not None and not p.is_users]
    if sure and max(sure) < _LEAST_CONFIDENCE:
        reasons.append("its finder doubts it")
    others = sorted({p.peak_class for p in row} - {"signal"})
    if others:
        reasons.append(f"a line of {' and '.join(others)} lies in it")
    return reasons


def _gap_hz(one: Multiplet, other: Multiplet, mhz: float) -> float:
    """Return how far two signals are apart; below zero where they overlap."""
    return (max(one.low_ppm, other.low_ppm) - min(one.high_ppm, other.high_ppm)) * mhz
