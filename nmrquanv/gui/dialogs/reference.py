"""Referencing: a line's shift typed or chosen of a list, and lines that are offered for it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.number_box import NumberBox, NumberDialog
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.numbers import fixed
from nmrquanv.spectra.referencing import KnownShift, Offer, Offers

_MOST_WIDTH = 640


class ShiftDialog(NumberDialog):
    """Asks where a line belongs; known shifts can be chosen of a list.

    Parameters
    ----------
    question : str
    box : NumberBox
        Set up for ppm.
    known : tuple of KnownShift
    parent : QWidget
    """

    def __init__(
        self, question: str, box: NumberBox, known: tuple[KnownShift, ...], parent: QWidget
    ) -> None:
        super().__init__("Reference", question, box, parent)
        self.known = QComboBox(self)
        self.known.setAccessibleName("Known shifts")
        self.known.addItem("Known shift…", None)
        for one in known:
            self.known.addItem(f"{one.name}  {fixed(one.ppm, 2)} ppm", one.ppm)
        self.known.setVisible(bool(known))
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(layout.count() - 1, self.known)
        self.known.activated.connect(self._on_known)

    def _on_known(self) -> None:
        if (ppm := self.known.currentData()) is not None:
            self.box.setValue(float(ppm))


class OffersDialog(Dialog):
    """Lists lines that a spectrum may be referenced by, and why not by others.

    Signals
    -------
    chosen(Offer)
        At OK.
    """

    chosen = Signal(object)

    def __init__(self, found: Offers, parent: QWidget) -> None:
        super().__init__("Reference by Solvent or Standard", parent)
        self._offers = found.offers
        self.list = QListWidget(self)
        self.list.setAccessibleName("Lines to reference by")
        self.add_buttons(Button.Ok | Button.Cancel if found.offers else Button.Close)
        for offer in found.offers:
            self.list.addItem(QListWidgetItem(offer_text(offer)))
        self.list.setVisible(bool(found.offers))
        words = QLabel(
            "The spectrum can be referenced by:"
            if found.offers
            else "No line is surely one of known shift; click one with the reference tool instead."
        )
        self.reasons = QLabel("\n".join(f"• {reason}" for reason in found.reasons))
        for label in (words, self.reasons):
            label.setWordWrap(True)
        # a line of known shift is told in one row, to be read without rolling
        row = self.list.sizeHintForColumn(0) + 2 * self.list.frameWidth()
        self.list.setMinimumWidth(min(row, scaled(_MOST_WIDTH)))
        in_column(words, self.list, self.reasons, self.buttons, on=self, width=460)
        self.list.setCurrentRow(0)
        self.list.itemDoubleClicked.connect(lambda _: self.accept())

    def accept(self) -> None:
        """Hand over the line that is chosen."""
        row = self.list.currentRow()
        if 0 <= row < len(self._offers):
            self.chosen.emit(self._offers[row])
        super().accept()


def offer_text(offer: Offer) -> str:
    """Return an offer in one line: what, where it stands, where it belongs, by how much."""
    by = fixed(offer.shift_ppm, 4)
    sign = "" if by.startswith("-") else "+"
    lines = f", {offer.lines} lines" if offer.lines > 1 else ""
    snr = f", S/N {fixed(offer.snr, 0)}" if offer.snr is not None else ""
    return (
        f"{offer.name}: {fixed(offer.found_ppm, 4)} → {fixed(offer.known_ppm, 2)} ppm"
        f" ({sign}{by} ppm{lines}{snr})"
    )
