"""The main job on a real spectrum: find, compare, choose, correct, find again, undo, export."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyle, QStyleOptionSlider

from nmrquanv.gui.dialogs.export import ExportDialog
from nmrquanv.gui.number_box import NumberDialog
from nmrquanv.io.peak_tables import read_peaks
from nmrquanv.session.exporting import export_of
from tests.flows.peak_user import written
from tests.flows.processing_user import file_typed

CARBINOL = (3.55, 3.30)
"""Menthol's H-C-OH at 3.4 ppm, a doublet of triplets of six lines or more."""
EMPTY = (5.20, 4.60)
"""A stretch of the menthol spectrum without a signal."""


def pick_in_combo(user, box: QComboBox, data: str) -> None:
    """Step a combo box by keys until it shows a value."""
    box.setFocus()
    steps = box.findData(data) - box.currentIndex()
    for _ in range(abs(steps)):
        user.qtbot.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
    assert box.currentData() == data


def memory(document) -> tuple:
    """All that undo must bring back, as one value that can be compared."""
    return (
        document.peaks.peaks,
        dict(document.layers),
        document.thresholds,
        document.tombstones,
        document.working_choice,
        document.integrals,
        document.reviewed_regions,
        document.recipe,
        document.spectrum.axis,
    )


class Gestures:
    """Remembers the document after each gesture, which must be one undo step each."""

    def __init__(self, user) -> None:
        self._user, self.memories = user, [memory(user.document)]
        self._count = user.document.undo_stack.count()

    def end_one(self) -> None:
        """Check that the last gesture made exactly one undo step, and remember what it made."""
        stack = self._user.document.undo_stack
        assert stack.count() == self._count + 1, stack.undoText()
        self._count += 1
        self.memories.append(memory(self._user.document))

    def undo_and_redo_all(self) -> None:
        """Walk back to the beginning and forth again by keys; every stop is as it was."""
        for before in reversed(self.memories[:-1]):
            self._user.undo()
            assert memory(self._user.document) == before
        for after in self.memories[1:]:
            self._user.redo()
            assert memory(self._user.document) == after


def counts_of(panel) -> tuple[int, int, int]:
    """Matched, only first, only second, as the comparison panel says it."""
    numbers = re.findall(r"<b>(\d+)</b>", panel.counts_text.text())
    assert len(numbers) == 3
    return tuple(int(n) for n in numbers)


