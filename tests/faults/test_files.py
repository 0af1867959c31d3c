"""The short form of ``files.py``: every operation of everything that is written fails in turn."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from file_scenarios import SCENARIOS
from files import FaultyDisk, Scenario, faults, on

from nmrquanv.writing import write_whole


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[s.name for s in SCENARIOS])
def test_a_file_is_old_or_new_whatever_fails(scenario: Scenario) -> None:
    found = list(faults(scenario, has_power=True))
    assert len(found) > 40
    assert [str(fault) for fault in found if fault is not None] == []


def test_the_harness_sees_a_writer_that_is_not_safe() -> None:
    """Without the temporary file, or without forcing it to the disk, faults are found."""
    from nmrquanv import writing

    def careless(folder: Path) -> None:
        handle = writing.disk.create(folder / "b", 0o666)
        writing.disk.write(handle, memoryview(b"new" * 1000))
        writing.disk.close(handle)
        writing.disk.replace(folder / "b", folder / "a")

    def look(folder: Path) -> dict[str, object]:
        return {"a": (folder / "a").read_bytes()}

    scenario = Scenario("careless", lambda f: write_whole(f / "a", b"old"), careless, look)
    wrong = [str(f) for f in faults(scenario, has_power=True) if f is not None]
    assert any("neither old nor new" in text for text in wrong)
    assert any("short" in text for text in wrong)


def test_the_disk_is_put_back(tmp_path: Path) -> None:
    from nmrquanv import writing

    before = writing.disk
    with on(FaultyDisk()):
        write_whole(tmp_path / "a", b"x")
    assert writing.disk is before
