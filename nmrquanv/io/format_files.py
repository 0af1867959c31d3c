"""What files of each format are called: the one list that readers, searches and refusals share."""

from __future__ import annotations

DATA_FILES: dict[str, tuple[str, ...]] = {
    "Bruker": ("fid", "ser", "1r"),
    "Varian/Agilent": ("fid", "procpar"),
    "Magritek Spinsolve": ("data.1d", "fid.1d", "spectrum.1d"),
    "JCAMP-DX": (".jdx", ".dx", ".jcamp", ".jcm"),
    "JEOL Delta": (".jdf",),
    "NMRPipe": (".fid", ".ft", ".ft1"),
    "SIMPSON": (".fid", ".spe"),
    "nmrML": (".nmrml",),
    "NMRium": (".nmrium",),
    "text": (".csv", ".txt", ".tsv"),
    "nmrquanv documents": (".nmrq",),
}
"""By the format's title: endings, or the names of files that make a folder a data set."""

_MANY_USE = {"JCAMP-DX": (".txt",), "NMRPipe": (".dat",), "nmrML": (".xml",)}
"""Endings that say little: such files are looked into, and not missed where they are none."""

_NOT_READ = (".ft2", ".ft3", ".ucsf", ".mnova", ".nv", ".tnt", ".rs2d")
"""Of other programs' spectra, which do not open."""

_ALONE = ("acqus", "spectrum_processed.1d", "state.json")
"""Further names by which a folder or an archive of NMRium shows itself."""

_NAMED_ONLY = ("text", "nmrquanv documents")
"""Formats whose files are not missed in a folder: they may be anything, or open always."""


def endings_of(title: str) -> frozenset[str]:
    """Return the endings, in small letters, of files that may be of a format."""
    names = (*DATA_FILES[title], *_MANY_USE.get(title, ()))
    return frozenset(name for name in names if name.startswith("."))


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


def what_opens() -> str:
    """Return all formats with what their files are called, for a message."""
    told = [f"{title} ({', '.join(names)})" for title, names in DATA_FILES.items()]
    return f"{', '.join(told)}, and zip archives of these"
