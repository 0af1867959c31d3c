"""Finding as a person sees it: what is there at once, what comes, what stays."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import Qt

from nmrquanv.gui.dialogs.impurities import ImpuritiesDialog
from nmrquanv.io.document_data import stored_thresholds
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.picking import pick_classical
from tests.flows.peak_user import saved_as

KNOWN = (3.405, 2.165, 1.0, 0.8)
"""Where a network that needs no time sees lines, ppm."""
EXTRA, LEAST = 3.0, 1e6
"""Where the other one may see one more; how high a line is at least that they see."""


def height_at(spectrum, ppm: float) -> float:
    return float(spectrum.trace[round(float(spectrum.axis.point(ppm)))])


class Network:
    """Stands in for the networks: answers with a few lines when it is let."""

    def __init__(self) -> None:
        self.gates = {"quanv": threading.Event(), "cnn": threading.Event()}
        self.lines = {"quanv": KNOWN, "cnn": KNOWN}

    def __call__(self, spectrum, model, *, region, polarity, one_window, report) -> PeakList:
        if model == "classical":
            return pick_classical(spectrum, region=region, polarity=polarity, report=report)
        while not self.gates[model].wait(0.01):
            report(1, 2, "thinking")
        peaks = tuple(
            Peak(
                x,
                max(height_at(spectrum, x), LEAST),
                snr=900.0,
                fwhm_hz=1.0,
                confidence=0.9,
                finder=model,
            )
            for x in self.lines[model]
        )
        return PeakList(peaks, Provenance(model, "c0ffee"), spectrum.noise.sigma)

    def answer(self) -> None:
        for gate in self.gates.values():
            gate.set()


@pytest.fixture
def network(monkeypatch) -> Network:
    network = Network()
    monkeypatch.setattr("nmrquanv.session.peak_finding.find_with_models", network)
    yield network
    network.answer()


@pytest.fixture
def found(network, user, menthol):
    """A person in front of the peaks of a spectrum."""
    network.answer()
    user.open(menthol)
    user.find()
    return user


def ppm(user) -> list[float]:
    return [round(p.ppm, 3) for p in user.document.shown_peaks()]


def test_regions_are_drawn_typed_taken_back_and_saved(found, tmp_path) -> None:
    user, panel = found, found.window.thresholds_panel
    user.press(Qt.Key.Key_F)
    user.press(Qt.Key.Key_X)
    view, mouse = user.view, user.mouse
    mouse.drag(view, mouse.place(view, 3.6), mouse.place(view, 3.2))
    assert ppm(user) == [2.165, 1.0, 0.8]
    assert panel.places.fields["excluded"].text().startswith("3.")
    panel.places.fields["searched"].setFocus()
    user.type_into(panel.places.fields["searched"], "4:1,5; 0.9:0,7")
    assert ppm(user) == [2.165, 0.8]
    assert panel.places.fields["searched"].text() == "4 : 1.5; 0.9 : 0.7"
    menu = user.menu_of_plot(mouse.place(view, 3.4))
    user.choose(menu, "Remove Excluded Region")
    assert ppm(user) == [3.405, 2.165, 0.8]
    user.type_into(panel.places.fields["searched"], "nonsense")
    assert panel.places.fields["searched"].text() == "4 : 1.5; 0.9 : 0.7"
    path = tmp_path / "kept.nmrq"
    saved_as(user, path)
    user.undo()
    user.undo()
    assert ppm(user) == [2.165, 1.0, 0.8]
    assert stored_thresholds(path, None).searched == ((4.0, 1.5), (0.9, 0.7))


def test_a_greatest_number_is_typed(found) -> None:
    box = found.window.thresholds_panel.places.max_peaks
    found.type_into(box, "2")
    assert len(ppm(found)) == 2
    assert found.window.thresholds_panel.hidden_line.by_kind["number"].text() == "2 number"
    found.type_into(box, "0")
    assert len(ppm(found)) == len(KNOWN)


def test_two_chosen_peaks_say_how_far_they_are_apart(found) -> None:
    user, view, mouse = found, found.view, found.mouse
    user.press(Qt.Key.Key_F)
    first, second, third = user.document.shown_peaks().peaks[:3]
    mouse.click(view, mouse.mark(view, first.id))
    assert "apart" not in user.window.status.message.text()
    mouse.click(view, mouse.mark(view, second.id), mouse.ctrl)
    apart = first.ppm - second.ppm
    told = f"Two peaks, {apart:.4f} ppm, {apart * user.document.spectrum.axis.sf_mhz:.2f} Hz apart"
    assert user.window.status.message.text() == told
    table = user.window.peak_table.view  # and in the table by keys
    row = user.window.peak_table.model.index(1, 0)
    user.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton,
                          pos=table.visualRect(row).center())  # fmt: skip
    user.qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert f"{second.ppm - third.ppm:.4f} ppm" in user.window.status.message.text()


def test_the_histograms_follow_the_thresholds_and_impurities_are_one_click_away(found) -> None:
    panel = found.window.thresholds_panel
    found.qtbot.waitUntil(panel.candidates.isVisible)
    assert panel.candidates.snr.text() == "0 of 4 candidates lie below the threshold"
    found.type_into(panel.min_snr.spin, "5000")
    assert panel.candidates.snr.text() == "4 of 4 candidates lie below the threshold"
    assert panel.candidates.confidence.text() == "0 of 4 candidates lie below the threshold"
    assert panel.candidates.confidence.grab().toImage().width() > 60
    found.undo()
    assert panel.candidates.snr.text() == "0 of 4 candidates lie below the threshold"
    found.click(panel.preset_row.impurities)
    found.leave(found.dialog(ImpuritiesDialog))


def test_a_peak_and_a_place_without_one_are_explained(found) -> None:
    user, explaining = found, found.window.view_commands.explaining
    user.press(Qt.Key.Key_F)
    menu = user.menu_of_plot(user.mouse.place(user.view, 6.0))
    user.choose(menu, "Why No Peak Here?")
    user.qtbot.waitUntil(lambda: explaining.dialog.shown is not None, timeout=60_000)
    dialog = explaining.dialog
    assert "No list has a line here" in dialog.headline.text()
    assert "No candidate" in dialog.steps.text()
    assert dialog.grids.rowCount() > 1
    dialog.shown = None
    user.press(Qt.Key.Key_Tab)
    chosen = next(p for p in user.document.peaks if p.id in user.view.editing.selected_ids())
    user.press(Qt.Key.Key_E, Qt.KeyboardModifier.ShiftModifier)
    user.qtbot.waitUntil(lambda: dialog.shown is not None, timeout=60_000)
    assert dialog.headline.text().startswith(f"{chosen.ppm:.4f} ppm. Listed")
    assert dialog.place.isVisible()
    field = user.window.thresholds_panel.min_snr.spin
    user.type_into(field, "5000")
    assert "hidden by S/N" in dialog.headline.text()
    user.click(dialog.buttons.buttons()[0])
    assert explaining.dialog is None


def test_a_peak_of_the_classical_finder_is_explained_on_its_trace(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_Tab)
    (chosen,) = [p for p in document.peaks if p.id in user.view.editing.selected_ids()]
    user.press(Qt.Key.Key_E, Qt.KeyboardModifier.ShiftModifier)
    explaining = user.window.view_commands.explaining
    user.qtbot.waitUntil(lambda: explaining.dialog.shown is not None, timeout=60_000)
    place = explaining.dialog.place
    assert place.isVisible()
    ppm, trace = place._curves[0].getData()
    assert ppm.min() < chosen.ppm < ppm.max()
    assert trace.max() == pytest.approx(chosen.height, rel=0.05)
    assert "fitted" not in place.legend.text()


@pytest.fixture
def disagreeing(network, user, menthol):
    """The same; the two networks disagree on two lines, and the list is the quantum one's."""
    network.lines["cnn"] = (3.405, EXTRA, 1.0, 0.8)
    network.answer()
    user.open(menthol)
    user.find()
    user.show_panel("comparison")
    user.click(user.window.comparison.working.buttons["quanv"])
    assert user.document.working_choice == "quanv"
    return user


