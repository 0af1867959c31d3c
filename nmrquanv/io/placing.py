"""Put what was exported in its place, and replace nothing that nobody may have meant.

An earlier export is replaced by the next one of its name. Files of a measured data set,
write-protected files, and files beside the named one that are not ours are not: an
:class:`~nmrquanv.errors.OverwriteError` names them, and who asked may say to replace them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nmrquanv.errors import ExportError, FormatError, OverwriteError, system_errors_as
from nmrquanv.guarded import read_json
from nmrquanv.io.files import inside
from nmrquanv.io.places import is_network
from nmrquanv.writing import is_protected, is_special, write_together

_OURS = "nmrquanv."
"""Begins the schema of every JSON file of ours."""

_TABLE_HEAD = b"id,ppm,hz,height,"
"""Begins every peak table of ours."""


_OF_DATA = "belongs to the measured data"
_OWN_LIST = "is the data set's own peak list, perhaps a person's work"


@dataclass(frozen=True, slots=True)
class Placing:
    """What an export may replace.

    Parameters
    ----------
    source : str
        File or folder of the measured data; empty if there is none.
    is_forced : bool
        Replace whatever stands there: the user was asked.
    others : tuple of str
        More measured data: what is exported of several spectra has more than one source.
    """

    source: str = ""
    is_forced: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Files:
    """What an export consists of.

    Parameters
    ----------
    path : Path
        The named file.
    content : bytes
    beside : mapping of Path to bytes
        Files beside it that the name implies.
    """

    path: Path
    content: bytes
    beside: Mapping[Path, bytes] = field(default_factory=dict)


def place(files: Files, placing: Placing) -> None:
    """Write the files of an export, all or none.

    A data set's own file that is replaced is kept beside it, as ``peaklist.xml.bak``, ``.bak2``
    and so on.

    Raises
    ------
    OverwriteError
        Something stands there that nobody may have meant to replace.
    ExportError
        The place cannot be written to; what stood there stands there still.
    """
    with system_errors_as(ExportError, f"cannot write '{files.path}': …; choose another place"):
        found = obstacles(files, placing.source, *placing.others)
        if found and not placing.is_forced:
            raise OverwriteError.of(found)
        kept = [Path(name) for name, what in found.items() if what in (_OF_DATA, _OWN_LIST)]
        spares = {_spare(path): path.read_bytes() for path in kept}
        new = {files.path: files.content, **files.beside}
        write_together({**spares, **new}, is_forced=placing.is_forced)


def obstacles(files: Files, *sources: str) -> dict[str, str]:
    """Return which files stand in the way, and what each is."""
    found = {}
    for path in (files.path, *files.beside):
        if not path.is_file() or is_special(path):
            continue
        if path in files.beside and not _goes_with(path, files.path):
            found[str(path)] = f"is not the provenance of {files.path.name}"
        elif is_own_list(path):
            found[str(path)] = _OWN_LIST
        elif any(_is_of_data(path, source) for source in sources):
            found[str(path)] = _OF_DATA
        elif is_protected(path):
            found[str(path)] = "is write-protected"
    return found


def is_own_list(path: Path) -> bool:
    """Tell whether a file is the peak list that a processed spectrum beside it has already."""
    beside = ("procs", "proc", "1r")
    return (
        path.name.lower() == "peaklist.xml"
        and path.exists()
        and any(inside(path.parent, name).exists() for name in beside)
    )


def _spare(path: Path) -> Path:
    """Return a name beside a file that nothing has yet."""
    names = (path.with_name(f"{path.name}.bak{number or ''}") for number in (0, *range(2, 10_000)))
    return next(name for name in names if not name.exists())


def _goes_with(path: Path, table: Path) -> bool:
    """Tell whether a file is what we wrote beside this table."""
    content = _json(path)
    return str(content.get("schema")).startswith(_OURS) and content.get("table") == table.name


def _is_of_data(path: Path, source: str) -> bool:
    """Tell whether a file is the measured data, or lies among them and is no list of ours."""
    data = Path(source)
    if is_network(source) and not is_network(str(path)):  # a document may name any computer
        return False
    if not source or not data.exists():
        return False
    if data.is_file():
        return data.samefile(path) or (_is_in_set(data) and _is_among(path, data.parent))
    return _is_among(path, data)


def _is_in_set(data: Path) -> bool:
    """Tell whether a file is one of several that make a data set: those have no ending."""
    return not data.suffix


def _is_among(path: Path, folder: Path) -> bool:
    folder = folder.resolve()
    names = [part.lower() for part in folder.parts]
    if "pdata" in names:
        folder = Path(*folder.parts[: len(names) - names[::-1].index("pdata") - 1])
    return path.resolve().is_relative_to(folder) and not _is_ours(path)


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(len(_TABLE_HEAD))
    return head == _TABLE_HEAD or str(_json(path).get("schema")).startswith(_OURS)


def _json(path: Path) -> dict[str, Any]:
    try:
        return read_json(path, dict[str, Any])
    except FormatError:
        return {}
