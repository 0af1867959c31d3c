"""What the program remembers between sessions, as typed properties over one INI file.

``NMRQUANV_SETTINGS`` names another file (tests, several installations). Values that cannot be
read, or are out of range, count as not set.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from nmrquanv.paths import user_data
from nmrquanv.spectra.peaks import Thresholds

MAX_RECENT = 10
MAX_DECIMALS = 4
THEMES = ("system", "light", "dark")
WHEEL_PRESETS = ("vertical", "zoom")
"""What the wheel does over the plot: vertical scale (default), or horizontal zoom."""
POLARITIES = ("auto", "positive", "negative", "both")

_T = TypeVar("_T")


class Settings(QObject):
    """The user's settings. ``changed`` tells the name of the property that was set."""

    changed = Signal(str)

    def __init__(self, path: str | Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        chosen = path or os.environ.get("NMRQUANV_SETTINGS")
        ini = QSettings.Format.IniFormat
        self._store = (
            QSettings(str(chosen), ini)
            if chosen
            else QSettings(ini, QSettings.Scope.UserScope, "nmrquanv", "nmrquanv")
        )

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self._store.fileName())

    @property
    def theme(self) -> str:
        """``"system"``, ``"light"`` or ``"dark"``."""
        return self._one_of("theme", THEMES)

    @theme.setter
    def theme(self, value: str) -> None:
        self._set_one_of("theme", value, THEMES)

    @property
    def wheel_preset(self) -> str:
        """What the wheel does: ``"vertical"`` or ``"zoom"``."""
        return self._one_of("wheel_preset", WHEEL_PRESETS)

    @wheel_preset.setter
    def wheel_preset(self, value: str) -> None:
        self._set_one_of("wheel_preset", value, WHEEL_PRESETS)

    @property
    def polarity(self) -> str:
        """Signs of the lines that a search looks for."""
        return self._one_of("polarity", POLARITIES)

    @polarity.setter
    def polarity(self, value: str) -> None:
        self._set_one_of("polarity", value, POLARITIES)

    @property
    def label_decimals(self) -> int:
        """Decimals of the chemical shifts over the peaks; 0 leaves it to the nucleus."""
        value = int(self._number("label_decimals", 0))
        return value if 0 <= value <= MAX_DECIMALS else 0

    @label_decimals.setter
    def label_decimals(self, value: int) -> None:
        if not 0 <= value <= MAX_DECIMALS:
            raise ValueError(f"label_decimals is 0 to {MAX_DECIMALS}, got {value!r}")
        self._set("label_decimals", value)

    @property
    def finders(self) -> tuple[str, ...]:
        """Which finders *Find peaks* runs; never empty."""
        return self._texts("finders") or ("quanv", "cnn")

    @finders.setter
    def finders(self, value: Sequence[str]) -> None:
        self._set("finders", list(value))

    @property
    def thresholds(self) -> Thresholds:
        """With which a new document starts."""
        default = Thresholds()
        try:
            return Thresholds(
                self._number("min_snr", default.min_snr),
                self._number("min_height", default.min_height),
                self._number("min_confidence", default.min_confidence),
                self._flag("shows_satellites"),
            )
        except ValueError:
            return default

    @thresholds.setter
    def thresholds(self, value: Thresholds) -> None:
        for name in ("min_snr", "min_height", "min_confidence"):
            self._store.setValue(name, getattr(value, name))
        self._store.setValue("shows_satellites", "true" if value.shows_satellites else "false")
        self.changed.emit("thresholds")

    @property
    def leaves_out_solvent(self) -> bool:
        """Whether exports leave out solvent and water."""
        return self._flag("leaves_out_solvent")

    @leaves_out_solvent.setter
    def leaves_out_solvent(self, value: bool) -> None:
        self._set("leaves_out_solvent", "true" if value else "false")

    @property
    def last_folder(self) -> str:
        """Where the last file was opened."""
        return str(self._store.value("last_folder", "") or "")

    @last_folder.setter
    def last_folder(self, value: str) -> None:
        self._set("last_folder", value)

    @property
    def study_folder(self) -> str:
        """Where studies are written."""
        default = str(user_data() / "study")
        return str(self._store.value("study_folder", default) or default)

    @study_folder.setter
    def study_folder(self, value: str) -> None:
        self._set("study_folder", value)

    @property
    def recent_files(self) -> tuple[str, ...]:
        """Newest first, at most ten."""
        return self._texts("recent_files")[:MAX_RECENT]

    def add_recent_file(self, path: str) -> None:
        """Put a path at the head of the recent files."""
        others = [p for p in self.recent_files if p != path]
        self._set("recent_files", [path, *others][:MAX_RECENT])

    def remove_recent_file(self, path: str) -> None:
        """Forget a path, because it is not there any more."""
        self._set("recent_files", [p for p in self.recent_files if p != path])

    def clear_recent_files(self) -> None:
        """Forget all recent files."""
        self._set("recent_files", [])

    @property
    def window_geometry(self) -> QByteArray:
        """Of the main window; empty if never saved."""
        return self._bytes("window_geometry")

    @window_geometry.setter
    def window_geometry(self, value: QByteArray) -> None:
        self._set("window_geometry", value)

    @property
    def window_state(self) -> QByteArray:
        """Docks and tool bars of the main window; empty if never saved."""
        return self._bytes("window_state")

    @window_state.setter
    def window_state(self, value: QByteArray) -> None:
        self._set("window_state", value)

    def save(self) -> None:
        """Write the file now; otherwise Qt does so from time to time and at the end."""
        self._store.sync()

    def _one_of(self, name: str, allowed: Sequence[str]) -> str:
        value = str(self._store.value(name, allowed[0]))
        return value if value in allowed else allowed[0]

    def _set_one_of(self, name: str, value: str, allowed: Sequence[str]) -> None:
        if value not in allowed:
            raise ValueError(f"{name} is one of {', '.join(allowed)}, got {value!r}")
        self._set(name, value)

    def _number(self, name: str, default: float) -> float:
        return _parsed(float, self._store.value(name), default)

    def _flag(self, name: str) -> bool:
        return str(self._store.value(name, "false")).lower() == "true"

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self._store.value(name)
        if isinstance(value, str):
            return (value,) if value else ()
        return tuple(str(x) for x in value if x) if isinstance(value, list | tuple) else ()

    def _bytes(self, name: str) -> QByteArray:
        value = self._store.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _set(self, name: str, value: object) -> None:
        self._store.setValue(name, value)
        self.changed.emit(name)


def _parsed(kind: Callable[[str], _T], value: object, default: _T) -> _T:
    try:
        return kind(str(value)) if value is not None else default
    except ValueError:
        return default
