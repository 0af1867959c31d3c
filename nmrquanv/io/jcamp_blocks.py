"""The blocks and labels of JCAMP-DX.

They are found here: nmrglue reads files by name and joins all blocks into one dictionary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nmrquanv.errors import FormatError
from nmrquanv.io.files import MAX_TEXT_BYTES, decode, one_line, read_whole

MAX_POINTS = 1 << 24
"""Of one table: four times the largest spectra."""

MAX_BLOCKS = 200

_LABEL = re.compile(r"^[ \t]*##([^=\n]*)=", re.MULTILINE)
_COMMENT = re.compile(r"\$\$.*")


@dataclass(slots=True)
class Block:
    """One block, from ``##TITLE`` to ``##END``.

    Parameters
    ----------
    labels : mapping
        Label in capitals without blanks, dashes, slashes and underlines; values as written.
    private : mapping
        Bruker's parameters: the label after ``$`` as written, and its value.
    """

    labels: dict[str, list[str]] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)

    def text(self, label: str) -> str:
        """Return the first value of a label as one line; empty when it is missing."""
        return one_line(self.labels.get(label, [""])[0])

    @property
    def kind(self) -> str:
        """The data type, such as ``NMR SPECTRUM``, in capitals."""
        return self.text("DATATYPE").upper()

    def number(self, label: str) -> float | None:
        """Return a label's value as a finite number, else None."""
        return finite(self.text(label))

    def column(self, label: str) -> dict[str, str]:
        """Return a comma-separated value of NTUPLES by the symbols of its columns."""
        names = [name.strip().upper() for name in self.text("SYMBOL").split(",")]
        values = [value.strip() for value in self.text(label).split(",")]
        return dict(zip(names, values, strict=False))


def finite(text: str) -> float | None:
    """Return a text as a finite number, else None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def read_blocks(path: Path) -> tuple[bytes, list[Block]]:
    """Return a file's bytes and its blocks, in the order in which they begin.

    Raises
    ------
    FormatError
        It is too large, or holds no blocks or too many.
    """
    raw = read_whole(path, MAX_TEXT_BYTES)
    text = _COMMENT.sub("", decode(raw))
    blocks: list[Block] = []
    open_blocks: list[Block] = []
    places = list(_LABEL.finditer(text))
    for number, found in enumerate(places):
        label = _normal(found[1])
        end = places[number + 1].start() if number + 1 < len(places) else len(text)
        value = text[found.end() : end]
        if label == "TITLE":
            open_blocks.append(Block())
            blocks.append(open_blocks[-1])
        if len(blocks) > MAX_BLOCKS:
            raise FormatError(f"{path}: more than {MAX_BLOCKS} blocks: the file is damaged")
        if not open_blocks:
            continue
        if label == "END":
            open_blocks.pop()
        elif label.startswith("$"):
            open_blocks[-1].private.setdefault(found[1].strip()[1:], value.strip())
        else:
            open_blocks[-1].labels.setdefault(label, []).append(value.strip())
    if not blocks:
        raise FormatError(f"{path}: holds no block of JCAMP-DX: the file is damaged")
    return raw, blocks


def _normal(label: str) -> str:
    return re.sub(r"[ \t\-/_]", "", label).upper()
