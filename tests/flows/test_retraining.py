"""Retraining from the window: mark, train in a real child process, judge, keep or discard."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from nmrquanv.errors import TrainingError
from nmrquanv.guarded import as_type
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.library import bundled_folder, list_models, user_folder
from nmrquanv.paths import user_data
from nmrquanv.session.document import Document
from nmrquanv.session.run_folder import Options, examples_of, write_run_folder
from nmrquanv.training.reviewed import Run, read_run

CHILD_MS = 120_000
FAKE_CHILD = """
import json, os, sys, time
from pathlib import Path
how, folder = sys.argv[1], Path(sys.argv[-1])
asked = Path(os.environ["NMRQUANV_CHILD"], "stop")
def tell(**event): print(json.dumps(event), flush=True)
if how == "tells":
    tell(event="progress", done=420, total=1000, text="judging peaks")
tell(event="epoch", epoch=1, epochs=2, train_loss=0.5, val_loss=0.6, f1=0.7)
while how in ("waits", "tells") and not asked.exists(): time.sleep(0.02)
stopped = asked.exists()
(folder / "new.json").write_text("{}")
old = {"f1": 0.86, "precision": 0.9, "recall": 0.82, "error_hz": 0.12, "lines": 40}
example = json.loads((folder / "run.json").read_text())["examples"][0]
place = {"name": example["name"], "sha256": example["sha256"], "ppm": 3.42, "is_held_out": True}
tell(event="result", path="new.json", old=old, new=dict(old, f1=0.81), stopped=stopped,
     split="by spectrum: 1 of 3 held out", changes=[dict(place, kind="missed")])
"""
"""A run that ends at once, or waits to be stopped, with a model that is worse."""


def review(user, menthol) -> None:
    """Find peaks and vouch for all of them by dragging over the whole spectrum's signals."""
    user.open(menthol)
    user.choose_finders("cnn")
    user.find()
    user.press(Qt.Key.Key_F)
    user.click_tool("region_tool")
    view, mouse = user.view, user.mouse
    mouse.drag(view, mouse.place(view, 7.6), mouse.place(view, 0.5))
    (region,) = user.document.reviewed_regions
    assert region.high_ppm == pytest.approx(7.6, abs=0.05)


def training_dialog(user):
    """Open the dialog by its button in the tool bar."""
    user.click_tool("retrain")
    dialog = user.window.dialogs.training
    user.qtbot.waitExposed(dialog)
    return dialog


@pytest.fixture
def with_child(make_user, tmp_path):
    """Put a person at a window whose training is a script of ours."""

    def make(text: str, *arguments: str):
        script = tmp_path / "child.py"
        script.write_text(text)
        return make_user([sys.executable, str(script), *arguments])

    return make


def bundled_hashes() -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in bundled_folder().iterdir()
    }


def run_folders() -> list[Path]:
    return list((user_data() / "runs").glob("*"))


def run_of(card: ModelCard) -> Run:
    """Return the run that a model's card tells of."""
    return as_type(card.training, Run, card.name)


def run_of_document(document: Document, folder: Path) -> Run:
    """Return the run that the document would be trained on now, with the options of the test."""
    write_run_folder(folder / "again", examples_of([document]), Options("cnn", 1, 0.02, 0))
    return read_run(folder / "again")


SMALL_TRAINING = """
import sys
from nmrquanv.training import retraining
retraining.JUDGED_SPECTRA, retraining.CALIBRATION_SPECTRA = 12, 10
retraining.SPECTRA_PER_KIND = 1
if __name__ == "__main__":
    from nmrquanv.cli import main
    sys.argv.insert(1, "train")
    sys.exit(main())
"""
"""The real command with fewer simulated spectra at the end, for a test's time."""


