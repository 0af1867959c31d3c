"""Stretches of the axis as a person types and reads them: ``10 : 8.5, 5.2 : 4.6``."""

from __future__ import annotations

from collections.abc import Iterable

from nmrquanv.errors import NumberError
from nmrquanv.numbers import fixed, parse_number
from nmrquanv.spectra.thresholds import Ranges

_EXPECTED = "Write stretches as HIGH : LOW in ppm, with ';' between them, such as 10 : 8.5; 5 : 4.6"


def places_in(text: str) -> Ranges:
    """Return the stretches that a text names, highest first; stretches that touch become one.

    Raises
    ------
    NumberError
        It is none; the message says how stretches are written.
    """
    return joined(_ends(part.strip()) for part in text.split(";") if part.strip())


def joined(places: Iterable[tuple[float, float]]) -> Ranges:
    """Return stretches in order, highest first; those that touch become one."""
    whole: list[tuple[float, float]] = []
    for high, low in sorted(places, reverse=True):
        if whole and high >= whole[-1][1]:
            whole[-1] = whole[-1][0], min(low, whole[-1][1])
        else:
            whole.append((high, low))
    return tuple(whole)


def _ends(text: str) -> tuple[float, float]:
    high, colon, low = text.partition(":")
    if not colon:
        raise NumberError(f"'{text}' is no stretch. {_EXPECTED}.")
    try:
        ends = parse_number(high), parse_number(low)
    except NumberError as error:
        raise NumberError(f"{error} {_EXPECTED}.") from error
    if ends[0] == ends[1]:
        raise NumberError(f"'{text}' has no width. {_EXPECTED}.")
    return max(ends), min(ends)


def places_text(places: Ranges) -> str:
    """Return stretches as they are typed."""
    return "; ".join(f"{_short(high)} : {_short(low)}" for high, low in places)


def _short(ppm: float) -> str:
    text = fixed(ppm, 4)
    return text.rstrip("0").removesuffix(".") if "." in text else text
