"""What saving and autosaving cost a person who goes on working: a spectrum of 131,072 points with
three layers of 1,250 candidates. The goals on an idle machine: no stop over 20 ms, save and reopen
within a second.

Measured is how long the event loop stands still at most from an edit until it is written: that
counts what this thread does, and the times in which the writing thread has Python's lock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer
from pytest_benchmark.fixture import BenchmarkFixture

from nmrquanv.session import autosave
from nmrquanv.session.document import Document
from nmrquanv.session.recovery import Recovery
from nmrquanv.session.settings import Settings
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe

pytestmark = pytest.mark.measures_time

SIZE, CANDIDATES = 131_072, 1_250
WAIT_MS = 60_000


def large_state() -> tuple[DataSet, dict[str, PeakList]]:
    """Return a large spectrum and what three finders might say of it."""
    rng = np.random.default_rng(3)
    axis = Axis(SIZE, 12_000.0, 600.0, 14.0)
    data = rng.normal(size=SIZE) + 1j * rng.normal(size=SIZE)
    data[:: SIZE // CANDIDATES] += 1000.0
    spectrum = Spectrum(data, axis, Sample("1H", "D2O"), Source("made", "1", "simulated"))
    layers = {
        name: PeakList(
            tuple(
                Peak(
                    float(ppm), 1000.0, snr=1000.0, fwhm_hz=1.4, area=2200.0, ppm_err=1e-5,
                    confidence=0.9, finder=name,
                )
                for ppm in rng.uniform(-5.0, 13.0, CANDIDATES)
            ),
            Provenance(name),
            1.0,
        )
        for name in ("quanv", "cnn", "classical")
    }  # fmt: skip
    return DataSet(spectrum, spectrum_recipe(), ("1",)), layers


@pytest.fixture
def workspace(qapp, tmp_path, monkeypatch) -> Iterator[Workspace]:
    monkeypatch.setattr(autosave, "DELAY_S", 0.0)
    workspace = Workspace(Settings(tmp_path / "settings.json"))
    workspace.recovery = Recovery(workspace, workspace)
    yield workspace
    for document in workspace.documents:
        workspace.close(document)
    workspace.recovery.shut_down()


@pytest.fixture
def document(workspace, qtbot) -> Document:
    dataset, layers = large_state()
    outcome = dataset.recipe.run(dataset.data)

    def make(_: object) -> list[Document]:
        document = Document(dataset, outcome, "large", None, workspace)
        document.edit.set_layer_results(layers)
        return [document]

    with qtbot.waitSignal(workspace.recovery.autosave.written, timeout=WAIT_MS):
        workspace.open_by("large", lambda _report: None, make, is_recent=False)
    return workspace.current


def longest_stop_s(is_over: Callable[[], object]) -> float:
    """Run the event loop until something is over; return how long it stood still at most, s."""
    loop, ticks = QEventLoop(), [time.perf_counter()]

    def tick() -> None:
        ticks.append(time.perf_counter())
        if is_over():
            loop.quit()

    timer = QTimer(loop, interval=1, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    QTimer.singleShot(WAIT_MS, loop, loop.quit)
    loop.exec()
    assert is_over(), "what was waited for did not happen"
    return float(np.diff(ticks).max())


def test_autosave_never_stops_the_window(benchmark: BenchmarkFixture, workspace, document) -> None:
    """Each writing is measured from the edit to its end; the trace is new in every second one."""
    safe = workspace.recovery.autosave
    stops: list[float] = []
    spent: list[float] = []

    def measure() -> None:
        for number in range(12):
            if number % 2:
                document.edit.add_integral(10.0 - 0.1 * number, 9.95 - 0.1 * number)
            else:
                again = document.spectrum.with_data(document.spectrum.data.copy())
                processed = replace(document.state.processed, spectrum=again)
                document.push("Change", replace(document.state, processed=processed))
            before = time.thread_time()
            stops.append(longest_stop_s(lambda: safe.is_all_safe))
            spent.append(time.thread_time() - before)

    benchmark.pedantic(measure, rounds=1)
    benchmark.extra_info["longest stop"] = [f"{1000 * s:.1f} ms" for s in stops]
    benchmark.extra_info["thread time"] = [f"{1000 * s:.1f} ms" for s in spent]


def test_save_and_reopen(benchmark: BenchmarkFixture, workspace, document, qtbot, tmp_path) -> None:
    path: Path = tmp_path / "large.nmrq"
    seconds: list[float] = []
    stops: list[float] = []

    def measure() -> None:
        nonlocal document
        before = time.perf_counter()
        workspace.save(document, path)
        stops.append(longest_stop_s(lambda: document.is_saved))
        workspace.close(document)
        workspace.open(path)
        stops.append(longest_stop_s(lambda: bool(workspace.documents)))
        seconds.append(time.perf_counter() - before)
        document = workspace.current
        assert document.spectrum.axis.size == SIZE
        assert [len(layer) for layer in document.layers.values()] == [CANDIDATES] * 3
        document.edit.add_peak(1.0)

    benchmark.pedantic(measure, rounds=5)
    benchmark.extra_info["save and reopen"] = [f"{s:.2f} s" for s in seconds]
    benchmark.extra_info["longest stop"] = [f"{1000 * s:.1f} ms" for s in stops]
