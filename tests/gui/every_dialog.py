"""How each dialog and page of the program is opened: what tests of all of them go through."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import (
    QApplication,
    QColorDialog,
    QDialog,
    QFileDialog,
    QInputDialog,
    QMessageBox,
    QWidget,
)

import nmrquanv.gui
from nmrquanv.errors import FormatError
from nmrquanv.gui.dialogs.about import AboutBox
from nmrquanv.gui.dialogs.choose_data_set import ChooseDataSetDialog
from nmrquanv.gui.dialogs.choose_spectra import ChooseSpectraDialog, UsedPart
from nmrquanv.gui.dialogs.dialog import Dialog
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.gui.dialogs.explanation import ExplainDialog
from nmrquanv.gui.dialogs.export import ExportDialog
from nmrquanv.gui.dialogs.export_base import ExportAsking
from nmrquanv.gui.dialogs.impurities import ImpuritiesDialog
from nmrquanv.gui.dialogs.journal import JournalDialog
from nmrquanv.gui.dialogs.models import ModelsDialog
from nmrquanv.gui.dialogs.published import PublishedDialog
from nmrquanv.gui.dialogs.recovery import RecoveryDialog
from nmrquanv.gui.dialogs.reference import OffersDialog, ShiftDialog
from nmrquanv.gui.dialogs.save_as import SaveAsDialog
from nmrquanv.gui.dialogs.settings import SettingsDialog
from nmrquanv.gui.dialogs.stack_export import StackExportDialog
from nmrquanv.gui.dialogs.synthetic import SyntheticDialog
from nmrquanv.gui.dialogs.text_import import TextImportDialog
from nmrquanv.gui.dialogs.training import TrainingDialog
from nmrquanv.gui.main_window import MainWindow
from nmrquanv.gui.number_box import NumberBox, NumberDialog
from nmrquanv.gui.pages.batch_page import BatchPage
from nmrquanv.gui.pages.circuit import CircuitPage
from nmrquanv.gui.pages.page import Page
from nmrquanv.gui.pages.playground_page import PlaygroundPage
from nmrquanv.gui.pages.stack_page import StackPage
from nmrquanv.gui.pages.study import StudyPage
from nmrquanv.gui.plot.context_menu import ContextMenu, ask_number, ask_reference
from nmrquanv.gui.shell.guide import Guide
from nmrquanv.gui.shell.key_sheet import KeySheet
from nmrquanv.gui.shell.palette import Palette
from nmrquanv.gui.shell.shortcuts import Shortcuts
from nmrquanv.io.summaries import DataSetSummary
from nmrquanv.io.text_guess import guessed
from nmrquanv.session.recovery import Listing, Recoverable
from nmrquanv.session.text_trial import TextTrial
from nmrquanv.spectra.referencing import Offer, Offers
from nmrquanv.spectra.spectrum import Sample

Open = Callable[[MainWindow, Path], object]


def _by(action: str) -> Open:
    return lambda window, _: window.actions_by_id[action].trigger()


def _number(window: MainWindow, _: Path) -> object:
    box = NumberBox()
    box.set_up((0.01, 10_000.0), 3.0, decimals=2)
    return ask_number(window, ("Set Sum", "All integrals together count so many nuclei:"), box, id)


def _error(window: MainWindow, folder: Path) -> object:
    error = FormatError(f"'{folder / 'a spectrum' / 'fid'}' ends after 12 of 65,536 points")
    return show_error("The spectrum could not be opened", error, window)


def _offers(window: MainWindow, _: Path) -> object:
    offers = (Offer("CDCl3", 77.21, 77.16, 3, 812.0), Offer("TMS", 0.02, 0.0, 1, 55.0))
    dialog = OffersDialog(Offers(offers, ("Water stands under another line",)), window)
    dialog.open()
    return dialog


def _explain(window: MainWindow, _: Path) -> object:
    dialog = ExplainDialog(window.view.document, window)
    dialog.show()
    return dialog


def _choose_spectra(window: MainWindow, _: Path) -> object:
    rows = (("menthol/10", ""), ("cyclosporin/1", "from a processed spectrum"))
    parts = (UsedPart("thresholds", "Thresholds"), UsedPart("integrals", "Integrals", is_on=False))
    dialog = ChooseSpectraDialog("Use on Others", "These are taken over:", rows, window, parts)
    dialog.open()
    return dialog


def _stack(window: MainWindow) -> StackPage:
    window.actions_by_id["stack"].trigger()
    tops = (w for w in QApplication.topLevelWidgets() if w.isVisible())
    return next(w for w in tops if isinstance(w, StackPage))


def _stack_export(window: MainWindow, _: Path) -> object:
    page = _stack(window)
    page.top.actions_by_id["export"].trigger()
    return page


def _recovery(window: MainWindow, folder: Path) -> object:
    left = Recoverable(
        folder, "menthol/10", datetime(2024, 5, 3, 12, 30, tzinfo=UTC), "Add Peak",
        folder / "menthol.nmrq", "its file was changed since",
    )  # fmt: skip
    listing = Listing((left,), ("'x' cannot be read: it ends too early",))
    dialog = RecoveryDialog(window.recovery, listing, window)
    dialog.open()
    return dialog


def _text_import(window: MainWindow, folder: Path) -> object:
    path = folder / "columns.txt"
    path.write_text("\n".join(f"{8 - k / 50:.3f} {k % 7 + 0.5:.2f}" for k in range(400)))
    trial = TextTrial(guessed(path, is_said=True), window.settings)
    dialog = TextImportDialog(trial, can_import=True, parent=window)
    dialog.open()
    return dialog


def _choose_data_set(window: MainWindow, folder: Path) -> object:
    summaries = (
        DataSetSummary(Sample("1H", "CDCl3"), "2010-06-08"),
        DataSetSummary(Sample("13C", "CDCl3"), problem="fid: truncated"),
    )
    choices = (str(folder / "10"), str(folder / "11"))
    dialog = ChooseDataSetDialog(str(folder), choices, summaries, window)
    dialog.open()
    return dialog


def _question(window: MainWindow, _: Path) -> object:
    document = window.view.document
    document.edit.add_peak(4.0, snap=False)
    return window.closing.close_document(document)


def _label(window: MainWindow, _: Path) -> object:
    menu = ContextMenu(window.view, QPointF(5.0, 5.0), window.actions_by_id)
    return menu._ask_label(window.view.document.peaks.peaks[0])


def _colour(window: MainWindow, _: Path) -> object:
    page = _stack(window)
    page.table.selectRow(0)
    assert page.buttons["colour"].isEnabled(), page.stacking.stack
    page.buttons["colour"].click()
    return page


OPENERS: dict[type[QWidget], Open] = {
    AboutBox: _by("about"),
    BatchPage: _by("batch"),
    ChooseDataSetDialog: _choose_data_set,
    ChooseSpectraDialog: _choose_spectra,
    CircuitPage: _by("circuit"),
    ErrorDialog: _error,
    ExplainDialog: _explain,
    ExportDialog: _by("export"),
    Guide: _by("guide"),
    ImpuritiesDialog: _by("impurities"),
    JournalDialog: _by("journal"),
    KeySheet: _by("keys"),
    ModelsDialog: _by("models"),
    NumberDialog: _number,
    OffersDialog: _offers,
    Palette: _by("palette"),
    PlaygroundPage: _by("playground"),
    PublishedDialog: _by("published"),
    QColorDialog: _colour,
    QFileDialog: _by("open_file"),
    QInputDialog: _label,
    QMessageBox: _question,
    RecoveryDialog: _recovery,
    SaveAsDialog: _by("save_as"),
    SettingsDialog: _by("settings"),
    ShiftDialog: lambda window, _: ask_reference(window.view, 7.26),
    Shortcuts: _by("shortcuts"),
    StackExportDialog: _stack_export,
    StackPage: _by("stack"),
    StudyPage: _by("study"),
    SyntheticDialog: _by("open_synthetic"),
    TextImportDialog: _text_import,
    TrainingDialog: _by("retrain"),
}
"""What opens each, over a window with a spectrum that has peaks and multiplets."""


QTS = frozenset({QColorDialog, QFileDialog, QInputDialog, QMessageBox})
"""Qt's own, which ask for a colour, files, a text, and with words of ours."""


