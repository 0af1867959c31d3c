"""What is installed only when it is asked for: ``pip install 'nmrquanv[EXTRA]'``."""

from __future__ import annotations

import importlib.util
import sys

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


def how_to_get(name: str) -> str:
    """Return what to do for an extra: in a bundle, which pip cannot add to, take another one.

    Parameters
    ----------
    name : str
        One of :data:`EXTRAS`.
    """
    by_pip = f"pip install 'nmrquanv[{name}]'"
    if not getattr(sys, "frozen", False):
        return by_pip
    return f"take the full bundle, or install the program with Python ({by_pip})"


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
            f"{what} needs {EXTRAS[name]}, which is not installed: {how_to_get(name)}"
        )
