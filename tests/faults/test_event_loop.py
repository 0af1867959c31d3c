"""What is made and destroyed while the program runs, in a real event loop and another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).with_name("event_loop_flows.py")
_ROOT = _SCRIPT.parents[2]
FLOWS = (
    "open_close_open",
    "close_one_of_several",
    "close_while_finding",
    "close_while_processing",
    "close_while_opening",
    "close_the_window_at_work",
    "panels_when_their_document_closes",
    "dialogs_come_and_go",
    "dialogs_answered",
    "dialogs_when_the_window_closes",
    "dialogs_when_their_document_closes",
    "one_file_of_two",
    "menus_filled_anew",
    "table_edited_as_it_goes",
    "pages_come_and_go",
    "runs_of_children",
)


def _run(names: tuple[str, ...]) -> dict[str, str]:
    """Run flows in one process and return what went wrong with each that was begun."""
    environment = os.environ | {"PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", str(_SCRIPT), *names],
        capture_output=True, text=True, env=environment, timeout=240, check=False,
    )  # fmt: skip
    faults: dict[str, str] = {}
    for line in done.stdout.splitlines():
        event = json.loads(line)
        if "begins" in event:
            faults[event["begins"]] = f"ended with {done.returncode}\n{done.stderr[-3000:]}"
        else:
            faults[event["ended"]] = "\n".join(event["faults"])
    return faults


@pytest.fixture(scope="module")
def faults() -> dict[str, str]:
    """Run all flows; after a crash, those that are left in a process of their own."""
    told: dict[str, str] = {}
    while left := tuple(name for name in FLOWS if name not in told):
        new = _run(left)
        if not new:
            pytest.fail(f"no flow of {left} was begun")
        told |= new
    return told


@pytest.mark.parametrize("name", FLOWS)
def test_nothing_fails_when_it_is_destroyed_in_the_event_loop(name, faults) -> None:
    assert faults[name] == ""


def test_all_flows_are_run() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", "import event_loop_flows as f; print(*f.FLOWS)"],
        capture_output=True, text=True, cwd=_SCRIPT.parent, check=True,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
    )  # fmt: skip
    assert tuple(listed.stdout.split()) == FLOWS