def test_a_review_by_keys_and_buttons(disagreeing) -> None:
    user, bar = disagreeing, disagreeing.window.view_commands.reviewing.bar
    view, document = user.view, user.document
    user.press(Qt.Key.Key_N)
    assert bar.isVisible()
    assert bar.progress.text() == "1 of 2"
    assert "only CNN" in bar.why.text()
    assert [b.text() for b in bar.versions] == ["A: quantum, no line", "B: CNN"]
    user.press(Qt.Key.Key_N)
    assert bar.progress.text() == "2 of 2"
    assert "only Quantum" in bar.why.text()
    high, low = view.visible_ppm()
    assert high - low < 0.5
    assert low < 2.165 < high
    assert user.window.peak_table.selected_ids() == view.editing.selected_ids() != ()
    user.press(Qt.Key.Key_P)
    assert bar.progress.text() == "1 of 2"
    user.press(Qt.Key.Key_B)  # the CNN's line is in the list now
    assert 3.0 in ppm(user)
    assert bar.progress.text() == "2 of 2"
    taken = next(p for p in document.peaks if p.ppm == 3.0)
    assert taken.is_confirmed
    assert taken.finder == "cnn"
    user.click(bar.versions[1])  # the CNN has no line there: the peak goes
    assert 2.165 not in ppm(user)
    assert not bar.isVisible()
    user.undo()
    user.undo()
    assert 2.165 in ppm(user)
    assert 3.0 not in ppm(user)
    user.press(Qt.Key.Key_P)  # without a review it is the pick tool's
    assert user.window.actions_by_id["pick_tool"].isChecked()


