"""Offers the lines by which the spectrum that is shown may be referenced."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.numbers import counted
from nmrquanv.progress import Report
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.spectra.spectrum import Spectrum

if TYPE_CHECKING:
    from nmrquanv.spectra.referencing import Offer, Offers


class ReferenceCommand(QObject):
    """Connects the action *Reference by Solvent*.

    Parameters
    ----------
    view : SpectrumView
    status : StatusBar
    """

    def __init__(self, view: SpectrumView, status: StatusBar) -> None:
        super().__init__(view)
        self._view, self._status = view, status
        self._lane = Lane(is_newest_first=True, parent=self)

    def ask(self) -> None:
        """Look for lines of known shift beside the window's thread, then ask which to take."""
        document = self._view.document
        if document is None:
            return
        spectrum, known = document.spectrum, weakref.ref(document)

        def work(report: Report) -> Offers:
            return found_in(spectrum, report)

        def show(found: Offers) -> None:
            still = known()
            if still is not None and not still.is_closed and still is self._view.document:
                self._show(still, found)

        job = Job(work)

        def tell(error: Exception) -> None:
            if known() is self._view.document:
                self._status.say(str(error))

        job.succeeded.connect(show)
        job.failed.connect(tell)
        self._status.say("Looking for lines of solvent and standard …")
        self._lane.submit(job)

    def _show(self, document: Document, found: Offers) -> None:
        from nmrquanv.gui.dialogs.reference import OffersDialog

        dialog = OffersDialog(found, self._view.window())
        known, status = weakref.ref(document), self._status

        def use(offer: Offer) -> None:
            still = known()
            if still is not None and not still.is_closed:
                still.reprocess.reference(offer.found_ppm, offer.known_ppm)
                status.say(f"Referenced by {offer.name}")

        count = len(found.offers)
        status.say(f"{counted(count, 'line') if count else 'No line'} to reference by")
        dialog.chosen.connect(use)
        close_with(document, dialog)
        dialog.open()


def found_in(spectrum: Spectrum, report: Report) -> Offers:
    """Return by which lines a spectrum may be referenced."""
    from nmrquanv.spectra.picking import pick_classical
    from nmrquanv.spectra.referencing import offers

    peaks = pick_classical(spectrum, report=report).peaks
    return offers(peaks, spectrum.sample, spectrum.axis.sf_mhz)
