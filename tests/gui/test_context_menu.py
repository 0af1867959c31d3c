from __future__ import annotations

from typing import get_args

from nmrquanv.gui.plot.context_menu import _CLASSES
from nmrquanv.spectra.peaks import PeakClass


def test_a_peak_can_be_given_every_class() -> None:
    assert tuple(_CLASSES) == get_args(PeakClass)
