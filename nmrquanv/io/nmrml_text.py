"""nmrML as text: XML without entities, of bounded size and depth, and packed numbers in it.

A document is never held as a tree: what a reader asks for is picked up on the way, so that no
number of elements or attributes takes more memory than the text itself.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.files import decode, one_line, read_bytes, read_whole

MAX_BYTES = 128 << 20
"""Largest document: two million complex points, or twelve packed."""

MAX_UNPACKED_BYTES = 128 << 20
"""Of one array: eight million complex points."""

MAX_DEPTH, MAX_ELEMENTS = 64, 20_000
"""Real documents have 9 and a few hundred; lists of peaks are the longest."""

_KINDS = {"complex128": "<c16", "complex64": "<c8", "float64": "<f8", "double": "<f8",
          "float32": "<f4", "float": "<f4", "integer32": "<i4", "int32": "<i4",
          "integer64": "<i8", "int64": "<i8"}  # fmt: skip
_ARRAYS = frozenset({"fidData", "spectrumDataArray"})
_LISTED = "spectrum1D"


@dataclass(frozen=True, slots=True)
class Part:
    """One branch of the document: its elements' attributes by path, and its array's text."""

    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def of(self, name: str, key: str = "value") -> str:
        """Return an attribute of the element of this name, wherever it is; empty when missing."""
        for path, found in self.attributes.items():
            if path.rpartition("/")[2] == name and key in found:
                return one_line(found[key])
        return ""

    def number(self, name: str, key: str = "value") -> float | None:
        """Return an attribute as a finite number; None for anything else."""
        try:
            value = float(self.of(name, key))
        except ValueError:
            return None
        return value if np.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class NmrmlText:
    """What of a document counts: the measurement with its sample, and the 1D spectra."""

    whole: Part
    spectra: tuple[Part, ...]


def is_nmrml(path: Path) -> bool:
    """Tell whether a file begins as XML with the root ``nmrML``."""
    head = read_bytes(path, 4096)
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] == b"<" and (
        "<nmrML" in decode(head) or ":nmrML" in decode(head)
    )


def read_document(path: Path) -> tuple[bytes, NmrmlText]:
    """Return a document with its bytes.

    Raises
    ------
    FormatError
        It is too large, too deep, no XML, or declares entities.
    """
    raw = read_whole(path, MAX_BYTES)
    text = decode(raw)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FormatError(f"{path}: nmrML that declares entities, which no measurement needs")
    target = _Collector(path)
    parser = ET.XMLParser(target=target)
    try:
        parser.feed(text)
        parser.close()
    except (ET.ParseError, ValueError) as error:
        raise FormatError(
            f"{path}: nmrML, cut or damaged ({one_line(str(error))[:80]}): copy it again"
        ) from error
    return raw, target.close()


class _Collector:
    """Takes the parser's events, and keeps what a reader may ask for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: list[str] = []
        self._count = 0
        self._whole, self._spectra = Part(), list[Part]()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Keep an element's attributes under its path."""
        self._names.append(tag.rpartition("}")[2])
        self._count += 1
        if len(self._names) > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise FormatError(
                f"{self._path}: nmrML of more than {MAX_DEPTH} levels or {MAX_ELEMENTS} elements"
            )
        if self._names[-1] == _LISTED:
            self._spectra.append(Part())
        self._part().attributes.setdefault("/".join(self._names), dict(attributes))

    def end(self, _tag: str) -> None:
        """Leave an element."""
        self._names.pop()

    def data(self, text: str) -> None:
        """Keep the text of arrays."""
        if self._names and self._names[-1] in _ARRAYS:
            self._part().text.append(text)

    def close(self) -> NmrmlText:
        """Return what was found."""
        return NmrmlText(self._whole, tuple(self._spectra))

    def _part(self) -> Part:
        return self._spectra[-1] if _LISTED in self._names else self._whole


def unpacked(path: Path, part: Part, name: str) -> NDArray[np.number]:
    """Return the numbers of an array, of the kind in which they are stored.

    Raises
    ------
    FormatError
        No base64, damaged compression, an unknown kind, or more numbers than are read.
    """
    kind = _KINDS.get(part.of(name, "byteFormat").lower())
    if kind is None:
        raise FormatError(
            f"{path}: nmrML: numbers of the kind {part.of(name, 'byteFormat')[:40]!r} in {name}, "
            "which is not known: the file is damaged, or newer than this program"
        )
    width = np.dtype(kind).itemsize
    try:
        raw = base64.b64decode("".join("".join(part.text).split()), validate=True)
        if part.of(name, "compressed").lower() in {"true", "1", "zlib"}:
            packer = zlib.decompressobj()
            raw = packer.decompress(raw, MAX_UNPACKED_BYTES)
            if not packer.eof:
                raise FormatError(f"{path}: nmrML: {name} is cut, or unpacks to too much")
    except (binascii.Error, zlib.error, ValueError) as error:
        raise FormatError(
            f"{path}: nmrML: {name} cannot be unpacked ({one_line(str(error))[:80]}): copy it again"
        ) from error
    if len(raw) % width or len(raw) < 8 * width:
        raise FormatError(f"{path}: nmrML: {name} has {len(raw)} bytes, no size of data")
    return np.frombuffer(raw, kind)
