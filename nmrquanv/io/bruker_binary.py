"""Bruker's binary numbers (``fid``, ``1r``, ``1i``), decoded by nmrglue."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.files import read_exactly


def stored(path: Path, dtype: str, count: int, start: int = 0) -> bytes:
    """Return the bytes of ``count`` numbers from byte ``start`` on, however long the file is.

    Raises
    ------
    FormatError
        The file is shorter, too large, or holds only zeros.
    """
    raw = read_exactly(path, count, dtype, start)
    if not raw.strip(b"\0"):
        raise FormatError(f"{path}: holds only zeros: nothing was acquired or processed")
    return raw


def decoded(raw: bytes, dtype: str) -> NDArray[np.float64]:
    """Return the numbers that bytes hold.

    Parameters
    ----------
    raw : bytes
    dtype : str
        numpy's name with byte order: ``i4``, ``f4`` or ``f8``.

    Notes
    -----
    nmrglue 0.12 takes all floats for eight bytes long, so those of four are decoded here. Its
    ``read_binary`` would read the whole file, whatever TD says: it gets only what counts.
    """
    if dtype[1:] == "f4":
        numbers = np.frombuffer(raw, dtype)
    else:
        from nmrglue.fileio import bruker

        is_float = dtype[1:] == "f8"
        numbers = bruker.get_data(io.BytesIO(raw), big=dtype[0] == ">", isfloat=is_float)
    with np.errstate(all="ignore"):
        return numbers.astype(np.float64)
