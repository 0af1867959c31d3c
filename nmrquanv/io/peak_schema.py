"""What the versions of our peak lists hold: ``nmrquanv.peaks/1`` and ``/2``.

Version 2 (``resources/schemas/peaks-2.schema.json``) tells lines from tops, unresolved bumps and
broad lines, names what explains a peak, and has the search's notes. Version 1 is read, and written
for programs that know no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from nmrquanv.spectra.peaks import PeakList

NAME = "nmrquanv.peaks/"
NEWEST = 2
MEASURES = ("snr", "fwhm_hz", "area", "ppm_err", "confidence")
TEXTS = ("finder", "source", "class", "label")
_FIRST = ("id", "ppm", "hz", "height", "height_rel", *MEASURES, *TEXTS, "confirmed")
STRUCTURE = ("kind", "least_lines", "top_ppm", "parent_ppm")
"""What version 2 says of a peak beyond version 1."""

COLUMNS = MappingProxyType({1: _FIRST, 2: (*_FIRST, *STRUCTURE)})
"""Version -> names of what is said of each peak, in the order of a table's columns."""

VERSIONS = tuple(COLUMNS)
LOST = "kinds of peaks, what explains them, and explained lines other than 13C satellites"
"""What version 1 has no place for."""

_CLASSES_1 = ("signal", "solvent", "water", "satellite", "impurity")


def version_of(schema: object) -> int:
    """Return the version that a file's schema names, or raise a ValueError."""
    for version in VERSIONS:
        if schema == f"{NAME}{version}":
            return version
    known = " or ".join(f"'{NAME}{version}'" for version in VERSIONS)
    hint = ""
    if isinstance(schema, str) and schema.startswith(NAME):
        hint = ": update the program, or write the list with --schema 1"
    raise ValueError(f"its schema is '{schema}', expected {known}{hint}")


def fitting(peaks: PeakList, version: int) -> tuple[PeakList, tuple[str, ...]]:
    """Return the peaks that a version has a class for, and the notes that it has no place for."""
    if version > 1:
        return peaks, ()
    known = peaks.filtered(lambda peak: peak.peak_class in _CLASSES_1)
    notes = peaks.provenance.notes
    return replace(known, provenance=replace(peaks.provenance, notes=())), notes


def provenance_values(values: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Return a provenance's values as a version has them."""
    return {name: value for name, value in values.items() if version > 1 or name != "notes"}
