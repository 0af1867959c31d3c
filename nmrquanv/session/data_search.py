"""Measured data that a document does not hold: looked for beside it, or where a person says.

Data that are not the ones the document was made of, by their hashes, are never used unasked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nmrquanv.errors import NmrQuanvError
from nmrquanv.io.places import is_safe_name
from nmrquanv.progress import Report
from nmrquanv.session.state import Processed, State
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Outcome, Recipe, Reference
from nmrquanv.spectra.spectrum import Spectrum

_CLOSE = 1e-6
"""Of the tallest point: numbers of a text that are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundData:
    """Data that were looked for.

    Parameters
    ----------
    dataset : DataSet
    outcome : Outcome
        Processed as the trace had been.
    changed : tuple of str
        Files that are not what they were; none for the very data.
    """

    dataset: DataSet
    outcome: Outcome
    changed: tuple[str, ...] = ()


def searched(wanted: DataSet, path: str, report: Report, shown: Recipe) -> FoundData:
    """Read data from a place and tell whether they are those that are wanted; takes a while.

    Parameters
    ----------
    wanted : DataSet
        With ``elsewhere``.
    path : str
        A data set, or a file in one.
    report : Report
    shown : Recipe
        How to process them.

    Raises
    ------
    FormatError, ProcessingError
        Nothing that can be read lies there.
    """
    found, changed = _read(wanted, path)
    outcome = shown.run(found.data, report)
    return FoundData(found, outcome, changed or _read_otherwise(wanted, outcome))


def shown_recipe(state: State) -> Recipe:
    """Return the recipe that gave the trace, with what it was referenced by since."""
    gone = state.processed.dataset.elsewhere
    if gone is None:
        return state.processed.recipe
    by_ppm = state.processed.recipe.shift_ppm
    recipe = gone.shown
    return recipe.with_step(Reference(recipe.shift_ppm + by_ppm)) if by_ppm else recipe


def with_data_beside(state: State, place: str, document: Path) -> tuple[State, str]:
    """Return a state with its data, if they lie beside its document; takes a while.

    Parameters
    ----------
    state : State
    place : str
        Where they lay, seen from the document's folder. Only what lies in that folder is looked
        at: a file from elsewhere does not say where to look on this computer.
    document : Path
        The document file.

    Returns
    -------
    state : State
    note : str
        What a person should know; empty if there is nothing.
    """
    processed = state.processed
    dataset, path = processed.dataset, document.parent / place
    if dataset.elsewhere is None or not is_safe_name(place) or not _lies_in(path, document.parent):
        return state, ""
    try:
        found, changed = _read(dataset, str(path))
    except NmrQuanvError as error:
        return state, f"the data beside the document cannot be read ({error}): the trace is shown"
    if changed:
        names = ", ".join(changed[:3])
        return state, f"the data beside the document have changed ({names}): the trace is shown"
    if _read_otherwise(dataset, dataset.elsewhere.shown.run(found.data)):
        return state, "the text beside the document is read otherwise now: the trace is shown"
    if processed.recipe.without_step(Reference) != dataset.recipe.without_step(Reference):
        return state, "the trace was processed further: File > Find the Data processes the data"
    spectrum, recipe = processed.spectrum, shown_recipe(state)
    whole = Processed(found, recipe, spectrum, processed.notes, processed.is_as_read)
    found_on = whole if state.found_on is processed else state.found_on
    return replace(state, processed=whole, found_on=found_on), ""


def _read_otherwise(wanted: DataSet, outcome: Outcome) -> tuple[str, ...]:
    """Tell whether a text gives other numbers than it did: a person said how to read it then."""
    if wanted.source.kind != "text" or not isinstance(wanted.data, Spectrum):
        return ()
    trace, spectrum = wanted.data.trace, outcome.spectrum
    most = _CLOSE * float(np.abs(trace).max())
    is_same = (
        spectrum.trace.shape == trace.shape
        and np.allclose(spectrum.trace, trace, rtol=0, atol=most)
        and math.isclose(spectrum.axis.point_ppm, wanted.data.axis.point_ppm, rel_tol=1e-9)
    )
    return () if is_same else (Path(wanted.source.path).name,)


def _lies_in(path: Path, folder: Path) -> bool:
    """Tell whether something lies in a folder, links followed."""
    try:
        return path.exists() and path.resolve().is_relative_to(folder.resolve())
    except OSError:
        return False


def _read(wanted: DataSet, path: str) -> tuple[DataSet, tuple[str, ...]]:
    """Read what lies at a place; return it, and which of its files are not as they were."""
    from nmrquanv.io.source_files import differing, read_with_files

    source, axis = wanted.source, wanted.data.axis
    is_text = source.kind == "text"
    found = read_with_files(
        path,
        source=source.kind if source.kind in wanted.sources else None,
        sf_mhz=axis.sf_mhz if is_text and axis.has_hz else None,
        nucleus=wanted.sample.nucleus if is_text else None,
    )
    changed = differing(wanted.files, found.files)
    if not changed and found.source.sha256 != source.sha256:
        changed = (Path(found.source.path).name,)
    return replace(found, true_lines=wanted.true_lines), changed


def with_found(state: State, found: FoundData, *, is_as_read: bool) -> State:
    """Return a state with data that were found in the place of the trace.

    Heights and widths stay fresh if the data are the very ones that gave the trace.
    """
    outcome = found.outcome
    whole = Processed(
        found.dataset, outcome.recipe, outcome.spectrum, outcome.notes, is_as_read=is_as_read
    )
    is_fresh = state.found_on is state.processed and not found.changed
    return replace(state, processed=whole, found_on=whole if is_fresh else state.found_on)
