"""User guide and documentation as Markdown, from ``resources/help``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nmrquanv.guarded import read_regular
from nmrquanv.paths import resource

_MAX_BYTES = 200_000
_CONTENTS = re.compile(r"```\{toctree\}\n:caption: (.+)\n:maxdepth: 1\n([^`]+)```")
_LINK = re.compile(r"\{doc\}`/([\w/-]+)`")
_TERM = re.compile(r"^(\S.*)\n: +", re.MULTILINE)
_FOR_SPHINX = re.compile(r"^[^\n]*\n\n```\{eval-rst\}\n.*?^```\n", re.MULTILINE | re.DOTALL)
"""What Sphinx makes of docstrings, with the line before that says so."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter.

    Parameters
    ----------
    title : str
    text : str
        Markdown; pictures lie in the folder of the guide.
    part : str
        What it is among: ``"Guide"``, or a part of the documentation.
    """

    title: str
    text: str
    part: str


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
    return tuple(_chapter(_text(path), "Guide") for path in found)


def documentation() -> tuple[Chapter, ...]:
    """Return the pages of the documentation in the order of its contents.

    What only Sphinx can lay out, made from docstrings, is left out.

    Raises
    ------
    FormatError
        A page cannot be read: reinstall the program.
    """
    folder = resource("help/docs")
    named = [
        (part, name)
        for part, names in _CONTENTS.findall(_text(folder / "index.md"))
        for name in names.split()
    ]
    pages = {name: _chapter(_text(folder / f"{name}.md"), part) for part, name in named}
    titles = {name: page.title for name, page in pages.items()}
    return tuple(replace(page, text=_plain(page.text, titles)) for page in pages.values())


def _text(path: Path) -> str:
    return read_regular(path, _MAX_BYTES).decode("utf-8")


def _chapter(text: str, part: str) -> Chapter:
    return Chapter(text.partition("\n")[0].removeprefix("# "), text, part)


def _plain(text: str, titles: Mapping[str, str]) -> str:
    """Return a page in Markdown without Sphinx's own forms: links, lists of terms, docstrings."""
    text = _FOR_SPHINX.sub("", text)
    text = _LINK.sub(lambda found: f"*{titles[found[1]]}*", text)
    return _TERM.sub(r"**\1**  \n", text)
