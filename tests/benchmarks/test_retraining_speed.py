"""How much processor time a small retraining takes, held against finding peaks in the same run."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from nmrquanv.io import read
from nmrquanv.models.finder import find_peaks
from nmrquanv.session.run_folder import Example, Options, write_run_folder
from nmrquanv.session.state import Region
from nmrquanv.spectra.thresholds import Thresholds

REGIONS = (Region(3.6, 3.3), Region(2.3, 1.9), Region(1.75, 0.6))
EPOCHS = 2
FINDS = 40.0
"""What a small retraining may take at most: so many searches of its spectrum, by a new process."""

_FIND = """
import sys
from nmrquanv.io import read
from nmrquanv.models.finder import find_peaks
find_peaks(read(sys.argv[1]).spectrum(), "quanv")
"""


def processor_seconds(*words: object) -> float:
    """Return what a process and its children take, on one thread each."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *map(str, words)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.benchmark
@pytest.mark.slow
def test_a_small_retraining_takes_as_long_as_some_searches(examples: Path, tmp_path: Path) -> None:
    path = examples / "bruker_1h_menthol" / "10"
    spectrum = read(path).spectrum()
    found = find_peaks(spectrum, "quanv").passing(Thresholds(shows_satellites=True))
    peaks = tuple(p for p in found if any(r.contains(p.ppm) for r in REGIONS))
    example = Example("menthol", spectrum, REGIONS, peaks)
    write_run_folder(tmp_path / "run", (example,), Options("quanv", EPOCHS))
    find = processor_seconds("-c", _FIND, path)
    whole = processor_seconds("-m", "nmrquanv", "train", "--run", tmp_path / "run")
    assert whole < FINDS * find, (whole, find)
