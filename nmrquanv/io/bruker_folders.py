"""How Bruker lays out a data set on disk, recognised by what is inside, not by names.

EXPNO folder: ``acqus``, ``fid`` (or ``ser`` for 2D), ``pdata``. PROCNO folder below ``pdata``:
``procs``, ``1r``, ``1i`` (``2rr`` for 2D), ``title``. A folder that somebody made *flat* has the
PROCNO's files in itself, with or without the EXPNO's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.guarded import may_be_read
from nmrquanv.io.bruker_parameters import Parameters, read_parameters
from nmrquanv.io.files import inside

FORMAT = "Bruker"

SAME_TIME_S = 2.0
"""File times closer than this say nothing of order: a copy or checkout made them together."""

ROW = "row "
"""What the sources of FIDs in ``ser`` are called, with a number from 1 on."""

MAX_ROWS = 4096
"""FIDs that are offered one by one."""

BLOCK_BYTES = 1024
"""FIDs in ``ser`` begin at multiples of it (acquisition reference manual, parameter NBL)."""

_EXPNO_FILES = frozenset(
    {"acqus", "acqu", "acqu2s", "acqu2", "fid", "ser", "pulseprogram", "audita.txt"}
)
_PROCNO_FILES = frozenset({"procs", "proc", "proc2s", "proc2", "1r", "1i", "2rr", "2ri", "2ir",
                           "2ii", "title", "auditp.txt", "intrng", "peaks", "peaklist.xml",
                           "integrals.txt", "outd", "thumb.png"})  # fmt: skip
_PROCNO_SIGNS = ("procs", "1r", "2rr")


def numeric_first(name: str) -> tuple[int, int, str]:
    """Return a sort key: numbers in their order, then other names."""
    is_number = name.isascii() and name.isdigit() and len(name) < 10
    return (0, int(name), name) if is_number else (1, 0, name)


@dataclass(frozen=True, slots=True)
class Experiment:
    """An EXPNO folder and what it holds.

    Parameters
    ----------
    folder : Path
    procnos : tuple of str
        PROCNOs that hold a one-dimensional spectrum (``1r``), ascending.
    has_fid : bool
    two_dimensional : tuple of str
        Names of the files that show it to be 2D (``ser``, ``acqu2s``, ``pdata/1/2rr``).
    is_flat : bool
        Its only spectrum lies in ``folder`` itself; it is called PROCNO 1.
    rows : int
        How many FIDs ``ser`` holds, each a source of its own.
    """

    folder: Path
    procnos: tuple[str, ...]
    has_fid: bool
    two_dimensional: tuple[str, ...]
    is_flat: bool = False
    rows: int = 0

    @property
    def sources(self) -> tuple[str, ...]:
        """All that can be read: ``"fid"`` first, then ``"row 1"`` and so on, then the PROCNOs."""
        rows = tuple(f"{ROW}{number + 1}" for number in range(self.rows))
        return (("fid",) if self.has_fid else ()) + rows + self.procnos

    def processed(self, procno: str) -> Path:
        """Return the folder of a PROCNO."""
        return self.folder if self.is_flat else inside(self.folder, "pdata", procno)


def is_pdata(folder: Path) -> bool:
    """Tell whether a folder is called as the one of the PROCNOs is."""
    return folder.name.lower() == "pdata"


def is_processed(folder: Path) -> bool:
    """Tell whether a folder is a PROCNO."""
    return is_pdata(folder.parent) and any(inside(folder, f).is_file() for f in _PROCNO_SIGNS)


def is_flat(folder: Path) -> bool:
    """Tell whether a folder that is no PROCNO holds a PROCNO's files."""
    return (
        not is_pdata(folder.parent)
        and inside(folder, "1r").is_file()
        and inside(folder, "procs").is_file()
        and not any(is_processed(child) for child in _children(inside(folder, "pdata")))
    )


def _children(folder: Path) -> list[Path]:
    return [child for child in folder.iterdir() if child.is_dir()] if folder.is_dir() else []


def is_experiment(folder: Path) -> bool:
    """Tell whether a folder is an EXPNO."""
    if not folder.is_dir() or inside(folder, "procpar").is_file():
        return False
    if inside(folder, "acqus").is_file() or is_flat(folder):
        return True
    pdata = inside(folder, "pdata")
    if not pdata.is_dir():
        return False
    has_raw = any(inside(folder, name).is_file() for name in ("fid", "ser"))
    return has_raw or any(is_processed(child) for child in pdata.iterdir())


