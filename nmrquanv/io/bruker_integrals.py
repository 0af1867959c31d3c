"""TopSpin's integrals beside a processed spectrum: ``intrng`` and ``integrals.txt``.

``intrng`` has the regions, two ppm a line, in one of two forms: after a line that begins with A
(four numbers, what follows the limits is bias and slope of the drawn curve), or with P (two).
``integrals.txt`` is what TopSpin lists: number, limits and the value beside them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.files import read_text

NAMES = ("intrng", "integrals.txt")
"""What such files are called."""

MAX_BYTES, MAX_REGIONS = 4 << 20, 5_000
_NUMBER = r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_REGION = re.compile(rf"\s*({_NUMBER})\s+({_NUMBER})(?:\s|\Z)")
_ROW = re.compile(rf"\s*\d+\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s*\Z")
_HEAD = "Integrated Region"


@dataclass(frozen=True, slots=True)
class ListedRegion:
    """A region of another program: its ends in ppm, and the value that stood beside it."""

    high_ppm: float
    low_ppm: float
    value: float | None = None


def is_integral_list(path: Path) -> bool:
    """Tell by its name whether a file is one of TopSpin's lists of integrals."""
    return path.name.lower() in NAMES


def read_regions(path: Path) -> tuple[ListedRegion, ...]:
    """Read a list of integrals.

    Returns
    -------
    tuple of ListedRegion
        Highest ppm first.

    Raises
    ------
    FormatError
        It is missing, too large, or no list of integrals of TopSpin.
    """
    lines = read_text(path, MAX_BYTES).split("\n")
    first = next((line for line in lines if line.strip()), "")
    if any(_HEAD in line for line in lines[:20]):
        found = [_ROW.match(line) for line in lines]
    elif first[:1] in {"A", "P"}:
        found = [_REGION.match(line) for line in lines[lines.index(first) + 1 :]]
    else:
        raise FormatError(f"{path}: no list of TopSpin's integrals: choose intrng or integrals.txt")
    regions = [_region(path, match.groups()) for match in found if match]
    if not regions or len(regions) > MAX_REGIONS:
        raise FormatError(
            f"{path}: lists {len(regions)} integrals, from 1 to {MAX_REGIONS} are read: the file "
            "is empty or damaged"
        )
    return tuple(sorted(regions, key=lambda region: -region.high_ppm))


def _region(path: Path, values: tuple[str, ...]) -> ListedRegion:
    """Return the region of a line."""
    left, right, *value = (float(text) for text in values)
    if left == right or not all(map(math.isfinite, (left, right, *value))):
        raise FormatError(f"{path}: an integral from {left:g} to {right:g} ppm: damaged")
    return ListedRegion(max(left, right), min(left, right), value[0] if value else None)
