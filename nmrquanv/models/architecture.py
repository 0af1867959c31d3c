"""What a network's description may ask for: every entry's type and range. No torch here.

A card or a training config comes from anywhere; a network of a million channels would fill the
memory before anything else could say that it is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Least and greatest value of whole numbers; shipped models have 4 circuits and 48 channels.
_RANGES = {
    "seed": (0, 2**63 - 1),
    "n_circuits": (1, 64),
    "n_layers": (1, 64),
    "channels": (1, 1024),
    "width": (1, 255),
    "n_slots": (1, 256),
}
_TEXTS = ("head", "ansatz", "front_end")
_MOST_CONVOLUTIONS, _MOST_DILATION = 64, 1024

MOST_WEIGHTS = 1 << 24
"""Of the dense head's convolutions together; shipped models have 0.1 million."""


def check_architecture(values: Mapping[str, Any]) -> None:
    """Check the entries of an architecture that are there; which must be is the builder's affair.

    Raises
    ------
    ValueError
        An entry has another type or is out of range; names it.
    """
    for name, (low, high) in _RANGES.items():
        if name in values:
            _check_whole(name, values[name], low, high)
    for name in _TEXTS:
        if not isinstance(values.get(name, ""), str):
            raise ValueError(f"'{name}' must be text, got {values[name]!r}")
    if not isinstance(values.get("trainable", True), bool):
        raise ValueError(f"'trainable' must be true or false, got {values['trainable']!r}")
    dilations = values.get("dilations", [])
    if not isinstance(dilations, list | tuple) or len(dilations) > _MOST_CONVOLUTIONS:
        raise ValueError(f"'dilations' must be a list of at most {_MOST_CONVOLUTIONS} numbers")
    for dilation in dilations:
        _check_whole("dilations", dilation, 1, _MOST_DILATION)
    weights = values.get("channels", 1) ** 2 * values.get("width", 1) * len(dilations)
    if weights > MOST_WEIGHTS:
        raise ValueError(f"the convolutions would have {weights} weights, at most {MOST_WEIGHTS}")


def _check_whole(name: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"'{name}' must be a whole number from {low} to {high}, got {value!r}")
