"""README's "Does quantum help?" and its page as text: what they say, and their figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nmrquanv.statistics import Estimate

START, END = "## Does quantum help?", "\n## "
_MARKS = re.compile(r"\*\*|\*|`")
_FIGURE = re.compile(r"[-+]?\d*\.\d+|[-+]\d+ %")


@dataclass(frozen=True, slots=True)
class Statement:
    """A piece of README's text, or of its page's, with the figures that the runs give.

    Parameters
    ----------
    about : str
        What it tells.
    text : str
        As it stands there, without marks of emphasis.
    """

    about: str
    text: str


def change(value: Estimate, digits: int = 3) -> str:
    """Return a difference with its interval as README has it: ``+0.052 (+0.037 to +0.068)``."""
    mean, low, high = (f"{x:+.{digits}f}" for x in (value.mean, value.low, value.high))
    return f"{mean} ({low} to {high})"


def plain(text: str) -> str:
    """Return a text in one line, without marks of emphasis."""
    return " ".join(_MARKS.sub("", text).split())


def section(readme: str) -> str:
    """Return README's section, plain."""
    return plain(readme.partition(START)[2].partition(END)[0])


def not_covered(text: str, said: Sequence[Statement]) -> list[str]:
    """Return the figures in a plain text that belong to no statement."""
    for one in sorted(said, key=lambda s: -len(s.text)):
        text = text.replace(one.text, " ")
    return _FIGURE.findall(text)
