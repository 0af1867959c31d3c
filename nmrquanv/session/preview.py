"""A recipe tried out while a person turns a knob: shown, and nothing of the document changes.

The newest request wins; one that runs may end and be shown, so that the plot follows the hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from nmrquanv.progress import Report
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.spectra.recipe import Outcome, Phase, Recipe
from nmrquanv.spectra.spectrum import Fid, Spectrum


def held(recipe: Recipe, drawn: Recipe) -> Recipe:
    """Return a recipe whose automatic phase is the one that the drawn spectrum has.

    Looking for it anew would take most of the time of a preview.
    """
    wanted, found = recipe.step(Phase), drawn.step(Phase)
    if wanted is None or found is None or wanted.mode != "automatic":
        return recipe
    angles = replace(wanted, mode="manual", ph0_deg=found.ph0_deg, ph1_deg=found.ph1_deg)
    return recipe.with_step(angles)


class Preview(QObject):
    """Runs what is only looked at.

    Signals
    -------
    shown(Outcome or None)
        What the recipe gives; None when the preview has ended.
    failed(Exception)
        The recipe cannot work; what was shown before stays.
    """

    shown = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Lane(is_newest_first=True, parent=self)
        self._turn = 0
        self._is_on = False

    @property
    def is_on(self) -> bool:
        """Whether something is being tried out."""
        return self._is_on

    def show(self, data: Fid | Spectrum, recipe: Recipe) -> None:
        """Run a recipe and show what it gives, unless the preview ends before."""
        turn = self._turn
        self._is_on = True

        def work(report: Report) -> Outcome:
            return recipe.run(data, report)

        job = Job(work)
        job.succeeded.connect(lambda outcome: self._tell(self.shown.emit, turn, outcome))
        job.failed.connect(lambda error: self._tell(self.failed.emit, turn, error))
        self._lane.submit(job, lets_running_end=True)

    def end(self) -> None:
        """Stop; who shows it goes back to the document's own spectrum."""
        if not self._is_on:
            return
        self._is_on = False
        self._turn += 1
        self._lane.cancel()
        self.shown.emit(None)

    def _tell(self, emit: Callable[[object], object], turn: int, what: object) -> None:
        if turn == self._turn:
            emit(what)
