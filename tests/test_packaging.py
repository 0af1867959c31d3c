"""What stands beside the program and calls it: README's first command, pictures, tables."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nmrquanv.io.tables.formats import read_peaks

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "packaging").glob("**/*.py"))


def _imported(script: Path) -> list[tuple[str, str]]:
    """Return what a script takes from the program, as (module, name)."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    return [
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "nmrquanv"
        for alias in node.names
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.name)
def test_what_a_script_takes_from_the_program_is_there(script: Path) -> None:
    for module, name in _imported(script):
        found = importlib.import_module(module)
        assert hasattr(found, name) or importlib.util.find_spec(f"{module}.{name}"), name


def test_some_scripts_take_something_from_the_program() -> None:
    assert sum(bool(_imported(script)) for script in SCRIPTS) >= 3


def test_readme_s_first_command_does_the_main_job_without_a_display(
    tmp_path: Path, examples: Path
) -> None:
    script = ROOT / "packaging" / "first_look.py"
    call = [sys.executable, str(script), str(examples / "bruker_1h_menthol" / "10"), str(tmp_path)]
    done = subprocess.run(call, env=dict(os.environ), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "spectrum.png").stat().st_size > 10_000
    told = dict(line.split()[:2] for line in done.stdout.splitlines() if line.endswith(" peaks"))
    assert set(told) == {"quanv", "cnn", "classical"}
    for ending in ("csv", "json"):
        assert len(read_peaks(tmp_path / f"peaks.{ending}").peaks) > 0.5 * int(told["quanv"])
