"""Which of the MHz in a text are those of its axis: not the magnet's name, nor a decoupler's.

"400 MHz" beside 13C names the magnet by its protons: 13C is at 100.6 MHz there. What is no
frequency of the nucleus is told, not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from types import MappingProxyType

from nmrquanv.io.checks import MAX_SF_MHZ, MIN_SF_MHZ

NUMBER = r"(\d{1,4}(?:[.,]\d+)?)"
_REFERENCE = re.compile(rf"\b(?:sf|sfo1|bf1|sfrq)\b\s*[=:]?\s*{NUMBER}", re.IGNORECASE)
_MHZ = re.compile(rf"{NUMBER}\s*mhz|mhz\b\W{{0,4}}{NUMBER}", re.IGNORECASE)

OF_PROTONS = MappingProxyType({
    "2H": 0.15350609, "3He": 0.76179437, "7Li": 0.38863797, "11B": 0.32083974, "13C": 0.25145020,
    "14N": 0.07226317, "15N": 0.10136767, "17O": 0.13556457, "19F": 0.94094011, "23Na": 0.26451900,
    "27Al": 0.26056859, "29Si": 0.19867187, "31P": 0.40480742, "51V": 0.26302948,
    "59Co": 0.23727074, "77Se": 0.19071513, "103Rh": 0.03186447, "109Ag": 0.04653533,
    "113Cd": 0.22193175, "119Sn": 0.37290632, "125Te": 0.31549769, "129Xe": 0.27810186,
    "183W": 0.04166387, "195Pt": 0.21496784, "199Hg": 0.17910822, "207Pb": 0.20920599,
})  # fmt: skip
"""Frequencies as parts of the protons' in one field (R. K. Harris et al., Pure Appl. Chem. 73
(2001) 1795)."""

MAGNETS_MHZ = (60, 80, 90, 100, 200, 250, 270, 300, 360, 400, 500, 600, 700, 750, 800, 850, 900,
               950, 1000, 1100, 1200)  # fmt: skip
"""What magnets are called, by their protons."""

_LIKE, _SAME = 0.007, 0.01
"""A magnet is within this part of its name; numbers that differ less are one, rounded."""


def frequency_in(lines: Sequence[str], nucleus: str) -> tuple[float | None, tuple[str, ...]]:
    """Return the MHz of the axis that lines of words say, and what is doubtful about them.

    Parameters
    ----------
    lines : sequence of str
    nucleus : str
        Such as ``13C``; empty if it is not known.
    """
    named = list(_numbers(_REFERENCE, lines))
    others = list(_numbers(_MHZ, lines))
    said = [*named, *others]
    if not said:
        return None, ()
    fitting = [mhz for mhz in said if not doubt_of(mhz, nucleus)]
    if not fitting:
        return None, (doubt_of(said[0], nucleus),)
    taken = fitting[0]
    is_sure = taken in named or nucleus in OF_PROTONS
    unlike = [mhz for mhz in fitting if abs(mhz - taken) > _SAME * taken]
    if is_sure or not unlike:
        return taken, ()
    return taken, (f"the text says {taken:g} and {unlike[0]:g} MHz: the first is taken",)


def doubt_of(mhz: float, nucleus: str) -> str:
    """Return why a frequency is none of a nucleus but the magnet's; empty where it may be."""
    share = OF_PROTONS.get(nucleus)
    if share is None or _is_magnet(mhz / share):
        return ""
    if not _is_magnet(mhz) and mhz / share <= max(MAGNETS_MHZ) * (1 + _LIKE):
        return ""
    return (
        f"{mhz:g} MHz is no frequency of {nucleus} but that of protons, whose magnet has {nucleus} "
        f"at {share * mhz:.5g} MHz: no values in Hz unless the MHz are given"
    )


def _is_magnet(mhz: float) -> bool:
    return any(abs(mhz - known) <= _LIKE * known for known in MAGNETS_MHZ)


def _numbers(pattern: re.Pattern[str], lines: Iterable[str]) -> Iterable[float]:
    for line in lines:
        for found in pattern.finditer(line):
            mhz = float(next(filter(None, found.groups())).replace(",", "."))
            if MIN_SF_MHZ <= mhz <= MAX_SF_MHZ:
                yield mhz
