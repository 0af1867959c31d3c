"""Where files live: resources shipped with the program, and the user's own data folder."""

from __future__ import annotations

import os
import uuid
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


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is either there whole or as it was before.

    The bytes go to a temporary file in the same folder, which then takes the file's place. A
    link is followed; a device or pipe (``/dev/stdout``) is written to and never replaced.

    Raises
    ------
    OSError
        The folder does not exist, is not writable, or the disk is full.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(data)
        return
    target = path.resolve()
    staging = target.with_name(f".{target.name[:80]}.{uuid.uuid4().hex[:8]}.part")
    try:
        staging.write_bytes(data)
        os.replace(staging, target)
    finally:
        staging.unlink(missing_ok=True)
