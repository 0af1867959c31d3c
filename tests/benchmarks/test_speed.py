"""How long the steps of the main job take.

Run once each with the other tests; measured with
``pytest tests/benchmarks --benchmark-enable --benchmark-only``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from nmrquanv.io import read
from nmrquanv.models import library
from nmrquanv.models.finder import find_peaks


@pytest.fixture
def menthol(examples: Path) -> Path:
    return examples / "bruker_1h_menthol" / "10"


@pytest.mark.parametrize("source", ["fid", "1"])
def test_reading(benchmark: BenchmarkFixture, menthol: Path, source: str) -> None:
    dataset = benchmark(read, menthol, source=source)
    assert dataset.data.axis.size > 10_000


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
