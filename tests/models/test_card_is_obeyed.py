"""What a model's card says of its inputs is what the network gets."""

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.errors import ModelError, TrainingError
from nmrquanv.models import library
from nmrquanv.models import windows as win
from nmrquanv.models.answering import DenseAnswers
from nmrquanv.models.cards import new_card
from nmrquanv.models.finder import find_loaded
from nmrquanv.models.networks import build
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.training import retraining


@pytest.fixture
def spectrum():
    x = np.arange(8192)
    trace = np.random.default_rng(1).normal(size=x.size)
    for at in (900, 2400, 2412, 6000):
        trace += 300 / (1 + ((x - at) / 2.5) ** 2)
    return Spectrum(trace, Axis(x.size, 4000.0, 400.0, 10.0))


@pytest.fixture
def seen(monkeypatch):
    """Notes the sizes of the grids that are laid, and the windows that the network is given."""
    notes = {"grids": [], "windows": set()}
    lay = win.grids

    def laid(*arguments):
        result = lay(*arguments)
        notes["grids"] = [grid.axis.size for grid in result]
        return result

    monkeypatch.setattr(win, "grids", laid)
    return notes


def _found(spectrum, seen, **window):
    loaded = library.load("cnn")
    loaded = replace(loaded, card=replace(loaded.card, window=win.Window(**window)))
    answer = DenseAnswers.answer

    def noted(network, features):
        seen["windows"].add(features.shape[-1])
        return answer(network, features)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DenseAnswers, "answer", noted)
        return find_loaded(spectrum, loaded)


def test_points_per_line_are_the_cards(spectrum, seen):
    _found(spectrum, seen)
    usual = seen["grids"][0]
    peaks = _found(spectrum, seen, fwhm_points=11.25)
    assert seen["grids"][0] == pytest.approx(1.5 * usual, rel=0.02)
    assert {round(float(spectrum.axis.point(p.ppm))) for p in peaks} >= {900, 2400, 2412, 6000}


def test_the_windows_length_is_the_cards(spectrum, seen):
    peaks = _found(spectrum, seen, points=256)
    assert seen["windows"] == {256}
    assert {round(float(spectrum.axis.point(p.ppm))) for p in peaks} >= {900, 2400, 2412, 6000}


def test_slots_of_another_length_are_refused(tmp_path):
    card = replace(new_card("cnn", "slots", name="long"), window=win.Window(256, 10.0))
    library.save_model(tmp_path, card, build(card))
    with pytest.raises(ModelError, match=r"'long'.*256 points.*200"):
        library.load(tmp_path / "long.json")


def test_a_model_of_other_windows_is_not_retrained_on_the_usual_ones(tmp_path, monkeypatch):
    loaded = library.load("cnn")
    other = replace(loaded, card=replace(loaded.card, window=win.Window(200, 9.5)))
    monkeypatch.setattr(retraining.library, "load", lambda _: other)
    monkeypatch.setattr(retraining, "read_run", lambda _: retraining.Run("cnn", 1, 0.5, 0, ()))
    with pytest.raises(TrainingError, match=r"9\.5.*7\.5"):
        retraining.run_folder(tmp_path, lambda _: None)
