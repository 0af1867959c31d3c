"""Formats that are recognised, so that a refusal can name them, but not read."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from nmrquanv.io.files import MAX_TEXT_BYTES, decode, one_line, read_bytes

SNIFFED_BYTES = 65_536
"""How much of a file is looked at."""

BRUKER_PARAMETERS = "Bruker parameter file without its data"
"""What a parameter file that stands alone is called."""

_NMR_BEGINNINGS = {
    b"JEOL.NMR": "JEOL Delta (.jdf)",
    b"RMN.LEOJ": "JEOL Delta (.jdf)",
    b"UCSF NMR": "Sparky UCSF",
    b"SORPATAD": "Magritek Spinsolve (.1d)",
    b"PROSPATA": "Magritek Spinsolve (.1d)",
    b"SIMP": "SIMPSON",
    b"MNOVA": "Mnova",
    b"Mestrelab": "Mnova",
}
_OTHER_BEGINNINGS = {
    b"PK\x03\x04": "a zip archive that is damaged or too large, or a document in its form",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"BM": "a BMP picture",
    b"II*\0": "a TIFF picture",
    b"MM\0*": "a TIFF picture",
    b"RIFF": "a sound, film or picture",
    b"%PDF": "a PDF document",
    b"{\\rtf": "a formatted text document",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\x89HDF": "an HDF5 file",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"<?xml": "an XML document",
    b"<svg": "an SVG picture",
    b"<!DOCTYPE": "a web page",
}
_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}
_BROKEN_ZIP = "a zip archive that is damaged, cut or too large: copy it again, or unpack it first"
_ZIP, _EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_JCAMP = re.compile(r"\A(?:\s*\$\$[^\n]*\n)*\s*##\s*TITLE\s*=", re.IGNORECASE)
_JCAMP_TYPE = re.compile(
    r"^[ \t]*##\s*DATA\s?TYPE\s*=\s*(.*?)\s*(?:\$\$.*)?$", re.IGNORECASE | re.M
)
_JCAMP_LINK = re.compile(r"^[ \t]*##\s*DATA\s?TYPE\s*=\s*LINK\b", re.IGNORECASE | re.M)
SPECTRAL_JCAMP = ("NMR SPECTRUM", "NMR FID", "NMRSPECTRUM")
"""Data types of the blocks that are read."""

_TAR_AT = 257
_NMRPIPE_ORDER = 2.345
_NMRPIPE_HEADER_BYTES = 2048


def nmr_format(path: Path) -> str | None:
    """Return the name of the NMR format that a file is in, if it is one of those named here.

    JCAMP-DX is named with its data type, Bruker's parameter files as such.
    """
    raw = read_bytes(path, SNIFFED_BYTES)
    for beginning, name in _NMR_BEGINNINGS.items():
        if raw.startswith(beginning):
            return name
    if _is_nmrpipe(raw):
        return "NMRPipe"
    text = decode(raw)
    if _JCAMP.match(text) is None:
        return None
    kind = _jcamp_kind(text)
    is_cut = len(raw) == SNIFFED_BYTES and _JCAMP_LINK.search(text) is not None
    if is_cut and kind.upper() not in SPECTRAL_JCAMP:
        kind = _jcamp_kind(decode(read_bytes(path, MAX_TEXT_BYTES)))
    if kind.lower() == "parameter values":
        return BRUKER_PARAMETERS
    return f"JCAMP-DX ({one_line(kind)[:40]})" if kind else "JCAMP-DX"


def _jcamp_kind(text: str) -> str:
    """Return the data type of a file of JCAMP-DX: of several blocks that of a spectrum or FID."""
    kinds = [kind for kind in _JCAMP_TYPE.findall(text) if kind and kind.upper() != "LINK"]
    able = (kind for kind in kinds if kind.upper() in SPECTRAL_JCAMP)
    return next(able, kinds[0] if kinds else "")


def is_not_nmr(name: str) -> bool:
    """Tell whether a name from :func:`nmr_format` is of JCAMP-DX with other data than NMR."""
    return name.startswith("JCAMP-DX (") and "NMR" not in name.upper()


def other_kind(path: Path) -> str | None:
    """Return what a file is when it is a well-known kind that is not NMR, else None."""
    raw = read_bytes(path, SNIFFED_BYTES)
    return next((name for start, name in _OTHER_BEGINNINGS.items() if raw.startswith(start)), None)


def why_not_unpacked(path: Path) -> str | None:
    """Return what is the matter with an archive that is not looked into, and what to do; or None.

    Documents of other programs in the form of a zip archive are none.
    """
    raw = read_bytes(path, SNIFFED_BYTES)
    if raw.startswith(_EMPTY_ZIP):
        return "the zip archive is empty: pack it again"
    if raw.startswith(_ZIP):
        is_named = path.suffix.lower() == ".zip"
        return _BROKEN_ZIP if is_named else None
    name = "tar" if raw[_TAR_AT:].startswith(b"ustar") else None
    name = name or next((name for start, name in _ARCHIVES.items() if raw.startswith(start)), None)
    return None if name is None else f"archives of {name} are not looked into: unpack it first"


def _is_nmrpipe(raw: bytes) -> bool:
    """Tell by the third number of the 512 in the header, which is 2.345 in either order."""
    if len(raw) < _NMRPIPE_HEADER_BYTES:
        return False
    return any(abs(struct.unpack_from(o + "f", raw, 8)[0] - _NMRPIPE_ORDER) < 1e-6 for o in "<>")
