"""Checks of a step's parameters; each names the step, the parameter and what was given."""

from __future__ import annotations

import numpy as np

from nmrquanv.errors import ProcessingError


def require_finite(step: object, *names: str) -> None:
    """Refuse parameters that are no finite numbers."""
    for name in names:
        value = getattr(step, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise ProcessingError(
                f"{type(step).__name__}: {name} must be a finite number, got {value!r}"
            )


def require_within(step: object, name: str, low: float, high: float) -> None:
    """Refuse a number outside of two limits."""
    require_finite(step, name)
    value = getattr(step, name)
    if not low <= value <= high:
        raise ProcessingError(
            f"{type(step).__name__}: {name} must be {low:g} to {high:g}, got {value:g}"
        )


def require_whole(step: object, name: str, low: int, high: int) -> None:
    """Refuse what is no whole number between two limits."""
    value = getattr(step, name)
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ProcessingError(
            f"{type(step).__name__}: {name} must be a whole number, got {value!r}"
        )
    if not low <= value <= high:
        raise ProcessingError(f"{type(step).__name__}: {name} must be {low} to {high}, got {value}")


def require_one_of(step: object, name: str, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is none of some."""
    value = getattr(step, name)
    if value not in allowed:
        raise ProcessingError(
            f"{type(step).__name__}: {name} must be one of {', '.join(allowed)}, got {value!r}"
        )


def require_switch(step: object, name: str) -> None:
    """Refuse what is neither true nor false."""
    if not isinstance(getattr(step, name), bool):
        raise ProcessingError(
            f"{type(step).__name__}: {name} must be true or false, got {getattr(step, name)!r}"
        )