@pytest.mark.slow
def test_a_real_run_is_watched_kept_and_found_with(with_child, menthol, qtbot, tmp_path) -> None:
    user = with_child(SMALL_TRAINING)
    before = bundled_hashes()
    review(user, menthol)
    dialog = training_dialog(user)
    assert "1 region" in dialog.options.review.text()
    dialog.options.model.setFocus()
    qtbot.keyClick(dialog.options.model, Qt.Key.Key_Home)
    while dialog.options.model.currentData() != "cnn":
        qtbot.keyClick(dialog.options.model, Qt.Key.Key_Down)
    user.type_into(dialog.options.epochs.lineEdit(), "1")
    user.type_into(dialog.options.share.lineEdit(), "2")
    steps: list[tuple[int, int]] = []
    user.window.retraining.progressed.connect(lambda done, total, _: steps.append((done, total)))
    with qtbot.waitSignal(user.window.retraining.result_ready, timeout=CHILD_MS):
        user.click(dialog.start_button)
        assert dialog.stop_button.isVisible()
    assert dialog.curve.count() == 1
    assert dialog.curve.isVisible()
    assert sorted(steps) == steps, "one progress over all stages, that never goes back"
    assert {total for _, total in steps} == {0, 1000}
    candidate = user.window.retraining.result
    assert candidate.is_uncorrected, "the old model is not judged by its own answer"
    for which, metrics in (("old", candidate.old), ("new", candidate.new)):
        assert dialog.outcome.cell(which, "f1") == "–"
        assert int(dialog.outcome.cell(which, "lines")) == metrics["lines"] > 4
    assert "disjoint regions" in dialog.outcome.caveat_text.text()
    for which in ("old", "new"):
        f1 = candidate.benchmark[which]["f1"]
        assert dialog.outcome.cell(which, "benchmark") == f"{f1:.3f}"
        assert f1 > 0.5
    assert "forgotten" in dialog.outcome.benchmark_text.text()
    dialog.outcome.name.selectAll()
    qtbot.keyClicks(dialog.outcome.name, "menthol tuned")
    with qtbot.waitSignal(user.window.retraining.kept, timeout=CHILD_MS):
        user.click(dialog.outcome.keep_button)
    assert "menthol tuned" in dialog.state_text.text()
    user.leave(dialog)
    card = next(c for c in list_models() if c.name == "menthol tuned")
    assert card.parent
    assert card.metrics["benchmark"] == candidate.benchmark
    assert card.data_hashes == (user.document.spectrum.source.sha256,)
    assert run_folders() == []
    assert run_of(card) == run_of_document(user.document, tmp_path)
    assert bundled_hashes() == before
    user.choose_finders("menthol tuned")
    found = user.find().layers["menthol tuned"]
    assert found.provenance.card_sha256 == card.digest()
    user.show_panel("comparison")
    assert user.window.comparison.working.buttons["menthol tuned"].isChecked()
    assert "menthol tuned" in user.window.status.message.text()


def test_a_worse_model_is_called_worse_and_discard_leaves_nothing(
    with_child, menthol, qtbot
) -> None:
    user = with_child(FAKE_CHILD, "works")
    review(user, menthol)
    dialog = training_dialog(user)
    with qtbot.waitSignal(user.window.retraining.result_ready, timeout=CHILD_MS):
        user.click(dialog.start_button)
    assert "worse (F1 0.81 against 0.86)" in dialog.outcome.verdict_text.text()
    assert dialog.outcome.discard_button.isDefault()
    assert len(run_folders()) == 1
    user.click(dialog.outcome.discard_button)
    assert run_folders() == []
    assert list(user_folder().glob("*")) == []
    user.leave(dialog)
    user.document.mark_saved()
    user.quit()
    assert not user.window.isVisible()


def test_regions_that_leave_nothing_for_the_comparison_are_refused_at_once(
    with_child, menthol, qtbot
) -> None:
    """All lines stand within a window: the child said so after ten seconds of preparing."""
    user = with_child(FAKE_CHILD, "works")
    user.open(menthol)
    user.choose_finders("cnn")
    user.find()
    mouse = user.mouse
    user.zoom(1.05, 0.7)
    user.click_tool("region_tool")
    mouse.drag(user.view, mouse.place(user.view, 0.98), mouse.place(user.view, 0.75))
    dialog = training_dialog(user)
    assert "1 region" in dialog.options.review.text()
    assert "too few to set some aside" in dialog.state_text.text()
    assert not dialog.start_button.isEnabled()
    with pytest.raises(TrainingError, match="too few to set some aside"):
        user.window.retraining.start([user.document], Options("cnn"))
    user.leave(dialog)
    user.press(Qt.Key.Key_F)
    mouse.drag(user.view, mouse.place(user.view, 3.6), mouse.place(user.view, 1.5))
    dialog = training_dialog(user)
    assert dialog.state_text.text() == ""
    assert dialog.start_button.isEnabled()
    user.leave(dialog)


def test_a_model_that_knows_the_only_spectrum_cannot_be_started_from(
    with_child, menthol, qtbot, monkeypatch
) -> None:
    user = with_child(FAKE_CHILD, "works")
    review(user, menthol)
    known = (user.document.spectrum.source.sha256,)
    cards = [replace(c, data_hashes=known) if c.name == "cnn" else c for c in list_models()]
    monkeypatch.setattr("nmrquanv.models.library.list_models", lambda: tuple(cards))
    dialog = training_dialog(user)
    assert dialog.start_button.isEnabled()
    dialog.options.model.setFocus()
    qtbot.keyClick(dialog.options.model, Qt.Key.Key_Down)
    assert dialog.options.model.currentData() == "cnn"
    assert not dialog.start_button.isEnabled()
    assert "the model was not trained on" in dialog.state_text.text()
    qtbot.keyClick(dialog.options.model, Qt.Key.Key_Up)
    assert dialog.start_button.isEnabled()
    assert dialog.state_text.text() == ""
    user.leave(dialog)


