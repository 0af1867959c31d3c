"""A network's numbers are the same to the last digit, whoever computes them: here, a pool, Dask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nmrquanv.batch.batch_run import execute
from nmrquanv.batch.plan import SUMMARY, found_below
from nmrquanv.batch.wanted import Wanted
from nmrquanv.interface import processed
from nmrquanv.io import read
from nmrquanv.io.jcamp_out import spectrum_jcamp
from nmrquanv.pool import Pool
from tests.batch.conftest import Here

ROOT = Path(__file__).parents[2]
NAMES = ("a", "b", "c")
CLUSTER = """
import sys

if __name__ == "__main__":  # a worker imports this file too, and what it needs itself
    import warnings
    from pathlib import Path
    warnings.simplefilter("ignore")
    from distributed import LocalCluster
    from nmrquanv.batch.batch_run import execute
    from nmrquanv.batch.plan import found_below
    from nmrquanv.batch.wanted import Wanted
    from nmrquanv.cluster import ClusterPool

    folder = Path(sys.argv[1])
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=True,
                      dashboard_address=None, silence_logs=50) as cluster:
        for model in sys.argv[3:]:
            output = Path(sys.argv[2], model)
            execute(found_below([folder], output), Wanted(model=model), output,
                    ClusterPool(cluster.scheduler_address), lambda event: None)
"""


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """Return a folder of small spectra whose lines overlap: the last digit decides splits."""
    folder = tmp_path / "spectra"
    folder.mkdir()
    ppm = np.linspace(8.0, 0.0, 8192)
    for number, name in enumerate(NAMES):
        rng = np.random.default_rng([16, number])
        trace = rng.normal(0.0, 1.0, ppm.size)
        for centre in rng.uniform(0.5, 7.5, 6):
            for position in centre + np.cumsum(rng.uniform(0.002, 0.006, 5)):
                height = rng.uniform(30.0, 600.0)
                trace += height / (1.0 + ((ppm - position) / 0.002) ** 2)
        text = tmp_path / f"{name}.csv"
        np.savetxt(text, np.column_stack((ppm, trace)), "%.9f", ",")
        spectrum = processed(read(text, sf_mhz=400.0, nucleus="1H")).spectrum
        (folder / f"{name}.jdx").write_bytes(spectrum_jcamp(spectrum))
    return folder


def numbers(output: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the peaks of each result without their identities, which are new each time."""
    read_back = {}
    for name in NAMES:
        told = json.loads((output / f"{name}.jdx.json").read_text("utf-8"))
        read_back[name] = [{**peak, "id": ""} for peak in told["peaks"]]
    return read_back


def searched(folder: Path, output: Path, model: str, workers: Any) -> dict[str, Any]:
    execute(found_below([folder], output), Wanted(model=model), output, workers, lambda event: None)
    return numbers(output)


@pytest.mark.slow
def test_networks_find_the_same_here_in_a_pool_and_on_a_cluster(
    crowded: Path, tmp_path: Path
) -> None:
    program = tmp_path / "run.py"
    program.write_text(CLUSTER)
    models = ("quanv", "cnn")
    done = subprocess.run(
        [sys.executable, program, crowded, tmp_path / "dask", *models],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=250,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for model in models:
        here = searched(crowded, tmp_path / "here" / model, model, Here())
        pool = searched(crowded, tmp_path / "pool" / model, model, Pool(2))
        assert all(len(peaks) > 10 for peaks in here.values())
        assert here == pool
        assert here == numbers(tmp_path / "dask" / model)
        tables = [(tmp_path / kind / model / SUMMARY).read_bytes() for kind in ("here", "dask")]
        assert tables[0] == tables[1]
