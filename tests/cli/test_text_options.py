"""``--text-...``: a text read as the command line says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

PPM = 10 - 0.005 * np.arange(2000)
TRACE = 90_000 / (1 + ((PPM - 7.0) / 0.01) ** 2) + 400 * np.sin(np.arange(2000) * 2.9)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A text of which nothing is usual: counted rows, Hz, decimal commas, grouped thousands."""
    rows = [
        f"{i};{x * 400:.2f}".replace(".", ",")
        + ";"
        + f"{y:,.1f}".translate(str.maketrans({",": ".", ".": ","}))
        for i, (x, y) in enumerate(zip(PPM, TRACE, strict=True))
    ]
    path = tmp_path / "export.txt"
    path.write_text("Gerät 7\nnr;f;y\n" + "\n".join(rows), encoding="latin-1")
    return path


OPTIONS = ("--text-columns", "-,x,re", "--text-unit", "Hz", "--sf-mhz", "400", "--nucleus", "1H")


def test_info_says_what_the_options_make_of_it(run_command, table) -> None:
    code, out, err = run_command("info", table, "--json", *OPTIONS)
    assert (code, err) == (0, "")
    facts = json.loads(out)
    assert (facts["points"], facts["sf_mhz"], facts["nucleus"]) == (2000, 400.0, "1H")
    assert facts["high_ppm"] == pytest.approx(10.0, abs=1e-4)


def test_pick_and_convert_read_it_in_the_same_way(run_command, table, tmp_path) -> None:
    code, out, _ = run_command("pick", table, "--model", "classical", "-o", "-", *OPTIONS)
    assert code == 0
    peaks = json.loads(out)["peaks"]
    tallest = max(peaks, key=lambda peak: peak["height"])
    assert tallest["ppm"] == pytest.approx(7.0, abs=1e-3)
    assert tallest["height"] == pytest.approx(90_000, rel=0.02)
    code, _, err = run_command("convert", table, "-o", tmp_path / "made.csv", *OPTIONS)
    assert (code, err) == (0, "")
    assert (tmp_path / "made.csv").stat().st_size > 20_000


def test_ends_of_the_axis_may_be_negative(run_command, table) -> None:
    words = ("--text-columns", "-,-,real", "--text-unit", "points", "--text-ends", "-60:-140")
    code, out, err = run_command("info", table, "--json", *words)
    assert (code, err) == (0, "")
    facts = json.loads(out)
    assert (facts["high_ppm"], facts["low_ppm"]) == (-60.0, pytest.approx(-140.0))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--text-columns", "x,x,real"), 2, "only one column"),
        (("--text-columns", "x,height"), 2, "not 'height'"),
        (("--text-decimal", "comma", "--text-thousands", "comma"), 2, "cannot be the decimal mark"),
        (("--text-ends", "12"), 2, "with a colon"),
        (("--text-header", "-1"), 2, "--text-header"),
        (("--text-decimal", "point", "--text-thousands", "none"), 3, "line 3, column"),
    ],
)
def test_a_wrong_combination_is_said_in_one_line(run_command, table, words, code, told) -> None:
    ended, out, err = run_command("info", table, *words)
    assert (ended, out) == (code, "")
    assert told in err
    assert err.count("\n") == 1


def test_the_window_takes_the_same_options() -> None:
    from nmrquanv.cli.arguments import parse

    arguments = parse([str(Path(__file__)), *OPTIONS])
    assert arguments.command == "window"
    assert arguments.text.columns == ("ignore", "x", "real")
    assert arguments.sf_mhz == 400.0
    assert parse([str(Path(__file__))]).text is None
