"""One bar for a whole training, and how much is simulated to judge it."""

from __future__ import annotations

import pytest

from nmrquanv.training.stages import FEWEST_CALIBRATION, FEWEST_JUDGED, Size, Stages

MOST = Size(120, 60, 4)


@pytest.fixture
def told() -> list[tuple[int, int, str]]:
    return []


@pytest.fixture
def stages(told) -> Stages:
    return Stages(lambda *step: told.append(step), {"a": 1.0, "b": 3.0})


def test_stages_follow_each_other_on_one_scale(stages, told) -> None:
    for name, count in (("a", 2), ("b", 5)):
        for done in range(count + 1):
            stages.of(name)(done, count, f"{name} {done}")
    assert [total for _, total, _ in told] == [1000] * len(told)
    assert [done for done, _, _ in told] == [0, 125, 250, 250, 400, 550, 700, 850, 1000]
    assert told[-1] == (1000, 1000, "b 5")


def test_it_never_goes_back(stages, told) -> None:
    stages.of("b")(1, 2, "")
    stages.of("a")(0, 2, "late")
    stages.of("b")(0, 0, "nobody knows how long")
    assert [done for done, _, _ in told] == [625, 625, 625]


def test_what_cancels_cancels(told) -> None:
    def report(*_: object) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        Stages(report, {"a": 1.0}).of("a")(0, 1, "")


def test_little_that_was_reviewed_is_judged_with_little() -> None:
    assert Size.of(0, MOST) == Size(FEWEST_JUDGED, FEWEST_CALIBRATION, 1)
    assert Size.of(10_000, MOST) == MOST
    between = Size.of(1200, MOST)
    assert FEWEST_JUDGED < between.judged < MOST.judged
    assert Size.of(0, Size(2, 2, 1)) == Size(2, 2, 1)
