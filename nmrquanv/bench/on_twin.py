"""What to expect of each finder on spectra like one's own: measured on the spectrum's twin.

The spectrum's lines are fitted (:mod:`nmrquanv.bench.twin_fit`) and simulated anew
(:mod:`nmrquanv.spectra.simulation.twin`) with several draws of noise, and each finder is held
against them, with the thresholds in use.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from nmrquanv.bench.markdown_tables import interval, table
from nmrquanv.bench.twin_fit import FittedTwin
from nmrquanv.finders import Polarity
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Report, shared, silent_report
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.scoring import Score, score
from nmrquanv.spectra.simulation.twin import Twin
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.statistics import Interval, wilson

DRAWS = 4
"""Of noise, unless told otherwise."""

_SEED = 20_281_128

CAVEAT = (
    "The twin holds the lines of the list alone: what nobody found in the original is not in it,"
    " and lines that the list has too many are true there. A list of one finder favours this"
    " finder a little. Phase errors and artefacts of the original are not made anew."
)


@dataclass(frozen=True, slots=True)
class TwinPlan:
    """What is held against a twin.

    Parameters
    ----------
    finders : tuple of str
    thresholds : Thresholds
        Those in use; satellites are shown, since they are excused.
    draws : int, >= 1
        Of noise.
    polarity : "auto" | "positive" | "negative" | "both"
    """

    finders: tuple[str, ...]
    thresholds: Thresholds = field(default_factory=Thresholds)
    draws: int = DRAWS
    polarity: Polarity = "auto"

    def __post_init__(self) -> None:
        if not self.finders or self.draws < 1:
            raise ValueError(f"a twin is measured with a finder and a draw at least, got {self}")


@dataclass(frozen=True, slots=True)
class OnTwin:
    """A finder on the draws of a twin.

    Parameters
    ----------
    scores : tuple of Score
        Of each draw.
    """

    scores: tuple[Score, ...]

    @property
    def recall(self) -> Interval:
        """Share of the lines that were found."""
        return self._share([s.n_right + s.n_missed for s in self.scores])

    @property
    def precision(self) -> Interval:
        """Share of the peaks that are right."""
        return self._share([s.n_right + s.n_false for s in self.scores])

    @property
    def error_hz(self) -> float | None:
        """Mean distance of the right peaks from their lines."""
        known = [s.error_hz for s in self.scores if s.error_hz is not None]
        return float(np.mean(known)) if known else None

    def _share(self, totals: list[int]) -> Interval:
        looks = len(totals)
        return wilson(sum(s.n_right for s in self.scores) / looks, sum(totals) / looks)


@dataclass(frozen=True, slots=True)
class TwinResult:
    """What each finder is worth on spectra like one.

    Parameters
    ----------
    finders : dict of str to OnTwin
    lines : int
        True lines of 6 sigma and more.
    draws : int
    shape_error : float
    has_field : bool
    """

    finders: dict[str, OnTwin]
    lines: int
    draws: int
    shape_error: float
    has_field: bool

    def words(self) -> str:
        """Return what the numbers rest on."""
        shape = "the shape of its own lines" if self.has_field else "even shapes"
        draws = f"{self.draws} draw{'s' if self.draws > 1 else ''} of noise"
        return (
            f"{self.lines} true lines of 6 sigma and more, {draws}, lines of {shape}: the fit"
            f" misses the original's by {100 * self.shape_error:.2g} % of their height. 95 %"
            f" intervals are those of {self.lines} lines: draws are no new lines."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        finders = {
            name: {
                "recall": asdict(one.recall),
                "precision": asdict(one.precision),
                "error_hz": one.error_hz,
                "draws": [asdict(s) for s in one.scores],
            }
            for name, one in self.finders.items()
        }
        said = {"lines": self.lines, "draws": self.draws, "shape_error": self.shape_error}
        return {"finders": finders} | said | {"has_field": self.has_field, "caveat": CAVEAT}


def measure_twin(fitted: FittedTwin, plan: TwinPlan, report: Report = silent_report) -> TwinResult:
    """Hold finders against the twin's lines, in several draws of noise.

    Parameters
    ----------
    fitted : FittedTwin
    plan : TwinPlan
    report : Report
        May cancel.
    """
    twin, shown = fitted.twin, replace(plan.thresholds, shows_satellites=True)
    scores: dict[str, list[Score]] = {finder: [] for finder in plan.finders}
    steps = [(draw, finder) for draw in range(plan.draws) for finder in plan.finders]
    for number, (draw, finder) in enumerate(steps):
        part = _told(shared(report, number, len(steps)), f"draw {draw + 1}, {finder}")
        spectrum = drawn(twin, draw)
        found = find_peaks(spectrum, finder, polarity=plan.polarity, report=part)
        found = as_listed(found, shown, spectrum)
        scores[finder].append(score(found, twin.lines, spectrum.axis, twin.sigma))
    report(100, 100, "twin measured")
    first = scores[plan.finders[0]][0]
    return TwinResult(
        {finder: OnTwin(tuple(own)) for finder, own in scores.items()},
        first.n_right + first.n_missed,
        plan.draws,
        fitted.shape_error,
        fitted.has_field,
    )


def drawn(twin: Twin, draw: int) -> Spectrum:
    """Return the twin with the noise of a draw: the same at every call."""
    return twin.drawn(np.random.default_rng([_SEED, draw]))


def _told(report: Report, what: str) -> Report:
    """Return a report that says what is measured and never goes back, whatever a finder does."""
    most = 0.0

    def part(done: int, total: int, text: str) -> None:
        nonlocal most
        most = max(most, min(done / max(total, 1), 1.0))
        report(round(1000 * most), 1000, what)

    return part


def markdown(result: TwinResult) -> str:
    """Return the figures as a table, with what they rest on."""
    rows = [
        [
            finder,
            interval(one.recall),
            interval(one.precision),
            "-" if one.error_hz is None else f"{one.error_hz:.3f}",
        ]
        for finder, one in result.finders.items()
    ]
    head = ["finder", "recall", "precision", "position error, Hz"]
    return "\n\n".join([result.words(), table(head, rows), CAVEAT]) + "\n"
