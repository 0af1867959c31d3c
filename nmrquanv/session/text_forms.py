"""How texts were read before, by their header: a JSON file beside the settings."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nmrquanv.errors import FormatError
from nmrquanv.guarded import as_type, read_json
from nmrquanv.io.checks import MAX_SF_MHZ
from nmrquanv.io.text_form import TextForm
from nmrquanv.writing import locked, write_whole

SCHEMA = "nmrquanv.text_forms/1"
MOST = 200
"""Headers that are remembered; the oldest go, and more where the file would be too large."""

_MAX_BYTES = 1 << 20
MAX_NUCLEUS = 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RememberedForm:
    """How a text was read: its form, and what it does not say itself."""

    form: TextForm
    sf_mhz: float | None = None
    nucleus: str = ""

    def __post_init__(self) -> None:
        if self.sf_mhz is not None and not 0 < self.sf_mhz <= MAX_SF_MHZ:
            raise FormatError(f"{self.sf_mhz} MHz is no frequency of a spectrometer")
        if len(self.nucleus) > MAX_NUCLEUS:
            raise FormatError(f"a nucleus has at most {MAX_NUCLEUS} letters")


class TextForms:
    """Forms by the key of a text's header.

    Parameters
    ----------
    path : Path
        Need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, key: str) -> RememberedForm | None:
        """Return how a text with this header was read; None where that is not known."""
        known = self._read().get(key)
        if known is None:
            return None
        try:
            return as_type(known, RememberedForm, "a remembered form")
        except FormatError as error:
            _log.warning("%s: what was remembered of a header is left out (%s)", self._path, error)
            return None

    def keep(self, key: str, remembered: RememberedForm) -> str:
        """Remember how a text was read; return why that could not be saved, else nothing."""
        entry = {
            "form": remembered.form.known(),
            "sf_mhz": remembered.sf_mhz,
            "nucleus": remembered.nucleus,
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._path):
                forms = self._read()
                forms.pop(key, None)
                newest = {key: entry, **forms}
                write_whole(self._path, _readable(dict(list(newest.items())[:MOST])))
        except OSError as error:
            reason = error.strerror or error
            return f"how the text is read cannot be remembered in {self._path}: {reason}"
        return ""

    def _read(self) -> dict[str, Any]:
        """Return what the file holds, newest first; nothing, and a warning, of a damaged one."""
        if not self._path.exists():
            return {}
        try:
            content = read_json(self._path, dict[str, Any], _MAX_BYTES)
        except (OSError, FormatError) as error:
            _log.warning("how texts were read before is not known: %s", error)
            return {}
        forms = content.get("forms")
        is_ours = content.get("schema") == SCHEMA and isinstance(forms, dict)
        return forms if is_ours and isinstance(forms, dict) else {}


def _readable(forms: dict[str, Any]) -> bytes:
    """Return the file of as many of the newest forms as can be read again."""
    while True:
        text = json.dumps({"schema": SCHEMA, "forms": forms}, ensure_ascii=False, indent=1) + "\n"
        data = text.encode()
        if len(data) <= _MAX_BYTES or not forms:
            return data
        forms = dict(list(forms.items())[: len(forms) // 2])
