"""The finders that the benchmark compares: models with their shipped settings, and classical."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nmrquanv.models import library
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.peaks import PeakList, Thresholds
from nmrquanv.spectra.simulate import Simulated


@dataclass(frozen=True, slots=True)
class Found:
    """What a finder makes of a spectrum.

    Parameters
    ----------
    candidates : PeakList
        All, with their confidence.
    shown : PeakList
        Those that pass the finder's default thresholds.
    """

    candidates: PeakList
    shown: PeakList


Finder = Callable[[Simulated, str], Found]
"""``find(made, model)``; must look at ``made.spectrum`` only. Importable by name: it goes to
other processes."""


def find_as_shipped(made: Simulated, model: str) -> Found:
    """Find peaks as ``nmrquanv pick`` does when it is told nothing but the model."""
    candidates = find_peaks(made.spectrum, model)
    return Found(candidates, candidates.passing(thresholds_of(model)))


def thresholds_of(model: str) -> Thresholds:
    """Return a model's default thresholds: its card's; the program's for ``"classical"``.

    Raises
    ------
    ModelError
        There is no such model.
    """
    return Thresholds() if model == "classical" else library.load(model).card.thresholds


def labels(models: Sequence[str]) -> tuple[str, ...]:
    """Return what each model is called in the tables: of a path, the file's name if that will do.

    Raises
    ------
    ValueError
        The same model twice.
    """
    if len(set(models)) < len(models):
        raise ValueError(f"a model is named twice: {', '.join(models)}")
    stems = [Path(m).stem if m.endswith((".json", ".safetensors")) else m for m in models]
    seen = Counter(stems)
    return tuple(s if seen[s] == 1 else m for s, m in zip(stems, models, strict=True))


def identity(model: str) -> dict[str, Any]:
    """Return what a measurement must say of a finder: its card's digest, and its thresholds.

    Raises
    ------
    ModelError
        There is no such model.
    """
    digest = None if model == "classical" else library.load(model).card.digest()
    return {"card_sha256": digest, "thresholds": asdict(thresholds_of(model))}
