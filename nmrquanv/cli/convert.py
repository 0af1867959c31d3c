"""``nmrquanv convert PATH``: process a data set as the window does and write the spectrum."""

from __future__ import annotations

import argparse
from pathlib import Path

from nmrquanv.cli.exit_codes import DONE
from nmrquanv.docstrings import leave_as_written


def run(arguments: argparse.Namespace) -> int:
    """Write the spectrum of one data set; an FID goes along where the format holds one."""
    leave_as_written()
    from nmrquanv.interface import processed
    from nmrquanv.io import read
    from nmrquanv.io.recipe_files import read_recipe
    from nmrquanv.io.spectra_formats import SpectrumExport, spectrum_format, write_spectrum
    from nmrquanv.spectra.spectrum import Fid

    recipe = read_recipe(arguments.recipe) if arguments.recipe is not None else None
    is_of_fid = recipe is not None and recipe.has_transform
    dataset = read(
        arguments.path,
        source=arguments.source or ("fid" if is_of_fid else None),
        sf_mhz=arguments.sf_mhz,
        nucleus=arguments.nucleus,
        text=arguments.text,
    )
    outcome = processed(dataset, recipe)
    fid = dataset.data if isinstance(dataset.data, Fid) else None
    export = SpectrumExport(outcome.spectrum, fid, outcome.recipe)
    form = spectrum_format(arguments.format)
    write_spectrum(Path(arguments.output), export, form, is_forced=arguments.is_forced)
    return DONE
