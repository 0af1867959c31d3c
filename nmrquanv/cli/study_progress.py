"""The events of a study as a person reads them."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from nmrquanv.cli.exit_codes import one_line
from nmrquanv.guarded import read_json

_TELL_S = 20.0


class StudyProgress:
    """Progress for a person: one changing line on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._told = -_TELL_S
        self._is_open = False
        self._output = sys.stdout

    def tell(self, event: dict[str, Any]) -> None:
        """Show an event."""
        kind = event["event"]
        if kind == "progress":
            self._progress(event["text"])
        elif kind == "start":
            self._line(event["text"])
        elif kind == "failed":
            spec = event["spec"]
            what = f"{spec['front_end']}, {spec['preset']}, seed {spec['seed']}"
            self._line(f"run {event['key']} ({what}) failed: {event['message']}")
        elif kind == "result":
            self._result(event)

    def _progress(self, text: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{text:60s}")
            self._is_open = True
        elif time.monotonic() - self._told >= _TELL_S:
            self._told = time.monotonic()
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def _line(self, text: str) -> None:
        sys.stderr.write(("\n" if self._is_open else "") + one_line(text) + "\n")
        sys.stderr.flush()
        self._is_open = False

    def _result(self, event: dict[str, Any]) -> None:
        if event["left"]:
            self._line(f"{event['left']} runs are left: the same command goes on with them")
        path = Path(event["path"])
        report = read_json(path.parent / "report.json", dict[str, Any])
        self._line(f"{event['finished']} runs finished, {event['failed']} failed")
        for reason, count in event["reasons"].items():
            self._line(f"  {count} failed: {reason}")
        for experiment in report["experiments"]:
            for answer in experiment["answer"][:1]:
                self._output.write(f"{experiment['name']}: {answer}\n")
        self._output.write(f"{path}\n")
