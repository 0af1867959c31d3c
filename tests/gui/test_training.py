from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from nmrquanv.gui.dialogs.training import TrainingDialog
from nmrquanv.gui.dialogs.training_options import review_text
from nmrquanv.gui.dialogs.training_progress import remaining_text
from nmrquanv.gui.dialogs.training_result import benchmark_verdict, caveats, verdict
from nmrquanv.paths import user_data
from nmrquanv.session import child, jobs
from nmrquanv.session.retrained import Retrained
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.run_folder import MIN_PEAKS, examples_of

WAIT_MS = 20_000
CHILD = """
import json, os, sys, time
from pathlib import Path
how, folder = sys.argv[1], Path(sys.argv[-1])
asked = Path(os.environ["NMRQUANV_CHILD"], "stop")
def tell(**event): print(json.dumps(event), flush=True)
run = json.loads((folder / "run.json").read_text())
tell(event="start")
tell(event="progress", done=1, total=run["epochs"], text="epoch 1")
for epoch in (1, 2):
    tell(event="epoch", epoch=epoch, epochs=run["epochs"], train_loss=1 / epoch,
         val_loss=1.1 / epoch, f1=0.4 * epoch)
while how == "waits" and not asked.exists(): time.sleep(0.02)
stopped = asked.exists()
cut = folder / "cut"
if how == "dies once" and not cut.exists():
    cut.write_text(""); sys.exit(9)
if how == "fails":
    tell(event="error", message="the loss is not a number"); sys.exit(1)
(folder / "new.json").write_text("{}")
old = {"f1": 0.86, "precision": 0.9, "recall": 0.82, "error_hz": 0.12, "lines": 40}
new = dict(old, f1=0.81 if how == "worse" else 0.91)
lost = 0.2 if how == "forgets" else 0.01
benchmark = dict(
    old=dict(f1=0.95, kinds=dict(clean=0.99, crowded=0.91)),
    new=dict(f1=0.95 - lost / 2, kinds=dict(clean=0.99, crowded=0.91 - lost)),
    difference=-lost / 2, interval=[-lost, 0.01 - lost / 4], spectra=40)
if how == "uncorrected":
    old = dict(old, f1=1.0, precision=1.0, recall=1.0)
example = run["examples"][0]
where = dict(name=example["name"], sha256=example["sha256"])
changes = [dict(where, ppm=7.2, kind="found", is_held_out=True),
           dict(where, ppm=3.0, kind="false", is_held_out=False)]
tell(event="result", path="new.json", old=old, new=new, stopped=stopped, benchmark=benchmark,
     split="by disjoint regions of the same spectra", uncorrected=how == "uncorrected",
     changes=changes)
"""


@pytest.fixture(autouse=True)
def _nothing_runs_on():
    yield
    jobs.shut_down()
    child.shut_down()


@pytest.fixture
def reviewed(document):
    for number in range(MIN_PEAKS):
        document.edit.add_peak(2.0 + 0.1 * number, snap=False)
    document.edit.add_region(8.0, 1.5)
    return document


@pytest.fixture
def make_dialog(qtbot, tmp_path):
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    dialogs = []

    def make(documents, how: str = "works") -> TrainingDialog:
        retraining = Retraining([sys.executable, str(script), how])
        models = [("quanv", "QuanvNN"), ("cnn", "CNN")]
        dialog = TrainingDialog(
            lambda: documents, retraining, lambda: models, lambda n: f"{n}-mine"
        )
        dialog.retraining = retraining
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        dialogs.append(dialog)
        return dialog

    yield make
    for dialog in dialogs:
        dialog.retraining.cancel()
        dialog.retraining.discard()
        dialog.hide()


