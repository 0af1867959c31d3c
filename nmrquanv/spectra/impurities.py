"""Common impurities of NMR samples by nucleus and solvent, and which of them a spectrum shows.

An impurity is offered when ALL its lines are there: at their shifts, as the patterns that they
are, and in 1H with areas in the ratio of its nuclei, where areas count any. One whose only signal
is a single line is never offered: a shift proves nothing. It is told apart, as a hint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from nmrquanv.spectra.impurity_tables import ImpuritySignal, table_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet

NEAR_PPM = {"1H": 0.03, "13C": 0.3}
"""Shifts of the tables hold within this, after the offset of the spectrum's own reference."""

MOST_RATIO = 1.6
"""Areas for each nucleus may differ by this factor between the signals of one impurity."""

COUPLING_HZ = 0.6
"""7.1 Hz of an ethyl group, 6.1 of an isopropyl one hold within this in all solvents."""


@dataclass(frozen=True, slots=True)
class Impurity:
    """What a spectrum may show besides its compound.

    Parameters
    ----------
    name : str
    multiplets : tuple of Multiplet
        The spectrum's own, one for each signal of the table.
    signals : tuple of ImpuritySignal
    shares : tuple of float
        Area for each nucleus of each multiplet, of the largest; empty where areas count none.
    """

    name: str
    multiplets: tuple[Multiplet, ...]
    signals: tuple[ImpuritySignal, ...]
    shares: tuple[float, ...] = ()


def found_impurities(
    multiplets: Sequence[Multiplet],
    nucleus: str,
    solvent: str,
    offset_ppm: float = 0.0,
    *,
    has_areas: bool = True,
) -> tuple[Impurity, ...]:
    """Return the impurities of several signals that are all there, by name.

    Parameters
    ----------
    multiplets : sequence of Multiplet
    nucleus, solvent : str
    offset_ppm : float, ppm
        How far the spectrum's solvent line is from where the table has it.
    has_areas : bool
        Whether areas of the spectrum count nuclei; those of carbon never do.
    """
    found = (
        one for one in _all_there(multiplets, nucleus, solvent, offset_ppm) if len(one.signals) > 1
    )
    if nucleus != "1H" or not has_areas:
        return tuple(found)
    shared = (replace(one, shares=_shares(one)) for one in found)
    return tuple(one for one in shared if _is_in_ratio(one))


def lone_lines(
    multiplets: Sequence[Multiplet], nucleus: str, solvent: str, offset_ppm: float = 0.0
) -> tuple[Impurity, ...]:
    """Return what has one signal in the table, and a singlet there: a hint, and no evidence.

    Parameters
    ----------
    multiplets : sequence of Multiplet
    nucleus, solvent : str
    offset_ppm : float, ppm
        As in :func:`found_impurities`.
    """
    return tuple(
        one for one in _all_there(multiplets, nucleus, solvent, offset_ppm) if len(one.signals) == 1
    )


def _all_there(
    multiplets: Sequence[Multiplet], nucleus: str, solvent: str, offset_ppm: float
) -> tuple[Impurity, ...]:
    there = []
    for name, signals in sorted(table_of(nucleus, solvent).items()):
        found = _all_of(signals, multiplets, nucleus, offset_ppm)
        if found is not None:
            there.append(Impurity(name, found, signals))
    return tuple(there)


def _all_of(
    signals: Sequence[ImpuritySignal],
    multiplets: Sequence[Multiplet],
    nucleus: str,
    offset_ppm: float,
) -> tuple[Multiplet, ...] | None:
    """Return one multiplet for each signal; None if one is missing."""
    found: list[Multiplet] = []
    for signal in signals:
        wanted = signal.ppm + offset_ppm
        near = [
            m
            for m in multiplets
            if abs(m.ppm - wanted) <= NEAR_PPM[nucleus]
            and m not in found
            and (nucleus != "1H" or _is_like(m, signal))
        ]
        if not near:
            return None
        found.append(min(near, key=lambda m: abs(m.ppm - wanted)))
    return tuple(found)


def _shares(one: Impurity) -> tuple[float, ...]:
    each = [m.area / s.nuclei for m, s in zip(one.multiplets, one.signals, strict=True)]
    largest = max(each, key=abs) or 1.0
    return tuple(area / largest for area in each)


def _is_in_ratio(one: Impurity) -> bool:
    each = [abs(share) for share in one.shares]
    usual = median(each)
    return all(usual / MOST_RATIO <= share <= usual * MOST_RATIO for share in each)


def _is_like(one: Multiplet, signal: ImpuritySignal) -> bool:
    """Tell whether a multiplet has the pattern of a table's signal; of an "m" its place decides."""
    if signal.kind == "m":
        return one.kind != "s" or one.is_broad
    if one.kind != signal.kind:
        return False
    return not one.couplings or abs(one.couplings[0].hz - signal.coupling_hz) <= COUPLING_HZ
