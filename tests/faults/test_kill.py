"""The short form of ``kill.py``: the program is killed while it writes, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).with_name("kill.py")
KILLS = 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only on systems with fork and SIGKILL")
def test_what_was_called_safe_outlives_kill_9() -> None:
    environment = os.environ | {"PYTHONPATH": str(_SCRIPT.parents[2]), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(_SCRIPT), "--kills", str(KILLS)],
        capture_output=True, text=True, env=environment, timeout=240, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["faults"] == []
    assert done.returncode == 0
    assert told["kills"].get("save", 0) + told["kills"].get("autosave", 0) == KILLS
