"""Read whatever path a user names: find the reader by content, or say why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nmrquanv.errors import FormatError, SeveralDataSetsError
from nmrquanv.io import bruker_folders, text, unsupported, varian
from nmrquanv.io.bruker import read_bruker
from nmrquanv.io.files import file_size
from nmrquanv.spectra.dataset import DataSet

MAX_DEPTH = 4
"""How deep a parent folder is searched for data sets."""

MAX_FOLDERS = 5_000
"""How many folders are looked into before the search gives up."""


def read(
    path: str | Path,
    *,
    source: str | None = None,
    sf_mhz: float | None = None,
    nucleus: str | None = None,
) -> DataSet:
    """Read a data set.

    Parameters
    ----------
    path : str or Path
        Bruker: an EXPNO or PROCNO folder, a parent with one EXPNO, or any file inside.
        Varian/Agilent: a folder with ``fid`` and ``procpar``, or a file inside. A text file of
        ppm and intensity.
    source : str or None
        ``"fid"`` or a Bruker PROCNO; None takes what the path names, else the newest ``1r``,
        else the FID.
    sf_mhz : float, MHz, or None
        Frequency of 0 ppm; for text only, which does not say it.
    nucleus : str or None
        For text only.

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
    where = _checked(path)
    try:
        return _read(where, source, sf_mhz, nucleus)
    except OSError as error:
        raise _cannot_read(where, error) from error
    except MemoryError as error:
        raise FormatError(f"{where}: too large for this computer's memory") from error


def data_sets(path: str | Path) -> tuple[str, ...]:
    """Return the data sets below a folder; a path that is or lies in one gives that one.

    Raises
    ------
    FormatError
        The path does not exist or cannot be searched.
    """
    where = _checked(path)
    try:
        found = None if _is_text_spectrum(where) else _data_set_of(where)
        if found is not None or where.is_file():
            return (str(found or where),)
        return tuple(str(folder) for folder in _below(where))
    except OSError as error:
        raise _cannot_read(where, error) from error


def _checked(path: str | Path) -> Path:
    """Return an existing path, or refuse."""
    if not str(path) or "\0" in str(path):
        raise FormatError(f"{str(path)!r} is no path: choose a file or folder")
    where = Path(path)
    try:
        if where.is_file() or where.is_dir():
            return where.absolute()
        if where.exists():
            raise FormatError(f"{where}: is a device or pipe: choose a file or folder on disk")
    except OSError as error:
        raise _cannot_read(where, error) from error
    raise FormatError(f"{where}: there is no such file or folder: check the spelling")


def _cannot_read(path: Path, error: OSError) -> FormatError:
    name = error.filename if isinstance(error.filename, str) else str(path)
    reason = (error.strerror or str(error)).lower()
    return FormatError(f"{name}: cannot be read ({reason}): check the file and your permissions")


def _read(where: Path, source: str | None, sf_mhz: float | None, nucleus: str | None) -> DataSet:
    if _is_text_spectrum(where):
        _require_source(where, source, "text")
        return text.read_text_spectrum(where, sf_mhz, nucleus)
    folder = _data_set_of(where)
    if folder is None:
        if where.is_file():
            raise _refusal_of_file(where)
        return _read_child(where, source)
    if varian.is_varian_folder(folder):
        _require_source(folder, source, "fid")
        return varian.read_varian(folder, where)
    named = bruker_folders.find_experiment(where)
    assert named is not None
    return read_bruker(folder, source or named[1], is_asked=source is not None, opened=where)


def _is_text_spectrum(path: Path) -> bool:
    """Tell whether a path is a text of numbers that stands for itself."""
    return (
        path.is_file()
        and not _is_vendors_file(path)
        and unsupported.nmr_format(path) is None
        and text.is_spectrum_text(path)
    )


