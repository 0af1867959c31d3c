"""The formats that are read, one a row: a new one is a module and its row here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from nmrquanv.io.outlines import Asked, Outline


class _Format(Protocol):
    """What the module of a format has."""

    def recognise(self, path: Path) -> Path | None: ...

    def data_sets_at(self, path: Path) -> tuple[Path, ...]: ...

    def outline(self, data_set: Path, asked: Asked) -> Outline: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """One format; its module is imported when a path is shown to it.

    Parameters
    ----------
    title : str
        As one says it; the module's ``FORMAT``.
    files : tuple of str
        What its files are called: endings, or the names of files that make a folder a data set.
    module : str
        In :mod:`nmrquanv.io`.
    """

    title: str
    files: tuple[str, ...]
    module: str

    @property
    def _format(self) -> _Format:
        return cast(_Format, import_module(f"nmrquanv.io.{self.module}"))

    def recognise(self, path: Path) -> Path | None:
        """Return the data set (its folder or file) that a path is, or belongs to as a file.

        None for anything else.
        """
        return self._format.recognise(path)

    def data_sets_at(self, path: Path) -> tuple[Path, ...]:
        """Return the data sets to list for an entry of a folder, in display order."""
        return self._format.data_sets_at(path)

    def outline(self, data_set: Path, asked: Asked) -> Outline:
        """Outline a data set that the format recognised or listed.

        Raises
        ------
        FormatError
            It is damaged, or has no such source.
        """
        return self._format.outline(data_set, asked)


READERS = (
    Reader("nmrquanv documents", (".nmrq",), "document_data"),
    Reader("Bruker", ("fid", "ser", "1r"), "bruker"),
    Reader("Varian/Agilent", ("fid", "procpar"), "varian"),
    Reader("Magritek Spinsolve", ("data.1d", "fid.1d", "spectrum.1d"), "spinsolve"),
    Reader("JCAMP-DX", (".jdx", ".dx", ".jcamp", ".jcm"), "jcamp"),
    Reader("JEOL Delta", (".jdf",), "jeol"),
    Reader("NMRPipe", (".fid", ".ft", ".ft1"), "nmrpipe"),
    Reader("SIMPSON", (".fid", ".spe"), "simpson"),
    Reader("nmrML", (".nmrml",), "nmrml"),
    Reader("NMRium", (".nmrium",), "nmrium"),
    Reader("text", (".csv", ".txt", ".tsv"), "text"),
)
"""The formats, in the order in which they are asked; text last, for it is the least specific."""


def format_titles() -> tuple[str, ...]:
    """Return the formats as one says them, the vendors' first, documents of our own last."""
    own, *others = (reader.title for reader in READERS)
    return (*others, own)


def files_of(title: str) -> tuple[str, ...]:
    """Return what files of a format are called."""
    return next(reader.files for reader in READERS if reader.title == title)
