"""Where files live: resources shipped with the program, and the user's own data folder."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_APP = "nmrquanv"


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
