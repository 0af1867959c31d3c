"""Places that a file names: inside a folder, or beside a document, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

_NO_FILES = "\\:\0"
"""What a place of ours never has, whatever the system: another system may read it."""


def is_safe_name(name: str) -> bool:
    """Tell whether a place leads nowhere but into the folder that it is seen from."""
    parts = name.split("/")
    is_inside = bool(name) and not {"", ".", ".."} & set(parts)
    return is_inside and not any(mark in name for mark in _NO_FILES)


def beside(folder: Path, path: str) -> str:
    """Return where a path lies as seen from a folder, with ``/``; empty where there is no way."""
    if not path:
        return ""
    try:
        return PurePosixPath(Path(os.path.relpath(path, folder))).as_posix()
    except ValueError:  # on another drive
        return ""


def is_network(path: str) -> bool:
    """Tell whether a path names another computer: looking at it already speaks to that."""
    return path.startswith(("\\\\", "//"))
