"""Panels follow the document: once for each change, and only while somebody can see them."""

from __future__ import annotations

import pytest

from nmrquanv.gui.panels.document_panel import DocumentPanel
from nmrquanv.session.document import Document
from nmrquanv.spectra.thresholds import Thresholds


class Counter(DocumentPanel):
    """Counts how often it is shown anew, and what it saw then."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []

    def _follows(self, document: Document):
        return (
            document.layers_changed,
            document.peaks_changed,
            document.thresholds_changed,
            document.shown_peaks_changed,
        )

    def _refresh(self) -> None:
        if self._document is not None:
            self.seen.append(len(self._document.shown_peaks()))


@pytest.fixture
def panel(qtbot, document) -> Counter:
    panel = Counter()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.seen.clear()
    return panel


def test_a_change_of_many_things_is_shown_once(panel, document) -> None:
    document.edit.set_layer_results(dict(document.layers))
    assert panel.seen == [len(document.shown_peaks())]


def test_a_change_of_something_else_is_not_shown(panel, document) -> None:
    document.edit.add_integral(5.1, 4.9)
    assert panel.seen == []


def test_out_of_sight_it_waits_and_shows_the_last_when_it_is_seen(panel, document) -> None:
    panel.set_in_view(False)
    document.edit.set_thresholds(Thresholds(min_snr=2000.0))
    document.edit.set_thresholds(Thresholds(min_snr=4000.0))
    assert panel.seen == []
    panel.set_in_view(True)
    assert panel.seen == [2]
    panel.set_in_view(False)
    panel.set_in_view(True)
    assert panel.seen == [2]


def test_asked_out_of_sight_it_catches_up(panel, document) -> None:
    panel.set_in_view(False)
    document.edit.delete_peaks([document.shown_peaks().peaks[0].id])
    panel.catch_up()
    assert panel.seen == [3]
    panel.set_in_view(True)
    assert panel.seen == [3]


def test_a_document_that_is_no_longer_shown_is_not_followed(panel, document) -> None:
    panel.set_document(None)
    document.edit.delete_peaks([document.shown_peaks().peaks[0].id])
    assert panel.seen == []