def find_experiment(path: Path) -> tuple[Path, str | None] | None:
    """Return the EXPNO that a path is or lies in, and the source that the path itself names.

    Returns
    -------
    (Path, str or None) or None
        ``"fid"`` for the file of that name, a PROCNO for its folder and files, None for the
        rest; None altogether for a path that is in no Bruker data set.
    """
    for depth, folder in enumerate((path, *path.parents)):
        if depth > 4 or not may_be_read(folder):
            break
        if is_experiment(folder):
            parts = path.relative_to(folder).parts
            if len(parts) == 1 and parts[0].lower() == "fid":
                return folder, "fid"
            is_below = len(parts) > 1 and parts[0].lower() == "pdata"
            return folder, parts[1] if is_below else None
    return None


def is_own_file(path: Path) -> bool:
    """Tell whether a file's name and place are those of Bruker's own files in a data set."""
    if path.name.lower() in _EXPNO_FILES:
        return is_experiment(path.parent)
    if path.name.lower() not in _PROCNO_FILES:
        return False
    return is_pdata(path.parent.parent) or is_flat(path.parent)


def survey(folder: Path) -> Experiment:
    """List what an EXPNO folder holds."""
    children = sorted(
        _children(inside(folder, "pdata")), key=lambda child: numeric_first(child.name)
    )
    signs = [name for name in ("ser",) if inside(folder, name).is_file()]
    signs += [f"pdata/{c.name}/2rr" for c in children if inside(c, "2rr").is_file()]
    has_fid = inside(folder, "fid").is_file()
    if inside(folder, "acqu2s").is_file() and (signs or not has_fid):
        signs.append("acqu2s")
    procnos = tuple(
        c.name for c in children if inside(c, "1r").is_file() and not inside(c, "2rr").exists()
    )
    if is_flat(folder):
        return Experiment(folder, ("1",), has_fid, tuple(signs), is_flat=True)
    return Experiment(folder, procnos, has_fid, tuple(signs), rows=_rows(folder))


def _rows(folder: Path) -> int:
    """Return how many whole FIDs ``ser`` holds; 0 where the parameters do not say their size."""
    if not (inside(folder, "ser").is_file() and inside(folder, "acqus").is_file()):
        return 0
    try:
        block = row_bytes(read_parameters(inside(folder, "acqus"), is_outline=True))
    except FormatError:
        return 0
    return min(MAX_ROWS, inside(folder, "ser").stat().st_size // block) if block else 0


def row_bytes(acqus: Parameters) -> int:
    """Return the bytes from one FID of ``ser`` to the next: whole blocks of 1024."""
    wanted = acqus.whole("TD") * (8 if acqus.whole("DTYPA", 0) == 2 else 4)
    return -(-wanted // BLOCK_BYTES) * BLOCK_BYTES if wanted > 0 else 0


def newest_procno(experiment: Experiment) -> str:
    """Return the PROCNO that was processed last.

    Notes
    -----
    The time that TopSpin writes into ``procs`` survives copies; where a PROCNO lacks it, or all
    are equal, the file time of ``1r`` decides, and the highest number among equals.
    """
    if len(experiment.procnos) == 1:
        return experiment.procnos[0]
    times = [(_stamp_s(experiment.processed(p)), _file_time_s(experiment.processed(p)), p)
             for p in experiment.procnos]  # fmt: skip
    if all(stamp is not None for stamp, _, _ in times):
        newest_stamp = max(stamp or 0.0 for stamp, _, _ in times)
        times = [entry for entry in times if entry[0] == newest_stamp]
    newest = max(file_time for _, file_time, _ in times)
    return max(
        (p for _, file_time, p in times if newest - file_time < SAME_TIME_S), key=numeric_first
    )


def _stamp_s(folder: Path) -> float | None:
    try:
        return read_parameters(inside(folder, "procs"), is_outline=True).stamp_s
    except FormatError:
        return None


def _file_time_s(folder: Path) -> float:
    return inside(folder, "1r").stat().st_mtime
