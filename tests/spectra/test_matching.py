from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.matching import match, nearest


def greedy(first, second, limit) -> np.ndarray:
    """The nearest of all pairs first, one by one."""
    pairs = sorted(
        (abs(a - b), i, j)
        for i, a in enumerate(first)
        for j, b in enumerate(second)
        if abs(a - b) <= limit
    )
    taken, has_partner = set(), np.zeros(len(first), bool)
    for _, i, j in pairs:
        if not has_partner[i] and j not in taken:
            has_partner[i] = True
            taken.add(j)
    return has_partner


@pytest.mark.parametrize("seed", range(8))
def test_the_nearest_pairs_are_made_first(seed) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.uniform(0, 10, 60), rng.uniform(0, 10, 80)
    np.testing.assert_array_equal(nearest(first, second, 0.2), greedy(first, second, 0.2))


def test_one_mark_is_no_partner_of_two_lines() -> None:
    found = nearest(np.array([1.0, 1.01]), np.array([1.008]), 0.05)
    assert found.tolist() == [False, True]


def test_far_apart_lines_have_the_partners_of_an_assignment() -> None:
    rng = np.random.default_rng(1)
    first = np.arange(200.0)
    second = rng.permutation(first[::2]) + rng.normal(0, 0.01, 100)
    pairs = {i for i, _ in match(first, second, 0.1).pairs}
    assert set(np.flatnonzero(nearest(first, second, 0.1))) == pairs


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (3, 0)])
def test_nothing_has_no_partner(n, m) -> None:
    assert nearest(np.zeros(n), np.zeros(m), 1.0).tolist() == [False] * n
