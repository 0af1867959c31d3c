"""The menu of what is under the mouse: a peak, an integral, a reviewed region, the view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.dialogs.reference import ShiftDialog
from nmrquanv.gui.number_box import NumberBox, NumberDialog
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.numbers import fixed
from nmrquanv.session import multiplet_edits
from nmrquanv.session.place_edits import PlaceKind, remove_place
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.referencing import known_shifts

_CLASSES = {
    "signal": "Signal",
    "solvent": "Solvent",
    "water": "Water",
    "satellite": "13C Satellite",
    "impurity": "Impurity",
    "sideband": "Sideband",
    "wiggle": "Truncation Wiggle",
    "artefact": "Artefact",
    "edge": "Edge of the Sweep",
}


def ask_number(
    parent: QWidget,
    words: tuple[str, str],
    box: NumberBox,
    on_number: Callable[[float], None],
) -> NumberDialog:
    """Ask for a number (title and question given) without blocking; ``on_number`` gets it."""
    dialog = NumberDialog(*words, box, parent)
    dialog.chosen.connect(on_number)
    dialog.open()
    return dialog


def ask_reference(view: SpectrumView, ppm: float) -> NumberDialog:
    """Ask for the chemical shift of a line and reference the spectrum to it."""
    document = view.document  # another one may be shown when the answer comes

    def reference(new_ppm: float) -> None:
        if document is not None:
            document.reprocess.reference(ppm, new_ppm)
        view.set_tool("zoom")

    box = NumberBox()
    box.set_up((-10_000.0, 10_000.0), round(ppm, 4), decimals=4, suffix=" ppm")
    text = f"The line at {fixed(ppm, 4)} ppm is at:"
    known = known_shifts(document.sample.nucleus) if document is not None else ()
    dialog = ShiftDialog(text, box, known, view)
    dialog.chosen.connect(reference)
    dialog.open()
    if document is not None:
        close_with(document, dialog)
    return dialog


class ContextMenu(QMenu):
    """Made anew for each click; deletes itself."""

    def __init__(self, view: SpectrumView, at: QPointF, actions: dict[str, QAction]) -> None:
        super().__init__(view)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._view = view
        hit = view.layers.hit(at)
        document = view.document
        if document is not None:
            close_with(document, self)
        if document is not None and not view.shows_fid:
            if (peak := view.layers.peak_of(hit)) is not None:
                self._add_peak(peak)
            if (integral := view.layers.integrals.hit(at)) is not None:
                self._add_integral(integral)
            if (multiplet := view.layers.multiplets.hit(at)) is not None:
                self._add_multiplet(multiplet)
            if (region := view.layers.regions.hit(at)) is not None:
                where = f"{fixed(region.high_ppm, 3)} – {fixed(region.low_ppm, 3)} ppm"
                self.addSection(f"Reviewed {where}")
                self._add("Remove Reviewed Region", lambda: document.edit.remove_region(region.id))
            if (found := view.layers.places.hit(at)) is not None:
                self._add_place(*found)
            at_ppm = hit.peak.ppm if hit is not None else view.view_box.x_at(at.x())
            ppm = hit.peak.ppm if hit is not None else view.editing.snapped_ppm(at, is_free=False)
            self.addSeparator()
            if hit is None:
                self._add(
                    f"Add a Peak Exactly at {fixed(at_ppm, 4)} ppm",
                    lambda: view.editing.add_peak_at(at, is_free=True),
                )
            why = "Explain This Peak…" if hit is not None else "Why No Peak Here?…"
            self._add(why, lambda: view.editing.explain_wanted.emit(at_ppm))
            self._add(
                f"Reference the Line at {fixed(ppm, 3)} ppm…", lambda: ask_reference(view, ppm)
            )
        for name in ("find_in_view", "full_view", "fit_height", "previous_view"):
            self.addAction(actions[name])

    def show_at(self, where: QPoint) -> None:
        """Open the menu without blocking."""
        self.popup(where)

    def _add_peak(self, peak: Peak) -> None:
        view, document = self._view, self._view.document
        if document is None:
            return
        ids = view.editing.selected_ids() if peak.id in view.editing.selected_ids() else (peak.id,)
        count = f"{len(ids)} Peaks" if len(ids) > 1 else f"Peak at {fixed(peak.ppm, 3)} ppm"
        self.addSection(count)
        word = "Unconfirm" if peak.is_confirmed else "Confirm"
        self._add(word, lambda: document.edit.confirm_peaks(ids, not peak.is_confirmed))
        self._add("Delete", lambda: document.edit.delete_peaks(ids))
        self._add("Label…", lambda: self._ask_label(peak))
        classes = self.addMenu("It is")
        for name, text in _CLASSES.items():
            action = classes.addAction(text)
            action.setCheckable(True)
            action.setChecked(peak.peak_class == name)
            action.triggered.connect(lambda _=False, c=name: document.edit.classify_peaks(ids, c))

    def _add_integral(self, integral: Integral) -> None:
        view, document = self._view, self._view.document
        if document is None:
            return
        self.addSection(
            f"Integral {fixed(integral.high_ppm, 3)} – {fixed(integral.low_ppm, 3)} ppm"
        )

        def ask() -> None:
            box = NumberBox()
            box.set_up((0.01, 10_000.0), integral.set_to or 1.0, decimals=2)
            words = ("Set Integral", f"This integral counts so many {atom}:")
            dialog = ask_number(
                view, words, box, lambda n: document.edit.calibrate_integral(integral.id, n)
            )
            close_with(document, dialog)

        atom = document.sample.nucleus.lstrip("0123456789") or "H"
        self._add(f"Set to n {atom}…", ask)
        self._add("Remove Integral", lambda: document.edit.remove_integrals([integral.id]))

    def _add_multiplet(self, one: Multiplet) -> None:
        view, document = self._view, self._view.document
        if document is None:
            return
        self.addSection(f"Multiplet {fixed(one.ppm, 3)} ppm, {one.name}")
        self._add("Select Its Lines", lambda: view.editing.select(one.peak_ids))
        self._add(
            "Take the Program's Class",
            lambda: multiplet_edits.set_class(document, one.id, ""),
        )
        self._add("Remove Multiplet", lambda: multiplet_edits.remove_multiplets(document, [one.id]))

    def _add_place(self, kind: PlaceKind, place: tuple[float, float]) -> None:
        document = self._view.document
        if document is None:
            return
        word = kind.capitalize()
        self.addSection(f"{word} {fixed(place[0], 3)} – {fixed(place[1], 3)} ppm")
        self._add(f"Remove {word} Region", lambda: remove_place(document, kind, place))

    def _ask_label(self, peak: Peak) -> None:
        document = self._view.document
        if document is None:
            return
        dialog = QInputDialog(self._view)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Label")
        dialog.setLabelText(f"Text for the peak at {fixed(peak.ppm, 3)} ppm:")
        dialog.setTextValue(peak.label)
        close_with(document, dialog)
        dialog.textValueSelected.connect(
            lambda text: document.edit.label_peak(peak.id, text.strip())
        )
        dialog.open()

    def _add(self, text: str, slot: Callable[[], object]) -> None:
        self.addAction(text).triggered.connect(lambda _=False: slot())
