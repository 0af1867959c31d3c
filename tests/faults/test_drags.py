"""Rows are dragged into another order by the mouse, with Qt's own loop of a drag in between."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).with_name("drag_flows.py")
_DISPLAY = ("xvfb-run", "-a", "-s", "-screen 0 1280x800x24")
pytestmark = pytest.mark.skipif(
    shutil.which(_DISPLAY[0]) is None, reason="only on machines with Xvfb: offscreen has no drags"
)


def drags(name: str, folder: Path) -> dict[str, dict]:
    """Return what became of the drags of a flow, in a display of its own."""
    environment = os.environ | {
        "PYTHONPATH": str(_SCRIPT.parents[2]), "QT_QPA_PLATFORM": "xcb", "TMPDIR": str(folder),
    }  # fmt: skip
    ended = subprocess.run(
        [*_DISPLAY, sys.executable, str(_SCRIPT), name],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert told, ended.stderr
    assert told.pop() == {"faults": []}
    assert all(one["began"] for one in told)
    return {one["what"]: one for one in told}


def test_steps_of_processing_are_dragged_where_they_may_stand(tmp_path) -> None:
    found = drags("steps", tmp_path)
    order = found["up"]["order"]
    assert order[-3:] == ["Reference", "Phase", "Baseline"]
    assert found["up"]["undo"] == "Change Processing"
    assert found["up"]["current"] == "Reference"
    assert found["refused"]["told"].startswith("Not moved: Apodization works on the FID")
    assert [found[what]["order"] for what in ("refused", "outside", "given up")] == [order] * 3


def test_traces_of_several_spectra_are_dragged_alone_and_together(tmp_path) -> None:
    found = drags("traces", tmp_path)
    assert found["to the end"]["order"] == ["1", "2", "0"]
    assert found["to the end"]["undo"] == "Move Trace"
    assert found["to the end"]["chosen"] == ["0"]
    assert found["back"]["order"] == found["beside"]["order"] == ["0", "1", "2"]
    assert found["two together"]["order"] == ["2", "0", "1"]
    assert found["two together"]["chosen"] == ["0", "1"]
