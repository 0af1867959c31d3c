"""Entropies of states whose entanglement is known, and Page's average."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nmrquanv.models.circuits import gates
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.models.unitary import compile_circuits
from nmrquanv.models.unitary_gradients import build_unitaries
from nmrquanv.study.circuits.entanglement import (
    BIPARTITIONS,
    entanglement_entropy,
    spectrum_entropies,
)


def _normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


def entropy_change(stretches: torch.Tensor, unitary: torch.Tensor) -> torch.Tensor:
    after = entanglement_entropy(stretches.to(torch.complex128) @ unitary.T)
    return after - entanglement_entropy(stretches)


def _product(seed: int) -> np.ndarray:
    rng, state = np.random.default_rng(seed), np.ones(1)
    for _ in range(5):
        state = np.kron(state, rng.normal(size=2) + 1j * rng.normal(size=2))
    return state


def test_there_are_fifteen_cuts_and_none_twice() -> None:
    sides = {frozenset(side) for side in BIPARTITIONS}
    sides |= {frozenset(range(5)) - side for side in sides}
    assert len(BIPARTITIONS) == 15
    assert len(sides) == 30  # every subset but none and all


def test_ghz_has_one_bit_across_every_cut() -> None:
    state = torch.zeros(2, 32)
    state[:, 0], state[0, 31], state[1, 31] = 0.5, 0.5, -0.5
    torch.testing.assert_close(entanglement_entropy(state), torch.ones(2, 15).double())


def test_product_states_have_none() -> None:
    states = torch.from_numpy(np.stack([_product(seed) for seed in range(20)]))
    assert entanglement_entropy(states).max() < 1e-12


def test_a_pair_beside_others_shows_only_where_it_is_cut() -> None:
    # Qubits 1 and 3 share cos|00> + sin|11>; the rest is a product.
    share = 0.3
    pair = {(0, 0): math.sqrt(1 - share), (1, 1): math.sqrt(share)}
    others = np.kron(np.kron([1, 2j], [1, -1]), [0.5, 1])
    state = np.zeros((2,) * 5, dtype=complex)
    for (b1, b3), amplitude in pair.items():
        state[:, b1, :, b3, :] = amplitude * others.reshape(2, 2, 2)
    found = entanglement_entropy(torch.from_numpy(state.reshape(1, 32)))[0]
    entropy = -share * math.log2(share) - (1 - share) * math.log2(1 - share)
    for value, side in zip(found.tolist(), BIPARTITIONS, strict=True):
        assert value == pytest.approx(entropy if (1 in side) != (3 in side) else 0, abs=1e-12)


def test_random_states_have_pages_average() -> None:
    states = torch.complex(_normal(4000, 32, seed=1), _normal(4000, 32, seed=2))
    mean = entanglement_entropy(states).mean(dim=0).numpy()
    for value, side in zip(mean, BIPARTITIONS, strict=True):
        small, large = 2 ** len(side), 2 ** (5 - len(side))
        # Page, Phys. Rev. Lett. 71, 1291 (1993), equation 9.
        nats = sum(1 / k for k in range(large + 1, small * large + 1)) - (small - 1) / (2 * large)
        assert value == pytest.approx(nats / math.log(2), abs=0.006)


def test_scale_sign_and_phase_do_not_matter_and_batched_is_looped() -> None:
    states = _normal(9000, 32)  # more than one block
    found = entanglement_entropy(states)
    some = slice(4090, 4100)
    torch.testing.assert_close(entanglement_entropy(-1e-200 * states[some]), found[some])
    torch.testing.assert_close(entanglement_entropy(1j * states[some]), found[some])
    assert found.min() > 0
    assert (found <= torch.tensor([1.0] * 5 + [2.0] * 10)).all()


def test_rotations_change_nothing_and_an_entangler_makes_ghz_of_a_superposition() -> None:
    turns = np.array([[1, q, q] for q in range(5)])
    chain = np.array([[3, q, q + 1] for q in range(4)])
    program = compile_circuits([turns, np.concatenate((turns[:1], chain))])
    weights = torch.tensor([[0.3, 1.0, 2.0, -1.0, 0.7], [math.pi / 2, 0, 0, 0, 0]])
    local, ghz = build_unitaries(program, weights)
    stretches = _normal(6, 32)
    assert entropy_change(stretches, local).abs().max() < 1e-12
    found = entropy_change(torch.eye(32)[:1], ghz)
    torch.testing.assert_close(found, torch.ones(1, 15).double(), rtol=0, atol=1e-6)


def test_change_is_after_minus_before() -> None:
    chain = np.array([[3, q, q + 1] for q in range(4)][::-1])
    (undo,) = build_unitaries(compile_circuits([chain]), torch.zeros(1, 0))
    ghz = torch.zeros(1, 32)
    ghz[0, [0, 31]] = 1.0
    torch.testing.assert_close(entropy_change(ghz, undo), -torch.ones(1, 15).double())


@pytest.mark.parametrize("step", [1, 4])
def test_means_over_a_spectrum_leave_empty_stretches_out(step: int) -> None:
    unitary = Quanvolution1d(1, seed=4).unitaries()[0].detach()
    traces = _normal(3, 80)
    traces[1, 40:] = 0
    traces[2] = 0
    before, after = spectrum_entropies(traces, unitary, step)
    stretches = traces[1].unfold(0, 32, step)
    stretches = stretches[stretches.any(dim=1)]
    torch.testing.assert_close(before[1], entanglement_entropy(stretches).mean())
    torch.testing.assert_close(after[1] - before[1], entropy_change(stretches, unitary).mean())
    assert before[2].isnan()
    assert after[2].isnan()
    assert before[:2].isfinite().all()


def test_smooth_stretches_are_less_entangled_than_noise_and_a_circuit_entangles_them() -> None:
    grid = torch.arange(200).double()
    line = 1 / (1 + ((grid - 100) / 8) ** 2)
    traces = torch.stack((line, _normal(200)))
    table = gates("strongly_entangling", 3)
    unitary = build_unitaries(compile_circuits([table]), torch.rand(1, 45) * 6)[0]
    before, after = spectrum_entropies(traces, unitary)
    assert before[0] < 0.3 < 0.7 < before[1]
    assert after[0] - before[0] > 0.4


def test_states_of_another_size_are_refused_and_zeros_are_no_state() -> None:
    with pytest.raises(ValueError, match="32"):
        entanglement_entropy(torch.zeros(3, 16))
    assert entanglement_entropy(torch.zeros(1, 32)).isnan().all()
