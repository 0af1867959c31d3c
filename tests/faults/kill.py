"""Kills the program with kill -9 while it saves and autosaves: no work that it called safe is lost.

``python tests/faults/kill.py`` kills it 6 times, ``--full`` 500 times. Each time the window runs in
a process of its own, in its event loop, on a spectrum of 131,072 points with three layers of 1,250
candidates; it edits, and waits until that is saved or autosaved, as fast as it can. A line tells of
each edit and of each writing that has ended, and at a random moment the process is killed.

Afterwards the document file holds one state, whole; so does the recovery, if there is one; and one
of them is at least as new as the last that was called safe.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import shutil
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from driving import hear_qt, own_folder, tell
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QApplication

from nmrquanv.gui import app as program
from nmrquanv.io.document_data import Packed
from nmrquanv.io.document_file import SCHEMA, read_document, write_document
from nmrquanv.io.document_form import VERSION, DocumentFile, Manifest
from nmrquanv.io.recovery_file import read_recovery
from nmrquanv.session import autosave, copies
from nmrquanv.session.state import Processed, State
from nmrquanv.session.storing import packed, unpacked
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe

SIZE, CANDIDATES = 131_072, 1_250
FULL, SHORT = 500, 6
LINES, LONGEST_S = 6, 0.2
"""After how many lines at most it is killed, and how long after."""
START_S, TOLD_EVERY = 300.0, 10


def big_document() -> Packed:
    """Return the document that is worked on; the label of its first peak counts the edits.

    The others are below the threshold: drawing them would take longer than writing them.
    """
    rng = np.random.default_rng(1)
    data = rng.normal(size=SIZE) + 1j * rng.normal(size=SIZE)
    axis = Axis(SIZE, 8000.0, 600.0, 12.0)
    source = Source("made", "1", "simulated")
    dataset = DataSet(Spectrum(data, axis, Sample("1H"), source), spectrum_recipe(), ("1",))
    shown = Spectrum(data * 1j, axis, Sample("1H"), source)
    layers = {
        name: PeakList(
            tuple(
                Peak(float(ppm), 9.0, snr=1.0, fwhm_hz=1.0, confidence=0.9, finder=name)
                for ppm in rng.uniform(0.0, 10.0, CANDIDATES)
            ),
            Provenance(name),
        )
        for name in ("quanv", "cnn", "classical")
    }
    first, *rest = layers["quanv"].peaks
    peaks = replace(layers["quanv"], peaks=(replace(first, label="0"), *rest))
    processed = Processed(dataset, spectrum_recipe(), shown)
    state = State(processed, processed, MappingProxyType(layers), peaks)
    return packed("made", state, shown, "0")


def write_first(path: Path) -> None:
    """Write the document that all begin with."""
    one = big_document()
    manifest = Manifest(f"{SCHEMA}/{VERSION}", "0", "2026-01-01T00:00:00+00:00", (one.stored,))
    write_document(path, DocumentFile(manifest, one.arrays))


# --- the program that is killed --------------------------------------------------------------


class Worker(QObject):
    """Edits the document; goes on when it is safe."""

    def __init__(self, window: QObject, path: Path, pipe: int, saves_at: int) -> None:
        super().__init__(window)
        self._saves_at = saves_at
        self._workspace, self._path, self._pipe = window.workspace, path, pipe
        self._autosave = window.recovery.autosave
        self._number = 0
        self._is_saving = False
        self._workspace.opened.connect(self._on_opened)
        self._workspace.saving.saved.connect(self._on_saved)
        self._autosave.written.connect(self._on_written)
        window.opening.open_paths((str(path),))

    def _on_opened(self, document: object) -> None:
        self._document = document
        (self._id,) = (p.id for p in document.peaks if p.label)
        self._number = int(document.peaks.find(self._id).label)
        self._tell("safe")
        QTimer.singleShot(0, self, self._edit)

    def _edit(self) -> None:
        self._number += 1
        self._is_saving = self._number % 2 == self._saves_at
        self._tell("save" if self._is_saving else "autosave")
        self._document.edit.label_peak(self._id, str(self._number))
        if self._is_saving:
            self._workspace.save(self._document)

    def _on_saved(self, _path: object) -> None:
        self._tell("safe")
        QTimer.singleShot(0, self, self._edit)

    def _on_written(self) -> None:
        if not self._is_saving and self._autosave.is_all_safe:
            self._tell("safe")
            QTimer.singleShot(0, self, self._edit)

    def _tell(self, what: str) -> None:
        os.write(self._pipe, f"{what} {self._number}\n".encode())


def run_program(path: Path, pipe: int, saves_at: int) -> None:
    """Run the window on the document until it is killed."""
    autosave.DELAY_S = 0.0
    hear_qt(lambda *_: None)  # the offscreen platform has no window manager
    qt = QApplication(sys.argv[:1])
    window = program.make_window()
    window.show()
    worker = Worker(window, path, pipe, saves_at)
    qt.exec()
    del worker


# --- the one who kills it, and looks ---------------------------------------------------------


@dataclass
class Heard:
    """What the program said before it died."""

    begun: int = 0
    doing: str = "nothing"
    safe: int = 0

    def take(self, line: str) -> None:
        what, number = line.split()
        if what == "safe":
            self.safe, self.doing = int(number), "nothing"
        else:
            self.begun, self.doing = int(number), what


def kill_once(path: Path, rng: random.Random) -> Heard:
    """Start the program, kill it some time after it has begun, and return what it said."""
    wait_s, lines_left, saves_at = (
        rng.uniform(0, LONGEST_S),
        rng.randint(2, LINES),
        rng.randrange(2),
    )
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            run_program(path, writing, saves_at)
        finally:
            os._exit(1)
    os.close(writing)
    heard, rest, at = Heard(), b"", time.monotonic() + START_S
    is_dead = has_begun = False
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, at - time.monotonic()))
        if not ready:
            if not is_dead:
                os.kill(pid, signal.SIGKILL)
                is_dead, at = True, at + START_S
            continue
        data = os.read(reading, 65536)
        if not data:
            break
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            heard.take(line.decode())
            lines_left -= 1
        if lines_left <= 0 and not has_begun:
            has_begun, at = True, time.monotonic() + wait_s
    os.close(reading)
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL or not has_begun:
        raise AssertionError(f"the program ended by itself: {status}")
    return heard


def number_of(one: Packed, arrays: dict[str, bytes]) -> int:
    """Return the edit that a state is of; every array of it must be as it was."""
    unpacked(one)
    for name, array in one.arrays.items():
        if array.tobytes() != arrays[name]:
            raise AssertionError(f"the array {name} is another one")
    (label,) = (p.label for p in one.stored.peaks.peaks if p.label)
    return int(label)


def look(path: Path, heard: Heard, arrays: dict[str, bytes]) -> tuple[str, str]:
    """Check what is on the disk; return what is wrong (or nothing) and where the newest was."""
    document = read_document(path)
    saved = number_of(Packed(document.manifest.spectra[0], document.arrays), arrays)
    kept = 0
    lefts = list(copies.left_behind())
    for folder in (f for left in lefts for f in left.documents()):
        kept = max(kept, number_of(read_recovery(folder).load(), arrays))
    for left in lefts:
        for folder in left.documents():
            shutil.rmtree(folder)
        left.let_go()
    newest = max(saved, kept)
    if not heard.safe <= newest <= heard.begun:
        return f"{heard}: the file has {saved}, the recovery {kept}", ""
    return "", "recovery" if kept > saved else "file"


def main() -> int:
    """Run the command line and return the exit code."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--full", action="store_true", help=f"kill it {FULL} times")
    words.add_argument("--kills", type=int, default=0)
    words.add_argument("--seed", type=int, default=0)
    given = words.parse_args()
    assert QCoreApplication.instance() is None, "each program makes its own"
    folder, rng = own_folder(), random.Random(given.seed)
    path = folder / "work.nmrq"
    write_first(path)
    arrays = {name: a.tobytes() for name, a in read_document(path).arrays.items()}
    count = given.kills or (FULL if given.full else SHORT)
    during: Counter[str] = Counter()
    where: Counter[str] = Counter()
    faults: list[str] = []
    while during["save"] + during["autosave"] < count and not faults:
        heard = kill_once(path, rng)
        during[heard.doing] += 1
        try:
            fault, place = look(path, heard, arrays)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what is looked for)
            fault, place = f"{heard}: {type(error).__name__}: {error}", ""
        faults += [fault] if fault else []
        where[place] += 1
        if during.total() % TOLD_EVERY == 0:
            tell(so_far=dict(during))
    tell(kills=dict(during), newest_in=dict(where), faults=faults)
    shutil.rmtree(folder, ignore_errors=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
