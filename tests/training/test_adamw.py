"""The optimiser steps as torch's own does, to the last bit, and without torch's compiler."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from nmrquanv.training.adamw import AdamW

STEPS, RATE, DECAY = 30, 3e-3, 1e-2


def parameters() -> list[torch.Tensor]:
    draw = torch.Generator().manual_seed(3)
    shapes = ((4, 5), (7,), (2, 3, 4))
    return [torch.randn(s, generator=draw).requires_grad_() for s in shapes]


def slope_of(values: list[torch.Tensor], step: int) -> None:
    """Give all but, now and then, the last one gradients."""
    loss = sum(((v - 0.3) ** 4).sum() + v.sin().sum() for v in values[: None if step % 5 else -1])
    loss.backward()


def rate_at(step: int) -> float:
    return RATE * (1.0 - step / (2 * STEPS))


def test_each_step_is_that_of_torch() -> None:
    ours, theirs = parameters(), parameters()
    mine = AdamW(ours, RATE, DECAY)
    other = torch.optim.AdamW(theirs, lr=RATE, weight_decay=DECAY)
    for step in range(STEPS):
        for values, optimiser in ((ours, mine), (theirs, other)):
            optimiser.zero_grad()
            slope_of(values, step)
        mine.rate = other.param_groups[0]["lr"] = rate_at(step)
        mine.step()
        other.step()
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True)), step


def test_it_goes_on_from_a_state_and_refuses_that_of_others() -> None:
    whole, first = parameters(), parameters()
    one, two = AdamW(whole, RATE, DECAY), AdamW(first, RATE, DECAY)
    for step in range(STEPS):
        if step == STEPS // 2:
            held = two.state_dict()
            two = AdamW(first, RATE, DECAY)
            two.load_state_dict(held)
        for values, optimiser in ((whole, one), (first, two)):
            optimiser.zero_grad()
            slope_of(values, step)
            optimiser.step()
    assert all(torch.equal(a, b) for a, b in zip(whole, first, strict=True))
    with pytest.raises(ValueError, match="other parameters"):
        AdamW(whole[:1], RATE, DECAY).load_state_dict(held)


def test_neither_it_nor_the_processes_that_judge_import_what_they_need_not() -> None:
    text = """
import sys
from nmrquanv.training import benchmark_set, judged, seeded
assert "torch" not in sys.modules, "the processes of the pool wait for torch"
import torch
from nmrquanv.training.adamw import AdamW
one = torch.ones(3, requires_grad=True)
step = AdamW([one], 1e-3, 0.0)
one.sum().backward()
step.step()
assert "torch._dynamo" not in sys.modules, "torch's compiler was imported"
"""
    subprocess.run([sys.executable, "-c", text], check=True)
