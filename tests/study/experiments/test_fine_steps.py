"""Eight steps of overlap and noise: the floor of chance, and a planted slope found again."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.study.data.datasets import PRESETS, make
from nmrquanv.study.data.study_metrics import Answers, constant_f1, f1
from nmrquanv.study.experiments import fine_steps, scaling
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.tiers import TIERS


def test_the_floor_is_above_any_answer_that_never_looks_and_rises_with_the_lines() -> None:
    few, many = (
        make(PRESETS["hard"].changed((("n_min", n), ("n_max", n))), 200, 2) for n in (2, 12)
    )
    assert constant_f1(few) < 0.35
    assert constant_f1(many) > constant_f1(few) + 0.15
    rng = np.random.default_rng(0)
    for spectra in (few, many):
        blind = np.sort(rng.uniform(0, 199, (200, spectra.is_line.shape[1])), axis=1)
        answers = Answers(blind, np.ones_like(blind))
        assert f1(answers.above(0.5), spectra, 4.0) < constant_f1(spectra) + 0.02


def test_there_are_eight_steps_of_each() -> None:
    tier = TIERS["standard"]
    assert all(len(fine_steps.steps(tier, sweep)) >= 8 for sweep in fine_steps.SWEEPS)
    assert all(s.front_end in ("quanv", "cnn") for s in fine_steps.runs(tier))


def test_a_planted_slope_is_found_above_chance(make_result) -> None:
    tier, made = TIERS["standard"], {}
    for sweep, slope in (("overlap", -0.1), ("noise", 0.0)):
        for x in fine_steps.steps(tier, sweep):
            room = 1 - scaling.floor(sweep, x)
            for front_end in ("quanv", "cnn"):
                gap = (0.02 + slope * x) * room if front_end == "quanv" else 0.0
                for spec in scaling.cell(tier, front_end, sweep, x).specs:
                    result = make_result(spec)
                    scatter = np.random.default_rng([spec.seed, int(1000 * x)]).normal(0, 0.002)
                    result["metrics"]["best"]["f1_4"] = 0.6 + gap + scatter * (gap != 0)
                    made[spec.key()] = result
    results = Results(made)
    assert fine_steps.law(results, tier, "overlap").parameters[1] == pytest.approx(-0.1, abs=0.01)
    summary = fine_steps.summarise(results, tier)
    assert "moves towards the CNN" in summary.answer[0]
    assert "in 8 steps" in summary.answer[0]
    assert "does not move beyond chance" in summary.answer[1]
    assert len(summary.tables[0].rows) == 16
