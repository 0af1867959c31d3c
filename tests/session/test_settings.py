from __future__ import annotations

import errno
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QByteArray

from nmrquanv import writing
from nmrquanv.session import settings as module
from nmrquanv.session.settings import Settings
from nmrquanv.session.settings_table import MAX_RECENT
from nmrquanv.spectra.thresholds import Thresholds


def reopened(settings: Settings) -> Settings:
    settings.save()
    return Settings(settings.path)


def test_everything_is_there_at_the_next_start(settings) -> None:
    settings.theme = "dark"
    settings.wheel_preset = "zoom"
    settings.polarity = "both"
    settings.finders = ("cnn",)
    settings.thresholds = Thresholds(7.5, 0.02, 0.6, shows_satellites=True)
    settings.leaves_out_solvent = True
    settings.last_folder = "/data/2026, spring"
    settings.window_geometry = QByteArray(b"\x00\x01geometry")
    settings.window_state = QByteArray(b"state")
    again = reopened(settings)
    assert (again.theme, again.wheel_preset, again.polarity) == ("dark", "zoom", "both")
    assert again.finders == ("cnn",)
    assert again.thresholds == Thresholds(7.5, 0.02, 0.6, shows_satellites=True)
    assert again.leaves_out_solvent is True
    assert again.last_folder == "/data/2026, spring"
    assert again.window_geometry == QByteArray(b"\x00\x01geometry")
    assert again.window_state == QByteArray(b"state")


def test_a_fresh_installation_has_defaults(settings) -> None:
    assert settings.theme == "system"
    assert settings.polarity == "auto"
    assert settings.finders == ("quanv", "cnn")
    assert settings.thresholds == Thresholds()
    assert settings.leaves_out_solvent is False
    assert settings.recent_files == ()
    assert settings.window_geometry.isEmpty()


def test_recent_files_are_newest_first_each_once_and_at_most_ten(settings) -> None:
    for number in range(MAX_RECENT + 3):
        settings.add_recent_file(f"/data/a, b/{number}")
    settings.add_recent_file("/data/a, b/5")
    recent = reopened(settings).recent_files
    assert recent[:2] == ("/data/a, b/5", "/data/a, b/12")
    assert len(recent) == len(set(recent)) == MAX_RECENT
    settings.remove_recent_file("/data/a, b/5")
    assert settings.recent_files[0] == "/data/a, b/12"
    settings.clear_recent_files()
    assert reopened(settings).recent_files == ()


def test_one_recent_file_survives_a_restart(settings) -> None:
    settings.add_recent_file("/data/1")
    assert reopened(settings).recent_files == ("/data/1",)


def test_values_that_make_no_sense_count_as_not_set_and_are_named_once(tmp_path) -> None:
    path = tmp_path / "odd.json"
    odd = {"theme": "pink", "polarity": 3, "min_snr": "many", "min_height": 7, "finders": [1]}
    odd |= {"label_decimals": 1e30, "window_geometry": "?", "recent_files": {"a": 1}}
    good = {"min_confidence": 0.5, "from_a_later_version": [1, 2]}
    path.write_text(json.dumps(odd | good))
    settings = Settings(path)
    assert (settings.theme, settings.polarity, settings.label_decimals) == ("system", "auto", 0)
    assert settings.thresholds == replace(Thresholds(), min_confidence=0.5)
    assert settings.finders == ("quanv", "cnn")
    assert settings.window_geometry.isEmpty()
    assert settings.recent_files == ()
    assert {text.split()[2] for text in settings.problems} == set(odd)
    assert settings.save()
    assert Settings(path).problems == ()
    assert json.loads(path.read_text())["from_a_later_version"] == [1, 2]


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "[]", "\0", '{"theme": Infinity}', ""])
def test_a_damaged_file_leaves_the_defaults_and_is_mended_at_the_next_save(tmp_path, text) -> None:
    path = tmp_path / "damaged.json"
    path.write_text(text)
    settings = Settings(path)
    assert settings.theme == "system"
    assert len(settings.problems) == 1
    settings.theme = "dark"
    assert settings.save()
    again = Settings(path)
    assert again.theme == "dark"
    assert again.problems == ()


INI = """[General]
theme=dark
label_decimals={number}
min_snr={number}
min_height=0.02
shows_satellites=true
finders=cnn
recent_files=/data/1, "/data/a, b"
window_geometry=@ByteArray(\\x1\\xd9)
"""


