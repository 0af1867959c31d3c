"""The steps of a recipe as JSON values, and those of older versions read as today's."""

from __future__ import annotations

from dataclasses import MISSING, asdict, fields
from typing import Any

from nmrquanv.errors import FormatError, ProcessingError
from nmrquanv.guarded import as_type, plain
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.steps import (
    Apodization,
    Baseline,
    FourierTransform,
    GroupDelay,
    Magnitude,
    Phase,
    Reference,
    Smoothing,
    Step,
    Truncation,
    ZeroFill,
)

FORMAT_VERSION = 2
"""Of the dictionary form; raised when an older program could no longer read it. Version 1 knew
neither switches nor truncation, magnitude, smoothing, windows but the exponential one, baselines
but the automatic one."""

_NAMES: dict[str, type[Step]] = {
    "group_delay": GroupDelay,
    "truncation": Truncation,
    "apodization": Apodization,
    "zero_fill": ZeroFill,
    "fourier_transform": FourierTransform,
    "phase": Phase,
    "magnitude": Magnitude,
    "reference_deconvolution": Deconvolution,
    "baseline": Baseline,
    "smoothing": Smoothing,
    "reference": Reference,
}
_ALWAYS = ("lb_hz", "mode", "ph0_deg", "ph1_deg", "is_flipped", "shift_ppm")
"""Parameters that are written also where they stand at their defaults."""


def step_to_dict(step: Step) -> dict[str, Any]:
    """Return a step as JSON values: its kind, and what is not left at its default."""
    name = next(name for name, kind in _NAMES.items() if kind is type(step))
    values: dict[str, Any] = plain(asdict(step))
    usual = {f.name: f.default for f in fields(step) if f.default is not MISSING}
    told = {
        key: value
        for key, value in values.items()
        if key in _ALWAYS or key not in usual or value != plain(usual[key])
    }
    return {"kind": name, **told}


def step_from_dict(entry: Any, version: int = FORMAT_VERSION) -> Step:
    """Return the step that a dictionary with its ``kind`` describes.

    Raises
    ------
    ProcessingError
        An unknown step or parameter, or a value out of range.
    """
    if not isinstance(entry, dict):
        raise ProcessingError(f"the recipe holds {entry!r} where a step should stand")
    kind = _NAMES.get(str(entry.get("kind")))
    if kind is None:
        raise ProcessingError(f"the recipe holds an unknown step {entry.get('kind')!r}")
    given = {name: value for name, value in entry.items() if name != "kind"}
    if version == 1 and kind is Baseline and given.get("mode") == "off":
        given = {**given, "mode": "automatic", "is_on": False}
    allowed = {f.name for f in fields(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING}
    if not needed <= given.keys() <= allowed:
        raise ProcessingError(
            f"the recipe's step {entry['kind']!r} has the parameters {sorted(given)}, "
            f"it takes {sorted(allowed)}"
        )
    try:
        return as_type(given, kind, f"the recipe's step {entry['kind']!r}")
    except FormatError as error:
        raise ProcessingError(str(error)) from error
