"""Exit codes, errors in one line, and the program as a process."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nmrquanv import errors
from nmrquanv.cli import execute, exit_codes, info
from nmrquanv.cli.window import has_display
from nmrquanv.version import __version__

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.FormatError("cut"), 3),
        (errors.ProcessingError("flat"), 3),
        (errors.TrainingError("no data"), 3),
        (PermissionError(13, "Permission denied", "x"), 3),
        (errors.SeveralDataSetsError("two", ("a", "b")), 2),
        (errors.ModelError("none"), 2),
        (errors.ExportError("full"), 2),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("a fault\nin lines"), 1),
    ],
)
def test_what_happens_becomes_an_exit_code_and_one_line(
    error: BaseException, code: int, run_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(arguments: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(info, "run", fail)
    got, out, err = run_command("info", "x")
    choices = len(getattr(error, "choices", ()))
    assert (got, out) == (code, "")
    assert err.startswith("nmrquanv: ")
    assert err.count("\n") == 1 + choices
    assert "Traceback" not in err
    if isinstance(error, Exception):
        _, _, err = run_command("info", "x", "--verbose")
        assert "Traceback" in err


def test_a_broken_pipe_is_for_main_to_handle(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(arguments: argparse.Namespace) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(info, "run", fail)
    with pytest.raises(BrokenPipeError):
        execute(["info", "x"])


def test_without_a_display_the_window_says_so_and_does_not_abort(
    run_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    code, out, err = run_command()
    assert (code, out) == (exit_codes.USAGE, "")
    assert "no display" in err
    monkeypatch.setenv("DISPLAY", ":0")
    assert has_display()


def test_as_a_process_it_starts_fast_and_imports_nothing_slow() -> None:
    program = (
        "import sys; from nmrquanv.cli import main\n"
        "sys.argv = ['nmrquanv', '--version']\n"
        "code = main()\n"
        "import os; assert os.environ['OMP_WAIT_POLICY'] == 'PASSIVE'\n"
        "slow = {'numpy', 'scipy', 'torch', 'PySide6', 'nmrglue'} & set(sys.modules)\n"
        "sys.exit(code or (f'imported {slow}' if slow else 0))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().split() == ["nmrquanv", __version__]


def test_a_terminal_that_knows_only_ascii_is_no_reason_to_fail(
    examples: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "né"
    done = subprocess.run(
        [sys.executable, "-m", "nmrquanv", "info", str(gone)],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="only on systems with SIGINT")
def test_ctrl_c_ends_with_130_and_one_line(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from nmrquanv.cli import info, main\n"
        "info.run = lambda arguments: os.kill(os.getpid(), signal.SIGINT) or 0\n"
        "sys.argv = ['nmrquanv', 'info', 'x']\n"
        "sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode in (130, -signal.SIGINT)
    assert done.stderr == b"nmrquanv: interrupted\n"
