"""Why a path is not read: what it is instead, and what to choose."""

from __future__ import annotations

from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io import text, unsupported
from nmrquanv.io.archives import Place, located
from nmrquanv.io.files import file_size
from nmrquanv.io.format_files import what_opens
from nmrquanv.io.varian_binary import is_varian_fid

_SAID = 5
"""Links that are named."""


def checked_path(path: str | Path) -> Place:
    """Return where an existing path leads, or refuse."""
    if not str(path) or "\0" in str(path):
        raise FormatError(f"{str(path)!r} is no path: choose a file or folder")
    where = Path(path)
    try:
        if not where.is_file() and not where.is_dir() and where.exists():
            raise FormatError(f"{where}: is a device or pipe: choose a file or folder on disk")
        place = located(where.absolute())
    except OSError as error:
        raise cannot_read(where, error) from error
    if place is None:
        raise FormatError(f"{where}: there is no such file or folder: check the spelling")
    return place


def cannot_read(path: Path, error: OSError) -> FormatError:
    """Return the error that says why the system does not let us read."""
    name = error.filename if isinstance(error.filename, str) else str(path)
    reason = (error.strerror or str(error)).lower()
    return FormatError(f"{name}: cannot be read ({reason}): check the file and your permissions")


def refusal_of_file(path: Path) -> FormatError:
    """Return the error that says what a file is instead of a data set."""
    if file_size(path) == 0:
        return FormatError(f"{path}: the file is empty: copy it again")
    packed = unsupported.why_not_unpacked(path)
    if packed is not None:
        return FormatError(f"{path}: {packed}")
    known = unsupported.nmr_format(path)
    if known is not None and unsupported.is_not_nmr(known):
        return FormatError(f"{path}: {known}, not an NMR spectrum: choose an NMR data set")
    if known == unsupported.BRUKER_PARAMETERS:
        return FormatError(f"{path}: {known}: open the whole Bruker folder, with fid or 1r")
    if known is not None:
        return FormatError(
            f"{path}: {known} is not supported yet: open the spectrometer's own files, or export "
            "it as JCAMP-DX, or ppm and intensity as CSV"
        )
    if is_varian_fid(path):
        return FormatError(
            f"{path}: a Varian/Agilent FID on its own: open its folder, with procpar beside it"
        )
    other = unsupported.other_kind(path)
    if other is None and text.is_text(path):
        other = "a text without columns of ppm and intensity"
    return FormatError(
        f"{path}: {f'this is {other}' if other else 'the content is not recognised'}, not an NMR "
        f"data set; what opens: {what_opens()}"
    )


def refusal_of_folder(folder: Path) -> FormatError:
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
        if unsupported.nmr_format(child) or unsupported.why_not_unpacked(child):
            return refusal_of_file(child)
    links = [child.name for child in folder.iterdir() if child.is_symlink() and child.is_dir()]
    if links:
        return FormatError(
            f"{folder}: holds no NMR data set but links to folders, which are not searched: choose "
            f"{', '.join(sorted(links)[:_SAID])}"
        )
    return FormatError(
        f"{folder}: holds no NMR data set; what opens: {what_opens()}. A text is chosen itself"
    )
