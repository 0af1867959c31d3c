"""Receivers: the image at the mirrored frequency, the line of a direct current, harmonics."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.simulate import Simulated, acquire
from nmrquanv.spectra.simulation.acquisitions import Acquisition
from nmrquanv.spectra.simulation.instrument import Instrument
from nmrquanv.spectra.simulation.receiver import Receiver
from nmrquanv.spectra.simulation.scene import lines
from nmrquanv.spectra.simulation.spin_systems import Sticks

SF, SW_HZ, CENTRE, TD = 500.0, 6000.0, 2600.0, 16384


def measured(receiver: Receiver, *, has_filter: bool = False, snr: float = 1e5) -> Simulated:
    instrument = Instrument(receiver=receiver, has_filter=has_filter)
    experiment = Acquisition(
        SF, CENTRE, SW_HZ, TD, 4 * TD, 0.5, snr, receiver_deg=40.0, instrument=instrument
    )
    scene = lines(Sticks(np.array([3300.0]), np.ones(1)), 2.0)
    return acquire(np.random.default_rng(1), scene, experiment)


def height_at(made: Simulated, hz: float) -> complex:
    return complex(made.spectrum.data[round(float(made.spectrum.axis.point(hz / SF)))])


@pytest.mark.parametrize("has_filter", [False, True])
def test_the_image_stands_at_the_mirrored_frequency_with_its_share(has_filter: bool) -> None:
    made = measured(Receiver(image=0.02j), has_filter=has_filter)
    line, image = sorted(made.lines, key=lambda x: -x.height)
    assert line.ppm * SF == pytest.approx(3300.0, abs=0.05)
    assert image.ppm * SF == pytest.approx(2 * CENTRE - 3300.0, abs=0.05)
    assert image.is_excused
    assert not line.is_excused
    assert image.height == pytest.approx(0.02 * line.height)
    sound = measured(Receiver(), has_filter=has_filter)
    added = height_at(made, 1900.0) - height_at(sound, 1900.0)
    assert abs(added) == pytest.approx(0.02 * line.height, rel=0.01)
    assert image.fwhm_hz == pytest.approx(line.fwhm_hz)


def test_a_sound_receiver_has_no_image() -> None:
    made = measured(Receiver())
    assert len(made.lines) == 1
    assert abs(height_at(made, 1900.0)) < 1e-3 * made.lines[0].height


@pytest.mark.parametrize("has_filter", [False, True])
def test_a_direct_current_is_one_excused_line_in_the_middle(has_filter: bool) -> None:
    made = measured(Receiver(dc=0.3 + 0.0j), has_filter=has_filter)
    dc = next(line for line in made.lines if line.is_excused)
    tallest = max(line.height for line in made.lines if not line.is_excused)
    assert dc.ppm * SF == pytest.approx(CENTRE)
    assert dc.height == pytest.approx(0.3 * tallest)
    assert abs(height_at(made, CENTRE)) == pytest.approx(dc.height, rel=0.05)
    size = np.abs(made.spectrum.data)
    near = round(float(made.spectrum.axis.point(CENTRE / SF)))
    assert size[near] == size[near - 50 : near + 51].max()


def test_a_clipped_fid_ends_at_its_limit_and_the_program_sees_it() -> None:
    made = measured(Receiver(clip=0.5))
    parts = made.fid.data.view(np.float64)
    most = float(np.abs(parts).max())
    assert np.count_nonzero(np.abs(parts) > (1 - 1e-9) * most) > 20
    whole = measured(Receiver()).fid.data.view(np.float64)
    assert most == pytest.approx(0.5 * float(np.abs(whole).max()), rel=1e-6)


def test_clipping_gives_harmonics_that_are_excused() -> None:
    made, sound = measured(Receiver(clip=0.4)), measured(Receiver())
    true = [line for line in made.lines if not line.is_excused]
    assert len(true) == 1
    assert true[0].ppm == pytest.approx(sound.lines[0].ppm)
    assert true[0].height < sound.lines[0].height
    assert true[0].height == pytest.approx(made.spectrum.trace.max(), rel=0.02)
    # Two channels that clip alike: a tone at f gives -3f, 5f, ...
    third = CENTRE - 3 * (3300.0 - CENTRE)
    false = [line.ppm * SF for line in made.lines if line.is_excused]
    assert min(abs(hz - third) for hz in false) < 30.0
    assert abs(height_at(made, third)) > 20 * made.sigma
    assert abs(height_at(sound, third)) < 20 * sound.sigma
