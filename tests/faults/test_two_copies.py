"""Two copies of the program at once: neither overwrites what the other keeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from nmrquanv.io.recovery_file import STATE, read_recovery
from nmrquanv.models import library
from nmrquanv.session.copies import left_behind
from nmrquanv.session.settings import Settings

_SCRIPT = Path(__file__).with_name("two_copies.py")
PATHS = {"one": "bruker_1h_menthol/10", "two": "bruker_1h_aspirin_fidonly/1"}


def told(program: subprocess.Popen) -> dict:
    assert program.stdout is not None
    line = program.stdout.readline()
    assert line, f"the program ended with {program.wait()}"
    return json.loads(line)


def offered() -> list[Path]:
    """Return what a third copy would offer."""
    lefts = list(left_behind())
    found = [folder for left in lefts for folder in left.documents()]
    for left in lefts:
        left.let_go()
    return found


def test_settings_recent_files_models_and_recovery_of_two_copies_stay(
    tmp_path, examples, monkeypatch
) -> None:
    monkeypatch.setenv("NMRQUANV_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NMRQUANV_SETTINGS", str(tmp_path / "settings.json"))
    environment = os.environ | {"PYTHONPATH": str(_SCRIPT.parents[2]), "OMP_NUM_THREADS": "1"}
    both = [
        subprocess.Popen(
            [sys.executable, str(_SCRIPT), name, str(examples / path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment,
        )
        for name, path in PATHS.items()
    ]  # fmt: skip
    try:
        for one in both:
            assert "ready" in told(one)
        for one in both:
            assert one.stdin is not None
            one.stdin.write(b"go\n")
            one.stdin.flush()
        done = [told(one) for one in both]
        assert offered() == []  # both are alive
    finally:
        for one in both:
            one.kill()
            one.communicate()
    assert [d["done"] for d in done] == ["one", "two"]

    settings = Settings(tmp_path / "settings.json")
    assert (settings.theme, settings.label_decimals) == ("dark", 3)
    recent = settings.recent_files
    assert len(recent) == 8
    assert {f"/data/{name}/{number}" for name in PATHS for number in range(3)} < set(recent)

    names = [name for d in done for name in d["models"]]
    assert len(set(names)) == len(names) == 4
    for d in done:
        assert {library.load(name).card.title for name in d["models"]} == {d["done"]}

    kept = [read_recovery(folder) for folder in offered()]
    assert sorted(one.name for one in kept) == sorted(PATHS.values())
    for one in kept:
        assert len(one.load().stored.integrals) == done[0]["integrals"] == 6
        assert (one.folder / STATE).exists()