@pytest.mark.parametrize("number", ["inf", "nan", "1e30", "-1", "4,2", "x"])
def test_the_ini_file_of_an_earlier_version_is_taken_over_with_what_can_be(
    tmp_path, monkeypatch, number
) -> None:
    old = tmp_path / "old.ini"
    old.write_text(INI.format(number=number))
    monkeypatch.setattr(module, "_old_place", lambda: old)
    monkeypatch.setattr(module, "usual_path", lambda: tmp_path / "new" / "settings.json")
    monkeypatch.delenv("NMRQUANV_SETTINGS")
    settings = Settings()
    assert settings.theme == "dark"
    assert settings.label_decimals == 0
    assert settings.thresholds == Thresholds(min_height=0.02, shows_satellites=True)
    assert settings.finders == ("cnn",)
    assert settings.recent_files == ("/data/1", "/data/a, b")
    assert settings.window_geometry == QByteArray(b"\x01\xd9")
    assert len(settings.problems) == 2
    settings.theme = "light"
    assert settings.save()
    again = Settings()
    assert again.path == tmp_path / "new" / "settings.json"
    assert (again.theme, again.finders) == ("light", ("cnn",))
    assert again.recent_files == ("/data/1", "/data/a, b")
    assert old.read_text() == INI.format(number=number)


def test_reading_makes_neither_file_nor_folder(tmp_path) -> None:
    settings = Settings(tmp_path / "deep" / "settings.json")
    assert settings.recent_files == ()
    assert settings.study_folder
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_fails_is_told_once_and_made_up_for(settings, monkeypatch) -> None:
    told: list[str] = []
    settings.save_failed.connect(told.append)

    def full(handle: int, data: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(writing.disk, "write", full)
        for theme in ("dark", "light", "dark"):
            settings.theme = theme
            assert not settings.save()
    assert len(told) == 1
    assert "No space left" in told[0]
    assert str(settings.path) in told[0]
    assert not settings.path.exists()
    assert reopened(settings).theme == "dark"


def test_names_that_are_no_text_are_not_remembered(settings) -> None:
    settings.add_recent_file("/data/a\udcff")
    settings.last_folder = "/data/\udcff"
    assert settings.recent_files == ()
    assert settings.save()


def test_two_copies_do_not_undo_each_other(settings) -> None:
    other = Settings(settings.path)
    settings.theme = "dark"
    settings.add_recent_file("/data/1")
    other.polarity = "both"
    other.add_recent_file("/data/2")
    assert settings.save()
    assert other.recent_files == ("/data/2", "/data/1")
    assert other.save()
    assert settings.recent_files == ("/data/2", "/data/1")
    last = Settings(settings.path)
    assert (last.theme, last.polarity) == ("dark", "both")
    other.clear_recent_files()
    other.save()
    assert settings.recent_files == ()


PROCESS = """
import sys
from nmrquanv.session.settings import Settings
settings = Settings(sys.argv[1])
sys.stdin.readline()
for number in range(5):
    settings.add_recent_file(f"/data/{sys.argv[2]}/{number}")
    setattr(settings, *{"a": ("theme", "dark"), "b": ("polarity", "both")}[sys.argv[2]])
    assert settings.save()
"""


def test_two_running_programs_merge_what_they_remember(tmp_path) -> None:
    path = tmp_path / "settings.json"
    both = [
        subprocess.Popen([sys.executable, "-c", PROCESS, path, name], stdin=subprocess.PIPE)
        for name in "ab"
    ]
    for process in both:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.close()
    assert [process.wait(60) for process in both] == [0, 0]
    settings = Settings(path)
    assert (settings.theme, settings.polarity) == ("dark", "both")
    assert sorted(settings.recent_files) == [f"/data/{n}/{i}" for n in "ab" for i in range(5)]


def test_a_value_out_of_range_is_refused(settings) -> None:
    with pytest.raises(ValueError, match="system, light, dark"):
        settings.theme = "pink"


def test_the_environment_names_the_file(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("NMRQUANV_SETTINGS", str(tmp_path / "here.ini"))
    settings = Settings()
    settings.theme = "light"
    settings.save()
    assert settings.path == tmp_path / "here.ini"
    assert "light" in settings.path.read_text()


def test_a_change_is_announced_by_name(settings, qtbot) -> None:
    with qtbot.waitSignal(settings.changed) as signal:
        settings.thresholds = Thresholds(9.0)
    assert signal.args == ["thresholds"]


def test_settings_from_before_satellites_were_classed_hide_them(tmp_path) -> None:
    path = tmp_path / "old.ini"
    path.write_text("[General]\nmin_snr=9\nmin_height=0.01\nmin_confidence=0.5\n")
    assert Settings(path).thresholds == Thresholds(9.0, 0.01, 0.5, shows_satellites=False)


def test_settings_too_large_to_be_read_are_not_written(settings) -> None:
    settings.theme = "dark"
    assert settings.save()
    before, told = settings.path.read_bytes(), []
    settings.save_failed.connect(told.append)
    settings.window_state = QByteArray(b"x" * (1 << 20))
    assert not settings.save()
    assert settings.path.read_bytes() == before
    assert str(settings.path) in told[0]
    assert "can be read again" in told[0]
    assert Settings(settings.path).theme == "dark"
    settings.window_state = QByteArray(b"state")
    assert reopened(settings).window_state == QByteArray(b"state")
