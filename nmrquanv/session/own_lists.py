"""Our own exports opened again: which spectrum a list came from, and the list laid onto it.

A JSON file, or a CSV table with its sidecar, says where its spectrum lay and the hash of its
numbers. Beside the list it is looked for; any other place is looked at only when a person says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nmrquanv.errors import FormatError, NmrQuanvError
from nmrquanv.guarded import as_type, read_json
from nmrquanv.io import peak_schema
from nmrquanv.io.peak_tables import PeakExport, read_peaks, sidecar_of
from nmrquanv.io.places import is_safe_name
from nmrquanv.session import state_changes
from nmrquanv.session.document import Document
from nmrquanv.session.reclassifying import with_marks_of
from nmrquanv.session.state import State
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.thresholds import LIMITS, Limits, Thresholds, card_thresholds

_MOST_PARTS = 6
"""Folders of the told path that are tried beside the list."""


@dataclass(frozen=True, slots=True)
class OwnList:
    """A peak list of ours that was read.

    Parameters
    ----------
    path : Path
        Of the list.
    export : PeakExport
    beside : str
        Where data of the told name lie beside the list; empty where there are none.
    """

    path: Path
    export: PeakExport
    beside: str = ""

    def is_of(self, document: Document) -> bool:
        """Tell whether a document shows the very numbers that the list came from."""
        source, facts = document.dataset.source, self.export.spectrum
        is_known = facts.sha256 is not None and facts.source == source.kind
        return is_known and facts.sha256 == source.sha256

    def recipe(self) -> Recipe | None:
        """Return the recipe that the spectrum had; None if this program knows none of it."""
        told = self.export.spectrum.recipe
        if not isinstance(told, dict):
            return None
        try:
            return Recipe.from_dict(told)
        except NmrQuanvError:
            return None


def own_list(path: Path) -> OwnList | None:
    """Read a list of ours; takes a while.

    Returns
    -------
    OwnList or None
        None for any other file, a CSV table without its sidecar among them.

    Raises
    ------
    FormatError
        It is one, and damaged.
    """
    table = path.with_suffix("")
    if path.suffix.lower() == ".json" and table.suffix.lower() == ".csv" and table.is_file():
        path = table
    about = sidecar_of(path) if path.suffix.lower() == ".csv" else path
    if not about.is_file() or not path.is_file():
        return None
    try:
        schema = read_json(about, dict[str, Any]).get("schema")
    except FormatError:  # whatever it is, others say better what is wrong with it
        return None
    if not (isinstance(schema, str) and schema.startswith(peak_schema.NAME)):
        return None
    export = read_peaks(path)
    return OwnList(path, export, _beside(path.parent, export.spectrum.path or ""))


def _beside(folder: Path, told: str) -> str:
    """Return the data of a told name that lie in the list's folder, or around the list."""
    parts = [part for part in told.replace("\\", "/").split("/") if part]
    for count in range(min(len(parts), _MOST_PARTS), 0, -1):
        tail = parts[-count:]
        if is_safe_name("/".join(tail)) and _exists(folder.joinpath(*tail)):
            return str(folder.joinpath(*tail))
    return str(folder) if parts and folder.name == parts[-1] else ""


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def with_own_list(state: State, listed: OwnList) -> State:
    """Return a state with a list as it was when it was exported.

    Parameters
    ----------
    state : State
        Of the very spectrum, processed as it was then, on which no person has worked.
    listed : OwnList
    """
    export, name = listed.export, listed.path.name
    thresholds = _thresholds(export.peaks.provenance.settings) or state.thresholds
    height = state_changes.reference_height(state)
    card = card_thresholds(export.peaks.provenance.settings)
    limits = {p.finder: thresholds.limits(p.finder, card) for p in export.peaks}
    peaks = tuple(_shown(peak, limits[peak.finder], height) for peak in export.peaks)
    kept = replace(export.peaks, peaks=peaks)
    return replace(
        with_marks_of(state, kept),
        layers=MappingProxyType({**state.layers, name: kept}),
        peaks=kept,
        working_choice=name,
        thresholds=thresholds,
        integrals=tuple(_integrals(export)),
        found_on=state.processed,
    )


def _shown(peak: Peak, limits: Limits, height: float) -> Peak:
    """Return a peak as it was shown: of version 1, which does not say what is a top, too."""
    return peak if limits.passes(peak, height) else replace(peak, top_ppm=peak.ppm)


def _thresholds(settings: Mapping[str, Any]) -> Thresholds | None:
    """Return what was obeyed when the list was written; a value for each finder where they differ.

    S/N and height differ only where cards say so, who then say it again.
    """
    told = {n: settings[n] for n in LIMITS if isinstance(settings.get(n), int | float)}
    by_finder = settings.get("min_confidence")
    if isinstance(by_finder, Mapping):
        told["confidences"] = [list(pair) for pair in by_finder.items()]
    told["shows_satellites"] = settings.get("shows_satellites", False)
    try:
        return as_type(told, Thresholds, "thresholds")
    except FormatError:
        return None


def _integrals(export: PeakExport) -> Iterator[Integral]:
    """Yield the integrals, the first that has a number of nuclei set to it."""
    is_set = False
    for one in sorted(export.integrals, key=lambda i: -i.high_ppm):
        nuclei = one.nuclei if one.nuclei is not None and one.nuclei > 0 and not is_set else None
        is_set = is_set or nuclei is not None
        try:
            yield Integral(one.high_ppm, one.low_ppm, nuclei)
        except ValueError:
            continue
