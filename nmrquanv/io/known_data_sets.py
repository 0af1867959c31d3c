"""Data sets whose signals are known: lists, records and spin systems are found for them.

For the lists of a folder see ``signal_lists.py``. A folder may have a table that names the list of
each data set, and an NMReDATA record may stand beside the data set that its ``Spectrum_Location``
names. For some published data sets the program brings lists of its own
(``resources/known_molecules``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.guarded import read_regular
from nmrquanv.io.files import decode
from nmrquanv.io.reading import data_sets
from nmrquanv.io.signal_lists import LISTS, NUMBER, read_signals
from nmrquanv.io.spin_system_files import MAX_BYTES, READERS, read_spin_system
from nmrquanv.io.tables.nmredata import bare, lines_by_tag
from nmrquanv.paths import resource
from nmrquanv.spectra.signals import Signal, first_order

TABLE = "MANIFEST.csv"
"""Of a folder, where it has one: the ``path`` of each data set, its ``sample``, and its list
(``ground_truth``), both paths from the folder."""

OWN = "known_molecules"
"""Our own lists of such data sets, with a table of the same form: several molecules of one data set
stand in several rows."""


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
    own = resource(OWN)
    lists: dict[tuple[Path, str], list[Path]] = {}
    samples: dict[Path, str] = {}
    for home in (folder, own):
        for row in _table(home):
            choices = data_sets(folder / row["path"]) if (folder / row["path"]).exists() else ()
            for place in (Path(choice).resolve() for choice in choices[:1]):
                sample = (row.get("sample") or "").partition(" (")[0]
                samples.setdefault(place, sample)
                if row.get("ground_truth") and (home / row["ground_truth"]).is_file():
                    lists.setdefault((place, sample), []).append(home / row["ground_truth"])
    for place, path in (*_beside(folder), *_recorded(folder)):
        lists.setdefault((place, samples.get(place, "")), []).append(path)
    found = []
    for (place, sample), paths in lists.items():
        # Our own were made for these very data sets.
        ordered = sorted(
            set(paths), key=lambda p: (p.parent != own, p.suffix not in READERS, p.name)
        )
        is_inside = place.is_relative_to(folder)
        name = place.relative_to(folder).as_posix() if is_inside else "/".join(place.parts[-2:])
        found.append(KnownDataSet(place, name, sample or _sample_of(ordered), tuple(ordered)))
    return sorted(found, key=lambda known: (known.name, known.sample))


def _beside(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each data set that the folder's lists name, with the list."""
    for path in sorted((folder / LISTS).glob("*")):
        is_system = path.suffix in READERS
        if path.suffix == ".csv" or is_system:
            for place in _of_name(folder, path.name.partition(".")[0], is_word=is_system):
                yield place, path


def _recorded(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each data set that an NMReDATA record beside it names, with the record."""
    for path in sorted(folder.rglob("*.sdf")):
        if (named := _of_record(path)) is not None:
            yield named, path


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
                abs(float(j)) for j in NUMBER.findall(re.sub(r"\(.*?\)", "", told.get("J", "")))
            )
            signal = first_order(told["S"], known)
            if signal is not None:
                found.append(Signal(float(parts[0]), signal.offset_hz, signal.weight))
    return found
