"""The events of a study as a person reads them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from nmrquanv.cli.progress_line import ProgressLine
from nmrquanv.guarded import read_json


class StudyProgress:
    """Progress for a person: one changing line on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._line = ProgressLine()
        self._output = sys.stdout

    def tell(self, event: dict[str, Any]) -> None:
        """Show an event."""
        kind = event["event"]
        if kind == "progress":
            self._line.show(event["text"])
        elif kind == "start":
            self._line.say(event["text"])
        elif kind == "failed":
            spec = event["spec"]
            what = f"{spec['front_end']}, {spec['preset']}, seed {spec['seed']}"
            self._line.say(f"run {event['key']} ({what}) failed: {event['message']}")
        elif kind == "result":
            self._result(event)

    def _result(self, event: dict[str, Any]) -> None:
        if event["left"]:
            self._line.say(f"{event['left']} runs are left: the same command goes on with them")
        path = Path(event["path"])
        report = read_json(path.parent / "report.json", dict[str, Any])
        self._line.say(f"{event['finished']} runs finished, {event['failed']} failed")
        for reason, count in event["reasons"].items():
            self._line.say(f"  {count} failed: {reason}")
        for experiment in report["experiments"]:
            for answer in experiment["answer"][:1]:
                self._output.write(f"{experiment['name']}: {answer}\n")
        self._output.write(f"{path}\n")
