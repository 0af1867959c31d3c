"""Documents that nobody closes are collected by Python without a crash."""

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
