"""The plug-in of SpectroChemPy: what that program asks for, and the reader inside it.

``.ci/bundle plugin`` runs this beside that program; elsewhere its own test is skipped.
"""

from __future__ import annotations

import importlib.util
import json
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.interface import processed
from nmrquanv.serving.spectrochempy_reader import Plugin, read_spectrum

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, sys
import spectrochempy as scp
made = scp.nmrquanv.read_spectrum(sys.argv[1])
told = {"x": [float(v) for v in made.x.data[:2]], "y": [float(v) for v in made.data[:2]],
        "size": int(made.size), "units": str(made.x.units), "nucleus": made.meta["nucleus"]}
print(json.dumps(told))
"""


class Registry:
    """Keeps what a plug-in registers."""

    def __init__(self) -> None:
        self.readers: dict[str, object] = {}

    def register_reader(self, name: str, func: object, *, description: str = "") -> None:
        assert description
        self.readers[name] = func


def test_the_entry_point_leads_to_a_plug_in_that_registers_the_reader() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = project["entry-points"]["spectrochempy.plugins"]["nmrquanv"]
    plugin = pkgutil.resolve_name(named)()
    registry = Registry()
    plugin.register(registry)
    assert registry.readers == {"spectrum": read_spectrum}
    assert plugin.plugin_info()["capabilities"] == ["reader"]
    assert (plugin.name, plugin.version) == ("nmrquanv", nq.__version__)
    assert isinstance(plugin, Plugin)


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("spectrochempy") is None, reason="only on machines with SpectroChemPy"
)
def test_spectrochempy_reads_a_spectrum_through_it() -> None:
    path = ROOT / "resources" / "example_spectra" / "bruker_1h_menthol" / "10"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    spectrum = processed(nq.read(path)).spectrum
    assert (told["size"], told["units"], told["nucleus"]) == (spectrum.data.size, "ppm", "1H")
    np.testing.assert_allclose(told["x"], spectrum.axis.ppm(np.arange(2)), atol=1e-6)
    np.testing.assert_allclose(told["y"], spectrum.trace[:2])
