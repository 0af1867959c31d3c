"""The file behind the settings: JSON, each value checked, changes of several programs merged.

A value that cannot be is left out on reading, said once and forgotten at the next save. Saving
reads the file again under a lock and puts only what was changed here into it, so that two running
programs do not undo each other's changes. Reading makes nothing: neither file nor folder.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nmrquanv.errors import FormatError
from nmrquanv.guarded import parse_json, read_regular, require_readable
from nmrquanv.writing import locked, write_whole

SCHEMA = "nmrquanv.settings/1"
_MAX_BYTES = 1 << 20
_MAX_TEXT = 4096
_SHOWN = 60

Check = Callable[[Any], bool]
"""Tells whether a value, as JSON has it, can stand."""

Change = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Setting:
    """What one value is when it was never set, what it may be, and how to say that."""

    default: Any
    expected: str
    is_valid: Check


def choice(*allowed: str) -> Setting:
    """Return a setting that is one of several words, the first by default."""
    return Setting(allowed[0], ", ".join(allowed), lambda v: isinstance(v, str) and v in allowed)


def number(default: float | None, low: float, high: float) -> Setting:
    """Return a setting that is a number; None too where that is its default."""

    def is_valid(value: Any) -> bool:
        if value is None:
            return default is None
        return _is_number(value) and low <= value <= high

    return Setting(default, f"{low:g} to {high:g}", is_valid)


def whole(default: int | None, low: int, high: int) -> Setting:
    """Return a setting that is a whole number; None too where that is its default."""

    def is_valid(value: Any) -> bool:
        if value is None:
            return default is None
        return _is_number(value) and value == int(value) and low <= value <= high

    return Setting(default, f"{low} to {high}", is_valid)


def flag(default: bool) -> Setting:
    """Return a setting that is on or off."""
    return Setting(default, "true or false", lambda v: isinstance(v, bool))


def text(default: str = "") -> Setting:
    """Return a setting that is a text."""
    return Setting(default, "a text", _is_text)


def texts(*default: str) -> Setting:
    """Return a setting that is a list of texts."""
    return Setting(
        list(default), "a list of texts", lambda v: isinstance(v, list) and all(map(_is_text, v))
    )


def text_lists() -> Setting:
    """Return a setting that is a list of texts under each of some names; empty by default."""

    def is_valid(value: Any) -> bool:
        is_named = isinstance(value, dict) and all(map(_is_text, value))
        return is_named and all(map(texts().is_valid, value.values()))

    return Setting({}, "lists of texts by name", is_valid)


def binary() -> Setting:
    """Return a setting that is bytes, written as base64; empty by default."""
    return Setting("", "base64", _is_base64)


def _is_number(value: Any) -> bool:
    is_plain = isinstance(value, int | float) and not isinstance(value, bool)
    return is_plain and math.isfinite(value)


def _is_text(value: Any) -> bool:
    # the name of a file may be no text in any encoding; it then has surrogates
    is_short = isinstance(value, str) and len(value) <= _MAX_TEXT and "\0" not in value
    return is_short and not any("\ud800" <= c <= "\udfff" for c in value)


def _is_base64(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(base64.b64decode(value, validate=True) or not value)
    except (ValueError, binascii.Error):
        return False


class SettingsFile:
    """Values by name, over one file.

    Parameters
    ----------
    path : Path
        Need not exist.
    table : mapping of str to Setting
        All values that there are; others in the file are kept as they are.
    old : Path or None
        INI file of an earlier version, taken over while ``path`` does not exist.
    """

    def __init__(self, path: Path, table: Mapping[str, Setting], old: Path | None = None) -> None:
        self.path, self._table = path, table
        self._changes: list[tuple[str, Change]] = []
        self.problems: list[str] = []
        self._values: dict[str, Any] = {}
        try:
            read = self._read(path, old)
        except (OSError, FormatError) as error:
            self.problems.append(f"The settings could not be read, the defaults are used: {error}")
            read = {}
        for name, value in read.items():
            self._take(name, value)

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name, self._table[name].default)

    @property
    def is_changed(self) -> bool:
        """Whether something waits to be saved."""
        return bool(self._changes)

    def set(self, name: str, value: Any) -> None:
        """Set a value.

        Raises
        ------
        ValueError
            It cannot be.
        """
        setting = self._table[name]
        if not setting.is_valid(value):
            raise ValueError(f"{name} is {setting.expected}, got {value!r}")
        self._changes = [c for c in self._changes if c[0] != name]
        self.change(name, lambda values: values.__setitem__(name, value))

    def change(self, name: str, change: Change) -> None:
        """Change a value by a function, which is applied again to what the file then holds."""
        change(self._values)
        self._changes.append((name, change))

    def save(self) -> None:
        """Write the changes into the file.

        Raises
        ------
        OSError
            The file cannot be written; the changes stay for the next time.
        FormatError
            What is there is no file of settings that could be read.
        ExportError
            They would be too large to be read again; what was there is as it was.
        """
        if not self._changes:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.path):
            values = self._on_disk()
            for _, change in self._changes:
                change(values)
            content = json.dumps({"schema": SCHEMA, **values}, indent=1, ensure_ascii=False)
            data = f"{content}\n".encode()
            require_readable(len(data), _MAX_BYTES, "they", "shorten the texts of your own styles")
            write_whole(self.path, data)
        self._values.update({n: values[n] for n, _ in self._changes if n in values})
        self._changes.clear()

    def refresh(self, name: str) -> None:
        """Take over what another program has written of a value; ours where that cannot be read."""
        try:
            values = self._on_disk()
        except (OSError, FormatError):
            return
        for changed, change in self._changes:
            if changed == name:
                change(values)
        if self._table[name].is_valid(values.get(name)):
            self._values[name] = values[name]

    def _on_disk(self) -> dict[str, Any]:
        """Return what the file holds now; nothing of a damaged one, whose values are lost."""
        if not self.path.exists():
            return dict(self._values)
        content = read_regular(self.path, _MAX_BYTES)
        if _is_ini(content):
            return dict(self._values)
        try:
            values = parse_json(content, dict[str, Any], str(self.path))
        except FormatError:
            return dict(self._values)
        values.pop("schema", None)
        return values

    def _read(self, path: Path, old: Path | None) -> dict[str, Any]:
        if not path.exists():
            return _from_ini(old, self._table) if old is not None and old.is_file() else {}
        content = read_regular(path, _MAX_BYTES)
        if _is_ini(content):
            return _from_ini(path, self._table)
        return parse_json(content, dict[str, Any], str(path))

    def _take(self, name: str, value: Any) -> None:
        """Keep a value that was read, or say that it cannot be and forget it."""
        setting = self._table.get(name)
        if setting is None:
            return
        if setting.is_valid(value):
            self._values[name] = value
            return
        told = repr(value)
        told = told if len(told) <= _SHOWN else f"{told[:_SHOWN]} …"
        self.problems.append(
            f"The setting {name} was {told}, not {setting.expected}: the default is used"
        )
        self._changes.append((name, lambda values: values.pop(name, None) and None))


def _is_ini(content: bytes) -> bool:
    return content.lstrip().startswith(b"[General]")


def _from_ini(path: Path, table: Mapping[str, Setting]) -> dict[str, Any]:
    """Return what an earlier version's INI file says, as JSON would have it."""
    from PySide6.QtCore import QSettings

    store = QSettings(str(path), QSettings.Format.IniFormat)
    values = {n: store.value(n) for n in table if store.contains(n)}
    return {name: _converted(value, table[name].default) for name, value in values.items()}


def _converted(value: Any, default: Any) -> Any:
    """Return an INI file's value in the form of the default; as it is where that cannot be."""
    if hasattr(value, "toBase64"):  # Qt's bytes
        return base64.b64encode(value.data()).decode()
    if isinstance(default, bool):
        return {"true": True, "false": False}.get(str(value).lower(), value)
    if default is None or isinstance(default, int | float):
        try:
            return float(value)
        except (TypeError, ValueError):
            return value
    if isinstance(default, list):
        return [str(v) for v in (value if isinstance(value, list) else [value]) if v]
    return value
