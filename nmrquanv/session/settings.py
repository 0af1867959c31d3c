"""What the program remembers between sessions, as typed properties over one JSON file.

``NMRQUANV_SETTINGS`` names another file (tests, several installations). Values that cannot be
are left out, which ``problems`` says once.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QSettings, QTimer, Signal

from nmrquanv.errors import FormatError
from nmrquanv.paths import user_data
from nmrquanv.session.settings_file import SettingsFile
from nmrquanv.session.settings_table import (
    MAX_RECENT,
    MAX_SCALE,
    MIN_SCALE,
    TABLE,
    chosen_path,
    thresholds_in,
    usual_path,
)
from nmrquanv.spectra.thresholds import LIMITS, Thresholds

_log = logging.getLogger(__name__)


class Settings(QObject):
    """The user's settings, saved soon after they change.

    Signals
    -------
    changed(str)
        Name of the property that was set.
    save_failed(str)
        Why the settings could not be saved; the same reason is told once.
    """

    changed = Signal(str)
    save_failed = Signal(str)

    def __init__(self, path: str | Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        chosen = path or chosen_path()
        place = Path(chosen) if chosen else usual_path()
        self._file = SettingsFile(place, TABLE, None if chosen else _old_place())
        self.problems = tuple(self._file.problems)
        self._told = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.save)
        for problem in self.problems:
            _log.warning("%s", problem)

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def theme(self) -> str:
        """``"system"``, ``"light"`` or ``"dark"``."""
        return str(self._file["theme"])

    @theme.setter
    def theme(self, value: str) -> None:
        self._set("theme", value)

    @property
    def wheel_preset(self) -> str:
        """What the wheel does: ``"vertical"`` or ``"zoom"``."""
        return str(self._file["wheel_preset"])

    @wheel_preset.setter
    def wheel_preset(self, value: str) -> None:
        self._set("wheel_preset", value)

    @property
    def polarity(self) -> str:
        """Signs of the lines that a search looks for."""
        return str(self._file["polarity"])

    @polarity.setter
    def polarity(self, value: str) -> None:
        self._set("polarity", value)

    @property
    def label_decimals(self) -> int:
        """Decimals of the chemical shifts over the peaks; 0 leaves it to the nucleus."""
        return int(self._file["label_decimals"])

    @label_decimals.setter
    def label_decimals(self, value: int) -> None:
        self._set("label_decimals", value)

    @property
    def axis_unit(self) -> str:
        """What the axis of a spectrum is numbered in: ``"ppm"``, ``"hz"`` or ``"points"``."""
        return str(self._file["axis_unit"])

    @axis_unit.setter
    def axis_unit(self, value: str) -> None:
        self._set("axis_unit", value)

    @property
    def finders(self) -> tuple[str, ...]:
        """Which finders *Find peaks* runs; never empty."""
        return tuple(self._file["finders"]) or tuple(TABLE["finders"].default)

    @finders.setter
    def finders(self, value: Sequence[str]) -> None:
        self._set("finders", list(value))

    @property
    def thresholds(self) -> Thresholds:
        """What the user wants of a new document; what is None the finders' cards say."""
        return thresholds_in(self._file)

    @thresholds.setter
    def thresholds(self, value: Thresholds) -> None:
        for name in (*LIMITS, "shows_satellites"):
            self._file.set(name, getattr(value, name))
        self._announce("thresholds")

    @property
    def leaves_out_solvent(self) -> bool:
        """Whether exports leave out solvent and water."""
        return bool(self._file["leaves_out_solvent"])

    @leaves_out_solvent.setter
    def leaves_out_solvent(self, value: bool) -> None:
        self._set("leaves_out_solvent", value)

    @property
    def last_folder(self) -> str:
        """Where the last file was opened."""
        return str(self._file["last_folder"])

    @last_folder.setter
    def last_folder(self, value: str) -> None:
        if TABLE["last_folder"].is_valid(value):
            self._set("last_folder", value)

    @property
    def journal_style(self) -> str:
        """Name of the style in which multiplets are written down; empty for the first."""
        return str(self._file["journal_style"])

    @journal_style.setter
    def journal_style(self, value: str) -> None:
        self._set("journal_style", value)

    @property
    def journal_template(self) -> tuple[str, ...]:
        """The parts of the user's own style, in the order of ``Style.templates``; may be empty."""
        return tuple(self._file["journal_template"])

    @journal_template.setter
    def journal_template(self, value: Sequence[str]) -> None:
        self._set("journal_template", list(value))

    @property
    def shortcuts(self) -> dict[str, tuple[str, ...]]:
        """Keys that the user gave to commands, by their ids; the others have their usual ones."""
        return {name: tuple(keys) for name, keys in self._file["shortcuts"].items()}

    @shortcuts.setter
    def shortcuts(self, value: Mapping[str, Sequence[str]]) -> None:
        self._set("shortcuts", {name: list(keys) for name, keys in value.items()})

    @property
    def ui_scale(self) -> int:
        """Size of letters, rows and icons, in percent of what the system says."""
        return int(self._file["ui_scale"])

    @ui_scale.setter
    def ui_scale(self, value: int) -> None:
        self._set("ui_scale", min(MAX_SCALE, max(MIN_SCALE, value)))

    @property
    def peak_columns(self) -> tuple[str, ...]:
        """Columns of the peak table as ``gui/shell/column_memory.py`` says; empty as usual."""
        return tuple(self._file["peak_columns"])

    @peak_columns.setter
    def peak_columns(self, value: Sequence[str]) -> None:
        self._set("peak_columns", list(value))

    @property
    def export_folder(self) -> str:
        """Where the last export was written; where the last file was opened if nothing was."""
        return str(self._file["export_folder"] or self.last_folder)

    @export_folder.setter
    def export_folder(self, value: str) -> None:
        if TABLE["export_folder"].is_valid(value):
            self._set("export_folder", value)

    @property
    def study_folder(self) -> str:
        """Where studies are written."""
        return self._file["study_folder"] or str(user_data() / "study")

    @study_folder.setter
    def study_folder(self, value: str) -> None:
        self._set("study_folder", value)

    @property
    def recent_files(self) -> tuple[str, ...]:
        """Newest first, at most ten; those of other running copies of the program among them."""
        self._file.refresh("recent_files")
        return tuple(self._file["recent_files"][:MAX_RECENT])

    def add_recent_file(self, path: str) -> None:
        """Put a path at the head of the recent files."""
        if TABLE["recent_files"].is_valid([path]):
            self._change_recent(lambda others: [path, *(p for p in others if p != path)])

    def remove_recent_file(self, path: str) -> None:
        """Forget a path, because it is not there any more."""
        self._change_recent(lambda others: [p for p in others if p != path])

    def clear_recent_files(self) -> None:
        """Forget all recent files."""
        self._change_recent(lambda _: [])

    @property
    def window_geometry(self) -> QByteArray:
        """Of the main window; empty if never saved."""
        return QByteArray(base64.b64decode(self._file["window_geometry"]))

    @window_geometry.setter
    def window_geometry(self, value: QByteArray) -> None:
        self._set("window_geometry", base64.b64encode(value.data()).decode())

    @property
    def window_state(self) -> QByteArray:
        """Docks and tool bars of the main window; empty if never saved."""
        return QByteArray(base64.b64decode(self._file["window_state"]))

    @window_state.setter
    def window_state(self, value: QByteArray) -> None:
        self._set("window_state", base64.b64encode(value.data()).decode())

    def save(self) -> bool:
        """Write what changed into the file now; False, and told, where that fails."""
        self._soon.stop()
        try:
            self._file.save()
        except (OSError, FormatError) as error:
            self._tell(str(getattr(error, "strerror", None) or error))
            return False
        self._told = ""
        return True

    def _tell(self, reason: str) -> None:
        if reason != self._told:
            self._told = reason
            _log.warning("%s: the settings cannot be saved (%s)", self.path, reason)
            self.save_failed.emit(f"The settings cannot be saved to {self.path}: {reason}")

    def _set(self, name: str, value: Any) -> None:
        self._file.set(name, value)
        self._announce(name)

    def _change_recent(self, change: Callable[[list[str]], list[str]]) -> None:
        def apply(values: dict[str, Any]) -> None:
            found = values.get("recent_files")
            known = list(found) if found and TABLE["recent_files"].is_valid(found) else []
            values["recent_files"] = change(known)[:MAX_RECENT]

        self._file.change("recent_files", apply)
        self._announce("recent_files")

    def _announce(self, name: str) -> None:
        self.changed.emit(name)
        if QCoreApplication.instance() is not None:
            self._soon.start()


def _old_place() -> Path:
    """Return where versions before 0.2 kept an INI file."""
    ini = QSettings.Format.IniFormat
    return Path(QSettings(ini, QSettings.Scope.UserScope, "nmrquanv", "nmrquanv").fileName())