def every_kind() -> set[type[QWidget]]:
    """Return all dialogs and pages of the program's own."""
    for module in pkgutil.walk_packages(nmrquanv.gui.__path__, "nmrquanv.gui."):
        importlib.import_module(module.name)
    found, left = set(), [QDialog, Page]
    while left:
        below = left.pop().__subclasses__()
        left += below
        found |= {kind for kind in below if kind.__module__.startswith("nmrquanv.")}
    return found - {Dialog, ExportAsking}


@contextmanager
def opened(window: MainWindow, kind: type[QWidget], folder: Path, qtbot) -> Iterator[QWidget]:
    """Open one, give it, and close it with all that it has opened."""
    OPENERS[kind](window, folder)

    def shown() -> list[QWidget]:
        tops = (w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window)
        return [w for w in tops if type(w) is kind or not isinstance(w, QFileDialog | QMessageBox)]

    def ours() -> list[QWidget]:
        holding = [w for w in shown() if type(w) is kind or w.findChildren(kind)]
        return sorted(holding, key=lambda w: type(w) is not kind)  # not the page that opened it

    qtbot.waitUntil(lambda: bool(ours()), timeout=20_000)
    qtbot.wait(20)
    try:
        yield ours()[0]
    finally:
        for one in shown():
            one.close()
        QApplication.processEvents()
