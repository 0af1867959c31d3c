"""A run's identity: every value counts, nothing else does."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from nmrquanv.errors import TrainingError
from nmrquanv.study.running.specs import RunSpec

_FULL = RunSpec(
    "quanv",
    preset_changes=(("n_max", 4.0), ("overlap", 0.9)),
    noise={"readout_flip": 0.01},
    noisy_epochs=20,
    dropout={"rotations": 0.1},
    measures=("entanglement",),
)


def test_a_spec_survives_json() -> None:
    again = RunSpec.from_dict(json.loads(json.dumps(_FULL.to_dict())))
    assert again == _FULL
    assert again.key() == _FULL.key()
    assert hash(again) == hash(_FULL)


def test_every_value_changes_the_key() -> None:
    variants = [
        {"front_end": "cnn"}, {"head": "dense"}, {"preset": "easy"},
        {"preset_changes": (("overlap", 0.1),)}, {"spectra": 5}, {"epochs": 7}, {"seed": 3},
        {"ansatz": "random"}, {"n_layers": 2}, {"is_trainable": False}, {"rate": 0.5},
        {"batch": 8}, {"noise": {"shots": 5}}, {"noise": {"shots": 6}},
        {"noise": {"shots": 5}, "noisy_epochs": 2}, {"dropout": {"rotations": 0.2}},
        {"evaluator": "parameter-shift"}, {"evaluator": "device", "device": "default.qubit"},
        {"evaluator": "device", "device": "lightning.qubit"}, {"shots": 9},
        {"evaluator": "device-test", "device": "lightning.qubit"},
        {"measures": ("real",)}, {"choices": (("pooling", 2),)},
        {"evaluator": "device", "device": "default.qubit", "device_options": (("seed", 1),)},
    ]  # fmt: skip
    assert {name for v in variants for name in v} == {f.name for f in fields(RunSpec)}
    keys = {RunSpec(**({"front_end": "quanv"} | v)).key() for v in variants}
    assert len(keys | {RunSpec("quanv").key()}) == len(variants) + 1


def test_whole_numbers_and_floats_are_the_same_run() -> None:
    first, second = (RunSpec("cnn", preset_changes=(("n_max", x),)) for x in (4, 4.0))
    assert first == second
    assert first.key() == second.key()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"front_end": "wavelet"}, "front_end must be one of"),
        ({"head": "round"}, "head must be"),
        ({"preset": "harder"}, "preset must be"),
        ({"preset_changes": [["hue", 1]]}, "no hue"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"noisy_epochs": 101}, "within 0 and 100"),
        ({"noisy_epochs": 5}, "need a noise model"),
        ({"front_end": "cnn", "noise": {"shots": 3}}, "need 'quanv'"),
        ({"front_end": "cnn", "evaluator": "parameter-shift"}, "need 'quanv'"),
        ({"measures": ["taste"]}, "measure must be"),
        ({"front_end": "cnn", "measures": ["entanglement"]}, "entanglement needs 'quanv'"),
        ({"rate": 0.0}, "rate must be positive"),
        ({"evaluator": "device"}, "on a device, and they alone, need its name"),
        ({"evaluator": "device-test"}, "on a device, and they alone, need its name"),
        ({"device": "lightning.qubit"}, "on a device, and they alone, need its name"),
        ({"colour": 1}, "no entries colour"),
    ],
)
def test_impossible_runs_are_refused_by_name(values: dict, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        RunSpec.from_dict({"front_end": "quanv"} | values)


def test_a_run_without_a_front_end_is_refused() -> None:
    with pytest.raises(TrainingError, match="described wrongly"):
        RunSpec.from_dict({"head": "slots"})


def test_usual_choices_are_no_choices_so_that_old_runs_keep_their_keys() -> None:
    usual = RunSpec("cnn", choices=(("pooling", 5), ("kernel", 32)))
    assert usual == RunSpec("cnn")
    assert "choices" not in usual.to_dict()
    assert (
        replace(usual, measures=("real",)).key() == "fa615d36818984cb"
    )  # a run of the first study


@pytest.mark.parametrize(
    "changes",
    [
        {"front_end": "quanv", "choices": (("kernel", 8),)},
        {"front_end": "cnn", "choices": (("kernel", 7),)},
        {"front_end": "cnn", "choices": (("colour", 1),)},
        {"front_end": "cnn", "head": "dense", "choices": (("pooling", 2),)},
        {"front_end": "low_rank", "head": "dense"},
    ],
)
def test_impossible_choices_are_refused(changes: dict) -> None:
    with pytest.raises(TrainingError):
        RunSpec(**changes)
