"""Calibrated devices as an experiment: 80 and 20 epochs, and a made-up truth found again."""

from __future__ import annotations

import pytest

from nmrquanv.study.circuits.calibrations import devices
from nmrquanv.study.experiments import real_devices
from nmrquanv.study.experiments.noise_losses import COMPARED
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import run
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import TIERS

LOSS = {"strongly_entangling": 0.10, "two_design": 0.02}


@pytest.fixture(scope="module")
def cooled(make_result) -> Results:
    """Let strongly entangling lose .10 and two-design .02 of .6, on every device but Boston."""
    tier, made = TIERS["standard"], {}
    for device in ("", *devices()):
        for ansatz in COMPARED:
            for spec in real_devices.cell(tier, ansatz, device).specs:
                result = make_result(spec)
                figures = result["metrics"]["best"]
                worse = LOSS[ansatz] if device not in ("", "boston") else 0.0
                scatter = 0.2 * (figures["f1_4"] - 0.5)
                figures["f1_4"] = 0.6 - worse + 0.1 * scatter
                made[spec.key()] = result
    return Results(made)


def test_it_is_eighty_and_twenty_epochs_on_five_devices() -> None:
    tier = TIERS["standard"]
    noisy = [s for s in real_devices.runs(tier) if s.noise]
    assert {(s.epochs, s.noisy_epochs) for s in noisy} == {(100, 20)}
    assert {s.noise["device"] for s in noisy} == set(devices())
    assert len(noisy) == 5 * 2 * tier.device_seeds
    assert all(s.key() == RunSpec.from_dict(s.to_dict()).key() for s in noisy)


def test_the_rule_and_the_difference_follow_the_truth(cooled: Results) -> None:
    tier = TIERS["standard"]
    found = real_devices.compared(cooled, tier)
    for device, (more, p) in found.items():
        share = real_devices.lost_share(cooled, tier, "strongly_entangling", device)
        if device == "boston":
            assert share.high < real_devices.LIMIT
            assert p > 0.05
        else:
            assert share.low > real_devices.LIMIT
            assert more.difference.mean == pytest.approx(0.08, abs=0.01)
            assert p < 0.01
    answers = real_devices.summarise(cooled, tier).answer
    assert sum("strongly entangling loses more" in a for a in answers) == 4
    assert sum("less than 5 %" in a for a in answers) == 1
    assert any("best case" in n for n in real_devices.summarise(cooled, tier).notes)


def test_a_run_on_a_device_measures_every_mitigation() -> None:
    spec = RunSpec(
        "quanv",
        preset="easy",
        spectra=20,
        epochs=2,
        noisy_epochs=1,
        ansatz="two_design",
        noise={"device": "manila", "shots": 1024},
        measures=("mitigation",),
    )
    result = run(spec)
    found = result["extra"]["mitigation"]
    assert set(found) == set(real_devices._WAYS)
    assert all(0 <= v <= 1 for v in found.values())
    # The run's own test is the one without mitigation, but for the shots.
    assert found["none"] == pytest.approx(result["metrics"]["best"]["f1_4"], abs=0.03)
