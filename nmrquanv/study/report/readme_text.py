"""README's part on the paper's own model as text: what it says, and which figures stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

START, END = "**The paper's own model**", "```"
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


def section(readme: str) -> str:
    """Return README's part on the paper's own model in one line, without marks of emphasis."""
    after = readme.partition(START)[2]
    return " ".join(_MARKS.sub("", after.partition(END)[0]).split())


def not_covered(readme: str, said: Sequence[Statement]) -> list[str]:
    """Return the figures in README's part that belong to no statement and to no report of others.

    What the authors report, the second column of its table, is theirs.
    """
    rows = readme.partition(START)[2].partition(END)[0].splitlines()
    text = "\n".join(_without_report(row) for row in rows)
    text = " ".join(_MARKS.sub("", text).split())
    for one in sorted(said, key=lambda s: -len(s.text)):
        text = text.replace(one.text, " ")
    return _FIGURE.findall(text)


def _without_report(row: str) -> str:
    cells = row.split("|")
    return "|".join([*cells[:2], *cells[3:]]) if len(cells) > 4 else row
