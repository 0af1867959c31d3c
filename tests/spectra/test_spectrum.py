from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.errors import ProcessingError
from nmrquanv.spectra.spectrum import Spectrum

PPM = np.linspace(10.0, 0.0, 1001)
LINE = 1.0 / (1.0 + ((PPM - 7.0) / 0.01) ** 2)


@pytest.mark.parametrize("order", [1, -1])
def test_arrays_in_either_order_keep_every_intensity_at_its_shift(order) -> None:
    spectrum = Spectrum.from_arrays(PPM[::order], LINE[::order], sf_mhz=400.0, nucleus="1H")
    assert spectrum.axis.ppm(int(spectrum.trace.argmax())) == pytest.approx(7.0)
    assert spectrum.axis.limits_ppm == pytest.approx((10.0, 0.0))
    assert spectrum.axis.point_hz == pytest.approx(0.01 * 400)
    assert spectrum.axis.has_hz
    assert spectrum.sample.nucleus == "1H"


def test_without_a_frequency_nothing_is_known_in_hz() -> None:
    assert not Spectrum.from_arrays(PPM, LINE).axis.has_hz


def test_lists_and_whole_numbers_will_do() -> None:
    spectrum = Spectrum.from_arrays([3, 2, 1], [0, 5, 0])
    assert spectrum.trace.tolist() == [0.0, 5.0, 0.0]
    assert Spectrum.from_arrays([3, 2, 1], [0, 5j, 0]).is_complex


@pytest.mark.parametrize(
    ("ppm", "intensity"),
    [
        (PPM, LINE[1:]),
        (PPM**2, LINE),
        (PPM, np.full(PPM.size, np.nan)),
        (PPM, LINE[:, None]),
        (PPM * 0, LINE),
        (PPM[:1], LINE[:1]),
        (PPM, ["a"] * PPM.size),
    ],
)
def test_arrays_that_are_no_spectrum_are_refused(ppm, intensity) -> None:
    with pytest.raises(ProcessingError, match="no spectrum"):
        Spectrum.from_arrays(ppm, intensity)


def test_an_impossible_frequency_is_refused() -> None:
    with pytest.raises(ProcessingError, match="sf_mhz"):
        Spectrum.from_arrays(PPM, LINE, sf_mhz=-1)
