import numpy as np
import pytest
import torch

from nmrquanv.models.cards import new_card
from nmrquanv.models.networks import build
from nmrquanv.progress import Cancelled
from nmrquanv.training.dense import DenseTask
from nmrquanv.training.seeded import simulated_windows
from nmrquanv.training.slots import SlotsTask, simulated_slot_windows
from nmrquanv.training.train import LoopSettings, train

SMALL = {"channels": 8, "dilations": [1, 2], "n_circuits": 1}
QUICK = LoopSettings(epochs=3, batch=16, rate=3e-3, seed=0)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def task():
    windows = simulated_windows(1, list(range(4)))
    half = len(windows) // 4
    index = np.arange(len(windows))
    return DenseTask(windows.chosen(index[half:]), windows.chosen(index[:half]))


@pytest.mark.parametrize("kind", ["quanv", "cnn"])
def test_training_lowers_the_loss_and_keeps_the_best(task, kind):
    network = build(new_card(kind, **SMALL))
    before, _ = task.validate(network)
    told = []
    result = train(network, task, QUICK, on_epoch=told.append)
    after, _ = task.validate(network)
    assert after < before
    assert after == pytest.approx(min(e.val_loss for e in result.curve), rel=1e-5)
    assert [e.epoch for e in told] == [1, 2, 3]
    assert not network.training


def test_the_slots_head_trains_by_the_same_loop():
    windows = simulated_slot_windows(1, list(range(4)))
    half = len(windows) // 4
    index = np.arange(len(windows))
    task = SlotsTask(windows.chosen(index[half:]), windows.chosen(index[:half]))
    network = build(new_card("quanv", "slots"))
    before, _ = task.validate(network)
    train(network, task, QUICK)
    after, f1 = task.validate(network)
    assert after < before
    assert 0 <= f1 <= 1


def test_the_same_seed_gives_the_same_weights(task):
    states = []
    for _ in range(2):
        network = build(new_card("quanv", **SMALL))
        train(network, task, LoopSettings(1, 16, 3e-3, 4))
        states.append(network.state_dict())
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_stop_ends_with_the_best_so_far(task):
    asked = iter([False] * 7 + [True] * 1000)
    result = train(build(new_card("cnn", **SMALL)), task, QUICK, should_stop=lambda: next(asked))
    assert result.is_stopped
    assert 1 <= len(result.curve) < 3


def test_a_report_can_cancel(task):
    def report(done, total, text):
        raise Cancelled

    with pytest.raises(Cancelled):
        train(build(new_card("cnn", **SMALL)), task, QUICK, report=report)


def test_retraining_never_ends_with_worse_weights_than_it_began_with(task):
    network = build(new_card("cnn", **SMALL))
    train(network, task, QUICK)
    before, _ = task.validate(network)
    norms = [m.running_mean.clone() for m in network.modules() if hasattr(m, "running_mean")]
    # A rate that ruins any network: the start must survive as the best.
    result = train(network, task, LoopSettings(1, 16, 5.0, 0, is_retraining=True))
    after, _ = task.validate(network)
    assert after == pytest.approx(before, rel=1e-5)
    assert result.best_epoch == 0
    kept = [m.running_mean for m in network.modules() if hasattr(m, "running_mean")]
    assert all(torch.equal(a, b) for a, b in zip(norms, kept, strict=True))
