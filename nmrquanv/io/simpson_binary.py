"""SIMPSON's packed numbers (``FORMAT=BINARY``): four printable characters for three bytes.

They are decoded here: nmrglue 0.12 makes a Python list of every byte, which takes fifty times the
file's size, before it looks how many there are.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError

_FIRST_CHARACTER = 33
_MANTISSA_BITS, _EXPONENT_ZERO = 23, 127


def characters(size: int) -> int:
    """Return how many characters hold ``size`` complex numbers."""
    return -(-8 * size // 3) * 4


def unpacked(path: Path, text: str, size: int) -> NDArray[np.complex128]:
    """Return the numbers that a text of packed characters holds.

    Parameters
    ----------
    path : Path
        Named in messages.
    text : str
        Without line ends, :func:`characters` long.
    size : int, complex points

    Raises
    ------
    FormatError
        It has another length, or holds a character that stands for nothing.

    Notes
    -----
    Of three bytes the first character has the lower six bits of the first, the second its upper two
    above the lower four of the second, the third the second's upper four above the lower two of the
    third, and the fourth the rest. A number is a sign, an exponent of eight bits and a mantissa
    of 23 bits between a half and one that is written out whole: no IEEE float, whose first bit is
    left out.
    """
    sixes = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int16) - _FIRST_CHARACTER
    if sixes.size != characters(size) or sixes.min() < 0 or sixes.max() > 63:
        raise FormatError(
            f"{path}: SIMPSON: {sixes.size} packed characters instead of {characters(size)}, or "
            "some that stand for nothing: the file is damaged"
        )
    one, two, three, four = sixes.astype(np.uint8).reshape(-1, 4).T
    octets = np.stack(
        [
            one | two << 2 & 0xC0,
            two & 0x0F | three << 2 & 0xF0,
            three & 0x03 | four << 2 & 0xFC,
        ],
        axis=1,
    )
    words = octets.tobytes()[: 8 * size]
    bits = np.frombuffer(words, "<u4")
    mantissa = (bits & (1 << _MANTISSA_BITS) - 1).astype(np.float64) / (1 << _MANTISSA_BITS)
    exponent = (bits >> _MANTISSA_BITS & 255).astype(np.int32) - _EXPONENT_ZERO
    sign = np.where(bits >> 31, -1.0, 1.0)
    numbers = sign * np.ldexp(mantissa, exponent)
    return numbers.view(np.complex128)
