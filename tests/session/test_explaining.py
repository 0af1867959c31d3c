"""What a document says of a place: shown, hidden by what, deleted, or nothing there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.models.explain_words import outcome_told
from nmrquanv.models.explained import DrawnPlace, Explanation, GridAnswer, LineFit
from nmrquanv.session.document import Document
from nmrquanv.session.explaining import Explaining, refreshed, standing_of
from nmrquanv.session.place_edits import add_place
from nmrquanv.spectra.dataset import DataSet
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


def test_a_missing_line_that_points_down_is_explained_as_one(document, found, qtbot) -> None:
    spectrum = document.spectrum
    place = round(float(spectrum.axis.point(4.0)))
    x = (np.arange(spectrum.axis.size) - place) * spectrum.axis.point_hz
    dip = spectrum.data - 60.0 / (1 + (x / 1.0) ** 2)
    spectrum = replace(spectrum, data=dip, sample=replace(spectrum.sample, nucleus="13C"))
    made = DataSet(spectrum, document.dataset.recipe, ("1",))
    down = Document(made, made.recipe.run(spectrum), "down")
    layer = found()
    for polarity, is_sought in (("positive", False), ("both", True)):
        settings = {**layer.provenance.settings, "polarity": polarity}
        known = replace(layer.provenance, settings=settings)
        down.edit.set_layer_results({"quanv": replace(layer, provenance=known)})
        explaining = Explaining()
        with qtbot.waitSignal(explaining.explained, timeout=60_000) as signal:
            explaining.start(down, "quanv", 4.0002)
        told = signal.args[1]
        assert told.top.is_here
        assert "is a visible top here" in told.story[0]
        assert told.found.sign == -1.0
        assert ("not looked for" in told.story[-1]) is not is_sought


def test_lines_beside_which_one_is_not_determined_are_named() -> None:
    def fit(ppm: float) -> LineFit:
        return LineFit(ppm, 1e-4, 1.0, 50.0, 1.0, 0.8, 0.8)

    nothing = np.zeros(2)
    drawn = DrawnPlace(nothing, nothing, nothing, nothing)
    seen = (GridAnswer(0.5, (), 0.9, (), 3.0),)
    others = (fit(3.01), fit(2.996), fit(2.9))
    found = Explanation(3.0, "quanv", 1.0, seen, fit(3.0), None, others, (), drawn)
    assert "beside the lines at 3.0100 and 2.9960 ppm" in outcome_told(found, None)
    alone = replace(found, neighbours=())
    assert "do not determine it, or" in outcome_told(alone, None)
