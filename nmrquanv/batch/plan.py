"""Which data sets a batch searches, and what their results are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.archives import is_archive
from nmrquanv.io.data_set_search import EVERYWHERE, Missed
from nmrquanv.io.document_data import sources
from nmrquanv.io.document_options import is_document_file
from nmrquanv.io.reading import archived_data_sets, data_sets

LOG, SUMMARY, MANIFEST = "batch.log.jsonl", "batch.csv", "batch.json"
"""What stands beside the results; no result is called so."""

_INSIDE = frozenset({"pdata", "1r", "1i", "fid", "acqus", "procs", "procpar"})


@dataclass(frozen=True, slots=True)
class Task:
    """One spectrum of a batch.

    Parameters
    ----------
    name : str
        Of its result, without the ending; may have folders, parted by ``/``.
    path : str
        As :func:`nmrquanv.io.read` takes it.
    source : str or None
        What of the data set, where it holds several spectra; else as the batch says.
    """

    name: str
    path: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The tasks of a batch, in order, and the folders that could not be looked into."""

    tasks: tuple[Task, ...]
    closed: tuple[tuple[str, str], ...] = ()


def found_below(roots: Sequence[Path], output: Path, source: str | None = None) -> Plan:
    """Plan all data sets below some folders, however deep, and what ends as spectra do.

    What cannot be read is planned too, so that it is told. Texts of numbers may be anything: they
    are searched when they are named.

    Parameters
    ----------
    roots : sequence of Path
        Folders, or data sets themselves.
    output : Path
        Where results go: not searched.
    source : str or None
        What is asked of all data sets.

    Returns
    -------
    Plan
        Results lie as the data sets do: ``DIR/menthol/10`` becomes ``menthol/10``, below the
        folder's name if there are several. An archive is a folder where it holds several.

    Raises
    ------
    FormatError
        A path does not exist, or no data set is there at all.
    """
    missed = Missed()
    names = [""] if len(roots) == 1 else output_names(roots)
    chosen: dict[str, str] = {}
    for root, prefix in zip(roots, names, strict=True):
        known = data_sets(root, EVERYWHERE, missed)
        inner = [part for path in known for part in _inside_archive(path)]
        for path in [*inner, *map(str, missed.unread)]:
            if not Path(path).absolute().is_relative_to(output.absolute()):
                chosen.setdefault(path, "/".join(filter(None, (prefix, _below(path, root)))))
    if not chosen:
        shown = ", ".join(str(root) for root in roots)
        raise FormatError(f"no data set was found in {shown}")
    parts = [part for path, name in chosen.items() for part in _parts(name, path, source)]
    return Plan(_unlike(parts), tuple(missed.closed.items()))


def _inside_archive(path: str) -> Iterable[str]:
    """Return the data sets of an archive that holds several; anything else as it is."""
    place = Path(path)
    try:
        if place.is_file() and not is_document_file(place) and is_archive(place):
            inner = archived_data_sets(place)
            return inner if len(inner) > 1 else (path,)
    except (FormatError, OSError):  # the search will say it
        pass
    return (path,)


def of_paths(paths: Sequence[Path], source: str | None = None) -> Plan:
    """Plan one result for each path; several for a document file with several spectra."""
    named = zip(output_names(paths), paths, strict=True)
    return Plan(_unlike([part for name, path in named for part in _parts(name, str(path), source)]))


def _below(path: str, root: Path) -> str:
    """Return a data set's place below a folder; its last part, where it is no other's."""
    place = Path(path)
    inner = place.relative_to(root) if place.is_relative_to(root) else Path(place.name)
    return inner.as_posix() if inner.parts else output_names([place])[0]


def _parts(name: str, path: str, source: str | None) -> list[Task]:
    """Return the task of a data set, or those of the spectra in a document file."""
    if source is None and is_document_file(Path(path)):
        try:
            numbers = sources(Path(path))
        except FormatError:  # the search will say it
            numbers = ()
        if len(numbers) > 1:
            return [Task(f"{name}_{number}", path, number) for number in numbers]
    return [Task(name, path)]


def _unlike(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Return tasks no two of which have one name, nor that of what stands beside them."""
    taken = {Path(name).stem.casefold() for name in (SUMMARY, LOG)} | {"batch.log"}
    tasks = list(tasks)
    names = _distinct([task.name for task in tasks], taken)
    return tuple(Task(n, t.path, t.source) for n, t in zip(names, tasks, strict=True))


def _distinct(names: Iterable[str], taken: set[str]) -> Iterator[str]:
    for name in names:
        unique, number = name, 2
        while unique.casefold() in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique.casefold())
        yield unique


def output_names(paths: Iterable[Path]) -> list[str]:
    """Return a file name, without ending, for each path; no two are equal.

    The name is the path's last part, without the ending of a file. A Bruker number (EXPNO,
    PROCNO, and what lies inside) says little alone and gets the names above it:
    ``menthol/10/pdata/1`` becomes ``menthol_10_pdata_1``.
    """
    return list(_distinct((_said(path) for path in paths), set()))


def _said(path: Path) -> str:
    parts = [part for part in path.resolve().parts if part != path.resolve().anchor]
    last = parts.pop() if parts else "spectrum"
    name = Path(last).stem if path.is_file() or Path(last).suffix == ".fid" else last
    while parts and (name.split("_")[0].isdigit() or name.split("_")[0].lower() in _INSIDE):
        name = f"{parts.pop()}_{name}"
    return name
