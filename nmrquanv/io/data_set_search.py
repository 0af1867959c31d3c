"""The search of a folder for data sets, whatever their formats."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nmrquanv.io import archives
from nmrquanv.io.bruker_folders import numeric_first
from nmrquanv.io.format_files import SPECTRAL_ENDINGS
from nmrquanv.io.plugins import ForeignReaders


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a search goes.

    Parameters
    ----------
    depth : int
        Levels of folders below the one that is searched.
    folders : int
        How many are looked into before the search gives up.
    """

    depth: int
    folders: int


NEAR = Reach(4, 20_000)
"""While somebody waits: some seconds."""

EVERYWHERE = Reach(100, 50_000_000)
"""As deep as folders lie."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What a search came upon besides data sets.

    Parameters
    ----------
    closed : dict
        Folders that could not be looked into, and why.
    unread : list of Path
        Files that end as spectra do and open as none.
    """

    closed: dict[str, str] = field(default_factory=dict)
    unread: list[Path] = field(default_factory=list)


@dataclass(slots=True)
class FolderSearch:
    """A search that goes on.

    Parameters
    ----------
    built_in_at : function of a Path
        Yields the data sets to list for an entry of a folder.
    left : int
        How many folders it may still look into; below 0 once it has given up.
    missed : Missed
        Takes up what else there is.
    """

    built_in_at: Callable[[Path], Iterator[Path]]
    left: int
    missed: Missed = field(default_factory=Missed)
    foreign: ForeignReaders = field(default_factory=ForeignReaders)

    def below(self, folder: Path, depth: int) -> Iterator[Path]:
        """Yield the data sets below a folder, so many levels deep."""
        for child in sorted(folder.iterdir(), key=lambda c: numeric_first(c.name)):
            if child.name.startswith("."):
                continue
            try:
                is_folder = child.is_dir()
                if is_folder and child.is_symlink():
                    yield from self._linked(child)
                    continue
                self.left -= is_folder
                if self.left < 0:
                    return
                yield from self._at(child, depth - 1 if is_folder else 0)
            except OSError as error:
                self.missed.closed[str(child)] = error.strerror or str(error)

    def _linked(self, link: Path) -> list[Path]:
        """Return the data set that a link leads to; other folders may lead round in circles."""
        found = list(self.built_in_at(link))
        if not found:
            self.missed.closed[str(link)] = "a link, which is not followed: choose it itself"
        return found

    def _at(self, child: Path, depth: int) -> list[Path]:
        found = list(self.built_in_at(child))
        if not found and child.is_file() and archives.may_hold_data(child):
            found = [child]
        if not found and depth > 0:
            found = list(self.below(child, depth))
        if not found and self.foreign.recognise(child):
            found = [child]
        if not found and _looks_like_one(child):
            self.missed.unread.append(child)
        return found


def _looks_like_one(path: Path) -> bool:
    """Tell whether a file's ending says that it is a spectrum, or a damaged archive."""
    ending = path.suffix.lower()
    if ending not in SPECTRAL_ENDINGS or not path.is_file():
        return False
    return ending != ".zip" or not zipfile.is_zipfile(path)
