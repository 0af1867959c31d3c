"""The steps of a recipe: frozen dataclasses that hold and check parameters, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from nmrquanv.errors import ProcessingError

MAX_SI = 1 << 24
"""Largest spectrum that a recipe makes, points: 256 MiB of complex numbers."""


def _require_finite(step: object, *names: str) -> None:
    for name in names:
        value = getattr(step, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise ProcessingError(
                f"{type(step).__name__}: {name} must be a finite number, got {value!r}"
            )


def _require_one_of(step: object, name: str, allowed: tuple[str, ...]) -> None:
    value = getattr(step, name)
    if value not in allowed:
        raise ProcessingError(
            f"{type(step).__name__}: {name} must be one of {', '.join(allowed)}, got {value!r}"
        )


def _require_switch(step: object, name: str) -> None:
    if not isinstance(getattr(step, name), bool):
        raise ProcessingError(
            f"{type(step).__name__}: {name} must be true or false, got {getattr(step, name)!r}"
        )


@dataclass(frozen=True, slots=True)
class GroupDelay:
    """Take out the delay of the digital filter (``Fid.group_delay_points``).

    Parameters
    ----------
    is_on : bool
        False shows the spectrum as a plain transform gives it, with its twisted phase.
    """

    is_on: bool = True

    def __post_init__(self) -> None:
        _require_switch(self, "is_on")


@dataclass(frozen=True, slots=True)
class Apodization:
    """Multiply the FID by ``exp(-pi lb t)``.

    Parameters
    ----------
    lb_hz : float, Hz
        Line broadening added to every line; negative sharpens (and raises the noise).
    """

    lb_hz: float = 0.3

    def __post_init__(self) -> None:
        _require_finite(self, "lb_hz")


@dataclass(frozen=True, slots=True)
class ZeroFill:
    """Append zeros up to ``si`` complex points, or cut the FID down to them.

    Parameters
    ----------
    si : int, complex points, 2 to ``MAX_SI``
    """

    si: int

    def __post_init__(self) -> None:
        if isinstance(self.si, bool) or not isinstance(self.si, int | np.integer):
            raise ProcessingError(f"ZeroFill: si must be a whole number, got {self.si!r}")
        if not 2 <= self.si <= MAX_SI:
            raise ProcessingError(f"ZeroFill: si must be 2 to {MAX_SI} points, got {self.si}")


@dataclass(frozen=True, slots=True)
class FourierTransform:
    """Go from the FID to the complex spectrum."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Multiply by ``exp(i pi/180 (ph0 + ph1 k/SI))``, k = 0 at the highest ppm.

    Parameters
    ----------
    mode : "manual" | "automatic"
        In automatic mode ``Recipe.run`` finds the two angles and writes them here.
    ph0_deg, ph1_deg : float, degrees
        Bruker's PHC0 and PHC1.
    is_flipped : bool
        Turn the result by 180 degrees, whatever the mode.
    """

    mode: Literal["manual", "automatic"] = "automatic"
    ph0_deg: float = 0.0
    ph1_deg: float = 0.0
    is_flipped: bool = False

    def __post_init__(self) -> None:
        _require_one_of(self, "mode", ("manual", "automatic"))
        _require_finite(self, "ph0_deg", "ph1_deg")
        _require_switch(self, "is_flipped")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Subtract a smooth curve through the parts of the trace that hold no lines.

    Parameters
    ----------
    mode : "off" | "automatic"
    """

    mode: Literal["off", "automatic"] = "automatic"

    def __post_init__(self) -> None:
        _require_one_of(self, "mode", ("off", "automatic"))


@dataclass(frozen=True, slots=True)
class Reference:
    """Add a constant to every chemical shift.

    Parameters
    ----------
    shift_ppm : float, ppm
    """

    shift_ppm: float = 0.0

    def __post_init__(self) -> None:
        _require_finite(self, "shift_ppm")


Step = GroupDelay | Apodization | ZeroFill | FourierTransform | Phase | Baseline | Reference
KINDS: tuple[type[Step], ...] = get_args(Step)
"""Every kind of step, in the order in which a new step is put into a recipe."""
