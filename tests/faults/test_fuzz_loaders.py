"""The short form of ``fuzz_loaders.py``: what is damaged or hostile ends in a named error."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).with_name("fuzz_loaders.py")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: limits of memory, pipes")
def test_no_damaged_file_of_ours_ends_in_anything_but_a_named_error() -> None:
    environment = os.environ | {"PYTHONPATH": str(_SCRIPT.parents[2])}
    done = subprocess.run(
        [sys.executable, str(_SCRIPT), "--count", "270"],
        capture_output=True, text=True, env=environment, timeout=240, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert told["faults"] == []
    assert told["inputs"] == 270
    assert done.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: limits of memory, pipes")
def test_the_harness_sees_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.syspath_prepend(str(_SCRIPT.parent))
    harness = importlib.import_module("fuzz_loaders")
    Loader = importlib.import_module("loaders").Loader

    def load(folder: Path) -> object:
        raise KeyError("escaped")

    (tmp_path / "good" / "bad").mkdir(parents=True)
    (tmp_path / "good" / "bad" / "a.json").write_text("{}")
    monkeypatch.setattr(harness, "LOADERS", {"bad": Loader(lambda folder: None, load)})
    assert "KeyError: 'escaped'" in harness.attempt(0, tmp_path / "good", tmp_path / "tried")
