"""Gradients, information, fields and few spectra: the right runs, and planted truths found."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from nmrquanv.errors import TrainingError
from nmrquanv.statistics import Estimate
from nmrquanv.study.experiments import overfitting, trainability
from nmrquanv.study.running.learning import build_network
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import run
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import TIERS
from nmrquanv.study.running.variants import FieldQuanvolution


@pytest.mark.parametrize("field", trainability.FIELDS)
def test_circuit_and_convolution_see_as_many_points_with_as_many_channels(field) -> None:
    tier = TIERS["standard"]
    specs = [trainability.cell(tier, f, field).specs[0] for f in ("quanv", "cnn")]
    networks = [build_network(s).eval() for s in specs]
    windows = torch.rand(2, 200)
    for network in networks:
        found = network.front_end(windows)
        assert found.shape == (2, field.bit_length() - 1, 200 - field + 1)
        assert network(windows).logit.shape == (2, 5)
        # A point outside the first stretch changes nothing there; one inside does.
        for point, is_seen in ((field - 1, True), (field, False)):
            other = windows.clone()
            other[:, point] *= 0.3
            change = (network.front_end(other)[:, :, 0] - found[:, :, 0]).abs().max()
            assert bool(change > 1e-5) == is_seen


def test_a_field_is_the_quadratic_form_of_its_unitary() -> None:
    layer = FieldQuanvolution(16, "strongly_entangling", 2, 3, is_trainable=True).double()
    traces = torch.rand(2, 40, dtype=torch.float64)
    found = layer(traces).detach()
    assert float(found.abs().max()) <= 1 + 1e-6
    assert torch.allclose(layer(5 * traces).detach(), found, atol=1e-6)
    layer(traces).sum().backward()
    step = 1e-5
    for k in (0, 13):
        values = []
        for sign in (1, -1):
            with torch.no_grad():
                layer.weights[0, k] += sign * step
                values.append(float(layer(traces).sum()))
                layer.weights[0, k] -= sign * step
        slope = (values[0] - values[1]) / (2 * step)
        assert float(layer.weights.grad[0, k]) == pytest.approx(slope, abs=1e-3)


def test_other_fields_are_for_circuits_and_convolutions() -> None:
    with pytest.raises(TrainingError, match="field"):
        RunSpec("quadratic", choices=(("field", 16),))
    with pytest.raises(TrainingError, match="random"):
        RunSpec("quanv", ansatz="random", choices=(("field", 64),))


def test_a_run_carries_the_measure_of_its_circuit() -> None:
    spec = RunSpec("quanv", spectra=10, epochs=1, n_layers=1, measures=("trainability",))
    found = run(spec)["extra"]["trainability"]
    assert list(found["variance"]) == ["2", "3", "4", "5", "6", "7"]
    assert len(found["fisher"]) == 15
    assert np.mean(found["fisher"]) == pytest.approx(1.0)


def test_a_plateau_is_called_one(make_result) -> None:
    tier = TIERS["standard"]
    results = Results({s.key(): make_result(s) for s in trainability.runs(tier)})
    assert trainability.slope(results, "strongly_entangling", 8).mean == pytest.approx(0.5)
    assert trainability.slope(results, "product", 8).mean == pytest.approx(2**-0.1)
    told = trainability.steepness(Estimate(0.5, 0.47, 0.53, math.nan, 6))
    assert told == "not told from a barren plateau"
    assert trainability.felt(results, "product", 3)[:2] == (3, 4)
    summary = trainability.summarise(results, tier)
    assert "as steep as a barren plateau" in summary.answer[0]
    assert "no plateau" in summary.answer[3]
    assert set(trainability.gains(results, tier)) == {16, 32, 64}


@pytest.fixture(scope="module")
def few(make_result) -> Results:
    """Let the CNN's loss rise (the fixture's way) and gate dropout add .05 to F1."""
    tier, made = TIERS["standard"], {}
    for spec in overfitting.runs(tier):
        result = make_result(spec)
        rng = np.random.default_rng([spec.seed, bool(spec.dropout), spec.spectra])
        level = 0.4 + 0.05 * bool(spec.dropout) + rng.normal(0, 0.003)
        result["metrics"]["last"] = dict(result["metrics"]["last"], f1_4=level)
        made[spec.key()] = result
    return Results(made)


def test_few_spectra_tell_who_diverges_and_what_helps(few: Results) -> None:
    tier = TIERS["standard"]
    assert {s.spectra for s in overfitting.runs(tier)} == {50, 100, 200, 300}
    for one in overfitting.found(few, tier):
        quanv, cnn, _ = one.rises
        assert cnn.low > 0 > quanv.high
        assert one.helps.difference.mean == pytest.approx(0.05, abs=0.01)
        assert one.p < 0.01
    summary = overfitting.summarise(few, tier)
    assert len(summary.answer) == 4
    assert all("reproduced: the CNN's loss rises" in a and "it helps" in a for a in summary.answer)
    lost = replace(overfitting.found(few, tier)[0], p_rise=0.06).verdict
    assert lost.endswith("within chance once corrected")
