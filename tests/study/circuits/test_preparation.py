"""Amplitude embedding as gates, multiplied by hand."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.models.circuits import CNOT, RY
from nmrquanv.study.circuits.preparation import PREPARATION, preparation_angles


def _run(angles: np.ndarray) -> np.ndarray:
    state, used = np.zeros((2,) * 5), 0
    state[0, 0, 0, 0, 0] = 1.0
    for kind, first, second in PREPARATION.tolist():
        if kind == RY:
            c, s = np.cos(angles[used] / 2), np.sin(angles[used] / 2)
            state = np.moveaxis(np.tensordot([[c, -s], [s, c]], state, ([1], [first])), 0, first)
            used += 1
        else:
            assert kind == CNOT
            state = state.copy()
            on = [slice(None)] * 5
            on[first] = 1
            axis = second - (second > first)
            state[tuple(on)] = np.flip(state[tuple(on)], axis=axis)
    return state.ravel()


@pytest.mark.parametrize("seed", range(5))
def test_the_gates_prepare_the_stretch(seed: int) -> None:
    stretches = np.random.default_rng(seed).normal(size=(3, 32))
    stretches[1, 8:24] = 0.0  # whole branches without any amplitude
    angles = preparation_angles(stretches)
    assert angles.shape == (3, 31)
    for row, stretch in zip(angles, stretches, strict=True):
        assert _run(row) == pytest.approx(stretch / np.linalg.norm(stretch), abs=1e-12)


def test_an_empty_stretch_prepares_the_state_zero() -> None:
    found = _run(preparation_angles(np.zeros((1, 32)))[0])
    assert found == pytest.approx(np.eye(32)[0])


def test_it_takes_thirty_entanglers() -> None:
    assert (PREPARATION[:, 0] == CNOT).sum() == 30
