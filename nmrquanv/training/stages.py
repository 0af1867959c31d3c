"""One progress over all stages of a training: a bar that goes from one end to the other once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nmrquanv.progress import Report

FEWEST_JUDGED, FEWEST_CALIBRATION = 12, 8
"""Simulated spectra where little was reviewed: judging is not to take many times as long as
training."""

_MANY_WINDOWS = 2400
"""Reviewed windows from which on a run is worth the whole measurement; three regions of one
spectrum give some 200."""

_STEPS = 1000


@dataclass(slots=True, eq=False)
class Stages:
    """The stages of some work, each with its share of the whole.

    Parameters
    ----------
    report : Report
        Of the whole, called in thousandths; it never goes back.
    costs : mapping of str to float
        How long each stage takes, in any unit, in their order.
    """

    report: Report
    costs: Mapping[str, float]
    _most: int = field(default=0, init=False)

    def of(self, name: str) -> Report:
        """Return the report of a stage."""
        names = list(self.costs)
        before = sum(self.costs[n] for n in names[: names.index(name)])
        whole, own = sum(self.costs.values()) or 1.0, self.costs[name]

        def part(done: int, total: int, text: str) -> None:
            share = min(done / total, 1.0) if total > 0 else 0.0
            self._most = max(self._most, round(_STEPS * (before + own * share) / whole))
            self.report(self._most, _STEPS, text)

        return part


@dataclass(frozen=True, slots=True)
class Size:
    """How much is simulated to judge a retrained model.

    Parameters
    ----------
    judged, calibration : int
        Spectra.
    per_kind : int
        Of the benchmark.
    """

    judged: int
    calibration: int
    per_kind: int

    @classmethod
    def of(cls, windows: int, most: Size) -> Size:
        """Return what so many reviewed windows are worth, of what many are."""
        share = min(1.0, windows / _MANY_WINDOWS)

        def between(least: int, wanted: int) -> int:
            return round(min(least, wanted) + share * max(0, wanted - least))

        return cls(
            between(FEWEST_JUDGED, most.judged),
            between(FEWEST_CALIBRATION, most.calibration),
            between(1, most.per_kind),
        )

    def stages(self, report: Report, steps: int) -> Stages:
        """Return the progress over all stages, weighted by the seconds that each takes."""
        costs = {
            "windows": 2.5,
            "training": 0.15 * steps,
            "judging": 0.5 * self.judged,
            "calibrating": 0.4 * self.calibration,
            "comparing": 4.0,
            "benchmark": 9.0 * self.per_kind,
        }
        return Stages(report, costs)
