"""The short form of ``cycles.py``: nothing stays behind when spectra come and go."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).with_name("cycles.py")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: resident memory from /proc")
def test_no_document_widget_or_memory_stays_after_open_find_close() -> None:
    environment = os.environ | {"PYTHONPATH": str(_SCRIPT.parents[2])}
    done = subprocess.run(
        [sys.executable, str(_SCRIPT), "--warm-up", "10", "--cycles", "40"],
        capture_output=True, text=True, env=environment, timeout=240, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert told["faults"] == []
    assert told["after"]["documents"] == 0
    assert done.returncode == 0
