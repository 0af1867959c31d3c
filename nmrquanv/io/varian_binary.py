"""The header of Varian's ``fid``, and its numbers, which nmrglue decodes."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.io.files import read_bytes

FILE_HEADER = struct.Struct(">6i2hi")
BLOCK_HEADER_BYTES = 28
IS_SPECTRUM, IS_32_BIT, IS_FLOAT = 0x2, 0x4, 0x8
"""Bits of the status; the bit for data is not always set, so that it is not asked for."""


@dataclass(frozen=True, slots=True)
class FidHeader:
    """The file header of ``fid``: counts of blocks, traces, numbers, bytes, and status bits."""

    blocks: int
    traces: int
    numbers: int
    number_bytes: int
    trace_bytes: int
    block_bytes: int
    status: int
    headers: int

    @property
    def is_plausible(self) -> bool:
        """Whether the counts fit together, as they do in Varian's files and hardly elsewhere."""
        return (
            self.blocks > 0
            and self.traces > 0
            and self.numbers > 0
            and self.number_bytes in {2, 4}
            and self.trace_bytes == self.numbers * self.number_bytes
            and 1 <= self.headers <= 9
            and self.block_bytes
            == self.traces * self.trace_bytes + self.headers * BLOCK_HEADER_BYTES
        )


def header_of(raw: bytes) -> FidHeader:
    """Return the header that 32 bytes hold."""
    blocks, traces, numbers, number_bytes, trace_bytes, block_bytes, _, status, headers = (
        FILE_HEADER.unpack(raw)
    )
    return FidHeader(
        blocks, traces, numbers, number_bytes, trace_bytes, block_bytes, status, headers
    )


def is_varian_fid(path: Path) -> bool:
    """Tell whether a file begins with the header of a Varian FID."""
    raw = read_bytes(path, FILE_HEADER.size)
    return len(raw) == FILE_HEADER.size and header_of(raw).is_plausible


def decoded(raw: bytes, header: FidHeader) -> NDArray[np.complex128]:
    """Return the FID of the first block, decoded by nmrglue.

    Notes
    -----
    nmrglue 0.12 allocates what a header claims, whatever the file holds, and cannot divide an
    odd count into pairs: it gets the bytes of one block, after the checks, and an even count.
    """
    from nmrglue.fileio import varian

    stream = io.BytesIO(raw)
    kind = varian.find_dtype(varian.fileheader2dic(varian.get_fileheader(stream)))
    count = header.numbers - header.numbers % 2
    block = varian.get_nblocks(stream, 1, count, header.headers, kind, False)
    with np.errstate(all="ignore"):
        return np.asarray(varian.uninterleave_data(block)[0], dtype=np.complex128)
