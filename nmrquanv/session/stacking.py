"""The stack of a window: which spectra are in it, what is done to them, what is made of them.

Each change is a step of the stack's own undo. Spectra that are opened, processed or closed change
by themselves: the steps before follow, and hold nothing of what is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import why_no_areas
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.place_edits import set_places
from nmrquanv.session.stack import Stack, StackTrace
from nmrquanv.session.stack_deeds import Deed, Given, OpenedSum
from nmrquanv.session.stack_reading import read_rows, rows_of
from nmrquanv.session.undo import Edit, new_gesture, step_at
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.peaks import new_peak_id
from nmrquanv.spectra.several import Term

Use = Literal["integrals", "searched", "excluded"]
"""What the regions of a stack become in its spectra."""

_USED: dict[Use, str] = {
    "integrals": "Integrate in All",
    "searched": "Search in All",
    "excluded": "Exclude in All",
}


class Stacking(QObject):
    """Holds a :class:`Stack`, and keeps its traces as their documents are.

    Signals
    -------
    changed()
        Another stack is in the place of the one before.
    told(str)
        What undo or redo could not do.
    failed(str, Exception)
        What could not be read, and why.
    busy(bool)
        Rows are being read, or no longer.
    rows_changed()
        The window shows another data set: with other rows, or none.
    """

    changed = Signal()
    told = Signal(str)
    failed = Signal(str, object)
    busy = Signal(bool)
    rows_changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._lane = Lane(is_newest_first=False, parent=self)
        self._documents: dict[str, Document] = {}
        self._followers: dict[str, Callable[[], None]] = {}
        self._deeds: dict[str, Deed] = {}
        self._stack = Stack()
        self.undo_stack = QUndoStack(self)
        workspace.closed.connect(self._on_closed)
        workspace.current_changed.connect(self.rows_changed)

    # --- the stack, and how it changes ---------------------------------------------------------

    @property
    def stack(self) -> Stack:
        """What is shown."""
        return self._stack

    @property
    def state(self) -> Stack:
        """What undo and redo swap: the stack."""
        return self._stack

    def push(self, text: str, stack: Stack, gesture: int | None = None) -> None:
        """Put another stack in the place of the present one: one undo step of that text."""
        if stack != self._stack:
            self.undo_stack.push(Edit(self, text, stack, gesture))

    def show_state(self, state: Stack) -> None:
        """Put a stack in the place of the present one, with what was made of it elsewhere.

        Only undo commands call this.
        """
        before, self._stack = self._stack.deeds, state
        self.changed.emit()
        new = (self._deeds.get(one) for one in state.deeds if one not in before)
        said = [deed.do() for deed in new if deed is not None]
        said += [self._deeds[one].take_back() for one in before if one not in state.deeds]
        if text := " ".join(filter(None, said)):
            self.told.emit(text)

    # --- what is in it -------------------------------------------------------------------------

    def add_open(self) -> int:
        """Put the open spectra on top that are not in the stack yet; return how many.

        What an untouched stack is filled with is no step.
        """
        return self._put("Add Open Spectra", self._workspace.documents)

    def add(self, document: Document) -> None:
        """Put an open spectrum on top, if it is not in the stack yet."""
        self._put("Add Spectrum", (document,))

    def _put(self, text: str, documents: Sequence[Document]) -> int:
        known = {trace.id for trace in self._stack.traces}
        new = [d for d in documents if self._id_of(d) not in known]
        traces = [_as_it_is(StackTrace(d.name, d.spectrum, id=self._followed(d)), d) for d in new]
        stack = self._stack.with_traces(*traces)
        if self._stack.traces or self.undo_stack.count():
            self.push(text, stack)
        elif new:
            self.show_state(stack)
        return len(new)

    def rows(self) -> tuple[str, ...]:
        """Return the rows of the data set that the window shows."""
        document = self._workspace.current
        return rows_of(document.dataset) if document is not None else ()

    def add_rows(self) -> None:
        """Read all rows of the data set that the window shows, and put them on top."""
        document = self._workspace.current
        if document is None or not self.rows():
            return
        dataset, recipe = document.dataset, document.recipe

        def put(traces: tuple[StackTrace, ...]) -> None:
            shown = self._rows_shown(dataset.source.path)
            self.push("Add Rows", self._stack.without(shown).with_traces(*traces))

        job = Job(lambda report: read_rows(dataset, recipe, report))
        job.succeeded.connect(put)
        job.failed.connect(lambda error: self.failed.emit(dataset.source.path, error))
        self.busy.emit(True)
        self._lane.submit(job)
        job.ended.connect(lambda: self.busy.emit(self._lane.is_busy))  # the lane knows it by then

    def cancel(self) -> None:
        """Stop reading rows."""
        self._lane.cancel()

    # --- what is made of it --------------------------------------------------------------------

    def open_sum(self, ids: Sequence[str], signs: Sequence[float]) -> None:
        """Open a sum of traces as a spectrum of its own, in the background.

        Parameters
        ----------
        ids : sequence of str
            Two or more; the first gives axis and sample.
        signs : sequence of float
            +1 or -1 for each.
        """
        signed = dict(zip(ids, signs, strict=True))
        traces = [trace for one in ids if (trace := self._stack.trace(one)) is not None]
        words = [(" − " if signed[t.id] < 0 else " + ") + t.name for t in traces]

        def terms() -> list[Term]:
            return [t.term(s) for one, s in signed.items() if (t := self._stack.trace(one))]

        deed = OpenedSum(self._workspace, "".join(words).removeprefix(" + ").strip(), terms)
        text = "Difference" if min(signs) < 0 else "Sum"
        deed.open(lambda: self._push_done(text, deed))

    def take_integrals(self) -> int:
        """Make regions of the integrals of the spectrum that is shown; return how many."""
        document, stack = self._workspace.current, self._stack
        integrals = document.integrals if document is not None else ()
        for one in integrals:
            stack = stack.with_region(one.high_ppm, one.low_ppm)
        self.push("Take Integrals", stack)
        return len(integrals)

    def use_regions(self, use: Use) -> tuple[int, str]:
        """Make the regions integrals of all open spectra of the stack, or places to search or not.

        Returns
        -------
        int, str
            How many spectra were changed, one step in each and one of the stack; which are left
            out and why, empty where none is.
        """
        gesture, changed, refused = new_gesture(), [], []
        for trace in self._stack.traces:
            document = self._documents.get(trace.id)
            if document is None:
                continue
            if use == "integrals" and (reason := why_no_areas(document)):
                refused.append(f"Not in '{document.name}': {reason}.")
                continue
            before = document.undo_stack.index()
            own = tuple((h - trace.shift_ppm, w - trace.shift_ppm) for h, w in self._stack.regions)
            _use(document, use, own, gesture)
            changed += [document] if document.undo_stack.index() != before else []
        if changed:
            self._push_done(_USED[use], Given(changed, gesture))
        return len(changed), " ".join(refused)

    def _push_done(self, text: str, deed: Deed) -> None:
        """Push a step that was done elsewhere already."""
        one = new_peak_id()
        self.push(text, replace(self._stack, deeds=(*self._stack.deeds, one)))
        self._deeds[one] = deed  # from now on: it is not done twice

    # --- documents -----------------------------------------------------------------------------

    def _id_of(self, document: Document) -> str:
        return next((one for one, d in self._documents.items() if d is document), "")

    def _followed(self, document: Document) -> str:
        """Return the id of a document's trace, which follows it from now on until it is closed."""
        if known := self._id_of(document):
            return known
        one = new_peak_id()

        def renew() -> None:
            self._revise(lambda s: s.changed(one, lambda t: _as_it_is(t, document)))

        document.spectrum_changed.connect(renew)
        self._documents[one], self._followers[one] = document, renew
        return one

    def _on_closed(self, document: Document) -> None:
        if one := self._id_of(document):
            document.spectrum_changed.disconnect(self._followers.pop(one))
            del self._documents[one]
            self._revise(lambda s: s.without(frozenset((one,))))

    def _revise(self, change: Callable[[Stack], Stack]) -> None:
        """Change the stack, and what undo and redo know of it, without a step."""
        for number in range(self.undo_stack.count()):
            step = step_at(self.undo_stack, number)
            if step is not None:
                step.revise(change)
        self._stack = change(self._stack)
        self.changed.emit()

    def _rows_shown(self, path: str) -> frozenset[str]:
        """Return the traces of open rows of a data set, of which all rows come now."""
        sources = {one: d.dataset.source for one, d in self._documents.items()}
        return frozenset(
            one for one, s in sources.items() if s.path == path and s.kind.startswith("row ")
        )


def _as_it_is(trace: StackTrace, document: Document) -> StackTrace:
    """Return a trace with the spectrum that its document has now."""
    return replace(trace, spectrum=document.spectrum, has_areas=not why_no_areas(document))


def _use(document: Document, use: Use, regions: tuple[PpmRange, ...], gesture: int) -> None:
    if use == "integrals":
        wanted = (Integral(high, low) for high, low in regions)
        document.edit.import_integrals(wanted, "Integrate as in the Stack", gesture)
    else:
        set_places(document, use, regions, gesture)