def _is_vendors_file(path: Path) -> bool:
    """Tell whether a file belongs to the data set around it rather than standing for itself."""
    return bruker_folders.is_own_file(path) or (
        path.name in {"fid", "procpar", "text", "log"} and varian.is_varian_folder(path.parent)
    )


def _data_set_of(path: Path) -> Path | None:
    """Return the data set's folder that a path is or lies in."""
    folder = path.parent if path.is_file() else path
    if varian.is_varian_folder(folder):
        return folder
    found = bruker_folders.find_experiment(path)
    return found[0] if found else None


def _require_source(path: Path, source: str | None, only: str) -> None:
    if source not in {None, only}:
        raise FormatError(f"{path}: there is no source {source!r}: its only source is {only}")


def _read_child(folder: Path, source: str | None) -> DataSet:
    """Read the only data set below a folder, or refuse."""
    choices = list(_below(folder))
    if len(choices) == 1:
        return _read(choices[0], source, None, None)
    if choices:
        raise SeveralDataSetsError(
            f"{folder}: holds {len(choices)} data sets: choose one of them",
            tuple(str(choice) for choice in choices),
        )
    raise _refusal_of_folder(folder)


def _below(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Yield the data sets below a folder, in natural order of their names."""
    budget = [MAX_FOLDERS]
    yield from _search(folder, depth, budget)


def _search(folder: Path, depth: int, budget: list[int]) -> Iterator[Path]:
    children = [child for child in folder.iterdir() if child.is_dir() and not child.is_symlink()]
    for child in sorted(children, key=lambda c: bruker_folders.numeric_first(c.name)):
        budget[0] -= 1
        if budget[0] < 0:
            return
        if child.name.startswith("."):
            continue
        try:
            if bruker_folders.is_experiment(child) or varian.is_varian_folder(child):
                yield child
            elif depth + 1 < MAX_DEPTH:
                yield from _search(child, depth + 1, budget)
        except OSError:
            continue


def _refusal_of_file(path: Path) -> FormatError:
    """Return the error that says what a file is instead of a data set."""
    if file_size(path) == 0:
        return FormatError(f"{path}: the file is empty: copy it again")
    known = unsupported.nmr_format(path)
    if known is not None and unsupported.is_not_nmr(known):
        return FormatError(f"{path}: {known}, not an NMR spectrum: choose an NMR data set")
    if known == unsupported.BRUKER_PARAMETERS:
        return FormatError(f"{path}: {known}: open the whole Bruker folder, with fid or 1r")
    if known is not None:
        return FormatError(
            f"{path}: {known} is not supported yet: open the original Bruker or Varian/Agilent "
            "folder, or export ppm and intensity as CSV"
        )
    if varian.is_varian_fid(path):
        return FormatError(
            f"{path}: a Varian/Agilent FID on its own: open its folder, with procpar beside it"
        )
    other = unsupported.other_kind(path)
    if other is None and text.is_text(path):
        other = "a text without columns of ppm and intensity"
    return FormatError(
        f"{path}: {f'this is {other}' if other else 'the content is not recognised'}, not an NMR "
        "data set: choose a Bruker or Varian/Agilent folder or a text of ppm and intensity"
    )


def _refusal_of_folder(folder: Path) -> FormatError:
    """Return the error that says what a folder holds instead of a data set."""
    files = sorted(child for child in folder.iterdir() if child.is_file())
    if not any(folder.iterdir()):
        return FormatError(f"{folder}: the folder is empty: choose a data set")
    if any(child.name in {"fid", "ser", "1r"} for child in files):
        return FormatError(
            f"{folder}: data without parameters (no acqus or procs of Bruker, no procpar of "
            "Varian/Agilent): copy the whole data set again"
        )
    for child in files[:50]:
        known = unsupported.nmr_format(child)
        if known is not None:
            return _refusal_of_file(child)
    return FormatError(
        f"{folder}: holds no NMR data set (no acqus with fid or pdata, no fid with procpar): "
        "choose a Bruker or Varian/Agilent folder, or the file itself"
    )