def test_both_models_and_the_classical_finder_are_compared_and_combined(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("quanv", "cnn", "classical")
    user.find()
    assert set(document.layers) == {"quanv", "cnn", "classical"}
    message = user.window.status.message.text()
    for finder, word in (("quanv", "quantum"), ("cnn", "CNN"), ("classical", "classical")):
        assert f"{len(document.shown_layer(finder))} {word}" in message
    assert re.search(r"\d s", message)
    user.show_panel("comparison")
    panel = user.window.comparison
    pick_in_combo(user, panel.first, "classical")
    pick_in_combo(user, panel.second, "cnn")
    both, only_first, only_second = counts_of(panel)
    assert both + only_first == len(document.shown_layer("classical"))
    assert both + only_second == len(document.shown_layer("cnn"))
    assert both > 20
    rows = [table.model().rowCount() for table in panel.tables]
    assert rows == [both, only_first, only_second]
    for finder, box in panel.layers.by_layer.items():
        shown, everything = len(document.shown_layer(finder)), len(document.layers[finder])
        assert box.text().endswith(f"{shown} / {everything}")
    for choice, count in (
        ("union", both + only_first + only_second),
        ("intersection", both),
        ("cnn", len(document.shown_layer("cnn"))),
        ("classical", len(document.shown_layer("classical"))),
    ):
        user.click(panel.working.buttons[choice])
        assert document.working_choice == choice
        assert len(document.shown_peaks()) == count, choice
        assert user.window.peak_table.model.rowCount() == count
        assert [b for b in panel.working.buttons.values() if b.isChecked()] == [
            panel.working.buttons[choice]
        ]


def test_a_click_on_a_pair_shows_it_and_layers_are_hidden_by_tick_and_key(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("cnn", "classical")
    user.find()
    user.show_panel("comparison")
    panel = user.window.comparison
    user.zoom(*EMPTY)
    table = panel.tables[0]
    index = table.model().index(0, 0)
    user.qtbot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center()
    )
    high, low = user.view.visible_ppm()
    assert low < float(index.data()) < high
    assert high - low < 0.3 * (EMPTY[0] - EMPTY[1]), "so near that the line is clear"
    user.tick(panel.layers.by_layer["classical"])
    assert not user.view.state.is_shown("classical")
    assert not user.window.actions_by_id["layer_classical"].isChecked()
    user.press(Qt.Key.Key_W)
    assert not user.view.state.is_shown("cnn")
    assert not panel.layers.by_layer["cnn"].isChecked()
    assert len(document.shown_peaks()) == user.window.peak_table.model.rowCount()


def test_corrections_survive_a_new_search_and_undo_step_by_step(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("cnn", "classical")
    user.find()
    gestures = Gestures(user)
    user.click_tool("pick_tool")
    added, free = add_two(user, gestures)
    moved, old_ppm = drag_one(user, gestures)
    deleted = delete_one(user, gestures)
    boxed = box_select_and_confirm(user, gestures)
    before = document.peaks
    user.find()
    gestures.end_one()
    again = document.peaks
    assert {p.id: p for p in again if p.is_users} == {p.id: p for p in before if p.is_users}
    assert {added, free, moved, *boxed} <= {p.id for p in again if p.is_users}
    assert all(abs(p.ppm - gone) > 1e-6 for p in again for gone in (deleted.ppm, old_ppm))
    assert [p.ppm for p in again] == [p.ppm for p in before]
    user.show_panel("finding")
    user.click(user.window.thresholds_panel.restore_button)
    gestures.end_one()
    assert any(p.ppm == pytest.approx(deleted.ppm, abs=1e-4) for p in document.peaks)
    assert document.tombstones == ()
    gestures.undo_and_redo_all()


def add_two(user, gestures: Gestures) -> tuple[str, str]:
    """Add a peak by a click, which snaps, and one with Alt, which does not."""
    document, view, mouse = user.document, user.view, user.mouse
    user.zoom(*EMPTY)
    user.click_tool("pick_tool")
    assert not [p for p in document.shown_peaks() if EMPTY[1] < p.ppm < EMPTY[0]]
    known = {p.id for p in document.peaks}
    at = mouse.place(view, 4.8)
    mouse.click(view, at)
    gestures.end_one()
    (snapped,) = [p for p in document.peaks if p.id not in known]
    axis, reach = document.spectrum.axis, view.editing.reach_ppm()
    clicked = view.view_box.x_at(at[0])
    near = np.abs(axis.all_ppm() - clicked) <= reach
    top = axis.all_ppm()[near][np.argmax(np.abs(document.spectrum.trace[near]))]
    assert snapped.ppm == pytest.approx(top, abs=1.01 * axis.point_ppm)
    at = mouse.place(view, 4.9)
    mouse.click(view, at, mouse.shift)
    gestures.end_one()
    (free,) = [p for p in document.peaks if p.id not in known | {snapped.id}]
    pixel_ppm = abs(view.view_box.x_at(1.0) - view.view_box.x_at(0.0))
    assert free.ppm == pytest.approx(4.9, abs=pixel_ppm)
    assert (snapped.source, free.source) == ("added", "added")
    assert view.editing.selected_ids() == (free.id,) == user.window.peak_table.selected_ids()
    return snapped.id, free.id


def drag_one(user, gestures: Gestures) -> tuple[str, float]:
    """Drag the tallest line of the carbinol proton away, free of snapping."""
    document, view, mouse = user.document, user.view, user.mouse
    user.zoom(*CARBINOL)
    user.click_tool("pick_tool")
    peak = max(listed(user, CARBINOL), key=lambda p: p.height)
    start, end = mouse.mark(view, peak.id), mouse.place(view, 3.53)
    mouse.drag(view, start, end, mouse.shift)
    gestures.end_one()
    moved = document.peaks.find(peak.id)
    pixel_ppm = abs(view.view_box.x_at(1.0) - view.view_box.x_at(0.0))
    assert moved.ppm == pytest.approx(view.view_box.x_at(end[0]), abs=pixel_ppm)
    assert moved.source == "moved"
    return peak.id, peak.ppm


def listed(user, region: tuple[float, float]) -> list:
    """The untouched peaks of the list in a region."""
    return [
        p for p in user.document.shown_peaks() if region[1] < p.ppm < region[0] and not p.is_users
    ]


def delete_one(user, gestures: Gestures):
    """Select a mark by a click on it and press Del."""
    view = user.view
    peak = min(listed(user, CARBINOL), key=lambda p: p.ppm)
    user.mouse.click(view, user.mouse.mark(view, peak.id))
    assert view.editing.selected_ids() == (peak.id,)
    user.press(Qt.Key.Key_Delete)
    gestures.end_one()
    assert user.document.peaks.find(peak.id) is None
    return peak


def box_select_and_confirm(user, gestures: Gestures) -> tuple[str, ...]:
    """Open a box beside the marks over all that are left, and press Space."""
    view, rect = user.view, user.view.view_box.rect()
    user.mouse.drag(
        view, (rect.left() + 4, rect.bottom() - 4), (rect.right() - 4, rect.top() + 4), steps=8
    )
    chosen = view.editing.selected_ids()
    high, low = view.visible_ppm()
    assert set(chosen) == {p.id for p in user.document.shown_peaks() if low <= p.ppm <= high}
    assert set(chosen) == set(user.window.peak_table.selected_ids())
    user.press(Qt.Key.Key_Space)
    gestures.end_one()
    assert all(user.document.peaks.find(i).is_confirmed for i in chosen)
    return chosen


def test_thresholds_integrals_and_reference_each_undo_as_one_step(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    gestures = Gestures(user)
    drag_the_height_slider(user, gestures)
    user.type_into(user.window.thresholds_panel.min_snr.spin.findChild(QLineEdit), "40")
    gestures.end_one()
    assert document.thresholds.min_snr == 40
    integrate(user, gestures)
    reference(user, gestures)
    gestures.undo_and_redo_all()


def drag_the_height_slider(user, gestures: Gestures) -> None:
    """Drag the threshold of height to the right; the count follows at every step."""
    document, panel = user.document, user.window.thresholds_panel
    user.show_panel("finding")
    slider = panel.min_height.slider
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part, handle = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
    start = slider.style().subControlRect(part, option, handle, slider).center()
    counts = [len(document.shown_peaks())]
    document.thresholds_changed.connect(lambda: counts.append(len(document.shown_peaks())))
    texts = []
    document.changed.connect(lambda: texts.append(panel.count_text.text()))
    user.drag_on(slider, start, start + QPoint(60, 0))
    gestures.end_one()
    assert len(counts) > 3
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0]
    assert texts[-1] == panel.count_text.text()
    assert panel.count_text.text() == f"Shown {counts[-1]} of {len(document.peaks)} candidates"
    assert user.window.peak_table.model.rowCount() == counts[-1]


def integrate(user, gestures: Gestures) -> None:
    """Drag over the carbinol proton and over all others; set the first to 1 H."""
    document, view, mouse = user.document, user.view, user.mouse
    user.press(Qt.Key.Key_F)
    user.click_tool("integral_tool")
    for high, low in (CARBINOL, (2.4, 0.6)):
        mouse.drag(view, mouse.place(view, high), mouse.place(view, low))
        gestures.end_one()
    menu = user.menu_of_plot(mouse.place(view, 3.42))
    user.choose(menu, "Set to n H")
    user.type_into(user.dialog(NumberDialog).findChild(QLineEdit), "1")
    gestures.end_one()
    first, second = (document.integral_values()[i.id][1] for i in document.integrals)
    assert first == pytest.approx(1.0)
    # 18 other protons on carbon; OH and water lie there too
    assert second == pytest.approx(19.0, abs=1.5)
    user.show_panel("integrals")
    assert user.window.integrals.table.item(0, 3).text() == "1.00"


def reference(user, gestures: Gestures) -> None:
    """Click the chloroform line and type its shift; spectrum and peaks move along."""
    document, view, mouse = user.document, user.view, user.mouse
    user.zoom(7.4, 7.1)
    user.click_tool("reference_tool")
    before = document.peaks.positions_ppm()
    mouse.click(view, mouse.place(view, 7.2845))
    dialog = user.dialog(NumberDialog)
    old = dialog.box.value()
    user.type_into(dialog.findChild(QLineEdit), "7.2600")
    gestures.end_one()
    shift = document.peaks.positions_ppm() - before
    assert shift == pytest.approx(np.full(len(before), 7.26 - old), abs=1e-4)
    assert view.view_box.tool.name == "zoom"


def test_exports_read_back_identical_and_a_saved_window_closes_without_asking(
    user, menthol, tmp_path
) -> None:
    document = user.open(menthol)
    user.choose_finders("cnn")
    user.find()
    user.click_tool("integral_tool")
    user.mouse.drag(user.view, user.mouse.place(user.view, 3.6), user.mouse.place(user.view, 3.2))
    written(user, document.shown_peaks().peaks[0].id, "label", "CHCl3; “x”, y")
    assert document.shown_peaks().peaks[0].label == "CHCl3; “x”, y"
    assert user.window.isWindowModified()
    user.press(Qt.Key.Key_E, user.mouse.ctrl)
    dialog = user.dialog(ExportDialog)
    export(user, dialog, tmp_path / "peaks.json")
    assert read_peaks(tmp_path / "peaks.json") == export_of(document)
    export(user, dialog, tmp_path / "peaks.csv")
    table, shown = read_peaks(tmp_path / "peaks.csv"), document.shown_peaks()
    assert [p.label for p in table.peaks] == [p.label for p in shown]
    errors = np.array([p.ppm_err for p in shown])
    off = np.abs(table.peaks.positions_ppm() - shown.positions_ppm())
    assert (off <= 0.1 * errors + 1e-12).all(), "a table's digits are those that mean something"
    user.tick(dialog.solvent_box)
    export(user, dialog, tmp_path / "clean.json")
    read = read_peaks(tmp_path / "clean.json")
    assert read == export_of(document, leaves_out_solvent=True)
    assert {p.peak_class for p in read.peaks} == {"signal"}
    assert read.peaks.provenance.card_sha256
    for name in ("view.png", "view.svg"):
        export(user, dialog, tmp_path / name)
    image = QImage(str(tmp_path / "view.png"))
    assert image.width() > 1000
    drawn = {image.pixel(x, y) for x in range(0, image.width(), 5) for y in range(400, 700)}
    assert len(drawn) > 1
    texts = "".join(ElementTree.parse(tmp_path / "view.svg").getroot().itertext())
    assert "ppm" in texts
    user.leave(dialog)
    assert user.window.isWindowModified()  # an export is no saved document
    user.press(Qt.Key.Key_S, user.mouse.ctrl)
    with user.qtbot.waitSignal(user.window.workspace.saving.saved, timeout=20_000):
        file_typed(user, tmp_path / "mine.nmrq")
    assert not user.window.isWindowModified()
    user.quit()
    assert not user.window.isVisible()


def export(user, dialog: ExportDialog, path) -> None:
    """Type a path and click the button."""
    dialog.path.selectAll()
    user.qtbot.keyClicks(dialog.path, str(path))
    user.click(dialog.export_button)
    assert str(path) in dialog.state_text.text()
    assert path.stat().st_size > 200


def test_the_copied_table_is_the_one_that_is_shown(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_C, user.mouse.ctrl)
    header, *rows = QGuiApplication.clipboard().text().splitlines()
    assert "ppm" in header.split("\t")
    column = header.split("\t").index("ppm")
    copied = [float(row.split("\t")[column]) for row in rows]
    assert copied == pytest.approx(list(document.shown_peaks().positions_ppm()), abs=1e-4)
