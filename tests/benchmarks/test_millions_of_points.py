"""A spectrum of four million points is opened, moved about and searched within bounds.

The bounds are those of an idle machine; what runs beside the tests is let pass.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from nmrquanv.gui.main_window import MainWindow
from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.session.settings import Settings
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Spectrum

pytestmark = pytest.mark.measures_time

SIZE = 1 << 22
LINES = ((7.26, 2e3), (3.7, 4e3), (1.25, 1e4), (1.2377, 5e3))
MOST_BYTES, MOST_S = 2e9, 20.0
STEP_S = 0.5
BUSY = 4


def _search(folder: str) -> None:
    """Search a spectrum in a process of its own and print what it took."""
    from nmrquanv.gui.warming import MODULES
    from nmrquanv.io import read
    from nmrquanv.models import library
    from nmrquanv.models.finder import find_loaded

    for name in MODULES:  # as the window has done before anyone searches
        importlib.import_module(name)
    library.load("quanv")
    begin = last = time.process_time()
    longest = 0.0

    def report(_done: int, _total: int, _text: str) -> None:
        nonlocal last, longest
        now = time.process_time()
        longest, last = max(longest, now - last), now

    spectrum = read(folder).spectrum()
    last = time.process_time()
    found = find_loaded(spectrum, library.load("quanv"), report=report)
    report(1, 1, "end")
    told = {
        "ppm": [peak.ppm for peak in found if (peak.confidence or 0.0) > 0.5],
        "seconds": time.process_time() - begin,
        "longest": longest,
        "bytes": _most_bytes(),
    }
    sys.stdout.write(json.dumps(told))


def _most_bytes() -> int:
    """Return the most memory that this program held; what its parent held is not in it."""
    told = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    return 1024 * int(told.split()[0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four lines of 0.6 Hz in the noise of four million points."""
    axis = Axis(SIZE, 12_000.0, 600.13, 15.0)
    trace = np.random.default_rng(1).normal(size=SIZE)
    for ppm, height in LINES:
        trace += height / (1.0 + ((axis.all_ppm() - ppm) * 600.13 / 0.3) ** 2)
    spectrum = Spectrum(trace, axis, Sample("1H", "CDCl3"))
    return write_bruker(tmp_path_factory.mktemp("large") / "1", None, spectrum, "large")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: /proc tells the memory")
def test_they_are_searched_within_bounds_and_may_be_cancelled_at_any_time(folder) -> None:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, __file__, str(folder)],
        capture_output=True, text=True, env=environment, timeout=300, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    for ppm, _ in LINES:
        assert min(abs(ppm - found) for found in told["ppm"]) < 1e-4
    assert told["bytes"] < MOST_BYTES
    assert told["seconds"] < BUSY * MOST_S
    assert told["longest"] < BUSY * STEP_S


def _own_seconds(work: Callable[[], None]) -> float:
    begin = time.thread_time()
    work()
    return time.thread_time() - begin


@pytest.mark.slow
def test_the_window_hardly_stands_still_for_them(folder, examples, qtbot, tmp_path) -> None:
    workspace = Workspace(settings := Settings(tmp_path / "settings.ini"))
    window = MainWindow(workspace, settings)
    qtbot.addWidget(window, before_close_func=lambda w: w.closing.agree())
    workspace.setParent(window)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)

    def opened(path: Path) -> Callable[[], None]:
        def work() -> None:
            with qtbot.waitSignal(workspace.opened, timeout=60_000):
                workspace.open(path)
            QApplication.processEvents()

        return work

    small = examples / "bruker_1h_menthol" / "10"
    _own_seconds(opened(small))  # the first one of all loads and draws much else
    # the same machine at the same time, by a sort that no processor has special steps for: ten
    # times as long before it was mended, a tenth now
    numbers = np.random.default_rng(0).normal(size=SIZE)
    sorting = _own_seconds(lambda: np.sort(numbers, kind="stable"))
    assert _own_seconds(opened(folder)) - _own_seconds(opened(small)) < 1.5 * sorting
    view, shown = window.view, []

    def moved() -> None:
        for share in np.linspace(0.0, 0.8, 40):
            view.view_box.show_view((15.0 * share - 4.0, 15.0 * share - 1.0), remember=False)
            view.grab()
            shown.append(view.view_box.current_view().x)

    few, many = sorted(workspace.documents, key=lambda d: d.spectrum.axis.size)[::2]
    workspace.set_current(few)
    usual = _own_seconds(moved)
    shown.clear()
    workspace.set_current(many)
    assert _own_seconds(moved) < 3.0 * usual
    assert len(set(shown)) > 30


if __name__ == "__main__":
    _search(sys.argv[1])
