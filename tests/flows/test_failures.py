"""What panels, pages and dialogs show when their work fails: plain words, and a way on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from nmrquanv.errors import SearchError
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.spectra.peak import Peak
from nmrquanv.spectra.recipe import Apodization
from tests.flows.peak_user import referenced
from tests.flows.processing_user import chosen, field

WAIT_MS = 60_000
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
FAULT = "Something in the program failed that should not have"


def fails(error: Exception):
    def fail(*_args: object, **_more: object) -> None:
        raise error

    return fail


@pytest.fixture
def found(user, menthol, qtbot):
    """A person with a list of menthol's peaks."""
    user.open(menthol)
    qtbot.wait(300)  # the first document lays the docks out, a moment later
    user.choose_finders("classical")
    user.find()
    return user


@pytest.mark.parametrize(
    ("error", "words"),
    [(SearchError("no line stands alone: zoom out"), "zoom out"), (KeyError("weights"), FAULT)],
)
def test_a_line_shape_that_cannot_be_learnt(found, qtbot, monkeypatch, error, words) -> None:
    panel = found.window.line_shape
    with monkeypatch.context() as patched:
        patched.setattr("nmrquanv.models.line_shape.line_shape", fails(error))
        with qtbot.waitSignal(panel.measuring.failed, timeout=WAIT_MS):
            found.show_panel("shape")
        assert panel.words.text().startswith("The line shape could not be learnt.")
        assert words in panel.words.text()
        assert "'weights'" not in panel.words.text()
        assert not panel.clean_button.isEnabled()
        assert not panel.view.isVisible()
    # the next spectrum is learnt again
    with qtbot.waitSignal(panel.told, timeout=WAIT_MS):
        referenced(found, 1.0, 0.1)
    assert "No common line shape" in panel.words.text()


def test_a_place_that_cannot_be_explained(found, qtbot, monkeypatch) -> None:
    explaining = found.window.view_commands.explaining
    found.press(Qt.Key.Key_Tab)
    found.press(Qt.Key.Key_E, SHIFT)
    qtbot.waitUntil(lambda: explaining.dialog.shown is not None, timeout=WAIT_MS)
    dialog = explaining.dialog
    assert dialog.place.isVisible()
    with monkeypatch.context() as patched:
        patched.setattr("nmrquanv.models.explain.explanation", fails(ValueError("shapes")))
        found.press(Qt.Key.Key_E, SHIFT)
        qtbot.waitUntil(lambda: "could not be" in dialog.headline.text(), timeout=WAIT_MS)
    assert FAULT in dialog.steps.text()
    assert "Show Log" in dialog.steps.text()
    assert not dialog.place.isVisible()
    found.press(Qt.Key.Key_E, SHIFT)
    qtbot.waitUntil(lambda: dialog.shown is not None, timeout=WAIT_MS)
    assert dialog.place.isVisible()
    found.leave(dialog)


def test_processing_that_fails_leaves_the_spectrum_and_says_so(
    user, examples, qtbot, monkeypatch
) -> None:
    document = user.open(examples / "bruker_1h_aspirin_fidonly" / "1")
    qtbot.wait(300)
    user.show_panel("processing")
    panel, before = user.window.processing, document.spectrum
    with monkeypatch.context() as patched:
        patched.setattr("nmrquanv.spectra.step_work.apodize", fails(IndexError("points")))
        chosen(user, Apodization)
        spin = field(user, Apodization, "lb_hz").spin
        with qtbot.waitSignal(document.processing.failed, timeout=WAIT_MS):
            user.type_into(spin, "3")
    assert FAULT in panel.state_text.text()
    assert document.spectrum is before
    assert document.undo_stack.count() == 0
    with qtbot.waitSignal(document.spectrum_changed, timeout=WAIT_MS):
        user.type_into(spin, "4")
    assert panel.state_text.text() == ""


def test_a_twin_and_a_playground_that_fail(found, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("nmrquanv.bench.twin_fit.fitted_twin", fails(SearchError("no line: find")))
    found.press(Qt.Key.Key_T, SHIFT | CTRL)
    assert "no line: find" in found.error_text()
    box = found.window.comparison.twin
    assert box.button.isEnabled()
    assert not box.progress.isVisible()
    monkeypatch.setattr("nmrquanv.study.circuits.repeated.survey", fails(MemoryError()))
    found.press(Qt.Key.Key_P, SHIFT | CTRL)
    page = found.window.side_pages.playground
    qtbot.waitExposed(page)
    with qtbot.waitSignal(page.measuring.failed, timeout=WAIT_MS):
        found.click(page.start_button)
    assert "not enough memory" in page.state.text()
    assert page.start_button.text() == "&Run"
    assert not page.bar.isVisible()


def test_a_finder_that_fails_is_told_and_the_list_stays(found, monkeypatch) -> None:
    before: tuple[Peak, ...] = found.document.shown_peaks().peaks
    monkeypatch.setattr("nmrquanv.models.finder.pick_classical", fails(KeyError("noise")))
    monkeypatch.setattr("nmrquanv.spectra.picking.pick_classical", fails(KeyError("noise")))
    found.click(found.window.find_controls.button)
    dialog = found.dialog(ErrorDialog)
    assert FAULT in dialog.text.text()
    assert "the details below" in dialog.text.text()
    found.leave(dialog)
    assert found.document.shown_peaks().peaks == before
    found.wait_until_idle()
