from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from nmrquanv.gui import theme
from nmrquanv.gui.main_window import MainWindow
from nmrquanv.gui.pages.study import StudyPage
from nmrquanv.gui.pages.study_choice import effort_text
from nmrquanv.gui.pages.study_findings import ChartView
from nmrquanv.paths import resource
from nmrquanv.session import child_process
from nmrquanv.session.study_catalogue import ALL, TITLES, Drawing, Effort
from nmrquanv.session.study_run import StudyRun
from nmrquanv.session.workspace import Workspace
from nmrquanv.study.report import charts as drawn
from nmrquanv.study.report import summary

FAKE = Path(__file__).parents[1] / "session" / "fake_study.py"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.study_folder = str(tmp_path / "study")
    return tmp_path / "study"


@pytest.fixture
def make_page(qtbot, settings, folder):
    """Open pages on runs of the stand-in; nothing of them is left at the end."""
    made = []

    def make(how: str = "works", **options) -> StudyPage:
        opened: list = []
        page = StudyPage(
            StudyRun([sys.executable, str(FAKE), how]), settings, opened.append, **options
        )
        page.opened = opened
        made.append(page)
        page.show()
        qtbot.waitExposed(page)
        qtbot.waitUntil(
            lambda: bool(page.panel._offers) and not page._looks.is_busy, timeout=60_000
        )
        return page

    yield make
    for page in made:
        page._run.goes_on_alone = False
        page._run.shut_down()
        page.close()
        page.deleteLater()
    for left in child_process.known("study"):
        left.kill()
        left.forget()


def study_process() -> child_process.ChildProcess | None:
    return next(child_process.known("study"), None)


def choose(page: StudyPage, name: str) -> None:
    view = page.panel.experiments
    item = view.item(list(TITLES).index(name))
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualItemRect(item).center())


def start(qtbot, page: StudyPage) -> None:
    with qtbot.waitSignal(page._run.progressed, timeout=20_000):
        QTest.mouseClick(page.controls.start_button, LEFT)


def ended(qtbot, page: StudyPage) -> None:
    qtbot.waitUntil(lambda: not page._run.is_running and not page._looks.is_busy, timeout=60_000)


def test_choosing_an_experiment_shows_its_question_and_its_cost(make_page) -> None:
    page = make_page()
    choose(page, "gate-dropout")
    assert page.panel.choice().experiment == "gate-dropout"
    assert "gates" in page.panel.question.text()
    for tier in ("quick", "standard", "full"):
        assert page.panel.efforts[tier].text().startswith("about ")
    assert "proves nothing" in page.panel.efforts["quick"].text()


def test_before_a_first_run_the_bundled_study_is_shown(make_page) -> None:
    page = make_page()
    choose(page, "convergence")
    assert len(page.findings.answers) >= 4
    assert page.findings.figures
    said = [label.text() for label in page.findings.findChildren(QLabel)]
    assert any("study that comes with the program, standard size" in text for text in said)
    QTest.mouseClick(page.open_report, LEFT)
    (opened,) = [url.toLocalFile() for url in page.opened]
    assert opened == str(resource("help/study/report.html"))


def test_without_any_study_the_page_says_what_will_appear(make_page, monkeypatch) -> None:
    def missing(name: str) -> Path:
        raise FileNotFoundError(name)

    monkeypatch.setattr("nmrquanv.session.study_catalogue.resource", missing)
    page = make_page()
    assert not page.open_report.isEnabled()
    assert page.nothing.isVisible()


def test_a_run_from_start_to_report(qtbot, make_page, folder) -> None:
    page = make_page("works")
    choose(page, "noise")
    QTest.mouseClick(
        page.panel.tiers["standard"], LEFT, pos=page.panel.tiers["standard"].rect().center()
    )
    start(qtbot, page)
    ended(qtbot, page)
    assert page.controls.state.text() == "Finished. The report is ready."
    assert [f.name for f in page._found if not f.is_bundled] == ["noise"]
    assert page.findings.answers[0].text() == "It cannot be told apart."
    assert len(page.findings.figures) == 2
    assert page.findings.figures[0].accessibleName() == "Figure: F1 & more"
    assert page.controls.start_button.isVisible()
    QTest.mouseClick(page.open_report, LEFT)
    QTest.mouseClick(page.open_folder, LEFT)
    opened = [url.toLocalFile() for url in page.opened]
    assert opened == [str(folder / "report.html"), str(folder)]
    choose(page, ALL)
    assert page.findings.answers[0].text() == "It cannot be told apart."
    assert len(page.findings.figures) > 2  # the bundled study tells about the others


