"""The simulated spectra of training: each has a number and its own seed, so any can be remade."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nmrquanv.spectra.simulate import KINDS, Simulated, simulate
from nmrquanv.training.simulated import Windows, windows_of


def kind_of(number: int) -> str:
    """Return the kind of a training spectrum: two of three are mixed, else each kind in turn.

    The mix holds all that the ten kinds have and much that they have not; a model that sees each
    of its ingredients as often as before needs more of it, and the ten kinds are narrow.
    """
    return "mixed" if number % 3 else KINDS[(number // 3) % (len(KINDS) - 1)]


def seeded_spectrum(seed: int, number: int) -> tuple[Simulated, np.random.Generator]:
    """Simulate a training spectrum; the generator goes on to what is cut out of it."""
    rng = np.random.default_rng([seed, number])
    return simulate(rng, kind_of(number)), rng


def simulated_windows(seed: int, numbers: Sequence[int]) -> Windows:
    """Simulate spectra and cut training windows out of them."""
    parts = []
    for number in numbers:
        made, rng = seeded_spectrum(seed, number)
        signed = any(line.height < 0 for line in made.lines)
        parts.append(windows_of(made.spectrum, made.lines, rng, both_signs=signed))
    return Windows.joined(parts)
