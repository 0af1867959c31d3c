"""One of two copies of the program that run at once; started twice by a test.

``python tests/faults/two_copies.py NAME PATH`` opens a window and waits for a line. Then it does,
as fast as it can and in its event loop, what both copies write to the same places: it opens a data
set (recent files), changes a setting of its own, keeps a model under the name that both want, and
edits, which is autosaved. It prints what it did and goes on running until it is killed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from driving import Driver, tell

from nmrquanv.gui.app import make_window
from nmrquanv.models import library
from nmrquanv.models.networks import build
from nmrquanv.session import autosave

ROUNDS, MODELS = 6, 2
SETTINGS = {"one": ("theme", "dark"), "two": ("label_decimals", 3)}


def steps(name: str, path: Path) -> Iterator[Callable[[], object] | None]:
    """Work in one window."""
    window = make_window()
    window.show()
    workspace = window.workspace
    card = library.load("cnn").card
    card = replace(card, name="mine", title=name, parent=None)
    workspace.open(path)
    yield lambda: workspace.current is not None
    document = workspace.current
    tell(ready=name)
    sys.stdin.readline()
    models = []
    for number in range(ROUNDS):
        window.settings.add_recent_file(f"/data/{name}/{number % 3}")
        setattr(window.settings, *SETTINGS[name])
        window.settings.save()
        document.edit.add_integral(3.0 + 0.1 * number, 2.95 + 0.1 * number)
        yield lambda: window.recovery.autosave.is_all_safe
        if number < MODELS:
            models.append(library.save_user_model(card, build(card)).name)
    tell(done=name, models=models, integrals=len(document.integrals))
    while True:
        yield lambda: time.sleep(0.05)


def main() -> int:
    """Run until killed."""
    autosave.DELAY_S = 0.0
    name, path = sys.argv[1:]
    driver = Driver()
    driver.run(steps(name, Path(path)))
    tell(faults=driver.faults)
    return 1


if __name__ == "__main__":
    sys.exit(main())
