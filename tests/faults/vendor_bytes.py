"""Bytes of vendors' binary files, as their readers expect them."""

from __future__ import annotations

import struct

import numpy as np

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Fid


def jdf(
    data: np.ndarray, parameters: dict[str, object], *, is_fid: bool, title: str, order: str = "<"
) -> bytes:
    """Return a JEOL Delta file of complex numbers: 64-bit, one-dimensional.

    The header is big-endian; parameters and numbers are in the order that is given.
    """
    header = bytearray(1360)
    header[:8], header[8], header[9], header[12] = b"JEOL.NMR", int(order == "<"), 1, 1
    header[13], header[14], header[24] = 0x80, 1, 3
    header[32:34] = bytes([1, 28 if is_fid else 26])
    for axis in range(1, 8):
        header[24 + axis] = 0
    header[48 : 48 + len(title)] = title.encode()
    sweep = float(str(parameters["x_sweep"]))
    ppm = sweep / float(str(parameters["x_freq"])) * 1e6 * (1 - 1 / data.size)
    low = float(str(parameters["x_offset"])) - sweep / float(str(parameters["x_freq"])) * 5e5
    edges = (0.0, (data.size - 1) / sweep) if is_fid else (low + ppm, low)
    struct.pack_into(">8I", header, 176, data.size, *[1] * 7)
    struct.pack_into(">I", header, 240, data.size - 1)
    struct.pack_into(">d", header, 272, edges[0])
    struct.pack_into(">d", header, 336, edges[1])
    start = 1360 + 16 + 64 * len(parameters)
    struct.pack_into(">I", header, 1212, 1360)
    struct.pack_into(">I", header, 1284, start)
    body = struct.pack(order + "4I", 64, 0, len(parameters), 16 + 64 * len(parameters))
    for name, value in parameters.items():
        kind, content = (0, str(value).encode()[:16]) if isinstance(value, str) else (
            2, struct.pack(order + "d", value))  # fmt: skip
        body += struct.pack(
            order + "4xh10x16si28s", 0, content.ljust(16, b"\0"), kind, name.encode()
        )
    numbers = np.concatenate([data.real, -data.imag]).astype(order + "f8").tobytes()
    return bytes(header) + body + numbers


def pipe_bytes(data: np.ndarray, axis: Axis, *, is_fid: bool) -> bytes:
    """Return an NMRPipe file of complex numbers."""
    header = np.zeros(512, "<f4")
    header[2], header[9], header[24], header[99], header[219] = 2.345, 1, 2, data.size, 1
    car = axis.offset_ppm - axis.sw_hz / axis.sf_mhz / 2
    centre = data.size / 2 + 1
    orig = car * axis.sf_mhz - axis.sw_hz * (data.size - centre) / data.size
    header[66], header[79], header[100], header[101] = car, centre, axis.sw_hz, orig
    header[119], header[220] = axis.sf_mhz, 0 if is_fid else 1
    raw = bytearray(header.tobytes())
    raw[64:66] = b"1H"
    return bytes(raw) + np.concatenate([data.real, data.imag]).astype("<f4").tobytes()


def jcamp_fid(made: Fid, *, is_in_turn: bool = False) -> str:
    """Return a FID as JCAMP-DX: both parts, or both channels in turn as real numbers."""
    stored = np.round(made.data.conj() * 100)
    sf_mhz, sw_hz = made.axis.sf_mhz, made.axis.sw_hz
    said = ["##TITLE= fid", "##JCAMPDX= 6.0", "##DATA TYPE= NMR FID",
            f"##.OBSERVE FREQUENCY= {made.sfo1_mhz}", f"##$SFO1= {made.sfo1_mhz}",
            f"##$SF= {sf_mhz}", f"##$BF1= {sf_mhz}", f"##$SW_h= {sw_hz}"]  # fmt: skip
    if is_in_turn:
        numbers = np.stack([stored.real, stored.imag], axis=1).ravel()
        last = (numbers.size - 1) / (2 * sw_hz)
        said += ["##DATA CLASS= XYDATA", "##$AQ_mod= 2", "##XUNITS= SECONDS", "##FIRSTX= 0",
                 f"##LASTX= {last}", f"##NPOINTS= {numbers.size}", "##YFACTOR= 1",
                 "##XYDATA= (X++(Y..Y))", *_packed(numbers)]  # fmt: skip
        return "\n".join([*said, "##END=", ""])
    size, last = stored.size, (stored.size - 1) / sw_hz
    said += ["##DATA CLASS= NTUPLES", "##$GRPDLY= 3.5", "##NTUPLES= NMR FID", "##SYMBOL= X, R, I",
             f"##VAR_DIM= {size}, {size}, {size}", "##FACTOR= 1, 1, 1", "##FIRST= 0, 0, 0",
             "##UNITS= SECONDS, ARBITRARY UNITS, ARBITRARY UNITS",
             f"##LAST= {last}, 0, 0"]  # fmt: skip
    for symbol, part in (("R", stored.real), ("I", stored.imag)):
        said += [f"##DATA TABLE= (X++({symbol}..{symbol})), XYDATA", *_packed(part)]
    return "\n".join([*said, "##END NTUPLES= NMR FID", "##END=", ""])


def _packed(numbers: np.ndarray) -> list[str]:
    """Return the lines of a table in the packed form."""
    return [str(i) + "".join(f"{int(v):+d}" for v in numbers[i : i + 16])
            for i in range(0, numbers.size, 16)]  # fmt: skip
