"""The table of speed: what is measured is a process of its own, and its goal stands beside."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from nmrquanv.bench import speed
from nmrquanv.bench.search_speed import lines_in_noise
from nmrquanv.cli.command_line import execute
from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import silent_report
from nmrquanv.spectra.thresholds import Thresholds


def measured(*words: str) -> dict[str, float]:
    """Run a measure of the window as the table does, small."""
    done = subprocess.run(
        [sys.executable, "-m", "nmrquanv.gui.view_speed", *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """Put figures in the place of what takes minutes; return what was started."""
    asked: list[Sequence[str]] = []

    def answer(words: Sequence[str]) -> dict[str, float]:
        asked.append(words)
        seconds = {speed._BARE: 0.5, "start": 0.75}.get(words[-1], 1.0)
        if "moves" in words:
            return {"pan": 0.007, "scale": 0.02, "zoom": 0.008}
        if "edits" in words:
            return {"confirm": 0.006, "move": 0.017, "result": 0.09}
        told = {"seconds": seconds, "megabytes": 290.0, "first_look": 0.25}
        return told | ({"seconds": 2.5} if "execute" in words[2] else {})

    monkeypatch.setattr(speed, "_figures", answer)
    return asked


def test_every_figure_has_its_goal(
    figures: list[Sequence[str]], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert execute(["bench", "speed"]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    goals = {what: (value, goal, reached) for what, value, goal, reached in cells}
    start, *_ = (row for what, row in goals.items() if what.startswith("start"))
    assert start == ("1.50 x", "1.25 x", "no")
    for move, reached in (("pan", "yes"), ("vertical scale", "no"), ("zoom", "yes")):
        moves = {what: row for what, row in goals.items() if what.startswith(move)}
        assert [row[1] for row in moves.values()] == ["8 ms", "16 ms", "8 ms", "16 ms"]
        assert sum("4 194 304 points" in what for what in moves) == 2
        assert {row[2] for row in list(moves.values())[::2]} == {reached}
    edits = [row for what, row in goals.items() if what.startswith("edit")]
    assert edits == [("6.00 ms", "16 ms", "yes"), ("17.00 ms", "16 ms", "no")]
    (result,) = (row for what, row in goals.items() if what.startswith("taking over a result"))
    assert result == ("90.00 ms", "100 ms", "yes")
    memory = [row for what, row in goals.items() if what.startswith("memory")]
    assert memory == [("290.00 MB", "300 MB", "yes")] * 2
    assert sum("4194304" in words for words in figures) == 2 * speed._ROUNDS
    searches = [row[:2] for what, row in goals.items() if what.startswith("search,")]
    looks = [row for what, row in goals.items() if what.startswith("first look")]
    assert looks == [("0.25 s", "0.3 s", "yes")] * 3
    retrainings = [row for what, row in goals.items() if what.startswith("retraining")]
    assert retrainings == [("1.00 s", "60 s", "yes")] * 2
    assert searches == [("1.00 s", "0.15 s"), ("1.00 s", "0.5 s"), ("1.00 s", "0.5 s")]


def test_what_is_done_is_told_up_to_the_end(figures: list[Sequence[str]]) -> None:
    told: list[tuple[int, int]] = []
    speed.measure_speed(lambda done, total, _text: told.append((done, total)))
    assert told == [(number, len(figures)) for number in range(len(figures) + 1)]


def test_a_spectrum_of_ones_own_takes_the_place_of_the_made_one(
    figures: list[Sequence[str]], examples: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = examples / "bruker_1h_cyclosporin" / "1"
    assert execute(["bench", "speed", str(path)]) == 0
    asked = [words[2:-1] for words in figures if words[-1] == str(path)]
    window = "nmrquanv.gui.view_speed"
    assert [words[-1] for words in asked if words[0] == window] == ["edits"] * 3 + ["memory"]
    assert [words[0] for words in asked if words[0] != window] == [speed._SEARCH] * 3
    assert capfdbinary.readouterr().out.count(str(path).encode()) == 6
    figures.clear()
    assert execute(["bench", "speed", str(examples / "nothing")]) == 3
    assert not figures


def test_the_figures_are_json_too(
    figures: list[Sequence[str]], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert execute(["bench", "speed", "--json"]) == 0
    rows = json.loads(capfdbinary.readouterr().out)["speed"]
    assert len(rows) == len(speed.measure_speed(silent_report))
    assert {row["unit"] for row in rows} == {"x", "ms", "MB", "s"}
    assert all(row["is_reached"] == (row["value"] <= row["goal"]) for row in rows)


def test_a_bundle_says_that_it_cannot_measure_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(speed.SpeedError, match="install nmrquanv with pip"):
        speed.measure_speed(silent_report)


def test_a_measure_that_fails_is_named() -> None:
    with pytest.raises(speed.SpeedError, match=r"cannot be measured: .*no_such_module"):
        speed._figures([sys.executable, "-m", "no_such_module"])


def test_the_window_is_moved_about_and_timed() -> None:
    told = measured("moves", "4096", "12", "640", "480")
    assert set(told) == {"pan", "scale", "zoom"}
    assert all(0.0 < seconds < 5.0 for seconds in told.values())


def test_a_search_is_timed_on_a_spectrum_that_is_always_the_same() -> None:
    told = speed._figures([sys.executable, "-m", speed._SEARCH, "8192", "5"])
    assert 0.0 < told["seconds"] < 20.0
    assert (lines_in_noise(8192, 5).data == lines_in_noise(8192, 5).data).all()
    found = find_peaks(lines_in_noise(8192, 5), "classical").passing(Thresholds())
    assert 3 <= len(found) <= 5


@pytest.mark.slow
def test_edits_memory_and_search_are_measured_on_a_path(tmp_path: Path) -> None:
    made = write_bruker(tmp_path / "1", None, lines_in_noise(8192, 12), "made")
    told = measured("edits", str(made))
    assert {"minimum S/N", "confirm", "undo", "move", "layer", "region", "result"} < set(told)
    assert all(0.0 < seconds < 5.0 for seconds in told.values())
    assert 50.0 < measured("memory", str(made))["megabytes"] < 2000.0
    told = speed._figures([sys.executable, "-m", speed._SEARCH, str(made)])
    assert 0.0 < told["first_look"] < told["seconds"] < 20.0


@pytest.mark.slow
def test_too_few_peaks_for_edits_are_told(tmp_path: Path) -> None:
    made = write_bruker(tmp_path / "1", None, lines_in_noise(4096, 1), "made")
    with pytest.raises(speed.SpeedError, match="has too few peaks to measure edits"):
        speed._figures([sys.executable, "-m", speed._WINDOW, "edits", str(made)])


@pytest.mark.slow
def test_the_window_starts_in_less_than_twice_what_a_bare_one_takes() -> None:
    bare, start = math.inf, math.inf
    for _ in range(3):  # in turns, as the table is made
        bare = min(bare, speed._figures([sys.executable, "-c", speed._BARE])["seconds"])
        start = min(start, measured("start")["seconds"])
    assert bare < start < 1.8 * bare, (bare, start)
