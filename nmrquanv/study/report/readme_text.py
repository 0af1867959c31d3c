"""README's "Does quantum help?" as text: what it says, and which figures stand in it."""

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
    """A piece of README's text, with the figures that the runs give.

    Parameters
    ----------
    about : str
        What it tells.
    text : str
        As README has it, without marks of emphasis.
    """

    about: str
    text: str


def change(value: Estimate, digits: int = 3) -> str:
    """Return a difference with its interval as README has it: ``+0.052 (+0.037 to +0.068)``."""
    mean, low, high = (f"{x:+.{digits}f}" for x in (value.mean, value.low, value.high))
    return f"{mean} ({low} to {high})"


def section(readme: str) -> str:
    """Return README's section in one line, without marks of emphasis."""
    after = readme.partition(START)[2]
    return " ".join(_MARKS.sub("", after.partition(END)[0]).split())


def not_covered(readme: str, said: Sequence[Statement]) -> list[str]:
    """Return the figures in README's section that belong to no statement."""
    text = section(readme)
    for one in sorted(said, key=lambda s: -len(s.text)):
        text = text.replace(one.text, " ")
    return _FIGURE.findall(text)
