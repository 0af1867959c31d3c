"""Lines beyond the edges of the sweep, and lines beside an irradiated one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.spectra.simulate import acquire
from nmrquanv.spectra.simulation.acquisitions import Acquisition
from nmrquanv.spectra.simulation.instrument import Instrument
from nmrquanv.spectra.simulation.scene import Scene, lines
from nmrquanv.spectra.simulation.side_signals import saturated
from nmrquanv.spectra.simulation.spin_systems import Sticks
from nmrquanv.spectra.simulation.sweeps import COUNTS_DEG, folded, narrow_sweep

SF, SW_HZ, CENTRE, TD = 500.0, 4000.0, 2500.0, 16384


def scene_of(*hz: float) -> Scene:
    return lines(Sticks(np.array(hz), np.ones(len(hz))), 2.0)


def experiment(dead_points: float = 0.0) -> Acquisition:
    instrument = Instrument(dead_points=dead_points)
    return Acquisition(SF, CENTRE, SW_HZ, TD, 2 * TD, 0.3, 1e5, instrument=instrument)


def in_phase(scene: Scene, wanted: Acquisition) -> Scene:
    """Fold with the first generator whose filter does not turn the phase."""
    for seed in range(40):
        made = folded(np.random.default_rng(seed), scene, wanted)
        if not made.phase_deg.any():
            return made
    raise AssertionError


@pytest.mark.parametrize(("beyond", "place"), [(4700.0, 700.0), (200.0, 4200.0)])
def test_a_line_beyond_an_edge_stands_a_whole_sweep_away(beyond: float, place: float) -> None:
    made = in_phase(scene_of(beyond, 2600.0), experiment())
    assert made.hz == pytest.approx([place, 2600.0])
    assert 0 < made.area[0] < made.area[1] == 1.0
    shown = acquire(np.random.default_rng(0), made, experiment())
    assert {round(x.ppm * SF) for x in shown.lines} == {round(place), 2600}
    assert not any(x.is_excused for x in shown.lines)


def test_that_is_what_sampling_at_the_sweep_gives() -> None:
    t = np.arange(64)
    beyond = np.exp(2j * np.pi * (CENTRE - 4700.0) / SW_HZ * t)
    np.testing.assert_allclose(beyond, np.exp(2j * np.pi * (CENTRE - 700.0) / SW_HZ * t), atol=1e-9)


def test_a_delay_of_the_first_point_turns_a_folded_line() -> None:
    dead, outside, inside = 0.1, 4700.0, 700.0
    made = folded_alone(scene_of(outside), experiment(dead))
    frequency = (CENTRE - outside) / SW_HZ
    expected = 360.0 * dead * (frequency - (CENTRE - inside) / SW_HZ)
    assert (made.phase_deg[0] - expected) % 360.0 == pytest.approx(0.0, abs=1e-6)


def folded_alone(scene: Scene, wanted: Acquisition) -> Scene:
    """Fold with a generator whose filter does not turn the phase by itself."""
    for seed in range(40):
        still = replace(wanted, instrument=replace(wanted.instrument, dead_points=0.0))
        if not folded(np.random.default_rng(seed), scene, still).phase_deg.any():
            return folded(np.random.default_rng(seed), scene, wanted)
    raise AssertionError


def test_lines_far_out_of_phase_are_excused_and_those_inside_stay() -> None:
    seen = set()
    for seed in range(60):
        made = folded(np.random.default_rng(seed), scene_of(5400.0, 2000.0), experiment())
        out = abs((made.phase_deg[0] + 180.0) % 360.0 - 180.0) > COUNTS_DEG
        assert made.is_excused.tolist() == [out, False]
        assert made.phase_deg[1] == 0.0
        seen.add(bool(out))
    assert seen == {True, False}


def test_lines_more_than_a_sweep_away_are_gone() -> None:
    made = in_phase(scene_of(CENTRE + 1.6 * SW_HZ, 2600.0), experiment())
    shown = acquire(np.random.default_rng(0), made, experiment())
    assert [round(x.ppm * SF) for x in shown.lines] == [2600]


def test_behind_a_digital_filter_nothing_folds() -> None:
    filtered = replace(experiment(), instrument=Instrument(has_filter=True))
    scene = scene_of(4700.0, 2600.0)
    made = folded(np.random.default_rng(0), scene, filtered)
    shown = acquire(np.random.default_rng(0), made, filtered)
    assert [round(x.ppm * SF) for x in shown.lines] == [2600]


def test_a_narrow_sweep_leaves_lines_outside_and_has_no_digital_filter() -> None:
    scene = scene_of(*np.linspace(400.0, 4600.0, 40))
    wide = replace(experiment(), instrument=Instrument(has_filter=True))
    for seed in range(20):
        made = narrow_sweep(np.random.default_rng(seed), scene, wide)
        assert made.sw_hz < 0.86 * wide.sw_hz
        assert not made.instrument.has_filter
        low, high = made.limits_hz
        assert ((scene.hz > low) & (scene.hz < high)).any()


def test_irradiation_bleaches_what_lies_near() -> None:
    made = saturated(scene_of(2400.0, 2410.0, 2500.0, 3400.0), 2400.0, 10.0)
    assert made.area == pytest.approx([0.0, 0.5, 100 / 101, 1.0], abs=1e-3)
