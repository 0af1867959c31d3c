"""Peaks are judged inside reviewed regions only, by what the person was shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.models import library
from nmrquanv.models.answering import dense_answers
from nmrquanv.spectra.simulate import simulate
from nmrquanv.training.reviewed import Reviewed
from nmrquanv.training.reviewed_peaks import agreement, judged_reviewed, shown_peaks


@pytest.fixture(scope="module")
def example():
    made = simulate(np.random.default_rng([7, 1]), "clean")
    strong = tuple(x for x in made.lines if abs(x.height) > 10 * made.sigma)
    first, last = made.spectrum.axis.limits_ppm
    region = (max(first, last), min(first, last))
    return Reviewed(made.spectrum, strong, (region,), "made", "ab")


@pytest.fixture(scope="module")
def model():
    return library.load("cnn")


def judged(example, model):
    return judged_reviewed(example, dense_answers(model.network))


def test_marked_lines_are_right_and_count(example, model):
    found = judged(example, model)
    assert len(found.evidence) == len(found.is_right) == len(found.counts)
    assert found.is_right.sum() >= 0.95 * len(example.lines)
    assert found.counts[found.is_right].all()


def test_a_line_that_the_person_deleted_is_false(example, model):
    weakest = min(example.lines, key=lambda x: abs(x.height))
    kept = tuple(x for x in example.lines if x != weakest)
    before, after = judged(example, model), judged(replace(example, lines=kept), model)
    assert before.is_right.sum() - after.is_right.sum() == 1
    # It is weaker than all that is marked: perhaps the person was not shown it.
    tallest = max(example.lines, key=lambda x: abs(x.height))
    kept = tuple(x for x in example.lines if x != tallest)
    after = judged(replace(example, lines=kept), model)
    false = after.counts & ~after.is_right
    assert false.sum() == (before.counts & ~before.is_right).sum() + 1


def test_outside_the_regions_nothing_is_judged(example, model):
    ppm = np.sort([x.ppm for x in example.lines])
    middle = float(np.mean(ppm[len(ppm) // 2 - 1 : len(ppm) // 2 + 1]))
    whole = judged(example, model)
    high, low = example.regions[0]
    parts = [judged(example.within((r,)), model) for r in ((high, middle), (middle, low))]
    assert sum(len(p.evidence) for p in parts) == len(whole.evidence)
    assert 0 < parts[0].is_right.sum() < whole.is_right.sum()


def test_a_model_is_measured_in_the_regions_only(example, model):
    shown = [shown_peaks(model, example.spectrum)]
    whole = agreement((example,), shown)
    assert whole.f1 > 0.9
    half = (example.regions[0][0], float(np.median([x.ppm for x in example.lines])))
    part = agreement((example.within((half,)),), shown)
    assert part.lines < whole.lines == len(example.lines)
