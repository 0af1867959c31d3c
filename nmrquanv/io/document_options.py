"""What a document file is called, and what a person may want it to hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ENDING = ".nmrq"

Embedding = Literal["auto", "embedded", "linked"]
"""Of the measured files: up to 50 MB in the document, always, or never."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants a document file to hold.

    Parameters
    ----------
    data : "auto" | "embedded" | "linked"
        The measured files: in the file, or looked for where they lie; "auto" embeds up to 50 MB.
    has_names : bool
        Paths and the user's name are in the file.
    """

    data: Embedding = "auto"
    has_names: bool = True


AUTO = Choice()
"""Where nobody chose."""


def is_document_file(path: str | Path) -> bool:
    """Tell whether a path is called like a document file."""
    return Path(path).suffix.lower() == ENDING
