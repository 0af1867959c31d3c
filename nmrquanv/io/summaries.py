"""What a data set is, told without its numbers: for choosing among several."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_folders import find_experiment
from nmrquanv.io.bruker_parameters import read_parameters, sample_of
from nmrquanv.io.data_set_search import NEAR
from nmrquanv.io.files import inside
from nmrquanv.io.format_files import SPECTRAL_ENDINGS
from nmrquanv.io.reading import outline
from nmrquanv.io.refusals import checked_path
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.spectrum import Sample

MAX_LEFT_OUT = 200
"""Files that are looked at besides the data sets."""


@dataclass(frozen=True, slots=True)
class DataSetSummary:
    """A data set in a list.

    Parameters
    ----------
    sample : Sample
        Empty where the parameters cannot be read.
    measured : str
        The day, as ``2010-06-08``; empty where it is not said.
    problem : str
        Why it cannot be opened; empty where it can. Damage that only the numbers show is not met.
    """

    sample: Sample = field(default_factory=Sample)
    measured: str = ""
    problem: str = ""


def summary(path: str | Path) -> DataSetSummary:
    """Return what the parameters of a data set say, and whether it can be opened.

    Parameters
    ----------
    path : str or Path
        One of those that :func:`nmrquanv.io.data_sets` returns.
    """
    try:
        found = outline(path)
    except FormatError as error:
        reason = str(error).removeprefix(f"{path}").lstrip("/\\: ")
        return DataSetSummary(_parameters(path), problem=reason)
    return DataSetSummary(found.sample, found.measured)


def summaries(
    folder: str | Path, choices: Sequence[str], report: Report = silent_report
) -> tuple[tuple[str, DataSetSummary], ...]:
    """Return the data sets below a folder, and the files there that look like one but open as none.

    Parameters
    ----------
    folder : str or Path
        Or an archive.
    choices : sequence of str
        Its data sets, by :func:`nmrquanv.io.data_sets`.
    report : Report

    Returns
    -------
    tuple of (str, Summary)
        In the order of the choices, then what cannot be opened.
    """
    told: list[tuple[str, DataSetSummary]] = []
    for number, choice in enumerate(choices):
        report(number, len(choices), "Looking at the data sets")
        told.append((choice, summary(choice)))
    for path in _left_out(folder, choices):
        found = summary(path)
        if found.problem:
            told.append((path, found))
    return tuple(told)


def _left_out(folder: str | Path, choices: Sequence[str]) -> Iterator[str]:
    """Yield files below a folder that have a spectrum's ending and lie in none of the choices."""
    try:
        place = checked_path(folder)
    except FormatError:
        return
    known, count = frozenset(choices), 0
    for above, folders, names in os.walk(place.real):
        inside = len(Path(above).relative_to(place.real).parts)
        folders[:] = [] if inside >= NEAR.depth else [
            name for name in sorted(folders)
            if not name.startswith(".") and place.named(str(Path(above, name))) not in known
        ]  # fmt: skip
        for name in sorted(names):
            path = place.named(str(Path(above, name)))
            if Path(name).suffix.lower() in SPECTRAL_ENDINGS and path not in known:
                count += 1
                if count > MAX_LEFT_OUT:
                    return
                yield path


def _parameters(path: str | Path) -> Sample:
    """Return what the parameters of a Bruker data set say that cannot be opened."""
    try:
        found = find_experiment(checked_path(path).real)
        if found is None:
            return Sample()
        folder, procno = found
        return sample_of(
            read_parameters(inside(folder, "acqus"), is_outline=True),
            None,
            inside(folder, "pdata", procno or "1"),
        )
    except (FormatError, OSError):
        return Sample()
