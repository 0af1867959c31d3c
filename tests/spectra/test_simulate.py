"""Synthetic spectra: what is said to be true is what the trace shows."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.scoring import score
from nmrquanv.spectra.simulate import (
    KINDS,
    KINDS_VERSION,
    MIXED,
    SIMULATION_VERSION,
    Simulated,
    acquire,
    simulate,
    simulate_seed,
    to_dataset,
    truth,
)
from nmrquanv.spectra.simulation.acquisitions import Acquisition
from nmrquanv.spectra.simulation.instrument import FieldSpread, Instrument
from nmrquanv.spectra.simulation.scene import EMPTY, lines
from nmrquanv.spectra.simulation.spin_systems import Sticks

SF, SW, CENTRE = 500.0, 6000.0, 2600.0


def _experiment(instrument: Instrument | None = None, **changes: float) -> Acquisition:
    values: dict[str, float] = {"td": 16384, "si": 65536, "lb_hz": 0.4, "snr": 1e6, **changes}
    return Acquisition(
        SF,
        CENTRE,
        SW,
        int(values["td"]),
        int(values["si"]),
        values["lb_hz"],
        values["snr"],
        receiver_deg=77.0,
        instrument=instrument or Instrument(),
    )


def _isolated(instrument: Instrument | None = None, **changes: float) -> Simulated:
    sticks = Sticks(np.array([500.3, 1801.7, 4003.1]), np.array([1.0, 3.0, 2.0]))
    experiment = _experiment(instrument, **changes)
    return acquire(np.random.default_rng(3), lines(sticks, 1.2), experiment)


def _apex(simulated: Simulated, ppm: float) -> tuple[float, float]:
    """Position (ppm) and height of the interpolated maximum nearest to a line."""
    axis, trace = simulated.spectrum.axis, simulated.spectrum.trace
    near = round(float(axis.point(ppm)))
    top = near - 8 + int(np.argmax(trace[near - 8 : near + 9]))
    left, here, right = trace[top - 1 : top + 2]
    shift = 0.5 * (left - right) / (left - 2 * here + right)
    return float(axis.ppm(top + shift)), float(here - 0.25 * (left - right) * shift)


@pytest.mark.parametrize(
    "instrument",
    [
        Instrument(),
        Instrument(has_filter=True),
        Instrument(dead_points=0.7),
        Instrument(field=FieldSpread((0.0, 0.8, 1.5), (0.0, 0.6, 0.6), (0.6, 0.25, 0.15))),
        Instrument(field=FieldSpread().with_part(FieldSpread((3.0,), (30.0,)), 0.04)),
        Instrument(drift_hz=0.05, drift_corner_hz=3.0),
        Instrument(settle_rad=0.2, settle_s=0.02),
    ],
    ids=["plain", "filter", "delay", "lopsided", "foot", "drift", "settling"],
)
def test_lines_stand_where_and_as_tall_as_the_truth_says(instrument: Instrument) -> None:
    simulated = _isolated(instrument)
    assert len(simulated.lines) == 3
    for line in simulated.lines:
        ppm, height = _apex(simulated, line.ppm)
        assert abs(ppm - line.ppm) * SF < 0.02 * line.fwhm_hz
        assert height == pytest.approx(line.height, rel=0.01)


@pytest.mark.parametrize("si", [16384, 32768, 65536])
def test_sigma_is_that_of_the_processed_trace(si: int) -> None:
    experiment = _experiment(si=si, snr=50.0)
    traces = [acquire(np.random.default_rng(k), EMPTY, experiment).spectrum.trace for k in range(8)]
    expected = acquire(np.random.default_rng(0), EMPTY, experiment).sigma
    assert np.std(traces) == pytest.approx(expected, rel=0.02)


def test_zero_filling_correlates_the_noise() -> None:
    def neighbours(si: int) -> float:
        experiment = _experiment(si=si, lb_hz=0.0)
        trace = acquire(np.random.default_rng(1), EMPTY, experiment).spectrum.trace
        return float(np.corrcoef(trace[:-1], trace[1:])[0, 1])

    assert abs(neighbours(16384)) < 0.05
    # one-sided white noise, filled fourfold: sin(2 pi / 4) / (2 pi / 4)
    assert neighbours(65536) == pytest.approx(2 / np.pi, abs=0.02)


def test_the_tallest_line_has_the_signal_to_noise_asked_for() -> None:
    simulated = _isolated(snr=120.0)
    assert max(line.height for line in simulated.lines) / simulated.sigma == pytest.approx(120.0)


def test_the_recipe_leaves_the_phase_error_that_was_asked_for() -> None:
    simulated = _isolated(Instrument(ph0_deg=8.0))
    line = max(simulated.lines, key=lambda one: one.height)
    point = round(float(simulated.spectrum.axis.point(line.ppm)))
    right = _isolated().spectrum.data[point]
    turn = np.rad2deg(np.angle(simulated.spectrum.data[point] / right))
    assert turn == pytest.approx(8.0, abs=0.01)


def test_lines_outside_the_sweep_do_not_fold_in() -> None:
    sticks = Sticks(np.array([CENTRE + 0.7 * SW, CENTRE]), np.ones(2))
    simulated = acquire(np.random.default_rng(0), lines(sticks, 1.0), _experiment())
    assert [line.ppm * SF for line in simulated.lines] == pytest.approx([CENTRE], abs=0.01)
    assert int((simulated.spectrum.trace > 0.3 * simulated.lines[0].height).sum()) < 40


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_bits(kind: str) -> None:
    first = simulate(np.random.default_rng(11), kind, points=16384)
    second = simulate(np.random.default_rng(11), kind, points=16384)
    again = simulate_seed(first.seed, kind, points=16384)
    other = simulate(np.random.default_rng(12), kind, points=16384)
    np.testing.assert_array_equal(first.fid.data, second.fid.data)
    np.testing.assert_array_equal(first.spectrum.data, again.spectrum.data)
    assert first.lines == second.lines == again.lines
    assert first.seed != other.seed
    assert first.spectrum.axis.size == 16384


# golden: made by these very versions; if the test fails, raise one and renew them
GOLDEN = {
    "clean": (4, 71, 1.445355501032723, 3899.5776430532615),
    MIXED: (5, 510, 7.12673081378085, 1282.7730912759791),
}


@pytest.mark.parametrize("kind", GOLDEN)
def test_a_change_of_what_seeds_mean_raises_the_version(kind: str) -> None:
    simulated = simulate_seed(7, kind, points=16384)
    tallest = max(simulated.lines, key=lambda line: line.height)
    version = SIMULATION_VERSION if kind == MIXED else KINDS_VERSION
    found = (version, len(simulated.lines), tallest.ppm, tallest.height)
    assert found == pytest.approx(GOLDEN[kind], rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_truth_is_in_the_form_that_scoring_reads(kind: str) -> None:
    simulated = simulate(np.random.default_rng(5), kind, points=32768)
    values = json.loads(json.dumps(truth(simulated), allow_nan=False))
    axis = simulated.spectrum.axis
    assert values["stratum"] == kind
    assert values["sf_mhz"] == axis.sf_mhz
    assert values["point_hz"] == pytest.approx(axis.sw_hz / axis.size)
    assert values["sigma"] > 0
    edge_hz = [axis.offset_ppm * axis.sf_mhz, axis.offset_ppm * axis.sf_mhz - axis.sw_hz]
    for line in values["lines"]:
        assert edge_hz[1] <= line["hz"] <= edge_hz[0]
        assert line["fwhm_hz"] > 0
        assert line["snr"] > 0
        assert line.get("excused", True) is True


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != MIXED])
def test_a_list_of_the_true_lines_scores_full_marks(kind: str) -> None:
    simulated = simulate(np.random.default_rng(6), kind, points=32768)
    counted = [
        Peak(line.ppm, line.height)
        for line in simulated.lines
        if not line.is_excused and abs(line.height) >= 6 * simulated.sigma
    ]
    assert counted
    axis = simulated.spectrum.axis
    assert score(counted, simulated.lines, axis, simulated.sigma).f1 == pytest.approx(1.0)


def test_kinds_are_what_their_names_say() -> None:
    def drawn(kind: str) -> list[Simulated]:
        return [simulate_seed(k, kind, points=32768) for k in range(6)]

    def tallest(one: Simulated) -> float:
        return max(abs(x.height) for x in one.lines if not x.is_excused) / one.sigma

    assert all(20 < tallest(one) < 65 for one in drawn("noisy"))
    assert all(60 <= one.spectrum.axis.sf_mhz <= 81 for one in drawn("benchtop"))
    assert all(one.fid.sample.nucleus == "13C" for one in drawn("13C"))
    assert all(min(x.fwhm_hz for x in one.lines) > 2.9 for one in drawn("broad"))
    assert all(any(x.is_excused for x in one.lines) for one in drawn("shim"))
    assert all(7e3 < tallest(one) < 9e4 for one in drawn("measured"))
    assert all(np.abs(one.recipe.to_dict()["steps"][4]["ph1_deg"]) > 0 for one in drawn("dirty"))
    assert np.median([len(one.lines) for one in drawn("crowded")]) > 80


def test_the_training_mix_is_wide() -> None:
    drawn = [simulate_seed(k, MIXED, points=16384) for k in range(60)]
    widths = np.array([x.fwhm_hz for one in drawn for x in one.lines if not x.is_excused])
    fields = np.array([one.spectrum.axis.sf_mhz for one in drawn])
    filling = {round(one.spectrum.axis.size / one.fid.data.size) for one in drawn}
    assert widths.min() < 0.8
    assert widths.max() > 20
    assert fields.min() < 90
    assert fields.max() > 700
    assert {1, 2, 4} <= filling
    assert {one.fid.sample.nucleus for one in drawn} >= {"1H", "13C", "19F"}
    assert any(x.height < 0 for one in drawn for x in one.lines)
    assert any(one.fid.group_delay_points > 0 for one in drawn)


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'dirrty'"):
        simulate(np.random.default_rng(0), "dirrty")


def test_the_window_can_open_one() -> None:
    simulated = simulate(np.random.default_rng(1), "clean", points=16384)
    dataset = to_dataset(simulated)
    assert dataset.true_lines == simulated.lines
    assert dataset.sources == ("fid",)
    assert dataset.source.kind == "fid"
    np.testing.assert_array_equal(dataset.spectrum().data, simulated.spectrum.data)
