"""``lsfid``: by how many points VnmrJ shifts a FID to the left before it is transformed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.procpar import Procpar


def left_shift(procpar: Procpar, points: int, notes: list[str]) -> int:
    """Return by how many points ``lsfid`` shifts the FID to the left."""
    shift = int(procpar.number("lsfid") or 0)
    if not -points < shift < points - 1:
        raise FormatError(
            f"{procpar.path}: lsfid = {shift:.6g} exceeds the FID: the file is damaged"
        )
    if shift:
        notes.append(f"lsfid = {shift}: the FID is shifted left by that many points")
    return shift


def left_shifted(data: NDArray[np.complex128], shift: int) -> NDArray[np.complex128]:
    """Leave out the first points, or put zeros before them for a negative shift."""
    if shift < 0:
        return np.concatenate([np.zeros(-shift, dtype=np.complex128), data])
    return data[shift:]
