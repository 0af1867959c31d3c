"""Our readers as a plug-in of SpectroChemPy: ``scp.nmrquanv.read_spectrum(path)`` there.

SpectroChemPy finds :class:`Plugin` by the entry point in its group ``spectrochempy.plugins`` and
loads it when its own plug-ins are asked for; nothing here is loaded by our program.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv.interface import processed
from nmrquanv.io import read
from nmrquanv.version import __version__


class Plugin:
    """What SpectroChemPy asks a plug-in for, in the form of its ``SpectroChemPyPluginProtocol``."""

    PLUGIN_API_VERSION = "1.0"
    name = "nmrquanv"
    version = __version__
    description = "One-dimensional NMR spectra of every format that nmrquanv opens"

    def plugin_info(self) -> dict[str, object]:
        """Say who this is and what it can do."""
        return {
            "name": self.name,
            "version": self.version,
            "plugin_api_version": self.PLUGIN_API_VERSION,
            "description": self.description,
            "capabilities": ["reader"],
        }

    def register(self, registry: Any) -> None:
        """Add the reader to SpectroChemPy's registry."""
        registry.register_reader("spectrum", read_spectrum, description=self.description)


def read_spectrum(path: str | Path, **options: Any) -> Any:
    """Return a spectrum as an ``NDDataset``, processed as our window shows it.

    Parameters
    ----------
    path : str or Path
        Whatever :func:`nmrquanv.read` reads.
    **options
        Passed to it, such as which of several data sets.

    Returns
    -------
    spectrochempy.NDDataset
        ``(n,)`` real intensities over a coordinate in ppm that falls, as on the instrument.
        ``meta`` has nucleus, spectrometer frequency (MHz), solvent, pulse program, format,
        SHA-256 of the file and the notes of reading and processing.

    Raises
    ------
    NmrQuanvError
        As :func:`nmrquanv.read`, and where the data do not allow the processing.
    """
    import spectrochempy as scp

    spectrum = processed(read(path, **options)).spectrum
    axis, sample, source = spectrum.axis, spectrum.sample, spectrum.source
    ppm = axis.ppm(np.arange(axis.size))
    # it would round to three decimals, several points of one shift
    shift = scp.Coord(ppm, title="chemical shift", units="ppm", sigdigits=10)
    made = scp.NDDataset(spectrum.trace.copy(), coordset=[shift], title="intensity")
    made.name = sample.title.partition("\n")[0] or Path(path).name
    made.description = f"{source.format}, {source.path}"
    made.origin = "nmrquanv"
    made.meta.update(
        {
            "nucleus": sample.nucleus,
            "sf_mhz": axis.sf_mhz if axis.has_hz else None,
            "solvent": sample.solvent,
            "pulse_program": sample.pulse_program,
            "format": source.format,
            "sha256": source.sha256,
            "notes": list(source.notes),
        }
    )
    return made
