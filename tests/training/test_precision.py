"""Training in 16-bit products: the head alone, only where it saves time, and it is recorded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from nmrquanv.errors import TrainingError
from nmrquanv.models.cards import Kind, new_card, read_card
from nmrquanv.models.networks import DenseNetwork, build
from nmrquanv.training import precision, run
from nmrquanv.training.config import TrainingConfig
from nmrquanv.training.dense import DenseTask
from nmrquanv.training.seeded import simulated_windows
from nmrquanv.training.simulated import Windows

TINY = {"name": "tiny", "kind": "cnn", "spectra": 4, "judged_spectra": 3, "epochs": 1, "batch": 16}


@pytest.fixture(scope="module")
def windows() -> Windows:
    return simulated_windows(5, [0, 1])


def network_of(kind: Kind) -> DenseNetwork:
    made = build(new_card(kind))
    assert isinstance(made, DenseNetwork)
    return made


@pytest.mark.parametrize("kind", ["cnn", "quanv"])
def test_the_front_end_computes_in_32_bits_and_the_head_in_16(kind: Kind, windows: Windows) -> None:
    network, seen = network_of(kind), {}
    network.front_end.register_forward_hook(lambda m, i, out: seen.update(front=out))
    network.stack.register_forward_hook(lambda m, i, out: seen.update(head=out))
    features = torch.from_numpy(windows.features[:4])
    with precision.head_in("bfloat16"):
        network(features)
    in_16 = seen["front"]
    assert seen["head"].dtype == torch.bfloat16
    network(features)
    assert torch.equal(in_16, seen["front"])
    assert seen["head"].dtype == torch.float32


@pytest.mark.parametrize("kind", ["cnn", "quanv"])
def test_loss_and_gradients_are_those_of_float32_but_for_rounding(
    kind: Kind, windows: Windows
) -> None:
    losses, gradients = [], []
    for used in ("float32", "bfloat16"):
        network, task = network_of(kind), DenseTask(windows, windows, precision=used)
        loss = task.loss(network, np.arange(32), np.random.default_rng(0))
        assert loss.dtype == torch.float32
        loss.backward()  # type: ignore[no-untyped-call]
        losses.append(loss.item())
        parts = [p.grad.flatten() for p in network.parameters() if p.grad is not None]
        gradients.append(torch.cat(parts))
        assert all(p.dtype == torch.float32 for p in network.parameters())
    assert losses[1] == pytest.approx(losses[0], rel=0.02)
    assert torch.cosine_similarity(*gradients, dim=0) > 0.99


def test_validation_is_in_float32(windows: Windows) -> None:
    network = network_of("cnn")
    plain = DenseTask(windows, windows).validate(network)
    assert DenseTask(windows, windows, precision="bfloat16").validate(network) == plain


def test_without_instructions_for_it_or_on_an_accelerator_it_is_float32(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for told, used in (({"avx512_bf16": True}, "bfloat16"), ({}, "float32")):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda told=told: told, raising=False)
        assert precision.used_precision("bfloat16") == used
        assert precision.used_precision("bfloat16", "cuda") == "float32"
        assert precision.used_precision("float32") == "float32"
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert precision.used_precision("bfloat16") == "float32"


@pytest.mark.parametrize(("has", "used"), [(True, "bfloat16"), (False, "float32")])
def test_log_and_card_say_what_a_run_had(
    has: bool, used: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": has}, raising=False)
    monkeypatch.setattr(run, "add_confidence", lambda *told: None)
    monkeypatch.setattr(run, "calibrate", lambda path, *told: read_card(path))
    path = tmp_path / "c.json"
    path.write_text(json.dumps(TINY | {"precision": "bfloat16"}))
    card = run.run_config(path, tmp_path / "out", lambda event: None)
    start = json.loads((tmp_path / "out" / "tiny.log.jsonl").read_text().splitlines()[0])
    assert start["precision"] == used
    assert start["config"]["precision"] == "bfloat16"
    assert card.metrics["precision"] == used


def test_another_precision_is_refused() -> None:
    with pytest.raises(TrainingError, match="precision"):
        TrainingConfig.from_dict(TINY | {"precision": "float16"})
    with pytest.raises(TrainingError, match="'float32' or 'bfloat16'"):
        TrainingConfig("x", "cnn", precision="float16")  # type: ignore[arg-type]
