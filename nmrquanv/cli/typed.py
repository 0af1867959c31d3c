"""What stands among the words of a command line, for argparse: numbers as in every field."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from nmrquanv.errors import NumberError
from nmrquanv.numbers import parse_number, parse_whole

Check = Callable[[argparse.Namespace], None]
"""Looks at what belongs together, once all is parsed."""


def no_check(arguments: argparse.Namespace) -> None:
    """Accept: the parser has checked all there is."""


def number(text: str, expected: str) -> float:
    """Return a finite number; where it is none, tell what was expected and what understood."""
    try:
        return parse_number(text)
    except NumberError as error:
        raise argparse.ArgumentTypeError(f"expected {expected}. {error}") from error


def positive(text: str) -> float:
    """Return a number above 0."""
    value = number(text, "a number above 0")
    if value <= 0:
        raise argparse.ArgumentTypeError(f"expected a number above 0, got '{text}'")
    return value


def whole(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers of at least ``least``."""

    def read(text: str) -> int:
        try:
            value = parse_whole(text)
        except NumberError as error:
            told = f"expected a whole number of at least {least}. {error}"
            raise argparse.ArgumentTypeError(told) from error
        if value < least:
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {least}, got '{text}'"
            )
        return value

    return read


def region(text: str) -> tuple[float, float]:
    """Return two different chemical shifts, the higher first, ppm."""
    high, colon, low = text.partition(":")
    expected = "HIGH:LOW in ppm, such as 9:-1"
    if not colon:
        raise argparse.ArgumentTypeError(f"expected {expected}, got '{text}'")
    limits = number(high, expected), number(low, expected)
    if limits[0] == limits[1]:
        raise argparse.ArgumentTypeError(f"expected {expected}, got '{text}'")
    return max(limits), min(limits)


def not_negative(text: str) -> float:
    """Return a number of at least 0."""
    value = number(text, "a number of at least 0")
    if value < 0:
        raise argparse.ArgumentTypeError(f"expected a number of at least 0, got '{text}'")
    return value


def fraction(text: str) -> float:
    """Return a number from 0 to 1, which may be given in per cent."""
    expected = "0 to 1, or 0% to 100%"
    value = number(text.removesuffix("%"), expected) / (100 if text.endswith("%") else 1)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"expected {expected}, got '{text}'")
    return value


def has_folder(name: str) -> bool:
    """Tell whether the folder of a file to be written exists; names that cannot be have none."""
    return os.path.isdir(os.path.dirname(os.path.abspath(name)))
