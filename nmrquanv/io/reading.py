"""Read whatever path a user names: find the reader by content, or say why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from nmrquanv.errors import FormatError, SeveralDataSetsError
from nmrquanv.io import archives
from nmrquanv.io import text as text_files
from nmrquanv.io.archives import Place
from nmrquanv.io.data_set_search import EVERYWHERE, NEAR, FolderSearch, Missed, Reach
from nmrquanv.io.outlines import Asked, Outline
from nmrquanv.io.plugins import ForeignReaders
from nmrquanv.io.readers import READERS, Reader
from nmrquanv.io.refusals import cannot_read, checked_path, refusal_of_file, refusal_of_folder
from nmrquanv.io.text_form import TextForm
from nmrquanv.spectra.dataset import DataSet


def read(
    path: str | Path,
    *,
    source: str | None = None,
    sf_mhz: float | None = None,
    nucleus: str | None = None,
    text: TextForm | None = None,
) -> DataSet:
    """Read a data set.

    Parameters
    ----------
    path : str or Path
        A data set of any format in ``READERS`` (for Bruker an EXPNO or PROCNO folder), a file
        inside one, a folder or zip archive that holds one, or a path in an archive.
    source : str or None
        ``"fid"`` or a Bruker PROCNO; None takes what the path names, else the newest ``1r``,
        else the FID.
    sf_mhz : float, MHz, or None
        Frequency of 0 ppm, for files that do not say it (text, SIMPSON).
    nucleus : str or None
        Likewise.
    text : TextForm or None
        How the file is read as a text of columns, whatever else it may be; what the form leaves
        open, or all of it, is read as it looks.

    Returns
    -------
    DataSet

    Raises
    ------
    FormatError
        Nothing there, damaged, not supported, or not NMR; the message says what to do.
    SeveralDataSetsError
        The folder holds several data sets; its ``choices`` are their paths.
    """
    with followed(path) as place:
        return _asked(place, Asked(place.real, source, sf_mhz, nucleus, text)).complete()


def outline(
    path: str | Path,
    *,
    source: str | None = None,
    sf_mhz: float | None = None,
    nucleus: str | None = None,
    text: TextForm | None = None,
) -> Outline:
    """Return all that :func:`read` would say of a data set but its numbers, without nmrglue.

    Takes and raises the same; damage that only the numbers show is not met.
    """
    with followed(path) as place:
        return _asked(place, Asked(place.real, source, sf_mhz, nucleus, text, is_outline=True))


def data_sets(
    path: str | Path, reach: Reach | None = None, missed: Missed | None = None
) -> tuple[str, ...]:
    """Return the data sets below a folder; a path that is or lies in one gives that one.

    Parameters
    ----------
    path : str or Path
    reach : Reach or None
        None looks as far as one can wait for.
    missed : Missed or None
        Takes up what the search came upon besides, by its place on the disk.

    Raises
    ------
    FormatError
        The path does not exist or cannot be searched.
    """
    with followed(path) as place:
        found = recognised(place.real)
        if found is not None or place.real.is_file():
            return (place.named(str(found[1] if found else place.real)),)
        return tuple(place.named(str(folder)) for folder in _below(place.real, reach, missed))


def archived_data_sets(archive: Path) -> tuple[str, ...]:
    """Return the data sets in an archive as :func:`data_sets` does, without unpacking its numbers.

    Raises
    ------
    FormatError
        The archive is damaged, encrypted, or beyond a limit.
    """
    with archives.listed(archive) as place:
        found = recognised(place.real)
        known = [found[1]] if found is not None else _below(place.real, EVERYWHERE)
        return tuple(place.named(str(data_set)) for data_set in known)


@contextmanager
def followed(path: str | Path) -> Iterator[Place]:
    """Give where a path leads; what fails there names the path that the user knows."""
    place = checked_path(path)
    try:
        yield place
    except SeveralDataSetsError as error:
        choices = tuple(place.named(choice) for choice in error.choices)
        raise SeveralDataSetsError(place.named(str(error)), choices) from error
    except FormatError as error:
        raise FormatError(place.named(str(error))) from error
    except OSError as error:
        raise FormatError(place.named(str(cannot_read(place.real, error)))) from error
    except MemoryError as error:
        shown = place.named(str(place.real))
        raise FormatError(f"{shown}: too large for this computer's memory") from error


def _asked(place: Place, asked: Asked) -> Outline:
    """Outline what a place leads to, under the path that the user knows."""
    found = _outline(place.real, asked)
    notes = tuple(place.named(note) for note in found.source.notes)
    source = replace(found.source, path=place.named(found.source.path), notes=notes)
    return replace(found, source=source)


def _outline(where: Path, asked: Asked) -> Outline:
    if asked.text is not None and where.is_file():
        return text_files.outline(where, asked)
    found = recognised(where)
    if found is not None:
        reader, data_set = found
        return reader.outline(data_set, asked)
    foreign = ForeignReaders()
    outlined = foreign.outline(where, asked)
    if outlined is not None:
        return outlined
    if where.is_file():
        raise foreign.with_failures(refusal_of_file(where))
    return _outline_child(where, asked, foreign)


def recognised(path: Path) -> tuple[Reader, Path] | None:
    """Return the built-in reader of a path with the data set that it is or lies in.

    A file that no reader knows for itself belongs to the data set around it.
    """
    for candidate in (path, path.parent) if path.is_file() else (path,):
        for reader in READERS:
            data_set = reader.recognise(candidate)
            if data_set is not None:
                return reader, data_set
    return None


def _outline_child(folder: Path, asked: Asked, foreign: ForeignReaders) -> Outline:
    """Outline the only data set below a folder, or refuse."""
    choices = list(_below(folder))
    if len(choices) == 1:
        place = checked_path(choices[0])  # which may be an archive
        return _asked(place, replace(asked, opened=place.real))
    if choices:
        raise SeveralDataSetsError(
            f"{folder}: holds {len(choices)} data sets: choose one of them",
            tuple(str(choice) for choice in choices),
        )
    raise foreign.with_failures(refusal_of_folder(folder))


def _below(
    folder: Path, reach: Reach | None = None, missed: Missed | None = None
) -> Iterator[Path]:
    """Yield the data sets below a folder, in natural order of their names.

    Raises
    ------
    FormatError
        None was found in as many folders as are looked into; there may be one further on.
    """
    reach = reach or NEAR
    search = FolderSearch(_built_in_at, reach.folders, missed or Missed())
    found = False
    for data_set in search.below(folder, reach.depth):
        found = True
        yield data_set
    if search.left < 0 and not found:
        raise FormatError(
            f"{folder}: no data set in the first {reach.folders} folders below it: choose a folder "
            "further down"
        )


def data_set_of(path: Path) -> Path | None:
    """Return the data set (folder or file) that a file on the disk is, or lies in."""
    found = recognised(path)
    return None if found is None else found[1]


def _built_in_at(path: Path) -> Iterator[Path]:
    for reader in READERS:
        found = reader.data_sets_at(path)
        if found:
            yield from found
            return
