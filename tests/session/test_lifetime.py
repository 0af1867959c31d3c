"""Documents that nobody closes are collected by Python, in the GUI thread, without a crash."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc
import numpy as np
from PySide6.QtCore import QCoreApplication
from nmrquanv.session.document import Document
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.starting_recipe import spectrum_recipe
from nmrquanv.spectra.spectrum import Spectrum

app = QCoreApplication([])
spectrum = Spectrum(np.random.default_rng(1).normal(size=256), Axis(256, 4000.0, 400.0, 9.0))
dataset = DataSet(spectrum, spectrum_recipe(), ("1",))
outcome = dataset.recipe.run(spectrum)
for number in range(200):
    document = Document(dataset, outcome, "left open")
    document.edit.add_peak(5.0, snap=False)
    document.edit.add_integral(4.0, 3.0)
    document.undo_stack.undo()
    del document
    if number % 10 == 0:
        gc.collect()
gc.collect()
print("whole")
"""


def test_documents_with_undo_steps_are_collected_without_a_crash() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr


WITH_JOBS = """
import gc
import threading
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from nmrquanv.session.jobs import Job

app = QCoreApplication([])
gui, collecting, destroyed = threading.get_ident(), set(), []
gc.callbacks.append(lambda phase, _info: collecting.add(threading.get_ident() == gui))


class Held(QObject):
    def __init__(self):
        super().__init__()
        self.timer = QTimer(self)
        self.timer.start(1000)
        self.myself = self  # a circle
        self.destroyed.connect(lambda: destroyed.append(threading.get_ident() == gui))


def work(report):
    for number in range(200):  # circles enough for a hundred collections
        report(number, 200, "")
        for _ in range(500):
            circle = []
            circle.append(circle)


for _ in range(50):
    Held()
job = Job(work)
job.ended.connect(lambda: QTimer.singleShot(1500, app.quit))
job.start()
app.exec()
print(collecting, set(destroyed), len(destroyed), gc.isenabled())
"""


def test_what_holds_itself_is_collected_in_the_gui_thread_while_jobs_run() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITH_JOBS], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "{True} {True} 50 False\n"), done.stderr


CLOSED = """
import gc
import weakref
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from nmrquanv.session import collecting

collecting.EVERY_MS = 20
app = QCoreApplication([])
collecting.collect_in_gui_thread()
held = QObject()
held.myself = held
gc.collect()
gc.collect()  # of the oldest generation now, as what was open for long is
gone = weakref.ref(held)
del held
work = [[] for _ in range(200)]  # few new objects: no generation is due
QTimer.singleShot(400, app.quit)
app.exec()
print(gone() is None)
"""


def test_what_was_open_for_long_is_collected_soon_after_it_is_closed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSED], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
