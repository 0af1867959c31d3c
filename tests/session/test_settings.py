from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray

from nmrquanv.session.settings import MAX_RECENT, Settings
from nmrquanv.spectra.peaks import Thresholds


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


def test_values_that_make_no_sense_count_as_not_set(tmp_path) -> None:
    path = tmp_path / "odd.ini"
    path.write_text(
        "[General]\ntheme=pink\npolarity=\nmin_snr=many\nmin_height=7\nmin_confidence=0.5\n"
        "window_geometry=nothing\nfinders=\n"
    )
    settings = Settings(path)
    assert settings.theme == "system"
    assert settings.polarity == "auto"
    assert settings.thresholds == Thresholds()
    assert settings.finders == ("quanv", "cnn")
    assert settings.window_geometry.isEmpty()


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
