"""Stands in for ``nmrquanv study``: tells progress, writes a report with a figure.

Run as a script by the tests, with how it goes before the words of the command line.
"""

import json
import os
import sys
import time
from pathlib import Path

FIGURE = """<svg role="img" aria-label="F1 &amp; more" xmlns="http://www.w3.org/2000/svg"
 width="320pt" height="200pt" viewBox="0 0 320 200"><path d="M 20 180 L 120 60 L 300 30"
 style="stroke: currentColor; stroke-width: 3; fill: none"/></svg>"""


def tell(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def is_asked_to_stop(folder: Path) -> bool:
    """Wait until the window asks to stop, or a test lets it go on."""
    asked = Path(os.environ["NMRQUANV_CHILD"], "stop")
    while not asked.exists():
        if (folder / "go on").exists():
            return False
        time.sleep(0.02)
    return True


def main() -> int:
    how, command, name, *options = sys.argv[1:]
    assert command == "study"
    assert options[0] == "--output"
    assert options[2] == "--tier"
    assert "--events" in options
    folder = Path(options[1])
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    tell(event="start", name=name, tier=options[3], pid=os.getpid())
    tell(event="progress", done=250, total=1000, text="1 of 4 runs, about 3 min left")
    if how == "fails":
        tell(event="error", message="there is no such noise preset")
        return 1
    if how == "crashes":
        sys.stderr.write("MemoryError: no more\n")
        return 3
    if how == "deaf":
        time.sleep(60)
    stopped = how == "waits" and is_asked_to_stop(folder)
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / f"{name}-1.svg").write_text(FIGURE)
    (folder / "figures" / f"{name}-2.svg").write_text(FIGURE)
    answer = ["It cannot be told apart.", "The interval holds zero."]
    report = {"tier": {"name": options[3]}, "experiments": [{"name": name, "answer": answer}]}
    (folder / "report.json").write_text(json.dumps(report))
    (folder / "report.html").write_text(f"<html><body><h1>{name}</h1>{FIGURE}</body></html>")
    tell(event="result", path=str(folder / "report.html"), stopped=stopped, failed=0, left=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
