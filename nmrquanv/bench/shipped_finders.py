"""The finders that the benchmark compares: models with their shipped settings, and classical."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from nmrquanv.finders import CLASSICAL
from nmrquanv.models import library
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra import picking
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.spectra.spectrum import Spectrum, TrueLine
from nmrquanv.spectra.thresholds import Limits, Thresholds


@dataclass(frozen=True, slots=True)
class FoundPeaks:
    """What a finder makes of a spectrum.

    Parameters
    ----------
    candidates : PeakList
        All, with their confidence.
    shown : PeakList
        Those that pass thresholds.
    """

    candidates: PeakList
    shown: PeakList


class KnownSpectrum(Protocol):
    """A spectrum whose lines are known, whoever made it."""

    @property
    def spectrum(self) -> Spectrum:
        """What finders may look at."""

    @property
    def lines(self) -> tuple[TrueLine, ...]:
        """The truth, highest ppm first."""

    @property
    def sigma(self) -> float:
        """Noise of the trace."""

    @property
    def kind(self) -> str:
        """What it is a spectrum of."""


Finder = Callable[[KnownSpectrum, str], FoundPeaks]
"""``find(made, model)``; must look at ``made.spectrum`` only. Can be pickled: it goes to other
processes."""


@dataclass(frozen=True, slots=True)
class WithPreset:
    """Find peaks as ``nmrquanv pick --preset NAME`` does.

    Parameters
    ----------
    preset : str
        Of :data:`nmrquanv.spectra.presets.PRESETS`; ``"default"`` is the model's own.
    """

    preset: str = "all"

    def __call__(self, made: KnownSpectrum, model: str) -> FoundPeaks:
        """Find and choose."""
        if self.preset == "default":
            return find_as_shipped(made, model)
        candidates = find_peaks(made.spectrum, model)
        return FoundPeaks(candidates, as_listed(candidates, PRESETS[self.preset], made.spectrum))


def find_as_shipped(made: KnownSpectrum, model: str) -> FoundPeaks:
    """Find peaks as ``nmrquanv pick`` does when it is told nothing but the model."""
    candidates = find_peaks(made.spectrum, model)
    return FoundPeaks(candidates, as_listed(candidates, Thresholds(), made.spectrum))


def limits_of(model: str) -> Limits:
    """Return what a model's peaks must pass by default, as its card and the program say.

    Raises
    ------
    ModelError
        There is no such model.
    """
    if model == CLASSICAL:
        return Thresholds().limits(CLASSICAL, picking.CARD)
    card = library.load(model).card
    return Thresholds().limits(card.name, card.thresholds)


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
    digest = None if model == CLASSICAL else library.load(model).card.digest()
    return {"card_sha256": digest, "thresholds": asdict(limits_of(model))}
