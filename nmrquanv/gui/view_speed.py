"""What the window costs: started, moved over, edited in, after a search; each in its own process.

``python -m nmrquanv.gui.view_speed WHAT [NUMBERS or PATH]`` prints the figures as JSON. Seconds are
those of the processor; ``nmrquanv bench speed`` starts these and puts the goals beside.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import BUILT_IN, NETWORKS, QUANV
from nmrquanv.processes import uncollected
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe

if TYPE_CHECKING:
    from nmrquanv.gui.edit_speed import EditedParts

_STEPS = 60
_SHARE = 0.3
"""Of the whole width, shown while panning."""

_PATIENCE_S = 300.0
_EDITS, _RESULTS = 20, 4
"""How often each edit is made at most, and how many results are taken over."""


class TooFewPeaksError(NmrQuanvError):
    """A spectrum has too few peaks for what is to be measured on it."""


def main(argv: list[str]) -> int:
    """Measure what is named and print it."""
    what, *words = argv
    figures = _MEASURES[what](*words)
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()
    return 0


def _start() -> dict[str, float]:
    """Start our empty window, until it is painted."""
    with tempfile.TemporaryDirectory(prefix="nmrquanv-speed-") as folder:
        app = _application()
        with uncollected():  # as the program does
            from nmrquanv.gui.app import make_window
            from nmrquanv.session.settings import Settings

        window = make_window(Settings(Path(folder, "settings.json")))
        window.resize(1280, 800)
        _painted(app, window)
        seconds = time.process_time()
        window.close()
    return {"seconds": seconds}


def _moves(*words: str) -> dict[str, float]:
    """Pan, scale and zoom a spectrum with peaks: 95th percentiles of one picture, s.

    The words are the numbers of points and peaks, and the width and height of the view in pixels.
    """
    from nmrquanv.gui.plot.spectrum_view import SpectrumView
    from nmrquanv.session.document import Document

    app = _application()
    points, peaks, width, height = map(int, words)
    spectrum, found = _crowded(points, peaks)
    dataset = DataSet(spectrum, spectrum_recipe(), ("1",))
    document = Document(dataset, dataset.recipe.run(spectrum))
    document.edit.set_layer_results({QUANV: found})
    view = SpectrumView()
    view.resize(width, height)
    view.set_document(document)
    _painted(app, view)
    box = view.view_box
    low, high = box.limits_x
    part = _SHARE * (high - low)

    def pan(step: int) -> None:
        first = low + (high - low - part) * step / _STEPS
        box.show_view((first, first + part), remember=False)

    def scale(step: int) -> None:
        box.scale_height(1.1 if step < _STEPS // 2 else 1 / 1.1, remember=False)

    def zoom(step: int) -> None:
        box.zoom_x(1.08 if step < _STEPS // 2 else 1 / 1.08, 0.5 * (low + high), remember=False)

    figures = {}
    for name, act in (("pan", pan), ("scale", scale), ("zoom", zoom)):
        box.show_view((low, high), remember=False)
        figures[name] = _percentile(app, view, act)
    view.close()
    return figures


def _percentile(app: QApplication, view: QWidget, act: Callable[[int], None]) -> float:
    """Return the 95th percentile of the processor time of one picture, s."""
    taken = []
    for step in range(-3, _STEPS):  # the first ones fill what is kept
        app.processEvents()
        began = time.process_time()
        act(max(step, 0))
        app.sendPostedEvents()
        app.processEvents()
        if step >= 0:
            taken.append(time.process_time() - began)
    return float(np.percentile(taken, 95))


def _crowded(points: int, peaks: int) -> tuple[Spectrum, PeakList]:
    """Return a spectrum of so many points, and its peaks."""
    rng = np.random.default_rng(1)
    axis = Axis(points, 12_000.0, 600.13, 15.0)
    ppm = np.sort(rng.uniform(-4.0, 14.0, peaks))
    tall = 10.0 ** rng.uniform(1.0, 4.0, peaks)
    trace = rng.normal(size=points)
    reach = round(40.0 / axis.point_hz)
    for place, height in zip(ppm, tall, strict=True):
        middle = int(axis.point(float(place)))
        near = np.arange(max(0, middle - reach), min(points, middle + reach))
        trace[near] += height / (1.0 + ((axis.ppm(near) - place) * 600.13 / 0.5) ** 2)
    listed = tuple(
        Peak(float(p), float(h), snr=float(h), fwhm_hz=1.0, confidence=0.9, finder=QUANV)
        for p, h in zip(ppm, tall, strict=True)
    )
    spectrum = Spectrum(trace, axis, Sample("1H", "CDCl3"))
    return spectrum, PeakList(listed, Provenance(QUANV), 1.0)


def _memory(path: str) -> dict[str, float]:
    """Find peaks with both networks in the window; return what the process holds then, MB."""
    import psutil

    with _searched(path, NETWORKS):
        return {"megabytes": psutil.Process().memory_info().rss / 1e6}


def _edits(path: str) -> dict[str, float]:
    """Edit the lists of all finders: 95th percentiles, s; and the longest taking over of a result.

    Raises
    ------
    TooFewPeaksError
        Not every edit can be made even once.
    """
    from nmrquanv.gui.edit_speed import costs_of_results, most_edits, p95_of_edits

    with _searched(path, BUILT_IN) as parts:
        count = min(_EDITS, most_edits(parts.document))
        if count < 1:
            raise TooFewPeaksError(f"'{path}' has too few peaks to measure edits of them")
        figures = p95_of_edits(parts, count)
        return figures | {"result": max(costs_of_results(parts.document, _RESULTS))}


@contextmanager
def _searched(path: str, finders: tuple[str, ...]) -> Iterator[EditedParts]:
    """Show the window with a data set in which such finders have searched."""
    from nmrquanv.gui.app import make_window
    from nmrquanv.gui.edit_speed import EditedParts
    from nmrquanv.gui.warming import warm_up
    from nmrquanv.progress import silent_report
    from nmrquanv.session.peak_finding import Search
    from nmrquanv.session.settings import Settings

    app = _application()
    with tempfile.TemporaryDirectory(prefix="nmrquanv-speed-") as folder:
        window = make_window(Settings(Path(folder, "settings.json")))
        window.resize(1280, 800)
        _painted(app, window)
        warm_up(silent_report)
        window.workspace.open(Path(path))
        _until(app, lambda: bool(window.workspace.documents))
        document = window.workspace.documents[0]
        window.finding.start(document, Search(finders))
        _until(app, lambda: not window.finding.is_running)
        _painted(app, window)
        try:
            yield EditedParts(document, window.thresholds_panel, window.view_state)
        finally:
            window.closing.agree()
            window.close()


def _application() -> QApplication:
    app = QApplication.instance() or QApplication(["nmrquanv"])
    assert isinstance(app, QApplication)
    return app


def _painted(app: QApplication, widget: QWidget) -> None:
    widget.show()
    for _ in range(3):
        app.processEvents()


def _until(app: QApplication, is_over: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not is_over():
        if time.monotonic() - began > _PATIENCE_S:
            raise TimeoutError("the window does not come to an end")
        app.processEvents()
        time.sleep(0.005)


_MEASURES: dict[str, Callable[..., dict[str, float]]] = {
    "start": _start,
    "moves": _moves,
    "edits": _edits,
    "memory": _memory,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
