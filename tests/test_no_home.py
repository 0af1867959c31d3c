"""Reading needs no folder of the user's to be made: read-only, missing and unknown homes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

import nmrquanv
from nmrquanv import paths
from nmrquanv.errors import ModelError
from nmrquanv.models import library
from nmrquanv.paths import resource, user_data, user_settings

ROOT = Path(nmrquanv.__file__).parents[1]
EXAMPLE = str(resource("example_spectra") / "bruker_1h_menthol" / "10")
WINDOW = """
import sys
from PySide6.QtCore import QTimer
from nmrquanv.gui import app
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from PySide6.QtWidgets import QApplication

def look():
    (window,) = [w for w in QApplication.topLevelWidgets() if type(w).__name__ == "MainWindow"]
    if window.workspace.current is None:
        QTimer.singleShot(50, look)
        return
    dialogs = window.findChildren(ErrorDialog)
    if not dialogs:
        QTimer.singleShot(50, look)
        return
    print(window.workspace.current.name, *(d.text.text() for d in dialogs))
    for dialog in dialogs:
        dialog.close()
    window.close()
    QApplication.quit()

application = QApplication(sys.argv[:1])
QTimer.singleShot(50, look)
sys.exit(app.main(sys.argv[1:], warms_up=False))
"""


def homes(tmp_path: Path) -> dict[str, dict[str, str]]:
    (tmp_path / "file").write_text("")
    return {
        "a file": {"HOME": str(tmp_path / "file")},
        "not there": {"HOME": str(tmp_path / "none")},
        "device": {"HOME": "/dev/null"},
        "not set": {},
    }


def run(tmp_path: Path, which: str, *words: str) -> subprocess.CompletedProcess[str]:
    keep = ("PATH", "SYSTEMROOT", "QT_QPA_PLATFORM", "LD_LIBRARY_PATH")
    environment = {n: os.environ[n] for n in keep if n in os.environ}
    environment |= homes(tmp_path)[which] | {"QT_QPA_PLATFORM": "offscreen"}
    if which == "not set":  # the system would tell this account's own home
        environment["XDG_DATA_HOME"] = environment["XDG_CONFIG_HOME"] = "/dev/null/unknown"
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=60,
        cwd=ROOT,
    )


@pytest.mark.skipif(os.name == "nt", reason="only on systems where HOME tells the home folder")
@pytest.mark.parametrize(
    ("which", "model"),
    [("a file", "cnn"), ("not there", "classical"), ("device", "classical"), ("not set", "cnn")],
)
def test_pick_does_without_a_home(tmp_path, which, model) -> None:
    words = ("-m", "nmrquanv", "pick", EXAMPLE, "--region", "4:3", "--model", model, "-o", "-")
    done = run(tmp_path, which, *words)
    assert done.returncode == 0, done.stderr
    assert '"ppm"' in done.stdout
    assert done.stderr == ""
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(os.name == "nt", reason="only on systems where HOME tells the home folder")
@pytest.mark.parametrize("which", ["a file", "not set"])
def test_the_window_opens_without_a_home_and_says_what_is_not_kept(tmp_path, which) -> None:
    done = run(tmp_path, which, "-c", WINDOW, EXAMPLE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("The settings cannot be saved to") == 1
    assert "no log is written" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_an_unknown_home_is_a_place_where_nothing_is(monkeypatch, tmp_path) -> None:
    def unknown(*words: str, **named: object) -> str:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("NMRQUANV_DATA")
    for name in ("user_data_dir", "user_config_dir"):
        monkeypatch.setattr(platformdirs, name, unknown)
    assert user_data() == user_settings() == paths.NO_HOME
    monkeypatch.setattr(Path, "home", unknown)
    assert paths.home() == Path.cwd()
    assert not user_data().exists()
    assert {"quanv", "cnn"} <= {card.name for card in library.list_models()}
    card = library.list_models()[0]
    with pytest.raises(ModelError, match="no-home-folder-is-known"):
        library.save_model(library.user_folder(), card, library.load_copy("quanv").network)


def test_a_tilde_is_the_home_or_a_name(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert paths.with_home("~/a.csv") == tmp_path / "a.csv"
    assert paths.with_home("~$report.csv") == Path("~$report.csv")
    assert paths.with_home("~no-such-user/x") == Path("~no-such-user/x")
