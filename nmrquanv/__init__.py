"""nmrquanv: finds peaks in 1D NMR spectra, quantum and classical side by side.

- ``spectra``   NMR data and its mathematics: axis, processing, peaks, fitting, simulation
- ``io``        files, read and written
- ``models``    peak finders: the quanvolution, the networks, windows, ``find_peaks``
- ``training``  the torch loop
- ``session``   the running application without widgets
- ``gui``       widgets and plots
- ``cli``       ``nmrquanv [PATH...] | info | pick | simulate | train``

The short way in, each name imported only when it is asked for::

    import nmrquanv as nq
    peaks = nq.find_peaks(nq.read("menthol/10"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nmrquanv.version import __version__ as __version__

if TYPE_CHECKING:
    from nmrquanv.errors import NmrQuanvError, SeveralDataSetsError
    from nmrquanv.interface import explain, find_peaks, read_peaks, write_peaks
    from nmrquanv.io import read
    from nmrquanv.io.text_form import TextForm
    from nmrquanv.spectra.dataset import DataSet
    from nmrquanv.spectra.peaks import Peak, PeakList
    from nmrquanv.spectra.recipe import Recipe
    from nmrquanv.spectra.spectrum import Fid, Spectrum
    from nmrquanv.spectra.thresholds import Thresholds

__all__ = [
    "DataSet",
    "Fid",
    "NmrQuanvError",
    "Peak",
    "PeakList",
    "Recipe",
    "SeveralDataSetsError",
    "Spectrum",
    "TextForm",
    "Thresholds",
    "explain",
    "find_peaks",
    "read",
    "read_peaks",
    "write_peaks",
]

_HOMES = {
    "DataSet": "spectra.dataset",
    "Fid": "spectra.spectrum",
    "NmrQuanvError": "errors",
    "Peak": "spectra.peaks",
    "PeakList": "spectra.peaks",
    "Recipe": "spectra.recipe",
    "SeveralDataSetsError": "errors",
    "Spectrum": "spectra.spectrum",
    "TextForm": "io.text_form",
    "Thresholds": "spectra.thresholds",
    "explain": "interface",
    "find_peaks": "interface",
    "read": "io",
    "read_peaks": "interface",
    "write_peaks": "interface",
}
"""The module that each name comes from."""

if not TYPE_CHECKING:  # a type checker would take every name for known

    def __getattr__(name: str) -> Any:
        """Import a name of the interface when it is asked for."""
        if name not in _HOMES:
            raise AttributeError(f"module 'nmrquanv' has no attribute '{name}'")
        value = getattr(import_module(f"nmrquanv.{_HOMES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*(name for name in globals() if name.startswith("__")), *__all__})
