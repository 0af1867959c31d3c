"""How fast the program is, each figure with its goal beside: window, command line, memory.

Each measure is a process of its own (so that the window's, which the benchmark must not import, are
measured too), on one thread, in seconds of the processor; of several rounds the least counts, which
is what the program needs when nothing else is at work.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nmrquanv.bench.markdown_tables import table
from nmrquanv.errors import FormatError, NmrQuanvError
from nmrquanv.guarded import parse_json
from nmrquanv.paths import resource
from nmrquanv.processes import one_thread_each
from nmrquanv.progress import Report

_WINDOW, _SEARCH = "nmrquanv.gui.view_speed", "nmrquanv.bench.search_speed"
_ROUNDS = 3
_POINTS, _MANY_POINTS, _PEAKS = 131_072, 4_194_304, 374
_SIZES = ((1280, 800), (2560, 1440))
_SEARCHES = ((32_768, 25, 0.15), (_POINTS, _PEAKS, 0.5))
"""Points, lines, and how many seconds a search of them may take."""

_PATIENCE_S = 600.0
_IMPORT = "import nmrglue, json, time; print(json.dumps({'seconds': time.process_time()}))"
_BARE = (
    "import json, time\n"
    "import numpy as np\n"
    "import pyqtgraph as pg\n"
    "from PySide6.QtWidgets import QApplication\n"
    "app = QApplication(['bare'])\n"
    "plot = pg.PlotWidget()\n"
    "plot.plot(np.random.default_rng(0).normal(size=1 << 16))\n"
    "plot.resize(1280, 800)\n"
    "plot.show()\n"
    "for _ in range(3):\n"
    "    app.processEvents()\n"
    "print(json.dumps({'seconds': time.process_time()}))"
)
"""A window with nothing but a curve of 65,536 points, until it is painted; nothing of ours."""

_PICK = (
    "import contextlib, io, json, sys, time\n"
    "from nmrquanv.cli import execute\n"
    "out = io.TextIOWrapper(io.BytesIO())\n"
    "with contextlib.redirect_stdout(out):\n"
    "    code = execute(['pick', sys.argv[1], '-o', '-'])\n"
    "print(json.dumps({'seconds': time.process_time()}))\n"
    "sys.exit(code)"
)


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """One figure.

    Parameters
    ----------
    what : str
    value, goal : float
        Less is better.
    unit : "x" | "ms" | "s" | "MB"
    """

    what: str
    value: float
    goal: float
    unit: str

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal


class SpeedError(NmrQuanvError):
    """A measure did not come to its end."""


def measure_speed(report: Report) -> list[SpeedRow]:
    """Measure everything; takes some minutes.

    Raises
    ------
    SpeedError
        A process failed: the window is not installed, or has no platform to show itself on.
    """
    if getattr(sys, "frozen", False):
        raise SpeedError("a bundle cannot measure itself: install nmrquanv with pip for that")
    window = [sys.executable, "-m", _WINDOW]
    sizes = (f"{w} x {h}" for w, h in _SIZES)
    told = ("the bare window", "the window", *sizes, "millions", "pick", "searches")
    bare, start = np.inf, np.inf
    for done in range(2 * _ROUNDS):  # in turns: a machine that is busy for a while slows both
        report(done, _ROUNDS * len(told), told[0])
        bare = min(bare, _figures([sys.executable, "-c", _BARE])["seconds"])
        start = min(start, _figures([*window, "start"])["seconds"])
    rows = [
        SpeedRow("start to the painted empty window, against a bare one", start / bare, 1.25, "x")
    ]
    for number, size in enumerate(_SIZES):
        words = [*window, "moves", *map(str, (_POINTS, _PEAKS, *size))]
        rows += _moves(_least(words, report, told, 2 + number), _POINTS, size, 8 * (1 + number))
    words = [*window, "moves", *map(str, (_MANY_POINTS, _PEAKS, *_SIZES[0]))]
    rows += _moves(_least(words, report, told, 4), _MANY_POINTS, _SIZES[0], 8)[:1]
    memory = _figures([*window, "memory"])["megabytes"]
    rows.append(SpeedRow("memory of the window after a search", memory, 300.0, "MB"))
    alone = _least([sys.executable, "-c", _IMPORT], report, told, 5)["seconds"]
    path = str(resource("example_spectra/bruker_1h_menthol/10"))
    whole = _least([sys.executable, "-c", _PICK, path], report, told, 5)["seconds"]
    what = f"pick of one spectrum ({whole:.2f} s) beyond import nmrglue ({alone:.2f} s)"
    rows += [SpeedRow(what, whole - alone, 1.2, "s"), *_searches(report, told)]
    report(len(told), len(told), "speed")
    return rows


def _searches(report: Report, told: Sequence[str]) -> list[SpeedRow]:
    rows = []
    for points, lines, goal_s in _SEARCHES:
        words = [sys.executable, "-m", _SEARCH, str(points), str(lines)]
        what = f"search of {lines} lines on {_grouped(points)} points, QuanvNN"
        rows.append(SpeedRow(what, _least(words, report, told, 6)["seconds"], goal_s, "s"))
    return rows


def _moves(
    figures: Mapping[str, float], points: int, size: tuple[int, int], goal_ms: float
) -> list[SpeedRow]:
    where = f"{_grouped(points)} points, {_PEAKS} peaks, {size[0]} x {size[1]}"
    names = {"pan": "pan at 30 %", "scale": "vertical scale", "zoom": "zoom"}
    return [
        SpeedRow(f"{said}, p95: {where}", 1000 * figures[name], goal_ms, "ms")
        for name, said in names.items()
    ]


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _least(
    words: Sequence[str], report: Report, told: Sequence[str], number: int
) -> dict[str, float]:
    """Return the least of each figure over some rounds."""
    rounds = []
    for done in range(_ROUNDS):
        report(_ROUNDS * number + done, _ROUNDS * len(told), told[number])
        rounds.append(_figures(words))
    return {name: min(one[name] for one in rounds) for name in rounds[0]}


def _figures(words: Sequence[str]) -> dict[str, float]:
    """Run one measure and return what it prints."""
    with one_thread_each():
        settings = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
            env=settings,
        )
    try:
        last = done.stdout.splitlines()[-1].encode()
        return parse_json(last, dict[str, float], "what was measured")
    except (IndexError, FormatError) as error:
        told = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise SpeedError(f"'{' '.join(words[1:4])}' cannot be measured: {told}") from error


def speed_markdown(rows: Sequence[SpeedRow]) -> str:
    """Return the table."""
    cells = [
        (
            row.what,
            f"{row.value:.2f} {row.unit}",
            f"{row.goal:g} {row.unit}",
            "yes" if row.is_reached else "no",
        )
        for row in rows
    ]
    return table(("what", "measured", "goal, at most", "reached"), cells) + "\n"


def speed_values(rows: Sequence[SpeedRow]) -> list[dict[str, Any]]:
    """Return the figures as JSON values."""
    return [asdict(row) | {"is_reached": row.is_reached} for row in rows]
