"""What a data set is, told from its parameter files alone: for choosing among several."""

from __future__ import annotations

from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_folders import find_experiment
from nmrquanv.io.bruker_parameters import read_parameters, sample_of
from nmrquanv.io.reading import outline
from nmrquanv.io.refusals import checked_path
from nmrquanv.spectra.spectrum import Sample


def summary(path: str | Path) -> Sample:
    """Return what the parameters of a data set say, without decoding its numbers.

    Parameters
    ----------
    path : str or Path
        One of those that :func:`nmrquanv.io.data_sets` returns.

    Returns
    -------
    Sample
        Empty where the parameters cannot be read: opening tells more.
    """
    try:
        place = checked_path(path)
        found = find_experiment(place.real)
        if found is None:
            return outline(path).sample
        folder, procno = found
        acqus = folder / "acqus"
        parameters = read_parameters(acqus, is_outline=True) if acqus.is_file() else None
        return sample_of(parameters, None, folder / "pdata" / (procno or "1"))
    except (FormatError, OSError):
        return Sample()
