"""The synthetic twin of a document: measured in the background, opened as a spectrum of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nmrquanv.finders import BUILT_IN, Polarity, stacked
from nmrquanv.progress import Report
from nmrquanv.session import state_changes
from nmrquanv.session.document import Document
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Outcome, Recipe

if TYPE_CHECKING:
    from nmrquanv.bench.on_twin import TwinResult
    from nmrquanv.bench.twin_fit import FittedTwin

_FIT_SHARE = 0.1
"""Of the time that a measurement takes, the part until the twin is there."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredTwin:
    """A twin with what each finder finds in it, and what it was made of.

    Parameters
    ----------
    fitted : FittedTwin
    result : TwinResult
    made_of : tuple
        Spectrum, list and thresholds: where these are others, it is the twin of before.
    """

    fitted: FittedTwin
    result: TwinResult
    made_of: tuple[object, ...]

    def is_of(self, document: Document) -> bool:
        """Whether the document is still what the twin was made of."""
        now = _parts(document)
        return all(a is b for a, b in zip(self.made_of, now, strict=True))


def _parts(document: Document) -> tuple[object, ...]:
    return document.spectrum, document.peaks, document.thresholds


def twin_work(
    document: Document, polarity: Polarity = "auto", draws: int | None = None
) -> Callable[[Report], MeasuredTwin]:
    """Return the work that measures a document's twin with the finders that were asked.

    Parameters
    ----------
    document : Document
        Its shown peaks, hidden satellites too, are the twin's lines. Without any layer the
        program's own finders are measured.
    polarity : "auto" | "positive" | "negative" | "both"
    draws : int or None
        Of noise; None takes the usual number.
    """
    spectrum, thresholds = document.spectrum, document.thresholds
    shown = replace(document.state, thresholds=replace(thresholds, shows_satellites=True))
    peaks = state_changes.passing(shown, document.peaks)
    finders, made_of = tuple(stacked(document.layers)) or BUILT_IN, _parts(document)

    def work(report: Report) -> MeasuredTwin:
        from nmrquanv.bench.on_twin import DRAWS, TwinPlan, measure_twin
        from nmrquanv.bench.twin_fit import fitted_twin

        def fitting(done: int, total: int, text: str) -> None:
            share = done / max(total, 1)
            report(round(100 * _FIT_SHARE * share), 100, "fitting the spectrum's lines")

        def measuring(done: int, total: int, text: str) -> None:
            share = _FIT_SHARE + (1 - _FIT_SHARE) * done / max(total, 1)
            report(round(1000 * share), 1000, text)

        fitted = fitted_twin(spectrum, peaks, fitting)
        plan = TwinPlan(finders, thresholds, draws or DRAWS, polarity)
        return MeasuredTwin(fitted, measure_twin(fitted, plan, measuring), made_of)

    return work


def opened_twin(measured: MeasuredTwin, draw: int = 0) -> tuple[DataSet, Outcome]:
    """Return a draw of a twin as a data set whose lines are known, and what is shown of it."""
    from nmrquanv.bench.on_twin import drawn

    twin = measured.fitted.twin
    spectrum = drawn(twin, draw)
    dataset = DataSet(spectrum, Recipe(), (spectrum.source.kind,), twin.lines)
    return dataset, dataset.recipe.run(spectrum)
