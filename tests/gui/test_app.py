from __future__ import annotations

import logging
import subprocess
import sys

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui import app, theme
from nmrquanv.gui.app import make_window
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.gui.main_window import MainWindow
from nmrquanv.paths import user_data
from nmrquanv.progress import Cancelled
from nmrquanv.session.jobs import Job
from nmrquanv.session.settings import Settings


def test_starting_the_window_imports_nothing_slow() -> None:
    slow = ["torch", "pennylane", "nmrglue", "scipy.signal", "pybaselines", "matplotlib"]
    code = f"import nmrquanv.gui.app, sys; print([n for n in {slow!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_an_empty_window_loads_and_draws_nothing_that_only_a_spectrum_needs() -> None:
    slow = ["numpy.ma", "scipy", "nmrglue", "filelock", "importlib.metadata"]
    code = f"""
import sys, tempfile
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
import pyqtgraph
before = set(sys.modules)
from nmrquanv.gui.app import make_window
from nmrquanv.session.settings import Settings
settings = Settings(Path(tempfile.mkdtemp(), "settings.json"))
window = make_window(settings)
window.show()
app.processEvents()
print([n for n in {slow!r} if n in sys.modules and n not in before])
print(sorted(kind.__name__ for kind in window.processing.forms.by_kind))
import linecache
print([name for name in linecache.cache if "/nmrquanv/session/" in name])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.splitlines() == ["[]", "['Baseline']", "[]"], done.stderr


def test_a_module_that_asks_for_other_names_of_qt_gets_them(tmp_path) -> None:
    (tmp_path / "asking.py").write_text(
        "from PySide6.QtCore import QObject\n"
        "from __feature__ import snake_case\n"
        "def name(): o = QObject(); o.set_object_name('x'); return o.object_name()\n"
    )
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import nmrquanv.gui\n"
        "from PySide6.QtCore import QObject\n"
        "import asking\n"
        "print(asking.name(), QObject().objectName() == '')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.split() == ["x", "True"], done.stderr


def test_the_theme_is_there_before_the_widgets_that_it_would_polish(
    qapp, qtbot, settings, monkeypatch
) -> None:
    theme.apply("light", qapp)  # whatever the test before has left
    settings.theme = "dark"
    given = []
    set_sheet = QApplication.setStyleSheet

    def noted(app, sheet: str) -> None:
        given.append(len(shown_windows()) + len(app.allWidgets()))
        set_sheet(app, sheet)

    before = len(qapp.allWidgets())
    monkeypatch.setattr(QApplication, "setStyleSheet", noted)
    window = make_window(settings)
    qtbot.addWidget(window)
    assert given == [before]
    assert theme.current() is theme.DARK
    settings.theme = "light"
    assert len(given) == 2


def shown_windows() -> list[MainWindow]:
    return [
        w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()
    ]


def test_main_opens_paths_and_ends_when_the_window_closes(qtbot, examples) -> None:
    path = str(examples / "bruker_1h_menthol" / "10")
    seen, heights = [], []

    def look() -> None:
        (window,) = shown_windows()
        if window.workspace.current is None:
            QTimer.singleShot(50, look)
            return
        seen.append(window.workspace.current.dataset.source.path)
        room = window.screen().availableGeometry().height()
        heights.append((window.height(), room))
        window.close()
        QTimer.singleShot(0, QApplication.quit)

    QTimer.singleShot(50, look)
    hook = sys.excepthook
    assert app.main([path], warms_up=False) == 0
    assert seen
    assert seen[0].startswith(path)
    ((height, room),) = heights
    assert height <= room - 40, "with its frame it reached below a screen of 1280 x 800"
    assert sys.excepthook is hook
    assert (user_data() / "nmrquanv.log").read_text(encoding="utf-8").strip()


def test_an_uncaught_error_is_logged_and_shown(qtbot, settings, caplog) -> None:
    window = app.make_window(settings)
    qtbot.addWidget(window)
    window.show()
    errors = app.UncaughtErrors(window)
    errors.install()
    try:
        raised = ZeroDivisionError("nobody caught me")
        with caplog.at_level(logging.ERROR, "nmrquanv"):
            sys.excepthook(ZeroDivisionError, raised, None)
    finally:
        errors.uninstall()
    (dialog,) = window.findChildren(ErrorDialog)
    assert "nobody caught me" in dialog.details.toPlainText()
    assert "uncaught error" in caplog.text
    dialog.close()
    window.close()


def test_the_log_file_is_closed_again() -> None:
    handler = app.start_log()
    app.stop_log(handler)
    assert handler not in logging.getLogger("nmrquanv").handlers


def test_warm_up_can_be_cancelled_between_imports() -> None:
    def report(done, total, text) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        app.warm_up(report)


def test_a_model_that_is_missing_does_not_stop_the_warm_up(monkeypatch, caplog) -> None:
    def load(name):
        raise NmrQuanvError(f"no model '{name}'")

    monkeypatch.setattr("nmrquanv.models.library.load", load)
    texts = []
    with caplog.at_level(logging.WARNING, "nmrquanv"):
        app.warm_up(lambda done, total, text: texts.append(text))
    assert texts[-1] == "cnn"
    assert "no model 'quanv'" in caplog.text


def test_no_work_starts_for_a_window_that_is_closed(qtbot, settings) -> None:
    window = app.make_window(settings)
    qtbot.addWidget(window)
    job = Job(lambda report: None)
    app.start_unless_closed(job, window)
    assert not job.is_running


@pytest.mark.parametrize("value", ["inf", "nan", "1e30"])
@pytest.mark.parametrize("name", ["label_decimals", "min_snr", "min_height"])
def test_a_bad_setting_does_not_prevent_the_start_and_is_said_once(
    qtbot, tmp_path, name, value
) -> None:
    path = tmp_path / "bad.ini"
    path.write_text(f"[General]\n{name}={value}\n")
    for is_first in (True, False):
        window = app.make_window(Settings(path))
        qtbot.addWidget(window)
        window.show()
        if is_first:
            qtbot.waitUntil(lambda w=window: bool(w.findChildren(ErrorDialog)))
            (dialog,) = window.findChildren(ErrorDialog)
            assert f"The setting {name} was" in dialog.text.text()
            dialog.close()
        else:
            QApplication.processEvents()
            assert window.findChildren(ErrorDialog) == []
        window.close()
