from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.gui.plot.hover_card import peak_facts
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak

AXIS = Axis(1024, 4000.0, 400.0, 9.5)


@pytest.mark.parametrize("peak_class", ["solvent", "water", "satellite"])
def test_the_card_says_what_is_no_signal(peak_class) -> None:
    peak = Peak(5.0, 1.0, peak_class=peak_class)
    assert ("Class", peak_class) in peak_facts(peak, AXIS, "QuanvNN")
    plain = peak_facts(replace(peak, peak_class="signal"), AXIS, "QuanvNN")
    assert "Class" not in dict(plain)
