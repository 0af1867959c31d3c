"""``nmrquanv convert PATH``: process a data set as the window does and write the spectrum."""

from __future__ import annotations

import argparse
from pathlib import Path

from nmrquanv.cli.exit_codes import DONE


def run(arguments: argparse.Namespace) -> int:
    """Write the spectrum of one data set; an FID goes along where the format holds one."""
    from nmrquanv.interface import processed
    from nmrquanv.io import read
    from nmrquanv.io.spectra_formats import SpectrumExport, spectrum_format, write_spectrum
    from nmrquanv.spectra.spectrum import Fid

    dataset = read(
        arguments.path,
        source=arguments.source,
        sf_mhz=arguments.sf_mhz,
        nucleus=arguments.nucleus,
        text=arguments.text,
    )
    outcome = processed(dataset)
    fid = dataset.data if isinstance(dataset.data, Fid) else None
    export = SpectrumExport(outcome.spectrum, fid, outcome.recipe)
    form = spectrum_format(arguments.format)
    write_spectrum(Path(arguments.output), export, form, is_forced=arguments.is_forced)
    return DONE