def click(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def finished(qtbot, dialog) -> None:
    with qtbot.waitSignal(dialog.retraining.result_ready, timeout=WAIT_MS):
        click(qtbot, dialog.start_button)


def test_with_nothing_reviewed_it_explains_what_reviewed_regions_are(make_dialog, document):
    dialog = make_dialog([document])
    assert "A reviewed region is a stretch of a spectrum" in dialog.options.review.text()
    assert not dialog.start_button.isEnabled()
    assert not dialog.curve.isVisible()


def test_it_counts_what_is_reviewed_and_says_when_it_is_too_little(make_dialog, document, reviewed):
    dialog = make_dialog([document])
    assert dialog.options.review.text() == f"made: 1 region, {MIN_PEAKS + 4} peaks"
    assert dialog.start_button.isEnabled()
    document.edit.delete_peaks([p.id for p in document.shown_peaks().peaks[4:]])
    dialog.refresh()
    assert not dialog.start_button.isEnabled()
    assert str(MIN_PEAKS) in dialog.state_text.text()
    assert review_text(examples_of([document])).endswith("4 peaks")


def test_a_better_model_is_shown_beside_the_old_one(make_dialog, reviewed, qtbot) -> None:
    dialog = make_dialog([reviewed])
    dialog.options.epochs.setValue(2)
    finished(qtbot, dialog)
    assert dialog.curve.count() == 2
    assert dialog.outcome.isVisible()
    assert dialog.outcome.verdict_text.text() == "The new model is better (F1 0.91 against 0.86)."
    assert (dialog.outcome.cell("old", "f1"), dialog.outcome.cell("new", "f1")) == (
        "0.860",
        "0.910",
    )
    assert "by disjoint regions" in dialog.outcome.caveat_text.text()
    assert dialog.outcome.name.text() == "quanv-mine"


def test_the_decision_is_in_reach_on_a_small_screen_with_large_letters(
    make_dialog, reviewed, qtbot, settings, window
) -> None:
    settings.ui_scale = 150
    dialog = make_dialog([reviewed], "forgets")
    assert dialog.height() < 500
    finished(qtbot, dialog)
    assert dialog.frameGeometry().height() <= dialog.screen().availableGeometry().height()
    for button in (dialog.outcome.keep_button, dialog.outcome.discard_button):
        assert button.visibleRegion().boundingRect() == button.rect()
    settings.ui_scale = 100


def test_where_nobody_corrected_the_old_model_gets_no_full_marks(
    make_dialog, reviewed, qtbot
) -> None:
    dialog = make_dialog([reviewed], "uncorrected")
    finished(qtbot, dialog)
    for which in ("old", "new"):
        assert [dialog.outcome.cell(which, key) for key in ("f1", "precision", "recall")] == (
            ["–"] * 3
        )
        assert dialog.outcome.cell(which, "lines") == "40"
    assert "nobody corrected" in dialog.outcome.verdict_text.text()
    assert not dialog.retraining.result.is_worse
    places = dialog.outcome.changes
    assert places.title.text() == "Places where the models differ: 2 (click to see them)"
    assert places.table.item(0, 1).text() == "finds this line now"


def test_what_got_better_and_worse_is_listed_and_a_click_asks_for_the_place(
    make_dialog, reviewed, qtbot
) -> None:
    dialog = make_dialog([reviewed])
    finished(qtbot, dialog)
    places = dialog.outcome.changes
    assert places.title.text() == "Places that got better: 1, worse: 1 (click to see them)"
    cells = [[places.table.item(r, c).text() for c in range(4)] for r in range(2)]
    assert cells[0] == ["7.2000", "better: finds this line now", "made", "no"]
    assert cells[1] == ["3.0000", "worse: a peak that is no line is new", "made", "yes"]
    asked = []
    dialog.place_wanted.connect(asked.append)
    at = places.table.visualItemRect(places.table.item(1, 1)).center()
    qtbot.mouseClick(places.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked[-1]["ppm"] == 3.0
    qtbot.keyClick(places.table, Qt.Key.Key_Up)
    assert asked[-1]["ppm"] == 7.2


def test_the_benchmark_stands_beside_the_held_out_regions(make_dialog, reviewed, qtbot) -> None:
    dialog = make_dialog([reviewed])
    finished(qtbot, dialog)
    outcome = dialog.outcome
    assert (outcome.cell("old", "benchmark"), outcome.cell("new", "benchmark")) == (
        "0.950",
        "0.945",
    )
    assert outcome.benchmark_text.isVisible()
    assert "Nothing was forgotten that" in outcome.benchmark_text.text()
    assert "40 spectra" in outcome.benchmark_title.text()
    assert "crowded: 0.91 before, 0.90 now" in outcome.benchmark_title.toolTip()
    assert outcome.keep_button.isDefault()


def test_what_was_forgotten_is_said_plainly_and_discard_is_proposed(
    make_dialog, reviewed, qtbot
) -> None:
    dialog = make_dialog([reviewed], "forgets")
    finished(qtbot, dialog)
    outcome = dialog.outcome
    assert outcome.verdict_text.text() == (
        "The new model is better (F1 0.91 against 0.86). "
        "But it has forgotten something: see the benchmark."
    )
    said = outcome.benchmark_text.text()
    assert said.startswith("Something was forgotten")
    assert "most on crowded spectra (F1 0.71 against 0.91)" in said
    assert outcome.discard_button.isDefault()
    assert not outcome.keep_button.isDefault()
    click(qtbot, outcome.discard_button)
    assert not outcome.isVisible()


def test_a_run_that_says_nothing_of_the_benchmark_shows_none() -> None:
    assert benchmark_verdict(retrained({"f1": 0.8}, {"f1": 0.9})) == ""


@pytest.mark.parametrize(
    ("interval", "words", "has_forgotten"),
    [
        ([-0.02, -0.001], "Something was forgotten", True),
        ([-0.02, 0.0], "Nothing was forgotten that the benchmark could tell", False),
        ([0.001, 0.02], "better on the benchmark too", False),
    ],
)
def test_forgotten_means_lower_beyond_the_interval(interval, words, has_forgotten) -> None:
    both = {"f1": 0.9, "kinds": {"clean": 0.9}}
    benchmark = {"old": both, "new": both, "difference": 0.0, "interval": interval, "spectra": 40}
    one = retrained({"f1": 0.8}, {"f1": 0.9}, benchmark=benchmark)
    assert words in benchmark_verdict(one)
    assert one.has_forgotten == has_forgotten


def test_the_rest_of_a_phase_is_told_by_that_phase_alone(make_dialog, reviewed, qtbot) -> None:
    dialog = make_dialog([reviewed], "waits")
    with qtbot.waitSignal(dialog.retraining.epoch_ended, timeout=WAIT_MS):
        click(qtbot, dialog.start_button)
    tell = dialog.retraining.progressed.emit
    tell(5, 10, "epoch 1 of 2")
    qtbot.wait(2100)
    tell(6, 10, "epoch 2 of 2")
    assert "left" in dialog.state_text.text()
    tell(60, 120, "judging peaks")
    assert dialog.state_text.text() == "judging peaks"
    with qtbot.waitSignal(dialog.retraining.result_ready, timeout=WAIT_MS):
        click(qtbot, dialog.stop_button)
        tell(70, 120, "judging peaks")
        assert dialog.state_text.text() == "Stopping: judging peaks"


def test_a_run_that_was_cut_can_go_on(make_dialog, reviewed, qtbot) -> None:
    dialog = make_dialog([reviewed], "dies once")
    with qtbot.waitSignal(dialog.retraining.failed, timeout=WAIT_MS):
        click(qtbot, dialog.start_button)
    assert dialog.state_text.text().endswith("It can go on after its last finished epoch.")
    assert dialog.resume_button.isVisible()
    with qtbot.waitSignal(dialog.retraining.result_ready, timeout=WAIT_MS):
        click(qtbot, dialog.resume_button)
    assert dialog.outcome.isVisible()
    assert not dialog.resume_button.isVisible()


def test_what_was_chosen_is_what_the_run_is_told(make_dialog, reviewed, qtbot) -> None:
    dialog = make_dialog([reviewed], "waits")
    qtbot.keyClick(dialog.options.model, Qt.Key.Key_Down)
    dialog.options.epochs.setValue(7)
    dialog.options.share.setValue(25)
    dialog.options.seed.setValue(3)
    with qtbot.waitSignal(dialog.retraining.epoch_ended, timeout=WAIT_MS):
        click(qtbot, dialog.start_button)
    run = json.loads(next((user_data() / "runs").glob("*/run.json")).read_text())
    told = run["model"], run["epochs"], run["simulated_share"], run["seed"]
    assert told == ("cnn", 7, 0.25, 3)
    with qtbot.waitSignal(dialog.retraining.result_ready, timeout=WAIT_MS):
        click(qtbot, dialog.stop_button)
    assert "stopped" in dialog.outcome.caveat_text.text()


def test_a_worse_model_is_said_to_be_worse_and_discard_is_proposed(make_dialog, reviewed, qtbot):
    dialog = make_dialog([reviewed], "worse")
    finished(qtbot, dialog)
    assert dialog.outcome.verdict_text.text() == (
        "The new model is worse (F1 0.81 against 0.86): we advise to discard it."
    )
    assert dialog.outcome.discard_button.isDefault()
    (folder,) = (user_data() / "runs").iterdir()
    click(qtbot, dialog.outcome.discard_button)
    assert not folder.exists()
    assert not dialog.outcome.isVisible()
    assert "nothing stays on disk" in dialog.state_text.text()


def test_keep_takes_the_name_that_was_typed(make_dialog, reviewed, qtbot, monkeypatch) -> None:
    dialog = make_dialog([reviewed])
    finished(qtbot, dialog)
    asked = []
    monkeypatch.setattr(dialog.retraining, "keep", asked.append)
    dialog.outcome.name.selectAll()
    qtbot.keyClicks(dialog.outcome.name, "menthol tuned")
    click(qtbot, dialog.outcome.keep_button)
    assert asked == ["menthol tuned"]
    dialog.outcome.setEnabled(True)
    dialog.outcome.name.clear()
    assert not dialog.outcome.keep_button.isEnabled()


def test_a_failed_run_says_why_and_can_be_started_again(make_dialog, reviewed, qtbot) -> None:
    dialog = make_dialog([reviewed], "fails")
    with qtbot.waitSignal(dialog.retraining.failed, timeout=WAIT_MS):
        click(qtbot, dialog.start_button)
    assert dialog.state_text.text() == "The training failed: the loss is not a number."
    assert dialog.start_button.isEnabled()
    assert not dialog.stop_button.isVisible()
    dialog.close()
    reviewed.edit.add_region(1.0, 0.5)
    dialog.show()
    assert dialog.state_text.text() == ""


def asked_while_running(make_dialog, reviewed, qtbot) -> tuple[TrainingDialog, QMessageBox]:
    dialog = make_dialog([reviewed], "waits")
    with qtbot.waitSignal(dialog.retraining.epoch_ended, timeout=WAIT_MS):
        click(qtbot, dialog.start_button)
    dialog.close()
    assert dialog.isVisible()
    return dialog, dialog.question


def button_of(box: QMessageBox, text: str):
    return next(b for b in box.buttons() if b.text().replace("&", "") == text)


def test_closing_while_running_can_leave_it_running(make_dialog, reviewed, qtbot) -> None:
    dialog, box = asked_while_running(make_dialog, reviewed, qtbot)
    click(qtbot, button_of(box, "Leave it running"))
    assert not dialog.isVisible()
    assert dialog.retraining.is_running
    dialog.show()
    assert dialog.stop_button.isVisible()
    with qtbot.waitSignal(dialog.retraining.result_ready, timeout=WAIT_MS):
        click(qtbot, dialog.stop_button)


def test_closing_while_running_can_stop_it(make_dialog, reviewed, qtbot) -> None:
    dialog, box = asked_while_running(make_dialog, reviewed, qtbot)
    with qtbot.waitSignal(dialog.retraining.result_ready, timeout=WAIT_MS):
        click(qtbot, button_of(box, "Stop"))
    assert dialog.retraining.result.was_stopped
    assert dialog.outcome.isVisible()


def retrained(old, new, *, stopped: bool = False, **event) -> Retrained:
    return Retrained(Path("new.json"), old, new, stopped, event)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"f1": 0.86}, {"f1": 0.81}, "worse (F1 0.81 against 0.86): we advise to discard it."),
        ({"f1": 0.86}, {"f1": 0.858}, "worse (F1 0.858 against 0.860)"),
        ({"f1": 0.86}, {"f1": 0.863}, "better (F1 0.863 against 0.860)"),
        ({"f1": 0.86}, {"f1": 0.86}, "neither better nor worse (F1 0.86 for both)"),
        ({"f1": None}, {"f1": 0.9}, "nothing to judge"),
        ({"f1": 0.9}, {}, "worse"),
    ],
)
def test_the_verdict_says_in_plain_words_what_the_numbers_mean(old, new, words) -> None:
    assert words in verdict(retrained(old, new))


def test_few_lines_are_said_to_prove_little() -> None:
    assert "Only 8 lines" in caveats(retrained({"f1": 0.8}, {"f1": 0.9, "lines": 8}))
    assert "chance" not in caveats(retrained({"f1": 0.8}, {"f1": 0.9, "lines": 80}))


@pytest.mark.parametrize(
    ("done", "total", "elapsed_ms", "text"),
    [
        (0, 10, 9000, ""),
        (1, 10, 500, ""),
        (5, 10, 20_000, "about 20 s left"),
        (1, 10, 60_000, "about 9 min left"),
        (10, 10, 60_000, ""),
    ],
)
def test_the_remaining_time_is_told_when_it_can_be_known(done, total, elapsed_ms, text) -> None:
    assert remaining_text(done, total, elapsed_ms) == text
