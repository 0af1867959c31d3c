"""A cut run goes on from its folder, and nobody can tell from its weights."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from nmrquanv.errors import TrainingError
from nmrquanv.models.cards import new_card
from nmrquanv.models.networks import build
from nmrquanv.training import checkpoint as checkpoints
from nmrquanv.training.checkpoint import Checkpoint, digest_of
from nmrquanv.training.dense import DenseTask
from nmrquanv.training.seeded import simulated_windows
from nmrquanv.training.slots import SlotsTask, simulated_slot_windows
from nmrquanv.training.train import LoopSettings, train

SMALL = {"channels": 8, "dilations": [1, 2], "n_circuits": 1}
SETTINGS = LoopSettings(epochs=4, batch=16, rate=3e-3, seed=5)


class CutError(Exception):
    """The power fails."""


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", params=["dense", "slots"])
def head_and_task(request):
    if request.param == "dense":
        windows, kind = simulated_windows(1, [0, 1, 2]), DenseTask
    else:
        windows, kind = simulated_slot_windows(1, [0, 1, 2]), SlotsTask
    half = len(windows) // 4
    index = np.arange(len(windows))
    return request.param, kind(windows.chosen(index[half:]), windows.chosen(index[:half]))


def new_network(head):
    return build(new_card("quanv", head, **(SMALL if head == "dense" else {})))


def cut_after(epochs):
    """Return an ``on_epoch`` at which the power fails."""

    def on_epoch(line):
        if line.epoch == epochs:
            raise CutError

    return on_epoch


@pytest.mark.parametrize("is_retraining", [False, True])
def test_a_cut_run_ends_with_the_very_weights_of_an_uninterrupted_one(
    head_and_task, tmp_path, is_retraining
):
    head, task = head_and_task
    settings = LoopSettings(4, 16, 3e-3, 5, is_retraining=is_retraining)
    whole = new_network(head)
    expected = train(whole, task, settings)
    checkpoint = Checkpoint(tmp_path / "run.checkpoint", "this")
    for epochs in (1, 3):
        with pytest.raises(CutError):
            train(
                new_network(head), task, settings, on_epoch=cut_after(epochs), checkpoint=checkpoint
            )
        assert checkpoint.epoch() == epochs
    torch.rand(3)  # whatever else the process drew meanwhile
    told, resumed = [], new_network(head)
    result = train(resumed, task, settings, on_epoch=told.append, checkpoint=checkpoint)
    assert [line.epoch for line in told] == [4]
    assert result == expected
    state, wanted = resumed.state_dict(), whole.state_dict()
    assert all(torch.equal(state[name], wanted[name]) for name in wanted)


def test_a_run_that_was_stopped_does_not_go_on(head_and_task, tmp_path):
    head, task = head_and_task
    checkpoint = Checkpoint(tmp_path / "run.checkpoint", "this")
    batches = len(task) // SETTINGS.batch
    asked = iter([False] * (batches + 1) + [True] * 1000)
    first = new_network(head)
    before = train(first, task, SETTINGS, should_stop=lambda: next(asked), checkpoint=checkpoint)
    again, told = new_network(head), []
    after = train(again, task, SETTINGS, on_epoch=told.append, checkpoint=checkpoint)
    assert after == before
    assert after.is_stopped
    assert told == []
    assert all(
        torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True)
    )


def test_a_state_of_another_run_or_a_damaged_one_counts_as_none(tmp_path, caplog):
    path = tmp_path / "run.checkpoint"
    mine = Checkpoint(path, digest_of({"epochs": 4}))
    assert mine.epoch() is None
    mine.write({"epoch": 2})
    assert mine.epoch() == 2
    assert [p.name for p in tmp_path.iterdir()] == ["run.checkpoint"]
    assert Checkpoint(path, digest_of({"epochs": 5})).epoch() is None
    path.write_bytes(path.read_bytes()[:100])
    assert mine.epoch() is None
    assert "begins anew" in caplog.text
    mine.remove()
    mine.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_with_one_wrong_bit_is_never_a_state(tmp_path):
    path = tmp_path / "run.checkpoint"
    mine = Checkpoint(path, "this")
    mine.write({"epoch": 2, "best": {"w": torch.ones(3)}, "keys": {0: [1.5, None]}})
    state = mine.read()
    assert state["keys"] == {0: [1.5, None]}
    assert torch.equal(state["best"]["w"], torch.ones(3))
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        content = bytearray(whole)
        content[place] ^= 1
        path.write_bytes(content)
        assert mine.read() is None


def test_a_checkpoint_of_another_network_is_an_error_that_names_it(tmp_path, head_and_task):
    head, task = head_and_task
    checkpoint = Checkpoint(tmp_path / "run.checkpoint", "this")
    checkpoint.write({"epoch": 1, "network": {"w": torch.ones(3)}})
    with pytest.raises(TrainingError, match=r"run\.checkpoint.*remove it"):
        train(new_network(head), task, SETTINGS, checkpoint=checkpoint)


def test_a_training_that_diverges_fails_and_says_so(tmp_path, head_and_task):
    head, task = head_and_task
    checkpoint, told = Checkpoint(tmp_path / "run.checkpoint", "this"), []
    settings = LoopSettings(3, 16, 1e30, 5)
    with pytest.raises(TrainingError, match=r"diverged in epoch 1.*smaller rate"):
        train(new_network(head), task, settings, on_epoch=told.append, checkpoint=checkpoint)
    assert told == []
    assert checkpoint.read() is None


def test_a_checkpoint_that_cannot_be_written_does_not_end_the_training(tmp_path, caplog):
    Checkpoint(tmp_path / "missing" / "run.checkpoint", "this").write({"epoch": 1})
    assert "cannot be written" in caplog.text


def test_a_checkpoint_too_large_to_be_read_is_not_written(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(checkpoints, "MAX_ARRAYS_BYTES", 1000)
    one = Checkpoint(tmp_path / "run.checkpoint", "this")
    one.write({"epoch": 1})
    before = one.path.read_bytes()
    one.write({"epoch": 2, "weights": torch.zeros(1000)})
    assert one.path.read_bytes() == before
    assert "can be read again" in caplog.text


def test_the_digest_knows_every_value_and_no_order():
    assert digest_of({"a": 1, "b": 2}) == digest_of(json.loads('{"b": 2, "a": 1}'))
    assert digest_of({"a": 1}, "3") != digest_of({"a": 1}, "4")
