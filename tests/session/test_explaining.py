"""What a document says of a place: shown, hidden by what, deleted, or nothing there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.session.explaining import Explaining, refreshed, standing_of
from nmrquanv.session.place_edits import add_place
from nmrquanv.spectra.thresholds import Thresholds


@pytest.fixture
def searched(document, found):
    document.edit.set_layer_results({"quanv": found()})
    return document


def headline(document, ppm: float) -> str:
    return standing_of(document, "quanv", ppm).headline


def test_each_way_in_which_a_line_can_stand(searched) -> None:
    assert headline(searched, 7.0) == "Listed: found by Quantum."
    assert headline(searched, 6.0) == "No list has a line here."
    assert headline(searched, 1.2) == "A candidate, hidden by height."
    searched.edit.set_thresholds(Thresholds(min_snr=2000.0, min_confidence=0.95))
    assert headline(searched, 3.0) == "A candidate, hidden by S/N and confidence."
    searched.edit.set_thresholds(Thresholds(max_peaks=2))
    assert headline(searched, 3.0) == "A candidate, hidden by the maximum number of peaks."
    searched.edit.set_thresholds(Thresholds())
    add_place(searched, "excluded", 5.1, 4.9)
    assert headline(searched, 5.0) == "A candidate, hidden by region."
    gone = next(p for p in searched.peaks if round(p.ppm) == 3)
    searched.edit.delete_peaks([gone.id])
    assert headline(searched, gone.ppm) == "Quantum has a line here; you deleted it."
    mine = searched.edit.add_peak(6.0, snap=False)
    assert "a person" in headline(searched, searched.peaks.find(mine).ppm)


def test_a_visible_top_passes_whatever_its_confidence(searched) -> None:
    layer = searched.layers["quanv"]
    doubtful = (replace(p, confidence=0.1, top_ppm=p.ppm) for p in layer)
    searched.edit.set_layer_results({"quanv": replace(layer, peaks=tuple(doubtful))})
    rules = {rule.name: rule for rule in standing_of(searched, "quanv", 5.0).verdicts}
    assert rules["confidence"].passes
    assert "visible top" in rules["confidence"].text
    assert rules["S/N"].passes


def test_it_is_looked_at_in_the_background_and_follows_the_thresholds(searched, qtbot) -> None:
    explaining = Explaining()
    with qtbot.waitSignal(explaining.explained, timeout=60_000) as signal:
        explaining.start(searched, "quanv", 5.0004)
    told = signal.args[1]
    assert told.final.ppm == pytest.approx(5.0)
    assert told.top.is_here
    assert told.found.line.ppm == pytest.approx(5.0, abs=1e-3)
    assert told.standing.headline.startswith("Listed")
    searched.edit.set_thresholds(Thresholds(min_snr=1e5))
    assert refreshed(searched, told).standing.headline == "A candidate, hidden by S/N."
