"""What is kept of a document between two saves: a folder, written again and again, read once.

``state.json`` says what was done to a spectrum, when, and to which file it belongs; the arrays lie
beside it, each in a file that is written once and never changed. A write ends with the new
``state.json`` in the place of the old one, so that at every moment the folder holds one state,
whole. It is the user's own, and for nobody else to read.
"""

from __future__ import annotations

import shutil
import time
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from nmrquanv import writing
from nmrquanv.errors import FormatError
from nmrquanv.folders import make_private_folder
from nmrquanv.guarded import parse_json, read_regular, require_readable
from nmrquanv.guarded_arrays import Array
from nmrquanv.io import document_file
from nmrquanv.io.document_data import Packed
from nmrquanv.io.document_file import MAX_BYTES, array_bytes, fitting_array, json_of, manifest_of
from nmrquanv.io.document_form import VERSION, Manifest, StoredPeaks, StoredSpectrum
from nmrquanv.version import __version__

SCHEMA = "nmrquanv.recovery/1"
STATE, OPENING = "state.json", "opening"
_MAX_STATE_BYTES = 64 << 20
_ENTRY_BYTES = 512
"""More than an array's head takes, or what the state says of where it lies."""

_BATCH = 200
"""Peaks that are turned into text in one go, a third of a millisecond."""


@dataclass(frozen=True, slots=True)
class SaidBeside:
    """What is said of a document besides its state.

    Parameters
    ----------
    changed : str
        When it was edited last (ISO 8601, UTC).
    action : str
        The last step, in the words of the Edit menu.
    file : str
        The document file that it belongs to; empty where there is none.
    """

    changed: str
    action: str
    file: str = ""

    def __post_init__(self) -> None:
        datetime.fromisoformat(self.changed)


@dataclass(frozen=True, slots=True)
class KeptArray:
    """Where an array lies, and how to know that it is whole."""

    file: str
    size_bytes: int
    crc32: int

    def __post_init__(self) -> None:
        if Path(self.file).name != self.file or self.file in ("", ".", ".."):
            raise ValueError(f"{self.file!r} is no file of this folder")


@dataclass(frozen=True, slots=True)
class _Content:
    """The JSON object of ``state.json``."""

    schema: str
    change: SaidBeside
    arrays: dict[str, KeptArray]
    manifest: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecoveryFile:
    """What ``state.json`` says."""

    folder: Path
    change: SaidBeside
    arrays: Mapping[str, KeptArray]
    manifest: Manifest

    @property
    def name(self) -> str:
        """The document's."""
        return self.manifest.spectra[0].name

    def load(self) -> Packed:
        """Read the arrays.

        Raises
        ------
        FormatError
            One is missing or damaged.
        """
        stored = self.manifest.spectra[0]
        arrays = {
            name: fitting_array(self._bytes(name), axis, str(self.folder / name))
            for name, axis in stored.arrays().items()
        }
        return Packed(stored, arrays)

    def _bytes(self, name: str) -> bytes:
        kept = self.arrays.get(name)
        if kept is None:
            raise FormatError(f"{self.folder}: the array '{name}' is missing")
        content = read_regular(self.folder / kept.file, MAX_BYTES)
        if (len(content), zlib.crc32(content)) != (kept.size_bytes, kept.crc32):
            raise FormatError(f"{self.folder / kept.file}: is damaged")
        return content


