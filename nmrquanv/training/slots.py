"""The slots head's task (the paper's): windows of 200 points with at most five lines.

The windows come from the same simulated spectra as the dense head's, on the finest grid; a window
with more lines keeps its five tallest as the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nmrquanv.errors import ModelError
from nmrquanv.models.architecture import N_SLOTS
from nmrquanv.models.networks import Network, SlotsNetwork
from nmrquanv.models.windows import (
    WINDOW_POINTS,
    Grid,
    grids,
    narrow_width_points,
    window_starts,
)
from nmrquanv.spectra.array_rows import ArrayRows
from nmrquanv.spectra.spectrum import Spectrum, TrueLine
from nmrquanv.training.losses import slots_loss
from nmrquanv.training.seeded import seeded_spectrum

MIN_SNR, MIN_SHARE = 6.0, 0.03
"""A line is asked for from 6 sigma and 3 % of the window's maximum on: the window is scaled to
[0, 1], and smaller lines are out of the head's sight."""

TOLERANCE = 4.0 / (WINDOW_POINTS - 1)
"""Greatest distance of a right answer in the quick count of an epoch: 4 points."""

_BATCH = 512
_PER_SPECTRUM = 24


@dataclass(frozen=True, slots=True, eq=False)
class SlotWindows(ArrayRows):
    """Windows for the slots head.

    Parameters
    ----------
    traces : (n, 200) float32, sigma
    position : (n, 5) float32, fraction of the window
    is_line : (n, 5) bool
    """

    traces: NDArray[np.float32]
    position: NDArray[np.float32]
    is_line: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.traces)


def slot_windows_of(
    spectrum: Spectrum, lines: Sequence[TrueLine], rng: np.random.Generator
) -> SlotWindows:
    """Cut windows for the slots head out of a spectrum with known lines, most with a line."""
    narrow = narrow_width_points(spectrum) * float(np.exp(rng.uniform(-0.45, 0.45)))
    grid = grids(spectrum, narrow)[0]
    place = grid.axis.point(np.array([x.ppm for x in lines]))
    height = np.array([x.height for x in lines])
    starts = window_starts(grid.axis.size)[1:-1] + int(rng.integers(0, 60))
    holds = np.array([((place > s) & (place < s + WINDOW_POINTS - 1)).any() for s in starts])
    full, empty = starts[holds], starts[~holds]
    count = min(full.size, _PER_SPECTRUM)
    chosen = np.concatenate(
        [
            rng.choice(full, count, replace=False),
            rng.choice(empty, min(empty.size, count // 6 + 1), replace=False),
        ]
    )
    parts = [
        _one(grid, int(s), place, height) for s in chosen if s + WINDOW_POINTS < grid.axis.size
    ]
    if not parts:
        flat = np.zeros((0, N_SLOTS), np.float32)
        return SlotWindows(np.zeros((0, WINDOW_POINTS), np.float32), flat, flat.astype(bool))
    return SlotWindows.joined(parts)


def _one(
    grid: Grid, start: int, place: NDArray[np.float64], height: NDArray[np.float64]
) -> SlotWindows:
    """Cut one window and its five tallest lines."""
    trace = grid.trace[start : start + WINDOW_POINTS] / grid.sigma
    inside = (place > start) & (place < start + WINDOW_POINTS - 1)
    least = max(MIN_SNR, MIN_SHARE * float(np.ptp(trace)))
    seen = np.flatnonzero(inside & (height / grid.sigma > least))
    tallest = np.sort(seen[np.argsort(-height[seen])][:N_SLOTS])
    position, is_line = np.zeros((1, N_SLOTS), np.float32), np.zeros((1, N_SLOTS), bool)
    position[0, : tallest.size] = np.sort((place[tallest] - start) / (WINDOW_POINTS - 1))
    is_line[0, : tallest.size] = True
    return SlotWindows(trace.astype(np.float32)[None], position, is_line)


def simulated_slot_windows(seed: int, numbers: Sequence[int]) -> SlotWindows:
    """Simulate spectra and cut windows for the slots head out of them."""
    parts = []
    for number in numbers:
        made, rng = seeded_spectrum(seed, number)
        parts.append(slot_windows_of(made.spectrum, made.lines, rng))
    return SlotWindows.joined(parts)


@dataclass(frozen=True, slots=True, eq=False)
class SlotsTask:
    """Training and validation windows for a network with the slots head."""

    training: SlotWindows
    validation: SlotWindows

    def __len__(self) -> int:
        return len(self.training)

    @property
    def n_validation(self) -> int:
        """Number of validation windows."""
        return len(self.validation)

    def loss(self, network: Network, index: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """Return the loss of a batch, half of it mirrored."""
        chosen = self.training.chosen(index)
        mirror = rng.random(len(chosen)) < 0.5
        chosen.traces[mirror] = chosen.traces[mirror, ::-1]
        chosen.position[mirror] = 1.0 - chosen.position[mirror]
        return _loss(network, chosen)

    def validate(self, network: Network) -> tuple[float, float]:
        """Return mean loss and F1 within 4 points on the validation windows."""
        network.eval()
        losses, right, said, lines = [], 0, 0, 0
        with torch.no_grad():
            for first in range(0, len(self.validation), _BATCH):
                index = np.arange(first, min(first + _BATCH, len(self.validation)))
                part = self.validation.chosen(index)
                losses.append(_loss(network, part).item() * len(part))
                answer = slots(network)(torch.from_numpy(part.traces))
                found = (torch.sigmoid(answer.logit) > 0.5).numpy()
                right += _right(part, answer.position.numpy(), found)
                said, lines = said + int(found.sum()), lines + int(part.is_line.sum())
        return sum(losses) / max(len(self.validation), 1), 2 * right / max(said + lines, 1)


def slots(network: Network) -> SlotsNetwork:
    """Return the network if it has the slots head.

    Raises
    ------
    ModelError
        It has the dense head.
    """
    if not isinstance(network, SlotsNetwork):
        raise ModelError("this needs a model with five slots, not one with the dense head")
    return network


def _loss(network: Network, windows: SlotWindows) -> Tensor:
    answer = slots(network)(torch.from_numpy(windows.traces))
    position, is_line = torch.from_numpy(windows.position), torch.from_numpy(windows.is_line)
    return slots_loss(answer.logit, answer.position, position, is_line)


def _right(windows: SlotWindows, position: NDArray[np.float32], found: NDArray[np.bool_]) -> int:
    """Count answers that lie on a line, one to one, nearest first in order of position."""
    count = 0
    for truth, is_line, place, said in zip(
        windows.position, windows.is_line, position, found, strict=True
    ):
        free = list(truth[is_line])
        for x in np.sort(place[said]):
            near = [t for t in free if abs(t - x) <= TOLERANCE]
            if near:
                free.remove(min(near, key=lambda t: abs(t - x)))
                count += 1
    return count
