"""What a person says of a multiplet: its class and its couplings, typed and checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nmrquanv.errors import FormatError
from nmrquanv.numbers import parse_number
from nmrquanv.spectra.multiplets.first_order import NAMES, Coupling
from nmrquanv.spectra.multiplets.multiplet import Multiplet

MOST_COUPLING_HZ = 1300.0
"""Of one bond; 1J(P,H) reaches 700 Hz, 1J(P,F) 1,300 Hz."""

COUPLING_ELEMENTS = (
    "H", "D", "B", "C", "N", "F", "Si", "P", "Se", "Rh", "Ag", "Cd", "Sn", "Te", "W", "Pt", "Hg",
    "Tl", "Pb",
)  # fmt: skip
"""To which a person may say that a coupling is."""

_ELEMENT = re.compile(r"(\d)\s*(?:→|->)?\s*([A-Za-z]{1,2})\b")
_OTHER_NAMES = {"quin": "quint", "p": "quint", "hex": "sext", "sxt": "sext", "hept": "sept"}
_PARTNERS = {name: partners for partners, name in NAMES.items()}
_PART = re.compile("quint|quin|sext|sxt|hex|sept|hept|d|t|q|p")


def parse_class(text: str) -> tuple[str, bool]:
    """Return a class in the program's words, and whether it is broad.

    Raises
    ------
    FormatError
        It is none: says which there are.
    """
    words = text.strip().replace(".", "").split()
    is_broad = bool(words) and words[0].lower() in ("br", "broad")
    kind = "".join(words[1:] if is_broad else words)
    if kind.lower() == "brs":
        kind, is_broad = "s", True
    if kind.upper() == "AB":
        return "AB", is_broad
    kind = kind.lower()
    parts = _PART.findall(kind)
    if (kind not in ("s", "m") and "".join(parts) != kind) or not kind:
        raise FormatError(
            f"'{text.strip()}' is no class: use s, d, t, q, quint, sext, sept, several of them in "
            "a row (dd, td, ddd), AB or m, with br before it where it is broad"
        )
    return kind if kind in "sm" else "".join(_OTHER_NAMES.get(p, p) for p in parts), is_broad


def partners_of(kind: str) -> tuple[int, ...]:
    """Return the number of equivalent partners of each coupling that a class needs."""
    if kind == "AB":
        return (1,)
    return tuple(_PARTNERS[part] for part in _PART.findall(kind) if kind not in ("s", "m"))


def parse_couplings(text: str) -> tuple[tuple[float, str], ...]:
    """Return couplings that were typed, such as ``8.1; 2.3`` or ``47.2 F, 8.1``, largest first.

    Returns
    -------
    tuple of (float, str)
        In Hz, and the element of the partners; empty where none was typed.

    Raises
    ------
    FormatError
        One of them is no coupling.
    """
    # the element goes with its number, which "47.2 → F" has as well
    plain = _ELEMENT.sub(r"\1@\2", re.sub(r"\bHz\b|(?<=\d)Hz\b", " ", text))
    typed = []
    for part in filter(None, re.split(r";|,\s+|\s+", plain.strip())):
        number, _, to = part.strip(",").partition("@")
        value, element = parse_number(number), to.capitalize()
        if not 0 < value <= MOST_COUPLING_HZ:
            raise FormatError(
                f"{value:g} Hz is no coupling: type numbers above 0, up to {MOST_COUPLING_HZ:g}"
            )
        if element and element not in COUPLING_ELEMENTS:
            raise FormatError(
                f"'{to}' is no element that splits lines: use {', '.join(COUPLING_ELEMENTS)}"
            )
        typed.append((value, element))
    return tuple(sorted(typed, reverse=True))


def with_class(multiplet: Multiplet, text: str) -> Multiplet:
    """Return the multiplet with a class that a person typed.

    Couplings stay where the new class has as many; else they are left open.
    """
    kind, is_broad = parse_class(text)
    numbers = partners_of(kind)
    fits = len(numbers) == len(multiplet.couplings)
    couplings = _with_partners(multiplet.couplings, numbers) if fits else ()
    return replace(
        multiplet,
        kind=kind,
        is_broad=is_broad,
        couplings=couplings,
        is_by_hand=True,
        has_own_class=True,
    )


def with_couplings(multiplet: Multiplet, text: str) -> Multiplet:
    """Return the multiplet with couplings that a person typed; those have no error.

    A coupling that was there already, to 0.01 Hz, stays the measured one, whatever element it is
    said to be to; where all are, they go on following the lines.

    Raises
    ------
    FormatError
        Their number is not that of the class.
    """
    values = parse_couplings(text)
    numbers = partners_of(multiplet.kind)
    if values and len(values) != len(numbers):
        raise FormatError(
            f"{multiplet.name} has {len(numbers)} couplings, not {len(values)}: "
            "change its class first"
        )
    known = {round(c.hz, 2): c for c in multiplet.couplings}
    couplings = tuple(
        replace(known.get(round(value, 2), Coupling(value, 0.0, 1)), partners=partners, to=to)
        for (value, to), partners in zip(values, numbers, strict=False)
    )
    is_same = [c.hz for c in couplings] == [c.hz for c in multiplet.couplings]
    return replace(
        multiplet,
        couplings=couplings,
        is_by_hand=True,
        has_own_class=multiplet.has_own_class or not is_same,
    )


def _with_partners(couplings: Sequence[Coupling], numbers: Sequence[int]) -> tuple[Coupling, ...]:
    return tuple(replace(c, partners=n) for c, n in zip(couplings, numbers, strict=True))
