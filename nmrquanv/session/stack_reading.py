"""The rows of an arrayed data set, read in the background as traces of a stack."""

from __future__ import annotations

from dataclasses import replace

from nmrquanv.errors import FormatError
from nmrquanv.io import read
from nmrquanv.io.row_values import unit_of, value_of
from nmrquanv.io.rows import MAX_ROWS, row_labels
from nmrquanv.progress import Report, silent_report
from nmrquanv.session.stack import StackTrace
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.integrals import why_not
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.steps import Phase


def rows_of(dataset: DataSet) -> tuple[str, ...]:
    """Return the sources of a data set that are rows of an array, at most as many as are shown."""
    return tuple(s for s in dataset.sources if s.startswith("row "))[:MAX_ROWS]


def read_rows(
    dataset: DataSet, recipe: Recipe, report: Report = silent_report
) -> tuple[StackTrace, ...]:
    """Read and process all rows of an arrayed data set alike.

    Parameters
    ----------
    dataset : DataSet
        One row of it.
    recipe : Recipe
        That row's, with the phase that it was given: rows differ in height and sign, which a
        phase found for each alone would hide.
    report : Report
        May cancel.

    Raises
    ------
    FormatError
        It has no rows, or they cannot be read.
    """
    path, rows = dataset.source.path, rows_of(dataset)
    if not rows:
        raise FormatError(f"{path}: has no rows: only arrayed and two-dimensional data have them")
    labels, phase = row_labels(path), recipe.step(Phase)
    if phase is not None:
        recipe = recipe.with_step(replace(phase, mode="manual"))
    traces = []
    for number, row in enumerate(rows):
        report(number, len(rows), f"reading {row}")
        data = read(path, source=row).data
        label = labels[number] if number < len(labels) else ""
        spectrum = recipe.run(data).spectrum
        told = label or row, value_of(label)
        trace = StackTrace(
            row, spectrum, *told, unit=unit_of(label), has_areas=not why_not(spectrum)
        )
        traces.append(trace)
    return tuple(traces)
