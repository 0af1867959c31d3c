"""The stack of a window: which spectra are in it, what is done to them, what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.requests import processed
from nmrquanv.session.stack import Stack, StackTrace
from nmrquanv.session.stack_reading import read_rows, rows_of
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.several import Term, summed
from nmrquanv.spectra.starting_recipe import spectrum_recipe


class Stacking(QObject):
    """Holds a :class:`Stack`, and keeps its traces as their documents are.

    Signals
    -------
    changed()
        Another stack is in the place of the one before.
    failed(str, Exception)
        What could not be read, and why.
    busy(bool)
        Rows are being read, or no longer.
    rows_changed()
        The window shows another data set: with other rows, or none.
    """

    changed = Signal()
    failed = Signal(str, object)
    busy = Signal(bool)
    rows_changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._lane = Lane(is_newest_first=False, parent=self)
        self._documents: dict[str, Document] = {}
        self._followers: dict[str, Callable[[], None]] = {}
        self.stack = Stack()
        workspace.closed.connect(self._on_closed)
        workspace.current_changed.connect(self.rows_changed)

    def set_stack(self, stack: Stack) -> None:
        """Put another stack in the place of the present one."""
        gone = {t.id for t in self.stack.traces} - {t.id for t in stack.traces}
        for trace_id in gone:
            self._let_go(trace_id)
        self.stack = stack
        self.changed.emit()

    # --- what is in it -------------------------------------------------------------------------

    def add_open(self) -> int:
        """Put the open spectra on top that are not in the stack yet; return how many."""
        known = set(self._documents.values())
        new = [d for d in self._workspace.documents if d not in known]
        for document in new:
            self._follow(document)
        if new:
            self.changed.emit()
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
            self.set_stack(self.stack.without(shown).with_traces(*traces))

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
        traces = [trace for one in ids if (trace := self.stack.trace(one)) is not None]
        terms = [trace.term(sign) for trace, sign in zip(traces, signs, strict=True)]
        words = [(" − " if sign < 0 else " + ") + trace.name
                 for trace, sign in zip(traces, signs, strict=True)]  # fmt: skip
        name = "".join(words).removeprefix(" + ").strip()
        self._workspace.open_made(name, lambda report: processed(_made(terms), report))

    def take_integrals(self) -> int:
        """Make regions of the integrals of the spectrum that is shown; return how many."""
        document, stack = self._workspace.current, self.stack
        integrals = document.integrals if document is not None else ()
        for one in integrals:
            stack = stack.with_region(one.high_ppm, one.low_ppm)
        if integrals:
            self.set_stack(stack)
        return len(integrals)

    def integrate_all(self) -> int:
        """Make the regions integrals of all open spectra of the stack; return how many spectra."""
        for trace_id, document in self._documents.items():
            trace = self.stack.trace(trace_id)
            shift = trace.shift_ppm if trace is not None else 0.0
            wanted = (Integral(high - shift, low - shift) for high, low in self.stack.regions)
            document.edit.import_integrals(wanted)
        return len(self._documents)

    # --- documents -----------------------------------------------------------------------------

    def _follow(self, document: Document) -> None:
        trace = StackTrace(document.name, document.spectrum)

        def renew() -> None:
            spectrum = document.spectrum
            self.set_stack(self.stack.changed(trace.id, lambda t: replace(t, spectrum=spectrum)))

        document.spectrum_changed.connect(renew)
        self._documents[trace.id], self._followers[trace.id] = document, renew
        self.stack = self.stack.with_traces(trace)

    def _let_go(self, trace_id: str) -> None:
        document = self._documents.pop(trace_id, None)
        if document is not None:
            document.spectrum_changed.disconnect(self._followers.pop(trace_id))

    def _on_closed(self, document: Document) -> None:
        ids = self._ids_of((document,))
        if ids:
            self.set_stack(self.stack.without(ids))

    def _rows_shown(self, path: str) -> frozenset[str]:
        """Return the traces of open rows of a data set, of which all rows come now."""
        sources = {one: d.dataset.source for one, d in self._documents.items()}
        return frozenset(
            one for one, s in sources.items() if s.path == path and s.kind.startswith("row ")
        )

    def _ids_of(self, documents: Iterable[Document]) -> frozenset[str]:
        wanted = set(documents)
        return frozenset(one for one, document in self._documents.items() if document in wanted)


def _made(terms: Sequence[Term]) -> DataSet:
    spectrum = summed(terms)
    return DataSet(spectrum, spectrum_recipe(), (spectrum.source.kind,))