def test_while_it_runs_progress_is_shown_and_the_choice_is_held(qtbot, make_page) -> None:
    page = make_page("waits")
    start(qtbot, page)
    assert (page.controls.bar.value(), page.controls.bar.maximum()) == (250, 1000)
    assert page.controls.state.text() == "1 of 4 runs, about 3 min left"
    assert page.controls.bar.isVisible()
    assert page.controls.stop_button.isVisible()
    assert not page.controls.start_button.isVisible()
    assert not page.panel.experiments.isEnabled()
    assert page.panel.goes_on.isEnabled()
    QTest.mouseClick(page.controls.stop_button, LEFT)
    assert page.controls.state.text().startswith("Stopping")
    ended(qtbot, page)
    assert page.controls.state.text().startswith("Stopped. What is finished is kept")
    assert page.panel.experiments.isEnabled()


def test_one_that_does_not_stop_is_ended_at_once(qtbot, make_page) -> None:
    page = make_page("deaf")
    start(qtbot, page)
    QTest.mouseClick(page.controls.stop_button, LEFT)
    assert "Once" in page.controls.stop_button.text()
    QTest.mouseClick(page.controls.stop_button, LEFT)
    ended(qtbot, page)
    assert page.controls.state.text().startswith("Ended at once")


def test_a_failure_is_told_in_its_own_words(qtbot, make_page) -> None:
    page = make_page("fails")
    QTest.mouseClick(page.controls.start_button, LEFT)
    ended(qtbot, page)
    assert page.controls.state.text() == "It failed: there is no such noise preset"


def test_an_impossible_folder_is_said_beside_the_button(make_page, tmp_path) -> None:
    page = make_page()
    (tmp_path / "file").write_text("")
    page.panel.folder.selectAll()
    QTest.keyClicks(page.panel.folder, str(tmp_path / "file" / "x"))
    QTest.keyClick(page.panel.folder, Qt.Key.Key_Return)
    QTest.mouseClick(page.controls.start_button, LEFT)
    assert "cannot be written to" in page.controls.state.text()
    assert page.controls.start_button.isVisible()


@pytest.mark.parametrize(("name", "words"), [("x" * 300, "bytes"), ("a\0b", "NUL")])
def test_a_name_that_no_folder_can_have_is_said_and_not_taken(make_page, folder, name, words):
    page = make_page()
    page.panel.folder.setText(name)
    page.panel.folder.editingFinished.emit()
    assert words in page.controls.state.text()
    assert page.panel.folder.text() == page.panel.choice().folder == str(folder)


def test_the_folder_is_remembered_and_never_empty(qtbot, make_page, settings, tmp_path) -> None:
    page = make_page()
    chosen = str(tmp_path / "chosen")
    QTest.mouseClick(page.panel.browse, LEFT)
    (dialog,) = page.panel.findChildren(QFileDialog)
    dialog.fileSelected.emit(chosen)
    dialog.close()
    assert settings.study_folder == chosen == page.panel.choice().folder
    page.panel.folder.clear()
    QTest.keyClick(page.panel.folder, Qt.Key.Key_Return)
    assert page.panel.folder.text() == chosen
    ended(qtbot, page)


def test_without_matplotlib_it_says_how_to_get_the_plots(make_page) -> None:
    page = make_page(has_plots=False)
    assert "pip install 'nmrquanv[study]'" in page.panel.warning.text()
    assert page.panel.warning.isVisible()
    assert page.controls.start_button.isEnabled()
    assert not make_page().panel.warning.isVisible()


def test_what_is_finished_is_counted_in_the_cost() -> None:
    assert effort_text("full", Effort(9, 4, "2 h")).startswith(
        "about 2 h, 4 of 9 runs are finished;"
    )
    assert effort_text("full", Effort(9, 9, "")).startswith("all 9 runs are finished")


def test_the_page_can_be_used_with_the_keys_alone(make_page) -> None:
    page = make_page()
    panel = page.panel
    for widget in (panel.experiments, panel.folder, page.controls.bar):
        assert widget.accessibleName()
    labels = [w.text() for w in page.findChildren(QLabel) if w.buddy() is not None]
    buttons = [panel.browse, panel.goes_on, *panel.tiers.values(), page.controls.start_button,
               page.open_report, page.open_folder]  # fmt: skip
    letters = [t[t.index("&") + 1].lower() for t in (*labels, *(b.text() for b in buttons))]
    assert len(letters) == len(set(letters))
    panel.experiments.setFocus()
    before = page.panel.experiment
    QTest.keyClick(panel.experiments, Qt.Key.Key_Down)
    assert page.panel.experiment != before


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_text_is_cut_on_a_small_screen_in_either_theme(qtbot, qapp, make_page, look) -> None:
    theme.apply(look, qapp)
    page = make_page("works", has_plots=False)
    start(qtbot, page)
    ended(qtbot, page)
    page.resize(1180, 740)
    for name in TITLES:
        choose(page, name)
        qtbot.wait(20)
        assert page.height() == 740
        for label in page.findChildren(QLabel):
            if label.isVisible() and label.text():
                need = label.heightForWidth(label.width()) if label.wordWrap() else 1
                assert label.height() >= need, label.text()
    theme.apply("light", qapp)
    qtbot.wait(20)


