"""How long the steps of the main job take.

Run once each with the other tests; measured with
``pytest tests/benchmarks --benchmark-enable --benchmark-only``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from nmrquanv.io import read
from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.models import library
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Spectrum

pytestmark = pytest.mark.measures_time


@pytest.fixture
def menthol(examples: Path) -> Path:
    return examples / "bruker_1h_menthol" / "10"


@pytest.mark.parametrize("source", ["fid", "1"])
def test_reading(benchmark: BenchmarkFixture, menthol: Path, source: str) -> None:
    dataset = benchmark(read, menthol, source=source)
    assert dataset.data.axis.size > 10_000


def test_reading_64k(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """At most 20 ms once nmrglue is there; its import is measured apart."""
    axis = Axis(1 << 16, 8000.0, 500.13, 12.0)
    values = np.random.default_rng(1).normal(size=(2, axis.size))
    spectrum = Spectrum(values[0] + 1j * values[1], axis, Sample("1H"))
    folder = write_bruker(tmp_path / "1", None, spectrum, "64k")
    assert benchmark(read, folder).data.data.size == 1 << 16


def test_importing_nmrglue(benchmark: BenchmarkFixture) -> None:
    program = [sys.executable, "-c", "import nmrglue"]
    benchmark.pedantic(subprocess.run, (program,), {"check": True}, rounds=3)


def test_processing_a_fid(benchmark: BenchmarkFixture, menthol: Path) -> None:
    dataset = read(menthol, source="fid")
    assert benchmark(dataset.spectrum).axis.size == 32_768


@pytest.mark.parametrize("finder", ["quanv", "cnn", "classical"])
def test_finding_once_the_model_is_loaded(
    benchmark: BenchmarkFixture, menthol: Path, finder: str
) -> None:
    spectrum = read(menthol).spectrum()
    if finder != "classical":
        library.load(finder)
    assert len(benchmark(find_peaks, spectrum, finder)) > 40
