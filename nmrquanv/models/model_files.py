"""The files of a model: what they may be called, and writing them together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from nmrquanv.errors import ModelError, system_errors_as
from nmrquanv.guarded import require_readable
from nmrquanv.guarded_arrays import MAX_ARRAYS_BYTES
from nmrquanv.writing import write_together

ENDING = ".nmrqmodel"
"""Of a model that is carried in one file."""

# Windows keeps these for devices, whatever the ending.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)
MAX_CARD_BYTES = 4 << 20
"""Largest card that is read; shipped ones have 20 kB."""

SMALLER = "train a smaller network, or on fewer spectra"
"""What to do about a model that would be too large."""

_LONGEST = 60
_MOST_BYTES = 200
"""Of a name in UTF-8: file systems allow 255, endings and numbers included."""


def sanitised(wanted: str) -> str:
    """Return letters (of any alphabet), digits, spaces and ``._+-`` of a name, 60 at most."""
    text = unicodedata.normalize("NFC", wanted)
    text = re.sub(r"[^\w .+-]+", "-", text)
    text = re.sub(r"\s+", " ", text).strip(" .-")[:_LONGEST]
    text = text.encode()[:_MOST_BYTES].decode(errors="ignore").strip(" .-")
    if text.split(".")[0].casefold() in _DEVICES:
        return f"model-{text}"
    return text or "model"


def file_name_is_safe(name: str) -> bool:
    """Tell whether a model's two files can have this name, on any system."""
    return bool(name) and name == sanitised(name)


def write_model_files(files: Mapping[Path, bytes]) -> None:
    """Write the files of a model, all or none; the folder is made if need be.

    Raises
    ------
    ModelError
        The folder cannot be written to, or a file would be too large to be read again.
    """
    path = next(iter(files))
    for one, content in files.items():
        most = MAX_CARD_BYTES if one.suffix == ".json" else MAX_ARRAYS_BYTES
        require_readable(len(content), most, f"not saved: '{one}'", SMALLER, ModelError)
    with system_errors_as(
        ModelError, f"{path}: the model cannot be saved (…): choose another folder"
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_together(files)
