"""The multiplets as a journal prints them: style, text, what is doubtful, copied as rich text."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QTextBrowser,
    QWidget,
)

from nmrquanv.errors import FormatError
from nmrquanv.gui import clipboard
from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.shell.scale import open_at
from nmrquanv.session.document import Document
from nmrquanv.session.journal import OWN, Journal, close_signals, journal_of, own_style
from nmrquanv.session.multiplet_edits import join_groups
from nmrquanv.session.settings import Settings
from nmrquanv.spectra.multiplets.doubts import CLOSE_HZ
from nmrquanv.spectra.multiplets.journal import STYLES, Style

_ACTION = QDialogButtonBox.ButtonRole.ActionRole
_JOIN_TIP = (
    f"A signal that no pattern explains, nearer than {CLOSE_HZ:g} Hz to another, becomes one with "
    "it, a range as journals print it; one undo step, and those that you made stay"
)
_PARTS = (
    ("Before the signals", "{nucleus} {iso} {nuc} {mhz} {solvent}"),
    ("Signal with couplings", "{shift} {hi} {lo} {mult} {J} {n}"),
    ("Signal without", "{shift} {hi} {lo} {mult} {n}"),
    ("13C signal", "{shift}"),
    ("Between signals", ""),
    ("At the end", ""),
    ("Between couplings", ""),
)


class JournalDialog(Dialog):
    """Follows the document while it is open.

    Signals
    -------
    copied()
        The text is on the clipboard.
    """

    copied = Signal()

    is_of_document = True

    def __init__(
        self, document: Document, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__("Journal text", parent)
        self._document, self._settings = document, settings
        self._journal: Journal | None = None
        self.style_box, self.nuclei_box = QComboBox(self), QCheckBox("&Numbers of nuclei", self)
        self.text, self.notes = QTextBrowser(self), QTextBrowser(self)
        self.own = QWidget(self)
        self.parts = [QLineEdit(self.own) for _ in _PARTS]
        self.add_buttons()
        self.copy_button = self.buttons.addButton("&Copy", _ACTION)
        self.join_button = self.buttons.addButton("&Join Close Signals", _ACTION)
        self._build()
        self._connect()
        self._refresh()

    def copy(self) -> None:
        """Put the text on the clipboard, rich and plain."""
        if self._journal is None:
            return
        data = QMimeData()
        data.setText(self._journal.plain)
        data.setHtml(self._journal.html)
        clipboard.put(data)
        self.copied.emit()

    def style_chosen(self) -> Style:
        """Return the style in use."""
        name = self.style_box.currentData()
        if name == OWN:
            return own_style(tuple(part.text() for part in self.parts))
        return STYLES[name]

    def _build(self) -> None:
        for name, style in STYLES.items():
            self.style_box.addItem(style.title, name)
        self.style_box.addItem("Own template", OWN)
        self.style_box.setAccessibleName("Style")
        wanted = self.style_box.findData(self._settings.journal_style)
        self.style_box.setCurrentIndex(max(wanted, 0))
        self.nuclei_box.setChecked(True)
        self.join_button.setToolTip(_JOIN_TIP)
        self.text.setAccessibleName("Journal text")
        self.notes.setAccessibleName("What to look at")
        form = QFormLayout(self.own)
        form.setContentsMargins(0, 0, 0, 0)
        templates = own_style(self._settings.journal_template).templates
        for (title, fields), part, text in zip(_PARTS, self.parts, templates, strict=True):
            part.setText(text)
            part.setAccessibleName(title)
            part.setToolTip(f"Fields: {fields}. {{, n}} vanishes with its comma" if fields else "")
            form.addRow(title, part)
        label = QLabel("&Style", self)
        label.setBuddy(self.style_box)
        row = in_row(label, self.style_box, self.nuclei_box, 1)
        in_column(row, self.own, (self.text, 3), (self.notes, 2), self.buttons, on=self)
        open_at(self, 640, 480)

    def _connect(self) -> None:
        self.style_box.currentIndexChanged.connect(self._on_style)
        self.nuclei_box.toggled.connect(self._refresh)
        for part in self.parts:
            part.textEdited.connect(self._on_template)
        self.copy_button.clicked.connect(self.copy)
        self.join_button.clicked.connect(self._join)
        self._document.changed.connect(self._refresh)
        close_with(self._document, self)

    def _join(self) -> None:
        join_groups(self._document, close_signals(self._document))

    def _on_style(self) -> None:
        self._settings.journal_style = str(self.style_box.currentData())
        self._refresh()

    def _on_template(self) -> None:
        self._settings.journal_template = tuple(part.text() for part in self.parts)
        self._refresh()

    def _refresh(self) -> None:
        self.own.setVisible(self.style_box.currentData() == OWN)
        self.join_button.setEnabled(bool(close_signals(self._document)))
        try:
            has_nuclei = self.nuclei_box.isChecked()
            self._journal = journal_of(self._document, self.style_chosen(), has_nuclei=has_nuclei)
        except FormatError as error:
            self._journal = None
            self.text.setPlainText("")
            self.notes.setPlainText(str(error))
            self.copy_button.setEnabled(False)
            return
        self.copy_button.setEnabled(True)
        self.text.setHtml(self._journal.html)
        parts = [
            (f"<b>{title}</b>", lines)
            for title, lines in (
                ("Look at these before you print them", self._journal.doubts),
                ("Left out", self._journal.left_out),
            )
            if lines
        ]
        self.notes.setHtml("".join(f"{t}<ul>{_listed(lines)}</ul>" for t, lines in parts))
        self.notes.setVisible(bool(parts))


def _listed(lines: tuple[str, ...]) -> str:
    return "".join(f"<li>{line.replace('<', '&lt;')}</li>" for line in lines)
