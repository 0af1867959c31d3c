"""``nmrquanv [PATH...]``: open the window."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from nmrquanv.cli.exit_codes import USAGE, complain
from nmrquanv.cli.window_libraries import lacking
from nmrquanv.processes import uncollected


def run(arguments: argparse.Namespace) -> int:
    """Open the window with the given data sets; return when it is closed."""
    if not has_display():
        complain(
            "there is no display to open the window on; the commands info, pick, simulate and"
            " train work without one (see nmrquanv --help)"
        )
        return USAGE
    if told := lacking():
        complain(told)
        return USAGE
    with uncollected():
        from nmrquanv.gui import app
        from nmrquanv.session.requests import Request

    # Qt's loop never comes back to Python to see Ctrl+C: let it end the process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sf_mhz, nucleus, form = arguments.sf_mhz, arguments.nucleus, arguments.text
    is_said = any(value is not None for value in (sf_mhz, nucleus, form))
    like = Request("", sf_mhz=sf_mhz, nucleus=nucleus, text=form) if is_said else None
    return app.main([str(path) for path in arguments.paths], like=like)


def has_display() -> bool:
    """Tell whether Qt will find a screen; asked first because Qt aborts when it does not."""
    if sys.platform in ("win32", "darwin"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)
