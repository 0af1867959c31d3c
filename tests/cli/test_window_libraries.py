"""Without libxcb-cursor0 the program names the package, where Qt would abort."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nmrquanv.cli import exit_codes, window_libraries
from nmrquanv.cli.window_libraries import LIBRARIES, lacking

ROOT = Path(__file__).resolve().parents[2]
X = {"DISPLAY": ":0"}


@pytest.fixture(autouse=True)
def _linux(monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


def test_a_missing_library_is_named_with_its_package() -> None:
    told = lacking(lambda name: name != "libxcb-cursor.so.0", X)
    assert "libxcb-cursor.so.0" in told
    assert "sudo apt install libxcb-cursor0 " in told
    assert lacking(lambda _: True, X) == ""


@pytest.mark.parametrize(
    ("environment", "is_asked"),
    [
        (X, True),
        (X | {"QT_QPA_PLATFORM": "xcb"}, True),
        (X | {"QT_QPA_PLATFORM": "offscreen"}, False),
        (X | {"WAYLAND_DISPLAY": "wayland-0"}, False),
        (X | {"WAYLAND_DISPLAY": "wayland-0", "QT_QPA_PLATFORM": "xcb"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0", "QT_QPA_PLATFORM": "wayland;xcb"}, False),
    ],
)
def test_only_a_window_under_x_needs_them(environment, is_asked) -> None:
    assert bool(lacking(lambda _: False, environment)) == is_asked


def test_the_window_says_so_and_ends(run_command, monkeypatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(window_libraries, "is_loadable", lambda name: "cursor" not in name)
    code, out, err = run_command()
    assert (code, out) == (exit_codes.USAGE, "")
    assert "libxcb-cursor0" in err


def test_the_set_up_script_knows_the_same_packages() -> None:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "packaging" / "bootstrap.py")
    bootstrap = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bootstrap)
    assert bootstrap.libraries("LIBRARIES") == LIBRARIES
    widgets = bootstrap.libraries("WIDGETS")
    assert "libGL.so.1" in widgets
    assert not any("xcb" in name for name in widgets)


def test_a_process_that_lacks_it_does_not_abort() -> None:
    """As on a computer without it: the loader of this process finds nothing of that name."""
    program = (
        "import ctypes, sys; real = ctypes.CDLL\n"
        "def load(name, *a, **k):\n"
        "    if 'xcb-cursor' in str(name): raise OSError(name)\n"
        "    return real(name, *a, **k) if name else real(name)\n"
        "ctypes.CDLL = load\n"
        "from nmrquanv.cli import execute; sys.exit(execute([]))"
    )
    environment = {**os.environ, "DISPLAY": ":77", "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120,
    )  # fmt: skip
    assert done.returncode == exit_codes.USAGE, done.stderr
    assert "libxcb-cursor0" in done.stderr
