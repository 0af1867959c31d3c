"""Spin systems against closed formulas and against nmrsim."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmrquanv.spectra.simulation.spin_systems import first_order, transitions


def _couplings(n: int, values: dict[tuple[int, int], float]) -> np.ndarray:
    j = np.zeros((n, n))
    for (a, b), value in values.items():
        j[max(a, b), min(a, b)] = value
    return j


@pytest.mark.parametrize(("apart", "j"), [(40.0, 7.0), (10.0, 9.0), (2.0, 12.0)])
def test_ab_quartet_follows_the_closed_formula(apart: float, j: float) -> None:
    sticks = transitions([100.0, 100.0 + apart], _couplings(2, {(1, 0): j}), negligible=0.0)
    d = np.hypot(apart, j)
    centre = 100.0 + apart / 2
    np.testing.assert_allclose(
        sticks.hz, centre + np.array([-d - j, -d + j, d - j, d + j]) / 2, atol=1e-9
    )
    outer, inner = (1 - j / d) / 2, (1 + j / d) / 2
    np.testing.assert_allclose(sticks.area, [outer, inner, inner, outer], atol=1e-12)


def test_abx_agrees_with_nmrsim() -> None:
    # golden: nmrsim 0.7.1, secondorder_dense([300, 330, 400], J); the weakest line is left out
    golden = np.array(
        [
            (284.0470951905164, 0.12389253656301889),
            (293.9126072006, 0.12647051025294476),
            (301.02191809978774, 0.32593456292474215),
            (310.88743010750954, 0.42189859787120004),
            (322.67918395831214, 0.3428905975632837),
            (324.838849041319, 0.4067432592453331),
            (339.6540068675834, 0.14407259542245865),
            (341.81367195059045, 0.1080911474061796),
            (365.5071440910974, 0.0024504358541997174),
            (394.27372085117145, 0.2832180270144799),
            (396.4333859341783, 0.2645055908131269),
            (404.1392328588931, 0.22917058834596263),
            (406.2988979419001, 0.22001141586340253),
            (435.06547470197404, 0.0006497398415251103),
        ]
    )
    j = _couplings(3, {(0, 1): 17.0, (0, 2): 10.5, (1, 2): 1.5})
    sticks = transitions([300.0, 330.0, 400.0], j, negligible=1e-4)
    np.testing.assert_allclose(sticks.hz, golden[:, 0], atol=1e-6)
    np.testing.assert_allclose(sticks.area, golden[:, 1], atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    shifts=st.lists(st.floats(-500, 500), min_size=1, max_size=5),
    seed=st.integers(0, 1000),
)
def test_area_and_centre_of_gravity_do_not_depend_on_couplings(
    shifts: list[float], seed: int
) -> None:
    n = len(shifts)
    j = np.random.default_rng(seed).uniform(-15, 15, (n, n))
    sticks = transitions(shifts, j, negligible=0.0)
    assert sticks.area.sum() == pytest.approx(n, rel=1e-9)
    assert (sticks.hz * sticks.area).sum() == pytest.approx(sum(shifts), abs=1e-6)
    assert (np.diff(sticks.hz) > 0).all()


def test_equivalent_spins_do_not_split_each_other() -> None:
    j = _couplings(3, {(0, 1): -12.0, (0, 2): -12.0, (1, 2): -12.0})
    sticks = transitions([500.0] * 3, j)
    np.testing.assert_allclose(sticks.hz, [500.0], atol=1e-9)
    np.testing.assert_allclose(sticks.area, [3.0], atol=1e-9)


def test_far_apart_an_ethyl_group_is_first_order() -> None:
    j = _couplings(5, {(i, k): 7.0 for i in range(3) for k in (3, 4)})
    exact = transitions([0.0, 0.0, 0.0, 90_000.0, 90_000.0], j)
    weak = np.concatenate(
        [first_order(0.0, [(7.0, 2)], 3).hz, first_order(90_000.0, [(7.0, 3)], 2).hz]
    )
    np.testing.assert_allclose(exact.hz, weak, atol=0.01)


def test_quartet_of_doublets_has_binomial_intensities() -> None:
    sticks = first_order(10.0, [(7.0, 3), (1.5, 1)], n_nuclei=2.0)
    np.testing.assert_allclose(
        sticks.hz, 10 + np.array([-11.25, -9.75, -4.25, -2.75, 2.75, 4.25, 9.75, 11.25])
    )
    np.testing.assert_allclose(sticks.area, np.array([1, 1, 3, 3, 3, 3, 1, 1]) / 8)


def test_lines_that_coincide_are_one() -> None:
    doublet_of_doublets = first_order(0.0, [(7.0, 1), (7.0, 1)])
    np.testing.assert_allclose(doublet_of_doublets.area, [0.25, 0.5, 0.25])


@pytest.mark.parametrize("n", [0, 8])
def test_other_sizes_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="1 to 7"):
        transitions([0.0] * n, np.zeros((n, n)))
