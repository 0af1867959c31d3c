"""How fast the program is, each figure with its goal beside: window, command line, memory.

What takes longest where many lines crowd, as in urine, is measured on a made spectrum of that size,
or on one that is named: edits, a search, memory.

Each measure is a process of its own (so that the window's, which the benchmark must not import, are
measured too), on one thread, in seconds of the processor; of several rounds the least counts, which
is what the program needs when nothing else is at work.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv.bench.markdown_tables import table
from nmrquanv.bench.search_speed import lines_in_noise
from nmrquanv.errors import FormatError, NmrQuanvError
from nmrquanv.finders import NETWORKS
from nmrquanv.guarded import parse_json
from nmrquanv.io import read
from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.paths import resource
from nmrquanv.processes import one_thread_each
from nmrquanv.progress import Report

_WINDOW, _SEARCH = "nmrquanv.gui.view_speed", "nmrquanv.bench.search_speed"
_RETRAINING = "nmrquanv.session.retraining_speed"
_ROUNDS = 3
_RUNS = 12 * _ROUNDS + 4
"""How many processes the table takes."""

_POINTS, _MANY_POINTS, _PEAKS = 131_072, 4_194_304, 374
_SIZES = ((1280, 800), (2560, 1440))
_SEARCHES = ((32_768, 25, 0.15), (_POINTS, _PEAKS, 0.5))
"""Points, lines, and how many seconds a search of them may take."""

_CROWDED_LINES, _CROWDED_S = 1_300, 0.5
_FIRST_LOOK_S = 0.3
_RETRAINING_S = 60.0
_EXAMPLE = "example_spectra/bruker_1h_menthol/10"
_EDIT_MS, _RESULT_MS, _MEMORY_MB = 16.0, 100.0, 300.0

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


@dataclass(slots=True)
class _Measures:
    """What is measured in turn, and how much of it is done."""

    report: Report
    done: int = 0

    def once(self, what: str, *words: str) -> dict[str, float]:
        """Run a measure once."""
        self.report(self.done, _RUNS, what)
        self.done += 1
        return _figures([sys.executable, *words])

    def least(self, what: str, *words: str) -> dict[str, float]:
        """Return the least of each figure over some rounds."""
        rounds = [self.once(what, *words) for _ in range(_ROUNDS)]
        return {name: min(one[name] for one in rounds) for name in rounds[0]}


def measure_speed(report: Report, crowded: Path | None = None) -> list[SpeedRow]:
    """Measure everything; takes some minutes.

    Parameters
    ----------
    report : Report
    crowded : Path or None
        A data set to take in place of the made crowded spectrum.

    Raises
    ------
    SpeedError
        A process failed: the window is not installed, or has no platform to show itself on.
    ReadError
        The data set cannot be read.
    """
    if getattr(sys, "frozen", False):
        raise SpeedError("a bundle cannot measure itself: install nmrquanv with pip for that")
    measures = _Measures(report)
    with _crowded(crowded) as (path, name):
        rows = [
            *_start(measures),
            *_all_moves(measures),
            *_edits(measures, path, name),
            *_memory(measures, path, name),
            *_pick(measures),
            *_searches(measures, path, name),
            *_retraining(measures),
        ]
    report(_RUNS, _RUNS, "speed")
    return rows


@contextmanager
def _crowded(given: Path | None) -> Iterator[tuple[str, str]]:
    """Give the path of the crowded spectrum, made or given, and what it is called."""
    if given is not None:
        read(given)  # what cannot be read is told before anything is measured
        yield str(given.absolute()), f"'{given}'"
        return
    with tempfile.TemporaryDirectory(prefix="nmrquanv-speed-") as folder:
        made = lines_in_noise(_POINTS, _CROWDED_LINES)
        name = f"{_grouped(_CROWDED_LINES)} lines, {_grouped(_POINTS)} points"
        yield str(write_bruker(Path(folder, "crowded"), None, made, name)), name


def _start(measures: _Measures) -> list[SpeedRow]:
    bare, start = np.inf, np.inf
    for _ in range(_ROUNDS):  # in turns: a machine that is busy for a while slows both
        bare = min(bare, measures.once("the bare window", "-c", _BARE)["seconds"])
        start = min(start, measures.once("the window", "-m", _WINDOW, "start")["seconds"])
    what = "start to the painted empty window, against a bare one"
    return [SpeedRow(what, start / bare, 1.25, "x")]


def _all_moves(measures: _Measures) -> list[SpeedRow]:
    rows = []
    for points in (_POINTS, _MANY_POINTS):
        for number, size in enumerate(_SIZES):
            words = ("-m", _WINDOW, "moves", *map(str, (points, _PEAKS, *size)))
            figures = measures.least("moves", *words)
            rows += _moves(figures, points, size, 8 * (1 + number))
    return rows


def _edits(measures: _Measures, path: str, name: str) -> list[SpeedRow]:
    figures = measures.least("edits", "-m", _WINDOW, "edits", path)
    result = 1000 * figures.pop("result")
    rows = [
        SpeedRow(f"edit, {edit}, p95: {name}", 1000 * seconds, _EDIT_MS, "ms")
        for edit, seconds in figures.items()
    ]
    return [*rows, SpeedRow(f"taking over a result: {name}", result, _RESULT_MS, "ms")]


def _memory(measures: _Measures, path: str, name: str) -> list[SpeedRow]:
    rows = []
    for where, said in ((str(resource(_EXAMPLE)), "menthol"), (path, name)):
        held = measures.once("memory", "-m", _WINDOW, "memory", where)["megabytes"]
        what = f"memory of the window after a search: {said}"
        rows.append(SpeedRow(what, held, _MEMORY_MB, "MB"))
    return rows


def _pick(measures: _Measures) -> list[SpeedRow]:
    alone = measures.least("pick", "-c", _IMPORT)["seconds"]
    whole = measures.least("pick", "-c", _PICK, str(resource(_EXAMPLE)))["seconds"]
    what = f"pick of one spectrum ({whole:.2f} s) beyond import nmrglue ({alone:.2f} s)"
    return [SpeedRow(what, whole - alone, 1.2, "s")]


def _searches(measures: _Measures, path: str, name: str) -> list[SpeedRow]:
    asked = [
        (f"{lines} lines, {_grouped(points)} points", (str(points), str(lines)), goal_s)
        for points, lines, goal_s in _SEARCHES
    ]
    rows = []
    for said, words, goal_s in [*asked, (name, (path,), _CROWDED_S)]:
        figures = measures.least("searches", "-m", _SEARCH, *words)
        rows += [
            SpeedRow(f"search, QuanvNN: {said}", figures["seconds"], goal_s, "s"),
            SpeedRow(f"first look, classical: {said}", figures["first_look"], _FIRST_LOOK_S, "s"),
        ]
    return rows


def _retraining(measures: _Measures) -> list[SpeedRow]:
    rows = []
    for model in NETWORKS:
        taken = measures.once("retraining", "-m", _RETRAINING, model)["seconds"]
        what = f"retraining {model} on three regions of menthol, until old and new are compared"
        rows.append(SpeedRow(what, taken, _RETRAINING_S, "s"))
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
