"""The short form of ``fuzz_readers.py``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).with_name("fuzz_readers.py")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with limits of processes")
def test_no_damaged_input_raises_hangs_or_becomes_nonsense() -> None:
    environment = os.environ | {"PYTHONPATH": str(_SCRIPT.parents[2])}
    done = subprocess.run(
        [sys.executable, str(_SCRIPT)],
        capture_output=True, text=True, env=environment, timeout=240, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert told["faults"] == []
    assert told["inputs"] >= 1_200
    assert done.returncode == 0
