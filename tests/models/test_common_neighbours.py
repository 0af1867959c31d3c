"""What tall lines have in common is told from what stands beside one of them alone."""

import numpy as np
import pytest

from nmrquanv.models.common_neighbours import COMMON_EVIDENCE, common_neighbours

_USUAL = 10.0
_TALL = 1000.0 * np.arange(1, 9)
"""Eight tall lines a hundred widths apart."""


def told(small, order=None):
    """Return the evidence by name of the tall lines and, behind them, of small ones beside them."""
    at = np.concatenate([_TALL, [place for place, _ in small]])
    height = np.concatenate([np.linspace(1000.0, 2000.0, 8), [tall for _, tall in small]])
    order = np.arange(at.size) if order is None else order
    columns = common_neighbours(at[order], height[order], np.ones(at.size), _USUAL)
    back = np.argsort(order)
    return {n: column[back] for n, column in zip(COMMON_EVIDENCE, columns, strict=True)}


def companions(off, share=0.02, of=range(8)):
    """Return the same small line beside each of some tall ones."""
    height = np.linspace(1000.0, 2000.0, 8)
    return [(_TALL[k] + off, share * height[k]) for k in of]


@pytest.mark.parametrize(("off", "name"), [(18.0, "near"), (-25.0, "near"), (150.0, "far")])
def test_what_all_have_is_shared(off, name):
    evidence = told(companions(off))
    assert (evidence[f"{name}_shared"][8:] == 1.0).all()
    assert evidence[f"{name}_asked"][8:] == pytest.approx(3.0)  # seven others


def test_what_one_has_is_its_own():
    evidence = told(companions(18.0, of=[3]))
    assert evidence["near_shared"][8] == 0.0
    assert evidence["near_asked"][8] == pytest.approx(3.0)


def test_another_share_or_another_side_is_not_the_same():
    other = companions(18.0, of=[0]) + companions(18.0, 0.25, of=range(1, 8))
    assert told(other)["near_shared"][8] == 0.0
    mirrored = companions(18.0, of=[0]) + companions(-18.0, of=range(1, 8))
    assert told(mirrored)["near_shared"][8] == 0.0


def test_where_nobody_can_be_asked_that_is_said():
    evidence = told(companions(18.0, 0.001))  # as tall as the noise: beside none would it be seen
    assert (evidence["near_shared"][8:] == -0.1).all()
    assert (evidence["near_asked"][8:] == 0.0).all()
    assert (evidence["near_shared"][:8] == -0.2).all()  # no taller line stands near a tall one


def test_small_lines_about_the_tall_ones_are_counted():
    evidence = told(companions(18.0) + companions(60.0, of=range(4)))
    said = [float(evidence[name][0]) for name in COMMON_EVIDENCE[:7]]
    more = float(np.log2(1.0 + 1.5))  # half of them have another one further off
    assert said == pytest.approx([1.0, 1.0, more, 1.0, more, 1.0, float(np.log2(1.0 + 8))])


def test_a_companion_is_not_asked_for_one_of_its_own():
    evidence = told(companions(18.0, 0.2))  # hundreds of sigma tall themselves
    assert (evidence["near_shared"][8:] == 1.0).all()
    assert evidence["tall_lines"][0] == pytest.approx(np.log2(9.0))


def test_the_order_of_lines_says_nothing():
    small = companions(18.0) + companions(60.0, of=range(4))
    order = np.random.default_rng(5).permutation(8 + len(small))
    one, other = told(small), told(small, order)
    for name in COMMON_EVIDENCE:
        np.testing.assert_array_equal(one[name], other[name])


def test_no_lines_have_no_evidence():
    nothing = np.zeros(0)
    assert all(column.size == 0 for column in common_neighbours(nothing, nothing, nothing, 5.0))