def test_figures_of_a_real_report_are_drawn_in_the_ink_of_the_theme(qtbot, qapp) -> None:
    series = summary.Series("QuanvNN", (0.0, 1.0, 2.0), (0.2, 0.5, 0.4))
    panel = summary.Panel("F1", "epoch", "F1", (series,))
    svg = drawn.svg(summary.Chart("A curve", (panel,)))
    for look in ("light", "dark"):
        shown = theme.apply(look, qapp)
        figure = ChartView(Drawing(svg, "A curve"))
        qtbot.addWidget(figure)
        figure.resize(500, figure.heightForWidth(500))
        assert figure.is_valid
        image = figure.grab().toImage()
        places = [(x, y) for x in range(0, image.width(), 1) for y in range(0, image.height(), 1)]
        colours = {image.pixelColor(x, y).name() for x, y in places}
        assert {shown.plot, shown.text} <= colours
        curve = QColor(drawn.COLOURS["QuanvNN"]).name()
        assert curve in colours
    theme.apply("light", qapp)


# --- with the main window ----------------------------------------------------------------------


@pytest.fixture
def make_windows(qtbot, settings, folder, find_tall):
    """Open main windows, one after the other, whose studies are the stand-in."""
    made = []

    def make(how: str = "waits") -> MainWindow:
        workspace = Workspace(settings)
        window = MainWindow(
            workspace, settings, study_run=StudyRun([sys.executable, str(FAKE), how])
        )
        workspace.setParent(window)
        made.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in made:
        window.study_run.goes_on_alone = False
        window.closing.agree()
        window.close()
        window.deleteLater()
    for left in child_process.known("study"):
        left.kill()
        left.forget()


def started(qtbot, window: MainWindow) -> StudyPage:
    window.actions_by_id["study"].trigger()
    page = window.side_pages.study
    qtbot.waitExposed(page)
    start(qtbot, page)
    return page


def press(box, words: str) -> None:
    button = next(b for b in box.buttons() if b.text() == words)
    QTest.mouseClick(button, LEFT)


def test_closing_asks_what_becomes_of_a_study(qtbot, make_windows, folder) -> None:
    window = make_windows()
    started(qtbot, window)
    window.close()
    assert window.isVisible()
    assert "A study is running" in window.closing.question.informativeText()
    press(window.closing.question, "Quit, Study Goes On")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert study_process().is_alive()

    later = make_windows()
    qtbot.waitUntil(lambda: later.study_run.is_running)
    assert "still running" in later.status.message.text()
    later.actions_by_id["study"].trigger()
    page = later.side_pages.study
    qtbot.waitUntil(lambda: page.controls.state.text() == "1 of 4 runs, about 3 min left")
    assert page.panel.goes_on.isChecked()
    QTest.mouseClick(page.controls.stop_button, LEFT)
    ended(qtbot, page)
    assert page.controls.state.text().startswith("Stopped")


def test_a_study_that_is_to_go_on_lets_the_window_close_unasked(
    qtbot, make_windows, folder
) -> None:
    window = make_windows()
    page = started(qtbot, window)
    QTest.mouseClick(page.panel.goes_on, LEFT, pos=page.panel.goes_on.rect().center())
    assert page.panel.goes_on.isChecked()
    window.close()
    assert not window.isVisible()
    assert not page.isVisible()
    assert study_process().is_alive()


def test_quitting_ends_a_study_that_is_not_to_go_on(qtbot, make_windows, folder) -> None:
    window = make_windows()
    started(qtbot, window)
    process = study_process()
    window.close()
    press(window.closing.question, "Quit")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not process.is_alive()
    assert study_process() is None


def test_the_main_window_tells_the_end_when_the_page_is_closed(qtbot, make_windows, folder) -> None:
    window = make_windows()
    page = started(qtbot, window)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    QTest.keyClick(page, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not page.isVisible()
    assert window.study_run.is_running
    (folder / "go on").write_text("")  # the stand-in goes on and finishes
    qtbot.waitUntil(
        lambda: "The study has finished" in window.status.message.text(), timeout=20_000
    )
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == [window]


def test_all_experiments_are_seen_without_scrolling(make_page) -> None:
    view = make_page().panel.experiments
    last = view.visualItemRect(view.item(view.count() - 1))
    assert view.viewport().rect().contains(last)
