"""Spares the window what PySide does with each module that is imported after it.

PySide reads the module's source, to see whether it speaks of PySide and so may want other names of
Qt's methods (``from __feature__ import snake_case``). Python keeps every line that was read so: a
thousand modules in fifty megabytes. Here all modules count as speaking of it; one that asks for
other names still gets them.
"""

from __future__ import annotations

import sys

import PySide6.QtCore  # noqa: F401  (brings what is changed here)

_FEATURES, _READS_SOURCE = "shibokensupport.feature", "_mod_uses_pyside"


def read_no_sources() -> None:
    """Let PySide take every module for one that uses it; where it has no such question, nothing."""
    features = sys.modules.get(_FEATURES)
    if hasattr(features, _READS_SOURCE):
        setattr(features, _READS_SOURCE, lambda _module: True)
