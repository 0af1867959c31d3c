import numpy as np
import pytest

from nmrquanv.models.windows import FEATURES, WINDOW_POINTS
from nmrquanv.spectra.simulate import simulate
from nmrquanv.training.seeded import kind_of, simulated_windows
from nmrquanv.training.simulated import windows_of
from nmrquanv.training.slots import slot_windows_of


@pytest.fixture(scope="module")
def made():
    return simulate(np.random.default_rng(5), "clean", points=16384)


def test_windows_have_the_shapes_that_the_networks_take(made):
    cut = windows_of(made.spectrum, made.lines, np.random.default_rng(0))
    assert cut.features.shape[1:] == (len(FEATURES), WINDOW_POINTS)
    assert cut.target.shape == cut.offset.shape == cut.weight.shape == cut.near.shape
    assert np.isfinite(cut.features).all()
    assert np.abs(cut.features).max() < 4
    assert cut.target.max() > 0.8


def test_targets_stand_on_local_maxima_of_the_trace(made):
    cut = windows_of(made.spectrum, made.lines, np.random.default_rng(0))
    window, point = np.nonzero((cut.target > 0.95) & (cut.weight > 0))
    inner = (point > 6) & (point < WINDOW_POINTS - 7)
    window, point = window[inner], point[inner]
    curvature = cut.features[window, FEATURES.index("curvature"), point]
    assert np.mean(curvature > 0) > 0.9


def test_offsets_point_at_the_line(made):
    cut = windows_of(made.spectrum, made.lines, np.random.default_rng(0))
    expected = np.exp(-0.5 * cut.offset[cut.near] ** 2)
    assert cut.target[cut.near] == pytest.approx(expected, abs=1e-5)


def test_outside_reviewed_regions_nothing_counts(made):
    high, low = made.lines[0].ppm + 0.2, made.lines[0].ppm - 0.2
    cut = windows_of(made.spectrum, made.lines, np.random.default_rng(0), regions=[(high, low)])
    assert len(cut) > 0
    assert 0 < cut.weight.mean() < 0.9


def test_the_same_seed_gives_the_same_windows():
    first, second = (simulated_windows(3, [0, 1]) for _ in range(2))
    assert (first.features == second.features).all()
    assert (first.target == second.target).all()


def test_every_kind_has_its_turn():
    kinds = {kind_of(n) for n in range(40)}
    assert {"mixed", "clean", "13C", "measured"} <= kinds
    assert len(kinds) == 11


def test_slot_windows_hold_at_most_five_lines_in_order(made):
    cut = slot_windows_of(made.spectrum, made.lines, np.random.default_rng(0))
    assert cut.is_line.shape[1] == 5
    for position, is_line in zip(cut.position, cut.is_line, strict=True):
        said = position[is_line]
        assert (np.diff(said) >= 0).all()
        assert ((said > 0) & (said < 1)).all()
    assert cut.is_line.any()
    assert (~cut.is_line.any(axis=1)).any()


def test_what_nobody_was_shown_is_not_taken_for_no_line(made):
    tallest = max(abs(x.height) for x in made.lines)
    strong = [x for x in made.lines if abs(x.height) > 0.3 * tallest]
    region = [made.spectrum.axis.limits_ppm]
    rng = (np.random.default_rng(0) for _ in range(2))
    plain = windows_of(made.spectrum, strong, next(rng), regions=region)
    careful = windows_of(
        made.spectrum, strong, next(rng), regions=region, ignored_height=0.2 * tallest
    )
    assert careful.weight.mean() < 0.7 * plain.weight.mean()
    assert (careful.weight[careful.target > 0.5] > 0).any()
