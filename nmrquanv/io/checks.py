"""What every reader refuses: axes and intensities that no measurement can have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.spectra.axis import Axis

MAX_PPM = 100_000.0
"""Beyond the widest sweep over the shifts of any nucleus."""

MAX_SF_MHZ, MIN_SF_MHZ = 2_000.0, 0.001
"""The strongest magnets are below 1.6 GHz for protons, the Earth's field gives 2 kHz."""

MAX_SW_HZ = 1e8
"""Ten times the widest sweep of solids."""

MAX_INTENSITY = 1e60
"""Beyond any spectrometer's numbers; larger ones overflow in later arithmetic."""


def checked_axis(path: Path, size: int, sw_hz: float, sf_mhz: float, offset_ppm: float) -> Axis:
    """Return the axis of these values.

    Raises
    ------
    FormatError
        They are no possible axis; names the parameter file ``path``.
    """
    try:
        with np.errstate(all="ignore"):
            axis = Axis(size, sw_hz, sf_mhz, offset_ppm)
            high_ppm, low_ppm = axis.limits_ppm
    except (ValueError, ArithmeticError) as error:
        raise FormatError(f"{path}: {error}: the file is damaged") from error
    if not MIN_SF_MHZ <= sf_mhz <= MAX_SF_MHZ or sw_hz > MAX_SW_HZ:
        raise FormatError(
            f"{path}: an axis of {sw_hz:g} Hz at {sf_mhz:g} MHz is impossible: the file is damaged"
        )
    if not (abs(high_ppm) <= MAX_PPM and abs(low_ppm) <= MAX_PPM and high_ppm > low_ppm):
        raise FormatError(
            f"{path}: an axis from {high_ppm:g} to {low_ppm:g} ppm is impossible (sweep "
            f"{sw_hz:g} Hz at {sf_mhz:g} MHz): the file is damaged"
        )
    return axis


def require_signal(data: NDArray[Any], path: Path) -> None:
    """Refuse intensities that are not finite, impossibly large, or zero throughout.

    Raises
    ------
    FormatError
        Names the data file ``path``.
    """
    with np.errstate(all="ignore"):
        tallest = float(np.abs(data).max())
    if not tallest <= MAX_INTENSITY:
        raise FormatError(
            f"{path}: holds values that are not finite or impossibly large: the file is damaged"
        )
    if tallest == 0:
        raise FormatError(f"{path}: holds only zeros: nothing was acquired or processed")
