"""What the project wants its default models to reach on the benchmark, and whether they do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from nmrquanv.bench import noise_only
from nmrquanv.bench.kinds import BENCHMARK_KINDS
from nmrquanv.bench.measure import ModelResult

MACRO_F1, LEAST_F1, ERROR_FWHM, SECONDS, CALIBRATION = 0.955, 0.90, 0.012, 0.5, 0.03
PAIRS = {0.8: (0.97, 0.98), 0.5: (0.80, 0.98)}
"""For a separation in FWHM: P(two found | pair), P(one found | single)."""

# What other peak pickers reach on the ten kinds, as others measured it and told us: on simulated
# spectra of their own of the same kinds (6 of each, the same scoring, each picker as shipped).
# Nothing here runs these pickers, and the spectra are not those of our benchmark.
SOURCE = (
    "measured by others on spectra of their own of the same ten kinds; see How well the finders do"
)

_F1 = {
    "scipy prominence": (0.93, 0.85, 0.80, 0.81, 0.40, 0.66, 0.77, 0.79, 0.49, 0.60),
    "GSD + optimisation": (0.62, 0.81, 0.74, 0.58, 0.56, 0.66, 0.71, 0.67, 0.66, 0.26),
    "DEEP Picker 1D": (0.54, 0.78, 0.71, 0.51, 0.30, 0.71, 0.55, 0.66, 0.58, 0.26),
    "metabodecon": (0.94, 0.82, 0.85, 0.88, 0.86, 0.42, 0.65, 0.89, 0.91, 0.79),
    "nmrespy": (0.95, 0.72, 0.87, 0.82, 0.85, 0.71, 0.58, 0.80, 0.92, 0.69),
}

PEERS = {name: dict(zip(BENCHMARK_KINDS, figures, strict=True)) for name, figures in _F1.items()}
"""F1 of each peer on each kind."""


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim and what a model reaches.

    Parameters
    ----------
    what : str
    limit, reached : float
    is_least : bool
        Whether ``limit`` is the least that will do, or the most.
    remark : str
    """

    what: str
    limit: float
    reached: float
    is_least: bool
    remark: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the model is good enough."""
        return self.reached >= self.limit if self.is_least else self.reached <= self.limit


def aims(result: ModelResult) -> list[Aim]:
    """Return the aims that the measured parts tell about."""
    found: list[Aim] = []
    parts: tuple[Callable[[ModelResult], list[Aim]], ...] = (_accuracy, _pairs, _rest)
    for part in parts:
        found += part(result)
    return [aim for aim in found if not math.isnan(aim.reached)]


def above_peers(result: ModelResult) -> tuple[list[str], list[str]]:
    """Return the kinds whose lower limit of F1 is above every peer's F1, and the others."""
    above = {k: r.f1.low > best_peer(k)[1] for k, r in result.kinds.items()}
    return [k for k, is_so in above.items() if is_so], [
        k for k, is_so in above.items() if not is_so
    ]


def _accuracy(result: ModelResult) -> list[Aim]:
    if not result.kinds or result.macro_f1 is None:
        return []
    worst = min(result.kinds, key=lambda kind: result.kinds[kind].f1.value)
    above, below = above_peers(result)
    return [
        Aim("macro F1", MACRO_F1, result.macro_f1.value, is_least=True),
        Aim("F1 of the worst kind", LEAST_F1, result.kinds[worst].f1.value, True, worst),
        Aim(
            "kinds whose lower limit is above every peer",
            len(result.kinds),
            len(above),
            True,
            f"not {', '.join(below)}" if below else "",
        ),
        Aim("position error of clean lines, FWHM", ERROR_FWHM, result.error_fwhm, is_least=False),
    ]


def _pairs(result: ModelResult) -> list[Aim]:
    found = []
    for pair in result.pairs:
        if pair.separation in PAIRS:
            two, one = PAIRS[pair.separation]
            at = f"at {pair.separation:g} FWHM"
            found.append(Aim(f"P(two found, pair) {at}", two, pair.two.value, is_least=True))
            found.append(Aim(f"P(one found, single) {at}", one, pair.one.value, is_least=True))
    return found


def _rest(result: ModelResult) -> list[Aim]:
    found = []
    if result.calibration is not None:
        error = result.calibration.overall.error
        found.append(Aim("expected calibration error", CALIBRATION, error, is_least=False))
    for noise in result.noise:
        if noise.condition == "all":
            what = "false peaks in 1,000 windows of noise"
            upper = f"at most {noise.upper:.2f} (95 %)"
            found.append(Aim(what, noise_only.AIM, noise.per_1000, False, upper))
    if result.timing is not None:
        median, remark = result.timing.median, f"load by others {result.timing.load:.1f}"
        found.append(Aim("seconds a spectrum, median", SECONDS, median, False, remark))
    return found


def best_peer(kind: str) -> tuple[str, float]:
    """Return the peer with the greatest F1 on a kind, and that F1."""
    name = max(PEERS, key=lambda peer: PEERS[peer][kind])
    return name, PEERS[name][kind]
