"""How long runs take, told before they start.

Seconds of one core of an ordinary machine, measured once; while a study runs, the ratio of what
its runs took to what was said corrects the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nmrquanv.study.specs import RunSpec

_START = 1.5
_PER_SPECTRUM_MADE = 1e-4
_HELD_OUT = 2000
_VALIDATION = 1000
# Milliseconds for one spectrum, forward and backward; and forward alone.
_TRAINING_MS = {"quanv": 0.36, "cnn": 0.2, "cnn_normalised": 0.25, "quadratic": 0.4}
_FORWARD_MS = {"quanv": 0.1, "cnn": 0.06, "cnn_normalised": 0.08, "quadratic": 0.12}
_DENSE_FACTOR = 5.0
_STATIC_FACTOR = 0.5
_MEASURES = {"entanglement": 4.0, "real": 4.0}
_CLASSICAL = 30.0


def seconds(spec: RunSpec) -> float:
    """Return how long a run takes on one core, seconds."""
    made = _START + _PER_SPECTRUM_MADE * (spec.spectra + _HELD_OUT)
    if spec.front_end not in _TRAINING_MS:
        return made + _CLASSICAL
    factor = _DENSE_FACTOR if spec.head == "dense" else 1.0
    training = _TRAINING_MS[spec.front_end] * (1.0 if spec.is_trainable else _STATIC_FACTOR)
    epoch = training * spec.spectra + _FORWARD_MS[spec.front_end] * _VALIDATION
    measured = sum(_MEASURES.get(m, 0.0) for m in spec.measures)
    return made + measured + factor * spec.epochs * epoch / 1000


def total_seconds(specs: Iterable[RunSpec]) -> float:
    """Return the core seconds of runs, each counted once."""
    return sum({s.key(): seconds(s) for s in specs}.values())


@dataclass(slots=True)
class Pace:
    """How fast this machine is, learnt from the runs that have finished."""

    said: float = 0.0
    took: float = 0.0
    _count: int = field(default=0)

    def learn(self, spec: RunSpec, took: float) -> None:
        """Take note of a finished run."""
        self.said += seconds(spec)
        self.took += took
        self._count += 1

    @property
    def factor(self) -> float:
        """What takes longer than said, as a factor; 1 until a run has finished."""
        return self.took / self.said if self._count and self.said > 0 else 1.0

    def seconds(self, spec: RunSpec) -> float:
        """Return how long a run takes here."""
        return seconds(spec) * self.factor


def words(duration: float) -> str:
    """Return seconds as a person says them: ``40 s``, ``12 min``, ``3 h 20 min``."""
    if duration < 90:
        return f"{max(1, round(duration))} s"
    minutes = round(duration / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
