"""Spin systems from files: NMReDATA records, GISSMO's matrices, NMR-STAR entries.

NMReDATA (``.sdf``): shifts from ``NMREDATA_ASSIGNMENT``, couplings from ``NMREDATA_J``; how many
protons a label stands for follows from the structure. GISSMO (``.xml``): every proton stands for
itself. NMR-STAR (``.str``): assigned chemical shifts and coupling constants, read by pynmrstar.

References
----------
M. Pupier et al., Magn. Reson. Chem. 56 (2018) 703 (NMReDATA).
H. Dashti et al., Anal. Chem. 89 (2017) 12201 (GISSMO).
E. L. Ulrich et al., J. Biomol. NMR 73 (2019) 5 (NMR-STAR).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np

from nmrquanv.errors import FormatError
from nmrquanv.extras import how_to_get
from nmrquanv.guarded import read_regular
from nmrquanv.io.files import decode
from nmrquanv.io.tables.nmredata import bare, lines_by_tag
from nmrquanv.spectra.spin_system import SpinSystem

MAX_BYTES = 4 << 20
MAX_GROUPS = 500

_VALENCE = {"C": 4, "N": 3, "O": 2, "S": 2, "P": 3, "B": 3, "Si": 4}
_PLACE = re.compile(r"(H?)(\d+)")


@dataclass(frozen=True, slots=True)
class _Group:
    """Spins that a file names together."""

    name: str
    shift_ppm: float
    count: int = 1


Couplings = Mapping[tuple[str, str], float]
"""Names of two groups -> Hz."""


def read_spin_system(path: Path) -> SpinSystem:
    """Read the protons of a molecule.

    Raises
    ------
    FormatError
        The file cannot be read, is of no known kind, or names no protons.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FormatError(f"{path}: no spin system: expected one of {', '.join(READERS)}")
    content = read_regular(path, MAX_BYTES)
    try:
        groups, couplings = reader(content, path)
        return _system(groups, couplings)
    except (ValueError, IndexError, KeyError, ET.ParseError) as error:
        raise FormatError(f"{path}: the spin system is damaged ({error})") from error


def _system(groups: Sequence[_Group], couplings: Couplings) -> SpinSystem:
    if not groups:
        raise ValueError("it names no protons")
    if len(groups) > MAX_GROUPS:
        raise ValueError(f"it names {len(groups)} protons, at most {MAX_GROUPS} are read")
    place = {group.name: k for k, group in enumerate(groups)}
    if len(place) < len(groups):
        raise ValueError("two of its protons have the same name")
    matrix = np.zeros((len(groups), len(groups)))
    for (one, other), value in couplings.items():
        if one in place and other in place and one != other:
            matrix[place[one], place[other]] = matrix[place[other], place[one]] = value
    shift = np.array([group.shift_ppm for group in groups])
    if not (np.isfinite(shift).all() and np.isfinite(matrix).all()):
        raise ValueError("a shift or coupling is no number")
    count = np.array([group.count for group in groups], dtype=np.int64)
    return SpinSystem("1H", tuple(place), shift, count, matrix).joined()


def _nmredata(content: bytes, path: Path) -> tuple[list[_Group], Couplings]:
    text = decode(content)
    tags = {tag: [bare(line) for line in lines] for tag, lines in lines_by_tag(text).items()}
    if "ASSIGNMENT" not in tags:
        raise ValueError("it has no NMREDATA_ASSIGNMENT")
    implicit = _implicit_protons(text)
    told = []
    for line in filter(None, tags["ASSIGNMENT"]):
        name, shift, *atoms = (part.strip() for part in line.split(","))
        protons = [place for atom in atoms if (place := _proton(atom, implicit)) is not None]
        if protons:
            told.append((name, float(shift), protons))
    # Two labels for one CH2 share its protons.
    uses: dict[str, int] = {}
    for _, _, protons in told:
        for atom in protons:
            uses[atom] = uses.get(atom, 0) + 1
    groups = [
        _Group(name, shift, max(1, round(sum(implicit.get(a, 1) / uses[a] for a in protons))))
        for name, shift, protons in told
    ]
    couplings = {}
    for line in filter(None, tags.get("J", [])):
        one, other, value = (part.strip() for part in line.split(",")[:3])
        couplings[one, other] = float(value)
    return groups, couplings


