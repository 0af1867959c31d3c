"""Numbers among the words of a command line, for argparse: read as in every field of the window."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from nmrquanv.errors import NumberError
from nmrquanv.numbers import parse_number, parse_whole


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
