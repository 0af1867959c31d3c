"""Files, read and written. The only place that knows vendors' formats.

``read(path)`` gives a ``DataSet`` or raises ``FormatError``; ``outline(path)`` says all of it but
the numbers; ``data_sets(path)`` lists what a folder holds. They are imported when they are asked
for: a window that is empty needs none of the formats.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nmrquanv.io.reading import data_sets, outline, read

__all__ = ["data_sets", "outline", "read"]

if not TYPE_CHECKING:  # a type checker would take every name for known

    def __getattr__(name: str) -> Any:
        """Import a name of the interface when it is asked for."""
        if name not in __all__:
            raise AttributeError(f"module 'nmrquanv.io' has no attribute '{name}'")
        value = getattr(import_module("nmrquanv.io.reading"), name)
        globals()[name] = value
        return value
