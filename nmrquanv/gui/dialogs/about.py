"""What the program is, and under which licences it comes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from nmrquanv.session.licences import licences
from nmrquanv.version import __version__


class AboutBox(QMessageBox):
    """Tells version and licence; its details are the licences of what the program is built on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About nmrquanv")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(
            f"<b>nmrquanv {__version__}</b><br>Finds peaks in 1D NMR spectra with a "
            "quanvolutional network, beside a classical one.<br>MIT licence. Details: the licences"
            " of what it is built on (Qt by the LGPL)."
        )
        self.setDetailedText(licences())
