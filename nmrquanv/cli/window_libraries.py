"""Whether Qt will find what a window under X needs: it aborts where that is missing.

``packaging/bootstrap.py`` runs this file where nothing is installed: it needs Python alone.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

WIDGETS = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""What QtWidgets loads on Linux, and the package of Debian and Ubuntu that has it."""

LIBRARIES = {
    **WIDGETS,
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
"""What Qt loads for a window under X, and the package of Debian and Ubuntu that has it."""


def is_loadable(library: str) -> bool:
    """Tell whether a library can be loaded, from the system or from a frozen program's folder."""
    bundled = Path(getattr(sys, "_MEIPASS", "")) / library
    try:
        ctypes.CDLL(str(bundled) if hasattr(sys, "_MEIPASS") and bundled.exists() else library)
    except OSError:
        return False
    return True


def lacking(
    loads: Callable[[str], bool] | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """Return in a sentence which packages a window needs that are not there; empty if none.

    Parameters
    ----------
    loads : function or None
        Tells whether a library can be loaded; None tries to.
    environment : mapping of str to str, or None
        None takes this process's.
    """
    if not _is_x(os.environ if environment is None else environment):
        return ""
    loads = loads or is_loadable
    missing = {library: package for library, package in LIBRARIES.items() if not loads(library)}
    if not missing:
        return ""
    return (
        f"the window needs {', '.join(missing)}, which this computer lacks; on Debian and Ubuntu:"
        f" sudo apt install {' '.join(missing.values())} (on Fedora and Arch libxcb-cursor is in"
        " xcb-util-cursor). The commands info, pick, simulate and train work without"
    )


def _is_x(environment: Mapping[str, str]) -> bool:
    """Tell whether Qt will open the window under X."""
    if not sys.platform.startswith("linux"):
        return False
    chosen = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if chosen:
        return chosen == "xcb"
    return bool(environment.get("DISPLAY")) and not environment.get("WAYLAND_DISPLAY")
