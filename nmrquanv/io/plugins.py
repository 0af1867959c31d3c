"""Readers of third parties: packages with an entry point in the group ``nmrquanv.readers``.

An entry point names a module (or object) with

- ``FORMAT``, what the format is called;
- ``recognise(path: Path) -> bool``, quick and by content;
- ``read(path: Path) -> Fid | Spectrum``, in the conventions of ``nmrquanv.spectra.spectrum``.

They are asked only about paths that no built-in reader recognises; one that fails is named, and
the others go on. ``NMRQUANV_NO_PLUGINS`` in the environment turns them off.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from nmrquanv.errors import FormatError
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.files import MAX_TEXT_BYTES, one_line, read_bytes, sha256
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.spectra.starting_recipe import fid_recipe, spectrum_recipe

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "nmrquanv.readers"
OFF = "NMRQUANV_NO_PLUGINS"

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class ForeignReader(Protocol):
    """What an entry point names."""

    FORMAT: str

    def recognise(self, path: Path) -> bool:
        """Tell whether a path is in this format."""

    def read(self, path: Path) -> Fid | Spectrum:
        """Read it."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    name: str
    reader: ForeignReader


class ForeignReaders:
    """The installed ones, looked for when first asked, and what failed meanwhile."""

    def __init__(self) -> None:
        self._loaded: list[_Loaded] | None = None
        self._failures: list[str] = []

    def recognise(self, path: Path) -> bool:
        """Tell whether one of them recognises a path."""
        return any(self._recognises(each, path) for each in self._installed())

    def outline(self, path: Path, asked: Asked) -> Outline | None:
        """Return what the first that recognises a path reads of it; None when there is none."""
        for each in self._installed():
            if self._recognises(each, path):
                read = self._trying(each.name, partial(_read, each, path, asked))
                if read is not None:
                    source = replace(read.source, notes=(*read.source.notes, *self._failures))
                    return replace(read, source=source)
        return None

    def with_failures(self, refusal: FormatError) -> FormatError:
        """Return a refusal that also names the readers that failed."""
        return FormatError("; ".join([str(refusal), *self._failures]))

    def _installed(self) -> list[_Loaded]:
        if self._loaded is None:
            from importlib.metadata import entry_points

            self._loaded = []
            found = () if os.environ.get(OFF) else sorted(entry_points(group=GROUP))
            for entry in found:
                reader = self._trying(_name(entry), entry.load)
                if reader is not None:
                    self._loaded.append(_Loaded(_name(entry), reader))
        return self._loaded

    def _recognises(self, each: _Loaded, path: Path) -> bool:
        return self._trying(each.name, partial(each.reader.recognise, path)) is True

    def _trying(self, name: str, work: Callable[[], _T]) -> _T | None:
        """Return what foreign code returns; None when it fails, which is kept."""
        try:
            return work()
        except Exception as error:  # noqa: BLE001  (whatever a stranger's code raises is its fault)
            _log.warning("the reader %s failed", name, exc_info=True)
            said = one_line(f"{type(error).__name__}: {error}")[:200]
            failure = f"the reader {name} failed ({said})"
            self._failures += [failure] if failure not in self._failures else []
            return None


def _name(entry: EntryPoint) -> str:
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
    return one_line(f"{entry.name} of {package}")


def _read(each: _Loaded, path: Path, asked: Asked) -> Outline:
    """Return the outline of what a reader gives, held to the checks of the built-in ones."""
    data: object = each.reader.read(path)
    if not isinstance(data, (Fid, Spectrum)):
        raise FormatError(f"{path}: it returned {type(data).__name__}, not a Fid or Spectrum")
    axis = data.axis
    checked_axis(path, axis.size, axis.sw_hz, axis.sf_mhz, axis.offset_ppm)
    require_signal(data.data, path)
    is_fid = isinstance(data, Fid)
    kind = "fid" if is_fid else "spectrum"
    asked.chosen((kind,))
    source = replace(
        data.source,
        path=str(asked.opened),
        kind=kind,
        format=one_line(f"{each.reader.FORMAT} (read by {each.name})"),
        sha256=sha256(read_bytes(path, MAX_TEXT_BYTES)) if path.is_file() else None,
    )
    return Outline(
        axis,
        data.sample,
        source,
        fid_recipe(data) if isinstance(data, Fid) else spectrum_recipe(),
        (kind,),
        lambda: (data.data, ()),
        TimeDomain(data.sfo1_mhz, data.group_delay_points) if isinstance(data, Fid) else None,
        None if isinstance(data, Fid) else data.time_points,
        isinstance(data, Fid) or data.is_complex,
    )
