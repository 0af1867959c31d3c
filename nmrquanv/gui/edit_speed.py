"""What edits cost the window's thread, from the edit until there is nothing left to do.

Measured on the document that a window shows, after a search with all finders;
``nmrquanv.gui.view_speed`` and the benchmarks of the tests ask for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtWidgets import QApplication

from nmrquanv.finders import CNN
from nmrquanv.gui.panels.slider_spin import SliderSpin
from nmrquanv.gui.panels.thresholds import ThresholdsPanel
from nmrquanv.gui.view_state import ViewState
from nmrquanv.session.document import Document
from nmrquanv.session.undo import new_gesture
from nmrquanv.spectra.kept_patterns import learn
from nmrquanv.spectra.peaks import Peak

_KINDS = 5
"""Of edits that take a peak of their own each time."""


@dataclass(frozen=True, slots=True)
class EditedParts:
    """What of a window edits go through.

    Parameters
    ----------
    document : Document
        The one that is shown.
    thresholds : ThresholdsPanel
    seen : ViewState
    """

    document: Document
    thresholds: ThresholdsPanel
    seen: ViewState


def settle() -> None:
    """Let the window do what is left to do."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def cost_s(act: Callable[[], object]) -> float:
    """Return the seconds of this thread that an act takes with all that follows from it."""
    settle()
    before = time.thread_time()
    act()
    settle()
    return time.thread_time() - before


def most_edits(document: Document) -> int:
    """Return how often each edit can be made on the lists of a document."""
    return min(len(document.shown_peaks()) // _KINDS, len(_others(document)))


def edits(parts: EditedParts) -> dict[str, Callable[[int], object]]:
    """Return what a person does many times in a row, by name; each takes the number of the time."""
    document, panel, seen = parts.document, parts.thresholds, parts.seen
    stack = document.undo_stack
    ids = [p.id for p in document.shown_peaks()]
    others = _others(document)
    gesture, axis = new_gesture(), document.spectrum.axis
    low, high = sorted((axis.ppm(0.0), axis.ppm(axis.size - 1.0)))

    def tick(row: SliderSpin, low: int, high: int) -> Callable[[int], object]:
        return lambda n: row.slider.setValue(low + (37 * n) % (high - low))

    def at(share: float) -> float:
        return float(low + share * (high - low))

    edit = document.edit
    return {
        "minimum S/N": tick(panel.min_snr, 20, 400),
        "minimum height": tick(panel.min_height, 0, 200),
        "minimum confidence": tick(next(iter(panel.confidences.values())), 100, 500),
        "confirm": lambda n: edit.confirm_peaks((ids[_KINDS * n],)),
        "undo": lambda n: stack.undo(),
        "redo": lambda n: stack.redo(),
        "delete": lambda n: edit.delete_peaks((ids[_KINDS * n + 1],)),
        "add": lambda n: edit.add_peak(at(0.35 + 0.005 * n)),
        "move": lambda n: edit.move_peak(ids[_KINDS * n + 2], at(0.55 + 0.0005 * n), gesture),
        "class": lambda n: edit.classify_peaks((ids[_KINDS * n + 3],), "solvent"),
        "label": lambda n: edit.label_peak(ids[_KINDS * n + 4], f"H{n}"),
        "reject": lambda n: edit.reject_peak(others[n]),
        "layer": lambda n: seen.show_layer(CNN, not seen.is_shown(CNN)),
        "region": lambda n: edit.add_region(at(0.75 - 0.01 * n), at(0.745 - 0.01 * n)),
    }


def _others(document: Document) -> list[Peak]:
    return [p for p in document.shown_layer(CNN) if document.peaks.find(p.id) is None]


def p95_of_edits(parts: EditedParts, count: int) -> dict[str, float]:
    """Make each edit so many times; return the 95th percentiles, s, by name."""
    return {
        name: float(np.percentile([cost_s(partial(act, n)) for n in range(count)], 95))
        for name, act in edits(parts).items()
    }


def costs_of_results(document: Document, count: int) -> list[float]:
    """Take over so many results of all finders, each with other heights; return what each cost, s.

    The lists are learnt from before, as a search does in its own thread.
    """
    found, costs = dict(document.layers), []
    for n in range(count):
        again = {
            name: replace(
                layer, peaks=tuple(replace(p, height=(1.01 + n) * p.height) for p in layer)
            )
            for name, layer in found.items()
        }
        for layer in again.values():
            learn(layer, document.spectrum)
        costs.append(cost_s(partial(document.edit.set_layer_results, again)))
    return costs
