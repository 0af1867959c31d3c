"""What the project wants its default models to reach on the benchmark, and whether they do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from nmrquanv.study import noise_only
from nmrquanv.study.benchmark import ModelResult
from nmrquanv.study.peers import best_peer

MACRO_F1, LEAST_F1, ERROR_FWHM, SECONDS, CALIBRATION = 0.955, 0.90, 0.012, 0.5, 0.03
PAIRS = {0.8: (0.97, 0.98), 0.5: (0.80, 0.98)}
"""For a separation in FWHM: P(two found | pair), P(one found | single)."""


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
    for timing in result.timing[:1]:
        remark = f"{timing.threads} threads; load by others {timing.load:.1f}"
        found.append(Aim("seconds a spectrum, median", SECONDS, timing.median, False, remark))
    return found
