"""What drives the window is no fault of its own."""

import subprocess
import sys
from pathlib import Path

_LATE = """
import atexit
from PySide6.QtCore import qWarning
atexit.register(qWarning, "said while the process goes down")  # after all that is registered later
from driving import Driver
driver = Driver()
"""


def test_what_qt_says_at_the_end_goes_to_nobody_who_is_gone():
    here = Path(__file__).parent
    ended = subprocess.run(
        [sys.executable, "-c", _LATE],
        cwd=here, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0
    assert "said while the process goes down" in ended.stderr
