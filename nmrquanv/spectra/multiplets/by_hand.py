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


def parse_couplings(text: str) -> tuple[float, ...]:
    """Return couplings that were typed, such as ``8.1; 2.3`` or ``8.1, 2.3``, largest first.

    Raises
    ------
    FormatError
        One of them is no coupling.
    """
    parts = [part for part in re.split(r";|,\s+|\s+", text.replace("Hz", " ").strip()) if part]
    values = [parse_number(part.strip(",")) for part in parts]
    for value in values:
        if not 0 < value <= MOST_COUPLING_HZ:
            raise FormatError(
                f"{value:g} Hz is no coupling: type numbers above 0, up to {MOST_COUPLING_HZ:g}"
            )
    return tuple(sorted(values, reverse=True))


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
    """Return the multiplet with couplings that a person typed; they have no error.

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
    known = {round(c.hz, 2): c.error_hz for c in multiplet.couplings}
    couplings = tuple(
        Coupling(value, known.get(round(value, 2), 0.0), partners)
        for value, partners in zip(values, numbers, strict=False)
    )
    return replace(multiplet, couplings=couplings, is_by_hand=True, has_own_class=True)


def _with_partners(couplings: Sequence[Coupling], numbers: Sequence[int]) -> tuple[Coupling, ...]:
    return tuple(replace(c, partners=n) for c, n in zip(couplings, numbers, strict=True))
