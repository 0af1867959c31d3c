"""Classical pickers of the study: right where the answer is known, tuned where it matters."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.study.data.datasets import PRESETS, make
from nmrquanv.study.data.study_metrics import f1, measure
from nmrquanv.study.running.pickers import noise_of, picked, tuned


def test_noise_is_measured_beside_lines() -> None:
    made = make(PRESETS["hard"], 200, 3)
    ratio = noise_of(made.traces) / made.noise_sigma
    assert np.median(ratio) == pytest.approx(1.0, abs=0.05)


def test_a_maximum_between_points_is_found_to_a_twentieth_of_a_point() -> None:
    x = np.arange(200)
    traces = np.exp(-0.5 * ((x - 70.3) / 4.0) ** 2)[None]
    answers = picked(traces, np.ones(1))
    assert answers.position[0, 0] == pytest.approx(70.3, abs=0.05)
    assert answers.score[0, 0] == pytest.approx(1.0, abs=0.01)
    assert np.isneginf(answers.score[0, 1:]).all()


@pytest.mark.parametrize("picker", ["prominence", "second_derivative"])
def test_tuned_pickers_are_nearly_perfect_on_easy_spectra(picker: str) -> None:
    validation, test = (make(PRESETS["easy"], 150, seed) for seed in (1, 2))
    answers, chosen = tuned(picker, validation)
    assert measure(answers(test), test, chosen["threshold"])["f1_4"] > 0.95


def test_the_second_derivative_sees_shoulders_that_prominence_does_not() -> None:
    close = PRESETS["hard"].changed([("overlap", 1.0), ("sigma_max", 0.01), ("sigma_min", 0.0)])
    validation, test = (make(close, 150, seed) for seed in (1, 2))
    recall = {}
    for picker in ("prominence", "second_derivative"):
        answers, chosen = tuned(picker, validation)
        recall[picker] = measure(answers(test), test, chosen["threshold"])["recall_4"]
    assert recall["second_derivative"] > recall["prominence"] + 0.02


def test_tuning_is_on_validation_spectra_alone() -> None:
    validation = make(PRESETS["medium"], 100, 1)
    answers, chosen = tuned("prominence", validation)
    found = answers(validation).above(chosen["threshold"])
    assert f1(found, validation, 4.0) == chosen["val_f1"]
