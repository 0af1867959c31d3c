"""The program without its extras does the main job; what it lacks says how to get it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from nmrquanv import extras
from nmrquanv.errors import MissingPackageError

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PACKAGES = {
    re.match(r"[\w-]+", line)[0]
    for name in extras.EXTRAS
    for line in PROJECT["optional-dependencies"][name]
} - {"nmrquanv"}
"""All that the extras bring by name, which is more than what tells that they are there."""

BLOCKED = f"""
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {PACKAGES}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Blocker())
"""
DIALOG = """
from PySide6.QtWidgets import QApplication
app = QApplication([])
from nmrquanv.gui.app import make_window
window = make_window()
window.dialogs.show_training()
print(window.dialogs.training.start_button.isEnabled())
print(window.dialogs.training.state_text.text())
window.closing.agree()
window.close()
"""


def run_blocked(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program where no extra can be imported."""
    settings = {"NMRQUANV_DATA": str(folder), "NMRQUANV_SETTINGS": str(folder / "s.json")}
    return subprocess.run(
        [sys.executable, "-c", BLOCKED + program],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
        cwd=ROOT,
        env=os.environ | settings,
    )


@pytest.mark.slow
def test_the_main_job_needs_no_extra(tmp_path: Path) -> None:
    program = "from nmrquanv.cli import execute; sys.exit(execute(['--self-test']))"
    done = run_blocked(program, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].endswith("works")


def test_retraining_says_what_to_install(tmp_path: Path) -> None:
    done = run_blocked(DIALOG, tmp_path)
    assert done.returncode == 0, done.stderr
    enabled, told = done.stdout.splitlines()
    assert enabled == "False"
    assert "pip install 'nmrquanv[train]'" in told


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (["train", "--config", "x.json", "--output", "y"], "train"),
        (["study", "ansatz", "--output", "y"], "train"),
    ],
)
def test_commands_say_what_to_install(words: list[str], extra: str, tmp_path: Path) -> None:
    program = f"from nmrquanv.cli import execute; sys.exit(execute({words!r}))"
    done = run_blocked(program, tmp_path)
    assert done.returncode == 3
    assert f"pip install 'nmrquanv[{extra}]'" in done.stderr


def test_every_extra_that_is_named_can_be_installed() -> None:
    offered = PROJECT["optional-dependencies"]
    for name, package in extras.EXTRAS.items():
        assert any(line.startswith(package) for line in offered[name]), name
    base = " ".join(PROJECT["dependencies"])
    assert {*extras.EXTRAS.values(), "pynmrstar"} <= PACKAGES
    assert not any(package in base for package in PACKAGES)
    (everything,) = offered["all"]
    assert set(everything.partition("[")[2].rstrip("]").split(",")) == set(extras.EXTRAS)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert not extras.has_extra("notebook")
    with pytest.raises(MissingPackageError, match=r"a table needs pandas.*nmrquanv\[notebook\]"):
        extras.require("notebook", "a table")


def test_a_bundle_is_not_told_to_use_pip_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in extras.EXTRAS:
        assert extras.how_to_get(name) == f"pip install 'nmrquanv[{name}]'"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(MissingPackageError, match=r"training needs torch.*: take the full bundle"):
        extras.require("train", "training")


def test_every_message_about_an_extra_asks_what_to_do_for_it() -> None:
    """None says ``pip install`` by itself where a bundle may say it too."""
    told = {
        path.relative_to(ROOT / "nmrquanv").as_posix()
        for path in (ROOT / "nmrquanv").rglob("*.py")
        if "pip install" in path.read_text("utf-8")
    }
    of_python_alone = {"errors.py", "study/report/html_report.py"}  # in a bundle nobody gets there
    assert told == {"extras.py", *of_python_alone}


def test_pick_of_a_network_loads_no_torch(
    run_command: Callable[..., tuple[int, str, str]], examples: Path, tmp_path: Path
) -> None:
    program = (
        "from nmrquanv.cli import execute\n"
        f"code = execute(['pick', {str(examples / 'bruker_dept135_caryophyllene_oxide')!r},"
        " '--model', 'cnn', '-o', '-'])\n"
        "print(file=sys.stderr); sys.exit(code)"
    )
    done = run_blocked(program, tmp_path)
    assert done.returncode == 0, done.stderr
    assert '"finder": "cnn"' in done.stdout