class RecoveryFolder:
    """Writes the states of one document, one after the other, never two at a time.

    Parameters
    ----------
    path : Path
        Need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: list[tuple[Array, KeptArray]] = []

    def write(self, one: Packed, change: SaidBeside) -> None:
        """Write a state in the place of the one before; arrays that are there stay.

        Raises
        ------
        OSError
            The disk is full, or the user's data folder cannot be written to; what was there is
            as it was.
        ExportError
            It is so large that it could not be read again; what was there is as it was.
        """
        manifest = _readable_manifest(one)
        make_private_folder(self.path)
        written = [(array, self._kept(array)) for array in one.arrays.values()]
        content = {
            "schema": SCHEMA,
            "change": change,
            "arrays": {name: kept for name, (_, kept) in zip(one.arrays, written, strict=True)},
            "manifest": manifest,
        }
        writing.write_whole(self.path / STATE, json_of(content), is_private=True)
        self._written = written
        self._clear()

    def remove(self) -> None:
        """Remove the folder: what it holds is safe elsewhere, or not wanted.

        Raises
        ------
        OSError
            It cannot be removed.
        """
        self._written = []
        writing.disk.remove(self.path / STATE)  # without it the rest is nothing
        shutil.rmtree(self.path, ignore_errors=True)

    def _kept(self, array: Array) -> KeptArray:
        """Return where an array lies, after writing it if it is a new one."""
        for known, kept in self._written:
            if known is array:
                return kept
        content = array_bytes(array)
        kept = KeptArray(f"{uuid.uuid4().hex}.npy", len(content), zlib.crc32(content))
        writing.write_whole(self.path / kept.file, content, is_private=True)
        return kept

    def _clear(self) -> None:
        """Remove what the state that was written does not name."""
        named = {STATE, *(kept.file for _, kept in self._written)}
        for path in self.path.iterdir():
            if path.name not in named:
                writing.disk.remove(path)


def _readable_manifest(one: Packed) -> msgspec.Raw:
    """Return the text of a manifest, if that and its arrays can be read again."""
    text = json_of(_manifest(one.stored))
    state_bytes = len(text) + _ENTRY_BYTES * (1 + len(one.arrays))
    sizes = [(state_bytes, _MAX_STATE_BYTES)]
    sizes += [(array.nbytes + _ENTRY_BYTES, MAX_BYTES) for array in one.arrays.values()]
    for count, limit in sizes:
        what = f"what is kept of '{one.stored.name}'"
        require_readable(count, limit, what, "save it, or work on fewer points and peaks")
    return msgspec.Raw(text)


def _manifest(stored: StoredSpectrum) -> dict[str, Any]:
    """Return a manifest of one spectrum, as far turned into text as takes time."""
    manifest = Manifest(
        schema=f"{document_file.SCHEMA}/{VERSION}",
        program_version=__version__,
        saved=datetime.now(UTC).isoformat(timespec="seconds"),
        spectra=(stored,),
    )
    spectrum = {
        **_entries(stored),
        "layers": {name: _in_batches(layer) for name, layer in stored.layers.items()},
        "peaks": _in_batches(stored.peaks),
    }
    return {**_entries(manifest), "spectra": [spectrum]}


def _in_batches(listed: StoredPeaks) -> dict[str, Any]:
    """Return a list whose peaks are text already; Python's lock is let go again and again.

    In one go the text of some thousand peaks would stop the window for longer than a person should
    notice.
    """
    parts = []
    for first in range(0, len(listed.peaks), _BATCH):
        parts.append(json_of(listed.peaks[first : first + _BATCH])[1:-1])
        time.sleep(0)
    return {**_entries(listed), "peaks": msgspec.Raw(b"[" + b",".join(parts) + b"]")}


def _entries(values: Any) -> dict[str, Any]:
    return {field.name: getattr(values, field.name) for field in fields(values)}


def read_recovery(folder: Path) -> RecoveryFile:
    """Read what a folder says, without its arrays.

    Raises
    ------
    FormatError
        It is damaged, or of a newer version; names it.
    """
    where = str(folder / STATE)
    content = parse_json(read_regular(folder / STATE, _MAX_STATE_BYTES), _Content, where)
    if content.schema != SCHEMA:
        raise FormatError(f"{where}: is of another version of the program ({content.schema})")
    manifest = manifest_of(content.manifest, where)
    return RecoveryFile(folder, content.change, content.arrays, manifest)
