"""Where files live: resources shipped with the program, and the user's own data folder."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_APP = "nmrquanv"
_NAME_BYTES = 255 - len(".json")
"""What file systems allow, less the ending of the sidecar of a table."""


def resource(name: str = "") -> Path:
    """Return the path of a shipped resource, such as ``"models"`` or ``"icons/find.svg"``.

    Looks in ``nmrquanv/resources`` (wheel, frozen bundle), then in ``resources`` beside the
    package (source checkout, editable install).

    Raises
    ------
    FileNotFoundError
        The installation lacks the resource; reinstalling mends it.
    """
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = root / name
        if path.exists():
            return path
    raise FileNotFoundError(f"nmrquanv's resource '{name}' is missing: reinstall the program")


def user_data() -> Path:
    """Return the user's data folder (made if needed); ``NMRQUANV_DATA`` overrides it."""
    chosen = os.environ.get("NMRQUANV_DATA")
    path = Path(chosen) if chosen else Path(platformdirs.user_data_dir(_APP, appauthor=False))
    path.mkdir(parents=True, exist_ok=True)
    return path


def with_home(text: str | Path) -> Path:
    """Return a path in which a leading ``~`` or ``~name`` stands for the home folder it names.

    Where nobody has that name it is part of a file's own name, such as the ``~$report.csv`` that
    Excel leaves beside an open file.
    """
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def name_problem(path: Path) -> str:
    """Return why no file or folder can have a name that was typed; empty if one can."""
    if "\0" in str(path):
        return "A name cannot hold the character NUL: type it anew"
    if any(len(os.fsencode(part)) > _NAME_BYTES for part in path.parts):
        return f"A name can have {_NAME_BYTES} bytes: choose a shorter one"
    return ""
