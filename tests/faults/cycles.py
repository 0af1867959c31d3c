"""Opens, searches and closes the same spectrum again and again: nothing may stay behind.

``python tests/faults/cycles.py`` makes 20 cycles to warm up and 100 that count, of a spectrum of
131,072 points, with a finder that takes no time. ``--full`` makes 200 with the finders of the
program. Counted are documents alive (by weak references), widgets, Qt objects that Python knows,
and the memory that the process holds.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import shutil
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from driving import MENTHOL, Driver, Stage, Steps, find_at_once, own_folder, shut_down, tell
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from nmrquanv.session.asking import FindPeaks, find_with_models
from nmrquanv.session.document import Document

SIZE = 131_072
MOST_MB = 30.0
_FINDERS = ["quanv", "cnn", "classical"]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the process holds at one time."""

    documents: int
    widgets: int
    objects: int
    memory_mb: float


def memory_mb() -> float:
    """Return the resident memory of this process (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def large_spectrum(folder: Path) -> Path:
    """Write the bundled spectrum of menthol with 131,072 points and return its folder."""
    made = folder / "large" / "10"
    shutil.copytree(MENTHOL, made)
    place = made / "pdata" / "1"
    procs = (place / "procs").read_text(encoding="latin-1")
    (place / "procs").write_text(
        re.sub(r"(##\$(?:SI|FTSIZE)=) \d+", rf"\1 {SIZE}", procs), encoding="latin-1"
    )
    for name in ("1r", "1i"):
        if (place / name).exists():
            points = np.fromfile(place / name, "<i4")
            at = np.linspace(0, points.size - 1, SIZE)
            finer = np.interp(at, np.arange(points.size), points)
            finer.round().astype("<i4").tofile(place / name)
    return made


class Cycles:
    """Cycles in one window.

    Parameters
    ----------
    warm_up, count : int
    find : FindPeaks
    """

    def __init__(self, warm_up: int, count: int, find: FindPeaks) -> None:
        self._warm_up, self._count, self._find = warm_up, count, find
        self._documents: list[weakref.ref[Document]] = []
        self.held: list[Holdings] = []

    def steps(self) -> Steps:
        """Run them; afterwards ``held`` is what was held after the warm-up and at the end."""
        folder = own_folder()
        path = large_spectrum(folder)
        stage = Stage(folder, self._find)
        stage.settings.finders = _FINDERS
        for number in range(self._warm_up + self._count):
            if number == self._warm_up:
                self.held.append(self._look())
            yield from self._cycle(stage, path)
        self.held.append(self._look())
        stage.close()
        yield None

    def _cycle(self, stage: Stage, path: Path) -> Steps:
        yield stage.open(path)
        self._documents.append(weakref.ref(stage.document))
        assert stage.document.spectrum.axis.size == SIZE
        yield stage.find()
        assert set(stage.document.layers) == set(_FINDERS)
        # as a person does: edit, look at the marks that came, and go
        stage.document.edit.add_integral(3.5, 3.3)
        stage.do("select_all")
        yield None
        stage.close_document()
        yield None
        yield None

    def _look(self) -> Holdings:
        gc.collect()
        return Holdings(
            sum(ref() is not None for ref in self._documents),
            len(QApplication.allWidgets()),
            len(Shiboken.getAllValidWrappers()),
            memory_mb(),
        )


ENDING_OBJECTS = 4
"""Jobs and their threads that the event loop is about to end when it is looked at, now and then; an
object that is left behind by each cycle makes many more."""


def faults_of(before: Holdings, after: Holdings) -> list[str]:
    """Return what was left behind between two times."""
    grown = after.memory_mb - before.memory_mb
    more = after.objects - before.objects
    return [
        words
        for is_fault, words in (
            (after.documents, f"{after.documents} documents are alive after closing"),
            (after.widgets > before.widgets, f"{after.widgets - before.widgets} widgets more"),
            (more > ENDING_OBJECTS, f"{more} Qt objects more"),
            (grown > MOST_MB, f"{grown:.1f} MB more"),
        )
        if is_fault
    ]


def main() -> int:
    """Run the cycles, print the figures, return 1 if something was left behind."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="200 cycles with the real finders")
    words.add_argument("--warm-up", type=int, default=20)
    words.add_argument("--cycles", type=int, default=0)
    given = words.parse_args()
    find: Callable[..., object] = find_with_models if given.full else find_at_once
    count = given.cycles or (200 if given.full else 100)
    cycles = Cycles(given.warm_up, count, find)
    driver = Driver()
    driver.run(cycles.steps())
    shut_down()
    faults = driver.faults or faults_of(*cycles.held)
    figures = [{name: getattr(held, name) for name in Holdings.__slots__} for held in cycles.held]
    tell(cycles=count, before=figures[0], after=figures[-1], faults=faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
