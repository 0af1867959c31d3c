"""A reader for nmrquanv: ``LINES``, MHz, highest ppm, width in ppm, then one number a line."""

import numpy as np

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Spectrum

FORMAT = "Lines"


def recognise(path):
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(6) == b"LINES\n"


def read(path):
    _, mhz, high_ppm, width_ppm, *numbers = path.read_text().split()
    intensity = np.array(numbers, dtype=float)
    axis = Axis(intensity.size, float(width_ppm) * float(mhz), float(mhz), float(high_ppm))
    return Spectrum(intensity, axis, Sample(nucleus="1H", title=path.stem))
