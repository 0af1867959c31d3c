"""Where files live: resources shipped with the program, and the user's own data folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_APP = "nmrquanv"
_NAME_BYTES = 255 - len(".json")
"""What file systems allow, less the ending of the sidecar of a table."""
NO_HOME = Path(os.devnull).absolute() / "no-home-folder-is-known" / _APP
"""Stands for the user's folders where HOME is not set: nothing is there, nothing can be made."""


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
    """Return the user's data folder; ``NMRQUANV_DATA`` overrides it.

    It may not exist: who writes makes it, who reads finds nothing. So it is where no home is
    known: reading goes on, and writing fails with the name of this place.
    """
    chosen = os.environ.get("NMRQUANV_DATA")
    return Path(chosen).absolute() if chosen else _known(platformdirs.user_data_dir)


def user_settings() -> Path:
    """Return the user's folder of settings; it may not exist, see :func:`user_data`."""
    return _known(platformdirs.user_config_dir)


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


def home() -> Path:
    """Return the home folder, or where the program was started if none is known."""
    try:
        return Path.home()
    except RuntimeError:
        return Path.cwd()


def _known(place: Callable[..., str]) -> Path:
    try:
        path = Path(place(_APP, appauthor=False))
    except RuntimeError:  # neither HOME nor an entry of the system tells the home folder
        return NO_HOME
    return path if path.is_absolute() else NO_HOME
