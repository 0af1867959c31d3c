"""The finders that the program brings, and the signs that a search can look for: one table.

Everything else asks here for names, titles and order. A user's own models are finders too; they
stand in the library and keep their names. Colours and shapes are the window's business, by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args


@dataclass(frozen=True, slots=True)
class Finder:
    """A finder that the program brings.

    Parameters
    ----------
    name : str
        In lists, files and on the command line.
    title : str
        Where there is room for the whole.
    short : str
        On a button or in a table.
    word : str
        In a sentence.
    what : str
        What its list is, in a person's words.
    is_network : bool
        Whether it needs torch and has a card of weights.
    """

    name: str
    title: str
    short: str
    word: str
    what: str
    is_network: bool = True


FINDERS = (
    Finder(
        "quanv", "Quantum (QuanvNN)", "Quantum", "quantum", "What the quanvolutional network found"
    ),
    Finder("cnn", "CNN", "CNN", "CNN", "What the classical network found"),
    Finder(
        "classical",
        "Classical",
        "Classical",
        "classical",
        "What noise-scaled peak picking found",
        is_network=False,
    ),
)
"""In the order in which they are always shown."""

BUILT_IN = tuple(finder.name for finder in FINDERS)
NETWORKS = tuple(finder.name for finder in FINDERS if finder.is_network)
"""Bundled models; also what is searched with until the user chooses otherwise."""

QUANV, CNN, CLASSICAL = BUILT_IN
USER = "user"
"""Stands for a person where a finder's name would."""

Polarity = Literal["auto", "positive", "negative", "both"]
POLARITIES: tuple[Polarity, ...] = get_args(Polarity)
"""Signs of the lines that are looked for; "auto" decides by the experiment."""

_BY_NAME = {finder.name: finder for finder in FINDERS}


def known_finder(name: str) -> Finder | None:
    """Return a finder that the program brings; None for a user's own model."""
    return _BY_NAME.get(name)


def stacked(names: Iterable[str]) -> list[str]:
    """Return finders in the order in which they are always shown: the program's, then others."""
    names = list(names)
    known = [name for name in BUILT_IN if name in names]
    return known + sorted(name for name in names if name not in BUILT_IN)
