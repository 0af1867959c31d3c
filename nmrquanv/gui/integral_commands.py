"""What the actions about integrals do: integrate the signals, set the sum, say why not."""

from __future__ import annotations

from PySide6.QtCore import QObject

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.actions import Slots
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.number_box import NumberBox
from nmrquanv.gui.panels.integrals import Integrals
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.numbers import counted
from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import integrate_signals, set_sum_of_integrals

_MOST_NUCLEI = 10_000.0


class IntegralCommands(QObject):
    """Does what the actions about integrals say.

    Parameters
    ----------
    view : SpectrumView
    panel : Integrals
    status : StatusBar
    parent : QObject
    """

    def __init__(
        self, view: SpectrumView, panel: Integrals, status: StatusBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view, self._panel, self._status = view, panel, status
        panel.wanted.connect(self.integrate)
        panel.sum_wanted.connect(self.ask_sum)
        panel.table.copied.connect(lambda: status.say("The integrals are on the clipboard"))
        view.editing.told.connect(status.say)

    def slots(self) -> Slots:
        """Return what its action does."""
        return {"integrate": self.integrate}

    def integrate(self) -> None:
        """Integrate every signal, and say what came of it."""
        document = self._view.document
        if document is None:
            return
        try:
            added = integrate_signals(document)
        except NmrQuanvError as error:
            self._status.say(str(error))
            return
        self._status.say(
            f"{counted(added, 'signal')} integrated"
            if added
            else "Nothing to integrate: find peaks first, or every signal has its integral"
        )

    def ask_sum(self) -> None:
        """Ask how many nuclei all integrals count together."""
        from nmrquanv.gui.plot.context_menu import ask_number

        document = self._view.document
        if document is None or not document.integrals:
            return
        numbers = [n for _, n in document.integral_values().values() if n is not None]
        box = NumberBox()
        box.set_up((0.01, _MOST_NUCLEI), sum(numbers) if sum(numbers) > 0 else 1.0, decimals=2)
        words = ("Set Sum", "All integrals together count so many nuclei:")
        dialog = ask_number(self._view, words, box, lambda n: self._set_sum(document, n))
        close_with(document, dialog)

    def _set_sum(self, document: Document, nuclei: float) -> None:
        try:
            set_sum_of_integrals(document, nuclei)
        except NmrQuanvError as error:
            self._status.say(str(error))
