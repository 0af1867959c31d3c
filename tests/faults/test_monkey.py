"""The short form of ``monkey.py``: random events break nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).with_name("monkey.py")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: the memory is read from /proc")
def test_random_events_break_nothing() -> None:
    environment = os.environ | {"PYTHONPATH": str(_SCRIPT.parents[2])}
    done = subprocess.run(
        [sys.executable, str(_SCRIPT), "--seed", "3", "--events", "1000"],
        capture_output=True, text=True, env=environment, timeout=240, check=False,
    )  # fmt: skip
    assert done.stdout, f"ended with {done.returncode}: {done.stderr}"
    told = json.loads(done.stdout)
    assert told["faults"] == []
    assert told["events"] == 1000
    assert done.returncode == 0
