"""The record of what was asked and answered: one line of JSON for each question, only ever added.

A question that cannot be recorded is not answered.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nmrquanv.errors import ExportError, system_errors_as
from nmrquanv.version import __version__


@dataclass(frozen=True, slots=True)
class Audit:
    """The file of the record.

    Parameters
    ----------
    path : Path
        Made, with its folder, when first written to.
    """

    path: Path

    def add(self, tool: str, asked: Mapping[str, Any], outcome: str, **more: Any) -> None:
        """Add a line at once.

        Parameters
        ----------
        tool : str
        asked : mapping
            The arguments as they came.
        outcome : "asked" | "answered" | "refused" | "failed"
        **more
            JSON values.

        Raises
        ------
        ExportError
            It cannot be written: choose another place with ``--audit``.
        """
        told = {
            "when": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "process": os.getpid(),
            "version": __version__,
            "tool": tool,
            "asked": dict(asked),
            "outcome": outcome,
            **more,
        }
        line = json.dumps(told, ensure_ascii=True, allow_nan=False) + "\n"
        with system_errors_as(
            ExportError,
            f"{self.path}: what is asked cannot be recorded (…), so nothing is"
            " answered: choose another file with --audit",
        ):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:  # append-only
                file.write(line.encode())