def start_waiting(user, menthol):
    """Start a run that goes on until it is stopped, and close the window meanwhile."""
    review(user, menthol)
    user.document.mark_saved()
    dialog = training_dialog(user)
    with user.qtbot.waitSignal(user.window.retraining.epoch_ended, timeout=CHILD_MS):
        user.click(dialog.start_button)
    user.leave(dialog)
    user.answer(user.dialog(QMessageBox), "Leave it running")
    assert not dialog.isVisible()
    user.quit()
    assert user.window.isVisible()
    assert "A retraining is running" in user.window.closing.question.informativeText()
    return dialog


def test_quitting_while_it_trains_ends_the_child(with_child, menthol) -> None:
    user = with_child(FAKE_CHILD, "waits")
    start_waiting(user, menthol)
    user.answer(user.window.closing.question, "Cancel")
    assert user.window.isVisible()
    assert user.window.retraining.is_running
    user.quit()
    user.answer(user.window.closing.question, "Quit")
    user.qtbot.waitUntil(lambda: not user.window.isVisible())
    assert not user.window.retraining.is_running
    assert run_folders() == []


def test_a_training_goes_on_without_the_window_and_the_next_one_shows_it(
    with_child, menthol, qtbot
) -> None:
    user = with_child(FAKE_CHILD, "waits")
    start_waiting(user, menthol)
    user.answer(user.window.closing.question, "Quit, Training Goes On")
    qtbot.waitUntil(lambda: not user.window.isVisible())
    assert len(run_folders()) == 1
    later = with_child(FAKE_CHILD, "waits")
    qtbot.waitUntil(lambda: later.window.retraining.is_running)
    assert "started before" in later.window.status.message.text()
    qtbot.waitUntil(lambda: bool(later.window.retraining.epochs))
    dialog = training_dialog(later)
    assert dialog.curve.count() == 1
    with qtbot.waitSignal(later.window.retraining.result_ready, timeout=CHILD_MS):
        later.click(dialog.stop_button)
    assert dialog.outcome.isVisible()
    later.click(dialog.outcome.discard_button)
    assert run_folders() == []
    user.leave(dialog)


def test_on_quitting_the_run_may_be_stopped_and_its_model_judged_first(with_child, menthol) -> None:
    user = with_child(FAKE_CHILD, "waits")
    dialog = start_waiting(user, menthol)
    with user.qtbot.waitSignal(user.window.retraining.result_ready, timeout=CHILD_MS):
        user.answer(user.window.closing.question, "Stop and Keep the Best")
    assert dialog.isVisible()
    assert "stopped" in dialog.outcome.caveat_text.text()
    user.leave(dialog)
    user.quit()
    question = user.window.closing.question
    assert "waits for your decision" in question.informativeText()
    user.answer(question, "Look at the New Model")
    user.qtbot.waitUntil(dialog.isVisible)
    user.leave(dialog)
    assert len(run_folders()) == 1
    user.quit()
    user.answer(user.window.closing.question, "Quit")
    user.qtbot.waitUntil(lambda: not user.window.isVisible())
    assert run_folders() == []
    assert list(user_folder().glob("*")) == []


def test_a_run_that_fails_says_why_in_the_dialog(with_child, menthol, qtbot) -> None:
    says = json.dumps({"event": "error", "message": "no room on the disk"})
    user = with_child(f"print({says!r})")
    review(user, menthol)
    dialog = training_dialog(user)
    with qtbot.waitSignal(user.window.retraining.failed, timeout=CHILD_MS):
        user.click(dialog.start_button)
    assert "no room on the disk" in dialog.state_text.text()
    assert dialog.start_button.isEnabled()
    assert run_folders() == []
    user.leave(dialog)


def test_progress_is_seen_while_the_dialog_is_hidden_and_a_change_is_shown_by_a_click(
    with_child, menthol, qtbot
) -> None:
    user = with_child(FAKE_CHILD, "tells")
    review(user, menthol)
    dialog = training_dialog(user)
    user.click(dialog.start_button)
    notice = user.window.notices.training
    user.leave(dialog)
    user.answer(user.dialog(QMessageBox), "Leave it running")
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: notice.text() == "Training 42 %", timeout=CHILD_MS)
    assert notice.isVisible()
    assert notice.accessibleName() == "Training 42 %"
    user.click(notice)
    assert dialog.isVisible()
    assert "judging peaks" in dialog.state_text.text()
    with qtbot.waitSignal(user.window.retraining.result_ready, timeout=CHILD_MS):
        user.click(dialog.stop_button)
    qtbot.waitUntil(lambda: notice.text() == "A new model waits")
    table = dialog.outcome.changes.table
    assert table.item(0, 1).text() == "worse: misses this line now"
    user.zoom(7.0, 6.0)
    at = table.visualItemRect(table.item(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    high, low = user.view.visible_ppm()
    assert low < 3.42 < high
    user.click(dialog.outcome.discard_button)
    user.leave(dialog)
