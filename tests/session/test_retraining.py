from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nmrquanv.errors import ModelError, TrainingError
from nmrquanv.session import child_process
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.run_folder import MIN_PEAKS, Options

SCRIPT = Path(__file__).with_name("fake_training.py")
WAIT_MS = 20_000


class Ended:
    def __init__(self, how: str) -> None:
        self.retraining = Retraining([sys.executable, str(SCRIPT), how])
        self.heard: list[str] = []
        self.epochs: list[dict] = []
        for name in ("result_ready", "failed", "cancelled"):
            getattr(self.retraining, name).connect(lambda *_, n=name: self.heard.append(n))
        self.retraining.epoch_ended.connect(self.epochs.append)


@pytest.fixture
def runs(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("NMRQUANV_DATA", str(tmp_path))
    return tmp_path / "runs"


def left() -> list[child_process.ChildProcess]:
    return list(child_process.known("train"))


@pytest.fixture
def reviewed(document):
    for number in range(MIN_PEAKS):
        document.edit.add_peak(2.0 + 0.1 * number, snap=False)
    document.edit.add_region(8.0, 1.0)
    return document


def test_a_candidate_comes_back_with_old_and_new_metrics(reviewed, runs, qtbot) -> None:
    ended = Ended("works")
    with qtbot.waitSignal(ended.retraining.result_ready, timeout=WAIT_MS) as signal:
        ended.retraining.start([reviewed], Options("quanv", epochs=3))
        assert ended.retraining.is_running
    candidate = signal.args[0]
    assert (candidate.old, candidate.new) == ({"f1": 0.8}, {"f1": 0.9})
    assert not candidate.is_worse
    assert not candidate.was_stopped
    assert candidate.event["split"] == "by disjoint regions"
    assert candidate.card_path.is_file()
    assert ended.epochs[0]["epochs"] == 3
    assert ended.heard == ["result_ready"]
    assert not ended.retraining.is_running


def test_discarding_leaves_nothing_on_disk(reviewed, runs, qtbot) -> None:
    ended = Ended("works")
    with qtbot.waitSignal(ended.retraining.result_ready, timeout=WAIT_MS):
        ended.retraining.start([reviewed], Options("quanv"))
    assert len(list(runs.iterdir())) == 1
    with qtbot.waitSignal(ended.retraining.discarded):
        ended.retraining.discard()
    assert list(runs.iterdir()) == []


def test_a_worse_model_is_said_to_be_worse(reviewed, runs, qtbot) -> None:
    ended = Ended("worse")
    with qtbot.waitSignal(ended.retraining.result_ready, timeout=WAIT_MS):
        ended.retraining.start([reviewed], Options("quanv"))
    assert ended.retraining.result.is_worse


def test_stop_keeps_the_best_so_far(reviewed, runs, qtbot) -> None:
    ended = Ended("waits")
    with qtbot.waitSignal(ended.retraining.epoch_ended, timeout=WAIT_MS):
        ended.retraining.start([reviewed], Options("quanv"))
    with qtbot.waitSignal(ended.retraining.result_ready, timeout=WAIT_MS):
        ended.retraining.stop()
    assert ended.retraining.result.was_stopped


def test_cancelling_keeps_nothing(reviewed, runs, qtbot) -> None:
    ended = Ended("waits")
    with qtbot.waitSignal(ended.retraining.epoch_ended, timeout=WAIT_MS):
        ended.retraining.start([reviewed], Options("quanv"))
    with qtbot.waitSignal(ended.retraining.cancelled, timeout=WAIT_MS):
        ended.retraining.cancel()
    assert ended.heard == ["cancelled"]
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize(
    ("how", "says"), [("fails", "not a number"), ("forgets", "wrote no model")]
)
def test_a_failed_run_says_why_and_leaves_nothing(reviewed, runs, qtbot, how, says) -> None:
    ended = Ended(how)
    with qtbot.waitSignal(ended.retraining.failed, timeout=WAIT_MS) as signal:
        ended.retraining.start([reviewed], Options("quanv"))
    assert says in str(signal.args[0])
    assert ended.heard == ["failed"]
    assert list(runs.iterdir()) == []


def test_too_little_reviewed_starts_nothing(document, runs) -> None:
    ended = Ended("works")
    with pytest.raises(TrainingError, match="no region"):
        ended.retraining.start([document], Options("quanv"))
    assert not ended.retraining.is_running
    assert not runs.exists()


def test_one_run_at_a_time(reviewed, runs, qtbot) -> None:
    ended = Ended("waits")
    with qtbot.waitSignal(ended.retraining.epoch_ended, timeout=WAIT_MS):
        ended.retraining.start([reviewed], Options("quanv"))
        with pytest.raises(TrainingError, match="running already"):
            ended.retraining.start([reviewed], Options("quanv"))
    with qtbot.waitSignal(ended.retraining.cancelled, timeout=WAIT_MS):
        ended.retraining.cancel()


def test_a_run_that_was_killed_from_outside_goes_on_from_its_folder(reviewed, runs, qtbot) -> None:
    ended = Ended("dies once")
    with qtbot.waitSignal(ended.retraining.failed, timeout=WAIT_MS) as signal:
        ended.retraining.start([reviewed], Options("quanv"))
    assert "killed by signal 9" in str(signal.args[0])
    assert ended.retraining.can_resume
    (folder,) = runs.iterdir()
    assert (folder / "run.checkpoint").exists()
    with qtbot.waitSignal(ended.retraining.result_ready, timeout=WAIT_MS):
        ended.retraining.resume()
    assert ended.retraining.result.card_path.parent == folder
    assert not ended.retraining.can_resume
    ended.retraining.discard()
    assert list(runs.iterdir()) == []
    assert left() == []


def test_a_run_that_was_cut_stays_for_the_next_window_or_is_discarded(reviewed, runs, qtbot):
    before = Ended("dies once")
    with qtbot.waitSignal(before.retraining.failed, timeout=WAIT_MS):
        before.retraining.start([reviewed], Options("quanv"))
    before.retraining.shut_down()
    after = Ended("dies once")
    with qtbot.waitSignal(after.retraining.failed, timeout=WAIT_MS):
        assert after.retraining.find()
    assert after.retraining.can_resume
    assert after.epochs == before.epochs
    with qtbot.waitSignal(after.retraining.result_ready, timeout=WAIT_MS):
        after.retraining.resume()
    after.retraining.shut_down()
    assert list(runs.iterdir()) == []
    assert not Ended("works").retraining.find()


def test_a_run_may_outlive_the_window_and_the_next_one_finds_it(reviewed, runs, qtbot) -> None:
    before = Ended("waits")
    with qtbot.waitSignal(before.retraining.epoch_ended, timeout=WAIT_MS):
        before.retraining.start([reviewed], Options("quanv"))
    before.retraining.goes_on_alone = True
    before.retraining.shut_down()
    assert before.heard == []
    assert not before.retraining.is_running
    after = Ended("waits")
    with qtbot.waitSignal(after.retraining.epoch_ended, timeout=WAIT_MS):
        assert after.retraining.find()
    assert after.retraining.goes_on_alone
    assert after.retraining.epochs == before.retraining.epochs
    with qtbot.waitSignal(after.retraining.result_ready, timeout=WAIT_MS):
        after.retraining.stop()
    assert after.retraining.result.was_stopped
    after.retraining.discard()
    assert list(runs.iterdir()) == []
    assert left() == []


def test_a_model_outside_the_run_folder_is_not_taken(reviewed, runs, qtbot, tmp_path) -> None:
    (tmp_path / "retrained.json").write_text("{}")
    ended = Ended("points elsewhere")
    with qtbot.waitSignal(ended.retraining.failed, timeout=WAIT_MS):
        ended.retraining.start([reviewed], Options("quanv"))
    assert (tmp_path / "retrained.json").exists()


def test_a_model_that_cannot_be_kept_stays_a_candidate(reviewed, runs, qtbot) -> None:
    ended = Ended("works")
    with qtbot.waitSignal(ended.retraining.result_ready, timeout=WAIT_MS):
        ended.retraining.start([reviewed], Options("quanv"))
    # the stand-in's card is empty: loading it must fail in words
    with qtbot.waitSignal(ended.retraining.keep_failed, timeout=WAIT_MS) as signal:
        ended.retraining.keep("mine")
    assert isinstance(signal.args[0], ModelError)
    assert ended.retraining.result is not None
