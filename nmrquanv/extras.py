"""What is installed only when it is asked for: ``pip install 'nmrquanv[EXTRA]'``."""

from __future__ import annotations

import importlib.util

from nmrquanv.errors import MissingPackageError

EXTRAS = {
    "train": "torch",
    "quantum": "pennylane",
    "study": "matplotlib",
    "cluster": "distributed",
    "notebook": "pandas",
    "mcp": "mcp",
}
"""By name, the package that tells whether an extra is installed."""


def has_extra(name: str) -> bool:
    """Tell whether an extra is installed, without loading it."""
    try:
        return importlib.util.find_spec(EXTRAS[name]) is not None
    except (ImportError, ValueError):  # it is kept from being loaded
        return False


def require(name: str, what: str) -> None:
    """Raise a MissingPackageError unless an extra is installed.

    Parameters
    ----------
    name : str
        One of :data:`EXTRAS`.
    what : str
        Begins the sentence: what needs it.
    """
    if not has_extra(name):
        raise MissingPackageError(
            f"{what} needs {EXTRAS[name]}, which is not installed: pip install 'nmrquanv[{name}]'"
        )
