"""What files of each format are called: as searches, archives and refusals need it."""

from __future__ import annotations

from nmrquanv.io.readers import READERS

DATA_FILES = {reader.title: reader.files for reader in (*READERS[1:], READERS[0])}
"""By the format's title: endings, or the names of files that make a folder a data set."""

_NOT_READ = (".ft2", ".ft3", ".ucsf", ".mnova", ".nv", ".tnt", ".rs2d")
"""Of other programs' spectra, which do not open."""

_ALONE = ("acqus", "spectrum_processed.1d", "state.json")
"""Further names by which a folder or an archive of NMRium shows itself."""

_NAMED_ONLY = ("text", "nmrquanv documents")
"""Formats whose files are not missed in a folder: they may be anything, or open always."""


_READ = frozenset(
    name.lower()
    for title, names in DATA_FILES.items()
    if title not in _NAMED_ONLY
    for name in names
)

SPECTRAL_ENDINGS = frozenset(name for name in _READ if name.startswith(".")).union(
    _NOT_READ, (".1d", ".zip")
)
"""Of files that a user takes for spectra, so that it is said why one is not among the choices."""


def may_be_data(name: str) -> bool:
    """Tell by a name, with ``/``, whether it may be of a data set, or an archive with some."""
    last = name.rpartition("/")[2].lower()
    ending = "." + last.rpartition(".")[2]
    return last in _READ or last in _ALONE or ending in _READ or ending == ".zip"


def bare_name(name: str) -> str:
    """Return a name without the ending of a data file: what is made of it has one of its own."""
    bare, point, ending = name.rpartition(".")
    return bare if bare and point and f".{ending.lower()}" in SPECTRAL_ENDINGS else name


def suggested_name(name: str) -> str:
    """Return a file's stem for a document's name."""
    kept = (ch if ch.isalnum() or ch in "-_ ." else "_" for ch in bare_name(name))
    return "".join(kept).strip(" .") or "spectrum"


def patterns() -> str:
    """Return what data files are called as a file dialog takes it: ``*.dx fid 1r``."""
    names = {name for names in DATA_FILES.values() for name in names} | {*_ALONE, ".zip"}
    return " ".join(sorted(f"*{name}" if name.startswith(".") else name for name in names))


def what_opens() -> str:
    """Return all formats with what their files are called, for a message."""
    told = [f"{title} ({', '.join(names)})" for title, names in DATA_FILES.items()]
    return f"{', '.join(told)}, and zip archives of these"