def _proton(atom: str, implicit: Mapping[str, int]) -> str | None:
    """Return the key of a reference to protons, ``H9`` or an explicit one's number, else None."""
    found = _PLACE.fullmatch(atom)
    if found is None:
        return None
    key = f"H{found[2]}" if found[1] else found[2]
    return key if key in implicit else None


def _implicit_protons(text: str) -> dict[str, int]:
    """Return the protons of a structure (MDL V2000): ``H9`` implicit at atom 9; ``12`` explicit."""
    lines = text.splitlines()
    counts = next((k for k, line in enumerate(lines) if line.rstrip().endswith("V2000")), None)
    if counts is None:
        raise ValueError("it has no structure")
    n_atoms, n_bonds = int(lines[counts][:3]), int(lines[counts][3:6])
    elements = [line[31:34].strip() for line in lines[counts + 1 : counts + 1 + n_atoms]]
    order = [0.0] * n_atoms
    for line in lines[counts + 1 + n_atoms : counts + 1 + n_atoms + n_bonds]:
        first, second, kind = int(line[:3]), int(line[3:6]), int(line[6:9])
        for atom in (first, second):
            order[atom - 1] += 1.5 if kind == 4 else float(kind)
    found = {str(k): 1 for k, element in enumerate(elements, start=1) if element == "H"}
    for k, element in enumerate(elements, start=1):
        free = _VALENCE.get(element, 0) - round(order[k - 1])
        if free > 0:
            found[f"H{k}"] = free
    return found


def _gissmo(content: bytes, path: Path) -> tuple[list[_Group], Couplings]:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("XML with a document type of its own is not read")
    matrix = ET.fromstring(content).find("coupling_matrix")
    if matrix is None:
        raise ValueError("it has no coupling_matrix")
    names = {
        spin.attrib["index"]: spin.attrib["name"] for spin in matrix.iterfind("spin_names/spin")
    }
    groups = [
        _Group(cs.attrib["index"], float(cs.attrib["ppm"]))
        for cs in matrix.iterfind("chemical_shifts_ppm/cs")
    ]
    if len(names) != len(groups):
        raise ValueError(f"{len(names)} names for {len(groups)} shifts")
    return groups, {
        (c.attrib["from_index"], c.attrib["to_index"]): float(c.attrib["value"])
        for c in matrix.iterfind("couplings_Hz/coupling")
    }


def _star(content: bytes, path: Path) -> tuple[list[_Group], Couplings]:
    try:
        import pynmrstar
    except ImportError as error:
        raise FormatError(
            f"{path}: NMR-STAR is read by pynmrstar: {how_to_get('study')}"
        ) from error
    try:
        entry = pynmrstar.Entry.from_string(decode(content))
    except Exception as error:  # its parser raises what it likes
        raise ValueError(f"NMR-STAR: {error}") from error
    groups = [
        _Group(row["Atom_ID"], float(row["Val"]))
        for row in _rows(entry, "_Atom_chem_shift", ("Atom_ID", "Atom_type", "Val"))
        if row["Atom_type"] == "H"
    ]
    return groups, {
        (row["Atom_ID_1"], row["Atom_ID_2"]): float(row["Val"])
        for row in _rows(entry, "_Coupling_constant", ("Atom_ID_1", "Atom_ID_2", "Val"))
    }


def _rows(entry: Any, category: str, tags: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of the first loop of a category."""
    for loop in entry.get_loops_by_category(category)[:1]:
        return [dict(zip(tags, row, strict=True)) for row in loop.get_tag(list(tags))]
    return []


READERS: Mapping[str, Callable[[bytes, Path], tuple[list[_Group], Couplings]]] = {
    ".sdf": _nmredata,
    ".xml": _gissmo,
    ".str": _star,
}
"""By the ending of a file's name."""
