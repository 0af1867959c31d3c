"""Names that no file can have, or that look like something else, on every command."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]

LONG = "x" * 300
IMPOSSIBLE = (LONG, f"{LONG}/y", "/".join(["d" * 200] * 30), f"missing/{'ä' * 130}")
ODD = ("a\nb", "a\x1b[31m", "a\u202eb", "~nobody", "~$r", " ", "a b", "-x", "%s{0}")
if os.name != "nt":
    ODD += (os.fsdecode(b"a\xff"),)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", IMPOSSIBLE)
@pytest.mark.parametrize(
    "words",
    [
        "info {}",
        "pick {} --model classical -o -",
        "pick {data} --model classical -o {}.csv",
        "pick {data} --model classical --output-dir {}",
        "pick {data} --model {} -o -",
        "convert {data} --sf-mhz 376 -o {}.jdx",
        "convert {data} --sf-mhz 376 --format bruker -o {}",
        "simulate --seed 1 --kind clean --output {}",
        "train --run {}",
        "train --config {} --output out",
        "bench ablation --logs {}",
        "bench ablation --json {}",
        "study noise --output {} --yes",
        "study real --output out --spectra {} --yes",
        "{}",
    ],
)
def test_a_name_that_cannot_be_is_one_line_and_no_fault(
    run_command: Run, here: Path, fluorine: Path, words: str, name: str
) -> None:
    argv = [w.replace("{data}", str(fluorine)).replace("{}", name) for w in words.split()]
    code, _, err = run_command(*argv)
    assert code in (2, 3)
    assert "fault in the program" not in err
    assert err.splitlines()[-1].startswith("nmrquanv")
    assert err.count("\n") <= (2 if words.startswith("study noise") else 1)  # it tells its plan
    assert [p.name for p in here.rglob("*") if p.is_file()] == ["fluorine.csv"]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_names(run_command: Run, here: Path, fluorine: Path, name: str) -> None:
    target = here / f"{name}.csv"
    words = ("pick", fluorine, "--model", "classical", "-o")
    assert run_command(*words, target) == (0, "", "")
    assert target.is_file()
    code, out, err = run_command("info", here / f"{name}.missing")
    assert code == 3
    assert out == ""
    assert err.count("\n") == 1
    assert err.removesuffix("\n").isprintable()
