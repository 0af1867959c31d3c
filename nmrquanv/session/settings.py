"""What the program remembers between sessions, as typed properties over one JSON file.

``NMRQUANV_SETTINGS`` names another file (tests, several installations). Values that cannot be
are left out, which ``problems`` says once.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QSettings, QTimer, Signal

from nmrquanv.errors import ExportError, FormatError
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


_Told = TypeVar("_Told")
_Given = TypeVar("_Given")


class Kept(Generic[_Told, _Given]):
    """One value of the table as a property of the settings.

    Parameters
    ----------
    told : callable
        Makes what is told of what is kept as JSON.
    kept : callable
        The way back.
    leaves_out_odd : bool
        What cannot be kept is left out instead of being an error.
    """

    def __init__(
        self,
        told: Callable[[Any], _Told],
        kept: Callable[[_Given], Any] = lambda given: given,
        leaves_out_odd: bool = False,
    ) -> None:
        self._told, self._kept, self._leaves_out_odd = told, kept, leaves_out_odd

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, settings: None, _owner: type) -> Kept[_Told, _Given]: ...
    @overload
    def __get__(self, settings: Settings, _owner: type) -> _Told: ...
    def __get__(self, settings: Settings | None, _owner: type) -> Kept[_Told, _Given] | _Told:
        return self if settings is None else self._told(settings.kept(self._name))

    def __set__(self, settings: Settings, given: _Given) -> None:
        value = self._kept(given)
        if not self._leaves_out_odd or TABLE[self._name].is_valid(value):
            settings.keep(self._name, value)


def _from_text(kept: str) -> QByteArray:
    return QByteArray(base64.b64decode(kept))


def _as_text(given: QByteArray) -> str:
    return base64.b64encode(given.data()).decode()


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

    theme = Kept[str, str](str)
    """``"system"``, ``"light"`` or ``"dark"``."""

    wheel_preset = Kept[str, str](str)
    """What the wheel does: ``"vertical"`` or ``"zoom"``."""

    polarity = Kept[str, str](str)
    """Signs of the lines that a search looks for."""

    label_decimals = Kept[int, int](int)
    """Decimals of the chemical shifts over the peaks; 0 leaves it to the nucleus."""

    axis_unit = Kept[str, str](str)
    """What the axis of a spectrum is numbered in: ``"ppm"``, ``"hz"`` or ``"points"``."""

    finders = Kept[tuple[str, ...], Sequence[str]](
        lambda kept: tuple(kept) or tuple(TABLE["finders"].default), list
    )
    """Which finders *Find peaks* runs; never empty."""

    leaves_out_solvent = Kept[bool, bool](bool)
    """Whether exports leave out solvent, water and impurities."""

    journal_style = Kept[str, str](str)
    """Name of the style in which multiplets are written down; empty for the first."""

    journal_template = Kept[tuple[str, ...], Sequence[str]](tuple, list)
    """The parts of the user's own style, in the order of ``Style.templates``; may be empty."""

    shortcuts = Kept[dict[str, tuple[str, ...]], Mapping[str, Sequence[str]]](
        lambda kept: {name: tuple(keys) for name, keys in kept.items()},
        lambda given: {name: list(keys) for name, keys in given.items()},
    )
    """Keys that the user gave to commands, by their ids; the others have their usual ones."""

    ui_scale = Kept[int, int](int, lambda given: min(MAX_SCALE, max(MIN_SCALE, given)))
    """Size of letters, rows and icons, in percent of what the system says."""

    peak_columns = Kept[tuple[str, ...], Sequence[str]](tuple, list)
    """Columns of the peak table as ``gui/shell/column_memory.py`` says; empty as usual."""

    last_folder = Kept[str, str](str, leaves_out_odd=True)
    """Where the last file was opened."""

    study_folder = Kept[str, str](lambda kept: kept or str(user_data() / "study"))
    """Where studies are written."""

    window_geometry = Kept[QByteArray, QByteArray](_from_text, _as_text)
    """Of the main window; empty if never saved."""

    window_state = Kept[QByteArray, QByteArray](_from_text, _as_text)
    """Docks and tool bars of the main window; empty if never saved."""

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
    def thresholds(self) -> Thresholds:
        """What the user wants of a new document; what is None the finders' cards say."""
        return thresholds_in(self._file)

    @thresholds.setter
    def thresholds(self, value: Thresholds) -> None:
        for name in (*LIMITS, "shows_satellites"):
            self._file.set(name, getattr(value, name))
        self._announce("thresholds")

    @property
    def export_folder(self) -> str:
        """Where the last export was written; where the last file was opened if nothing was."""
        return str(self._file["export_folder"] or self.last_folder)

    @export_folder.setter
    def export_folder(self, value: str) -> None:
        if TABLE["export_folder"].is_valid(value):
            self.keep("export_folder", value)

    @property
    def save_folder(self) -> str:
        """Where the last document was saved; where the last export went if none was."""
        return str(self._file["save_folder"] or self.export_folder)

    @save_folder.setter
    def save_folder(self, value: str) -> None:
        if TABLE["save_folder"].is_valid(value):
            self.keep("save_folder", value)

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

    def save(self) -> bool:
        """Write what changed into the file now; False, and told, where that fails."""
        self._soon.stop()
        try:
            self._file.save()
        except (OSError, FormatError, ExportError) as error:
            self._tell(str(getattr(error, "strerror", None) or error))
            return False
        self._told = ""
        return True

    def _tell(self, reason: str) -> None:
        if reason != self._told:
            self._told = reason
            _log.warning("%s: the settings cannot be saved (%s)", self.path, reason)
            self.save_failed.emit(f"The settings cannot be saved to {self.path}: {reason}")

    def kept(self, name: str) -> Any:
        """Return a value of the table as JSON has it."""
        return self._file[name]

    def keep(self, name: str, value: Any) -> None:
        """Set a value of the table.

        Raises
        ------
        ValueError
            It cannot be.
        """
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
