"""The user guide: its chapters, as Markdown, from ``resources/help/guide``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nmrquanv.guarded import read_regular
from nmrquanv.paths import resource

_MAX_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter.

    Parameters
    ----------
    title : str
    text : str
        Markdown; pictures lie in the folder of the guide.
    """

    title: str
    text: str


def guide_folder() -> Path:
    """Return the folder of the chapters and their pictures."""
    return resource("help/guide")


def chapters() -> tuple[Chapter, ...]:
    """Return the chapters in their order, which their file names tell.

    Raises
    ------
    FormatError
        A chapter cannot be read: reinstall the program.
    """
    found = sorted(path for path in guide_folder().iterdir() if path.suffix == ".md")
    texts = (read_regular(path, _MAX_BYTES).decode("utf-8") for path in found)
    return tuple(Chapter(text.partition("\n")[0].removeprefix("# "), text) for text in texts)