def test_a_click_on_a_disagreement_zooms_to_it(disagreeing) -> None:
    user = disagreeing
    user.press(Qt.Key.Key_F)
    user.show_panel("comparison")
    panel = user.window.comparison
    bar = panel.tabs.tabBar()
    user.qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    table = panel.tables[1]
    user.qtbot.waitUntil(table.isVisible)
    at = table.visualRect(table.model().index(0, 0)).center()
    user.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    high, low = user.view.visible_ppm()
    assert low < 2.165 < high
    assert high - low < 0.5
    assert user.window.view_commands.reviewing.bar.progress.text() == "2 of 2"


def rows(user) -> int:
    return user.window.peak_table.model.rowCount()


@pytest.mark.measures_time
def test_peaks_are_there_at_once_and_each_layer_as_soon_as_it_is(network, user, menthol) -> None:
    qtbot, window = user.qtbot, user.window
    document = user.open(menthol)
    began = time.perf_counter()
    user.click(window.find_controls.button)
    qtbot.waitUntil(lambda: rows(user) > 20)
    assert time.perf_counter() - began < 5.0  # .3 s where nothing else runs
    assert window.find_controls.button.text() == "Cancel"
    assert {m.finder for m in window.view.markers.working} == {"classical"}
    network.gates["quanv"].set()
    qtbot.waitUntil(lambda: set(document.layers) == {"quanv"})
    assert rows(user) == len(KNOWN)
    assert window.find_controls.button.text() == "Cancel"
    with qtbot.waitSignal(window.finding.succeeded):
        network.answer()
    user.wait_until_idle()
    assert set(document.layers) == {"quanv", "cnn"}
    user.undo()
    assert rows(user) == 0
    user.redo()
    assert rows(user) == len(KNOWN)


def test_cancelling_keeps_what_was_seen_and_says_so(network, user, menthol) -> None:
    user.open(menthol)
    user.click(user.window.find_controls.button)
    user.qtbot.waitUntil(lambda: rows(user) > 20)
    with user.qtbot.waitSignal(user.window.finding.cancelled):
        user.click(user.window.find_controls.button)
    user.wait_until_idle()
    assert rows(user) > 20
    assert "stays" in user.window.status.message.text()
    user.undo()
    assert rows(user) == 0


def test_two_spectra_are_searched_one_after_the_other(network, user, menthol, examples) -> None:
    qtbot, window = user.qtbot, user.window
    first = user.open(menthol)
    user.click(window.find_controls.button)
    qtbot.waitUntil(lambda: rows(user) > 20)
    second = user.open(examples / "bruker_1h_cyclosporin" / "1")
    assert window.find_controls.button.text() == "Find peaks"
    user.click(window.find_controls.button)
    assert window.find_controls.button.text() == "Cancel"
    assert "Waits" in window.status.message.text()
    # its first look waits for no network of another spectrum: the one that runs is fast to yield
    tabs = window.tabs
    assert "%" in tabs.tabText(0) or "…" in tabs.tabText(0)
    qtbot.keyClick(window.view, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert user.document is first
    assert window.find_controls.button.text() == "Cancel"
    assert window.status.progress.isVisible()
    user.click(window.find_controls.button)
    qtbot.waitUntil(lambda: not window.finding.is_searching(first))
    assert window.finding.is_searching(second)
    network.answer()
    qtbot.waitUntil(lambda: set(second.layers) == {"quanv", "cnn"}, timeout=20_000)
    assert set(first.layers) == {"classical"}
    qtbot.waitUntil(lambda: tabs.tabText(1) == second.name)
