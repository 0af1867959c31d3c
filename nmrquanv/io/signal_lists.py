"""Lists of signals beside data sets, such as ``1.33 ppm, d, 7.0 Hz``: found and read.

A folder of data sets holds its lists as ``ground_truth/NAME.csv``, with the columns ``shift_ppm``,
``multiplicity`` and ``J_Hz``; NAME is that of a file or folder beside it, without its ending. In
the place of a list, or beside it, may stand the molecule's spin system (``.sdf``, ``.xml``,
``.str``; see ``spin_system_files.py``), whose lines are then right at any field. An NMReDATA record
may also stand beside the data set that its ``Spectrum_Location`` names.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.guarded import read_regular
from nmrquanv.io.files import decode
from nmrquanv.io.reading import data_sets
from nmrquanv.io.spin_system_files import MAX_BYTES, READERS, read_spin_system
from nmrquanv.io.tables.nmredata import bare, lines_by_tag
from nmrquanv.spectra.signals import Signal, first_order

LISTS = "ground_truth"
"""Folder of the lists beside the data sets."""

TABLE = "MANIFEST.csv"
"""Of a folder, where it has one: the ``path`` of each data set, its ``sample``, and its list
(``ground_truth``), both paths from the folder."""

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?")
_PARTNERS = {"d": 1, "t": 2, "q": 3}


@dataclass(frozen=True, slots=True)
class ListedClass:
    """A listed signal as the list says it.

    Parameters
    ----------
    ppm : float, ppm
    kind : str
        Such as ``dd``; empty where the list has none.
    couplings_hz : tuple of float
        One for each letter, in their order; empty where the list has none.
    """

    ppm: float
    kind: str
    couplings_hz: tuple[float, ...] = ()

    def couplings(self) -> tuple[tuple[float, int], ...]:
        """Return each coupling with the number of its partners; empty where they do not fit."""
        letters = [c for c in self.kind if c in _PARTNERS]
        if len(letters) != len(self.couplings_hz):
            return ()
        numbers = (_PARTNERS[c] for c in letters)
        return tuple(zip(self.couplings_hz, numbers, strict=True))


def read_classes(path: Path) -> list[ListedClass]:
    """Read a list: every signal with its class and couplings, as they are written.

    Raises
    ------
    FormatError
        No list of signals; names the file and the line.
    """
    found = []
    for number, row in enumerate(_rows(path), start=1):
        kind = (row.get("multiplicity") or "").strip().removeprefix("br").strip()
        found.append(ListedClass(_shift(path, number, row), kind, _couplings(row)))
    return found


def read_signals(path: Path) -> tuple[list[Signal], int]:
    """Read a list; signals without clear lines (``m``, no couplings) are left out.

    Returns
    -------
    list of Signal
    int
        How many signals the list names.

    Raises
    ------
    FormatError
        No list of signals; names the file and the line.
    """
    found, rows = [], _rows(path)
    for number, row in enumerate(rows, start=1):
        shift = _shift(path, number, row)
        signal = first_order(row.get("multiplicity") or "", _couplings(row))
        if signal is not None:
            found.append(Signal(shift, signal.offset_hz, signal.weight))
    return found, len(rows)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"{path}: cannot be read as text ({error})") from error
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    table = csv.DictReader(lines)
    if "shift_ppm" not in (table.fieldnames or ()):
        raise FormatError(
            f"{path}: no column 'shift_ppm': a list of signals has the columns shift_ppm,"
            " multiplicity, J_Hz"
        )
    return list(table)


def _shift(path: Path, number: int, row: dict[str, str]) -> float:
    try:
        return float(row["shift_ppm"])
    except (TypeError, ValueError):
        raise FormatError(
            f"{path}: signal {number} has no shift in ppm, but '{row['shift_ppm']}'"
        ) from None


def _couplings(row: dict[str, str]) -> tuple[float, ...]:
    found = (_NUMBER.match(part.strip()) for part in (row.get("J_Hz") or "").split(","))
    return tuple(abs(float(match.group())) for match in found if match)


@dataclass(frozen=True, slots=True)
class KnownDataSet:
    """A data set with what is known of its signals.

    Parameters
    ----------
    path : Path
        Of the data set.
    name : str
        What it is called in tables.
    sample : str
        Data sets of one molecule share it.
    lists : tuple of Path
        Spin systems before lists of multiplets: the first that gives lines counts.
    """

    path: Path
    name: str
    sample: str
    lists: tuple[Path, ...]

    def signals(self, nucleus: str, sf_mhz: float) -> list[Signal]:
        """Return its signals at a spectrometer frequency, of the first list that knows any.

        Raises
        ------
        FormatError
            No list can be used; says why.
        """
        whys = []
        for path in self.lists:
            try:
                found = _signals(path, nucleus, sf_mhz)
            except FormatError as error:
                whys.append(str(error))
                continue
            if found:
                return found
            whys.append(f"{path}: names no signal of {nucleus} with known lines")
        raise FormatError("; ".join(whys))


def known_data_sets(folder: Path) -> list[KnownDataSet]:
    """Return the data sets of a folder that have lists or spin systems, by name."""
    folder = folder.resolve()
    lists: dict[Path, list[Path]] = {}
    samples: dict[Path, str] = {}
    for row in _table(folder):
        choices = data_sets(folder / row["path"]) if (folder / row["path"]).exists() else ()
        for place in map(Path, choices[:1]):
            samples[place.resolve()] = (row.get("sample") or "").partition(" (")[0]
            if row.get("ground_truth") and (folder / row["ground_truth"]).is_file():
                lists.setdefault(place.resolve(), []).append(folder / row["ground_truth"])
    for path in sorted((folder / LISTS).glob("*")):
        is_system = path.suffix in READERS
        if path.suffix == ".csv" or is_system:
            for place in _of_name(folder, path.name.partition(".")[0], is_word=is_system):
                lists.setdefault(place, []).append(path)
    for path in sorted(folder.rglob("*.sdf")):
        if (named := _of_record(path)) is not None:
            lists.setdefault(named, []).append(path)
    found = []
    for place, paths in lists.items():
        ordered = sorted(set(paths), key=lambda p: (p.suffix not in READERS, p.name))
        is_inside = place.is_relative_to(folder)
        name = place.relative_to(folder).as_posix() if is_inside else "/".join(place.parts[-2:])
        found.append(
            KnownDataSet(place, name, samples.get(place) or _sample_of(ordered), tuple(ordered))
        )
    return sorted(found, key=lambda known: known.name)


def _sample_of(lists: list[Path]) -> str:
    """Return what the first list is called, with its folder where that is no folder of lists."""
    first = lists[0]
    name = first.name.partition(".")[0]
    return name if first.parent.name == LISTS else f"{first.parent.name}/{name}"


def _table(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the folder's table that name a place inside it."""
    path = folder / TABLE
    if not path.is_file():
        return []
    rows = csv.DictReader(decode(read_regular(path, MAX_BYTES)).splitlines())
    return [
        row for row in rows if row.get("path") and not {"..", "/"} & set(Path(row["path"]).parts)
    ]


def _of_name(folder: Path, name: str, *, is_word: bool) -> list[Path]:
    """Return the data sets of a name; of a molecule's also those that have it as a word."""
    found = []
    for path in sorted(folder.iterdir()):
        stem = path.name.partition(".")[0]
        is_named = stem == name or (is_word and f"_{name}_" in f"_{stem}_")
        if is_named and path.name != LISTS:
            found += [Path(choice).resolve() for choice in data_sets(path)[:1]]
    return found


def _of_record(path: Path) -> Path | None:
    """Return the 1H data set that an NMReDATA record names and that stands beside it."""
    tags = lines_by_tag(decode(read_regular(path, MAX_BYTES)))
    for tag in (name for name in tags if re.fullmatch(r"1D_1H(#\d+)?", name)):
        for line in map(bare, tags[tag]):
            _, told, place = line.partition("Spectrum_Location=file:")
            if told and not Path(place).is_absolute() and ".." not in Path(place).parts:
                choices = data_sets(path.parent / place) if (path.parent / place).exists() else ()
                return Path(choices[0]).resolve() if choices else None
    return None


def _signals(path: Path, nucleus: str, sf_mhz: float) -> list[Signal]:
    if path.suffix not in READERS:
        return read_signals(path)[0]
    system = read_spin_system(path)
    if system.nucleus != nucleus:
        return []
    if not system.coupling_hz.any():
        return _record_signals(path)
    return system.signals(sf_mhz)


def _record_signals(path: Path) -> list[Signal]:
    """Return the multiplets of a record that says no couplings between its atoms."""
    if path.suffix != ".sdf":
        return []
    found = []
    for line in map(bare, lines_by_tag(decode(read_regular(path, MAX_BYTES))).get("1D_1H", [])):
        parts = [part.strip() for part in re.split(r", (?=[A-Z]\d*=)|,(?=[A-Z]\d*=)", line)]
        told = dict(part.split("=", 1) for part in parts[1:] if "=" in part)
        if "S" in told and re.fullmatch(r"-?\d+(\.\d+)?", parts[0]):
            known = tuple(
                abs(float(j)) for j in _NUMBER.findall(re.sub(r"\(.*?\)", "", told.get("J", "")))
            )
            signal = first_order(told["S"], known)
            if signal is not None:
                found.append(Signal(float(parts[0]), signal.offset_hz, signal.weight))
    return found


def listed_data_set(folder: Path, name: str) -> Path:
    """Return the data set that a list belongs to, of several in one folder the first.

    Raises
    ------
    FormatError
        There is none.
    """
    for path in sorted(folder.glob(f"{name}*")):
        if path.stem == name or path.name == name:
            choices = data_sets(path)
            if choices:
                return Path(choices[0])
    raise FormatError("there is no data set of this name beside the lists")
