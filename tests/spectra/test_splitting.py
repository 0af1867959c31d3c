"""One line or two under a lone top, with the shape that the spectrum's lines share."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra import field
from nmrquanv.spectra.field import NO_FIELD, Field, learn_field
from nmrquanv.spectra.fitting.shaped_lines import _Parts, _Problem, fit_shaped
from nmrquanv.spectra.fitting.splitting import trials
from nmrquanv.spectra.fitting.spread import EVEN, Spread
from nmrquanv.spectra.fitting.stretches import Places, Question, Stretches

WIDTH = 6.0
LOPSIDED = Spread(np.array([-0.4, 2.5, 5.5]), np.array([0.55, 0.3, 0.15]))
PLACES = 120.0 * np.arange(1, 25)


def cut(spread, pairs, snr, error, *, ratio=1.0, apart=0.55, widths=None, seed=0):
    """Return stretches around lines of ``snr``; ``pairs`` says which are two."""
    x = np.arange(3200.0)
    trace = np.random.default_rng(seed).normal(size=x.size)
    widths = np.full(PLACES.size, WIDTH) if widths is None else widths
    fwhm = spread.form(WIDTH).fwhm
    for place, is_pair, width in zip(PLACES, pairs, widths, strict=True):
        height = snr / spread.form(width).height
        trace += height * spread.line(x - place, width)
        if is_pair:
            trace += height / ratio * spread.line(x - place - apart * fwhm, width)
    top = np.array([int(p) - 30 + int(np.argmax(trace[int(p) - 30 : int(p) + 30])) for p in PLACES])
    return Stretches.cut(
        trace,
        Places(top.astype(float), np.full(top.size, 1.2 * fwhm), top - 50.0, top + 50.0),
        1.0,
        error,
        np.zeros(top.size),
    )


def some(count: int) -> np.ndarray:
    return np.arange(PLACES.size) % 5 < count


@pytest.mark.parametrize("spread", [EVEN, Spread.gaussian(2.5), LOPSIDED])
def test_pairs_are_told_from_single_lines_in_any_field(spread) -> None:
    field = learn_field(cut(spread, some(0), 300.0, 0.002, seed=1), 1.0)
    pairs = some(1)
    tried = trials(cut(spread, pairs, 300.0, 1.5 * field.shape_error), field, 1.0)
    assert field.is_known
    assert (tried.is_pair() == pairs).all()
    assert not tried.is_single()[pairs].any()
    assert tried.is_single()[~pairs].mean() > 0.8
    apart = np.abs(np.diff(tried.two.position[pairs], axis=1)) / spread.form(WIDTH).fwhm
    assert apart == pytest.approx(0.55, abs=0.1)


@pytest.mark.parametrize("spread", [EVEN, Spread.gaussian(2.5), LOPSIDED])
def test_false_splits_do_not_come_with_height(spread) -> None:
    field = learn_field(cut(spread, some(0), 30_000.0, 0.002, seed=1), 1.0)
    tried = trials(cut(spread, some(1), 30_000.0, 1.5 * field.shape_error), field, 1.0)
    assert not tried.is_pair()[~some(1)].any()


def test_a_lopsided_field_is_adopted_and_an_even_one_is_not() -> None:
    lopsided = learn_field(cut(LOPSIDED, some(0), 1000.0, 0.002), 1.0)
    assert lopsided.is_adopted
    assert lopsided.shape_error < 0.005
    even = learn_field(cut(EVEN, some(0), 1000.0, 0.002), 1.0)
    assert not even.is_adopted
    assert even.is_known


def test_pairs_among_the_lines_do_not_teach_the_field() -> None:
    field = learn_field(cut(EVEN, some(2), 1000.0, 0.002, ratio=4.0, apart=0.9), 1.0)
    tried = trials(cut(EVEN, some(0), 1000.0, 0.002), field, 1.0)
    assert np.median(tried.single) < 1.5


def test_broader_single_lines_stay_single() -> None:
    widths = WIDTH * np.linspace(1.0, 1.6, PLACES.size)
    field = learn_field(cut(LOPSIDED, some(0), 1000.0, 0.002), 1.0)
    tried = trials(
        cut(LOPSIDED, some(0), 1000.0, 1.5 * field.shape_error, widths=widths), field, 1.0
    )
    assert not tried.is_pair().any()


def test_with_a_shape_that_most_tops_do_not_have_nothing_is_counted() -> None:
    wrong = Field(EVEN, WIDTH, 0.001, 5)
    tried = trials(cut(LOPSIDED, some(1), 3000.0, 0.0015), wrong, 1.0)
    assert not tried.is_trusted
    assert not tried.is_pair().any()
    assert not tried.is_single().any()


def test_without_lines_that_tell_nothing_is_known() -> None:
    few = cut(EVEN, some(0), 300.0, 0.002).chosen(np.array([0]))
    assert learn_field(few, 1.0) is NO_FIELD
    assert not NO_FIELD.is_known
    assert not trials(cut(EVEN, some(1), 300.0, 0.015), NO_FIELD, 1.0).is_pair().any()


def test_a_single_line_is_placed_within_its_errors() -> None:
    stretches = cut(LOPSIDED, some(0), 200.0, 0.0)
    n = PLACES.size
    found = fit_shaped(
        stretches, LOPSIDED, Question(np.zeros((n, 1)), np.log(np.full(n, WIDTH) / stretches.fwhm))
    )
    errors = (found.position[:, 0] - PLACES) / found.position_err[:, 0]
    assert 0.6 < errors.std() < 1.5
    assert found.width == pytest.approx(WIDTH, rel=0.1)
    assert np.median(found.chi / (stretches.weight > 0).sum(axis=1)) == pytest.approx(1.0, abs=0.2)


def test_the_form_of_a_line_is_that_of_a_lorentzian_in_an_even_field() -> None:
    form = EVEN.form(WIDTH)
    assert (form.top, form.fwhm, form.height) == pytest.approx((0.0, WIDTH, 1.0), abs=0.02)
    assert Spread.gaussian(2.0).form(WIDTH).fwhm > 1.2 * WIDTH


@pytest.mark.parametrize("start", [np.zeros((24, 1)), np.tile([-0.3, 0.3], (24, 1))])
@pytest.mark.parametrize("has_gauss", [False, True])
def test_steps_follow_the_slope_of_what_is_left(start, has_gauss):
    lone = cut(LOPSIDED, some(2), 300.0, 0.001)
    problem = _Problem(
        lone, _Parts.of(LOPSIDED), Question(start, np.full(24, -0.2), 0.3, has_gauss)
    )
    theta = np.concatenate([start, np.full((24, 1), -0.2), np.full((24, int(has_gauss)), 0.2)], 1)
    now = problem.at(theta)
    for i, by in enumerate(np.eye(theta.shape[1])):
        up, down = problem.at(theta + 1e-5 * by).value, problem.at(theta - 1e-5 * by).value
        told = 2 * np.einsum("gp,gp->g", now.rest, now.slope[:, :, i])
        assert told == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-3 * now.value.max())


def test_a_line_without_a_gaussian_of_its_own_is_told_without_one():
    lone = cut(LOPSIDED, some(0), 3000.0, 1e-4)
    single = fit_shaped(lone, LOPSIDED, Question(np.zeros((24, 1)), np.full(24, -0.2)))
    asked = Question(np.zeros((24, 1)), np.full(24, -0.2), has_gauss=True)
    with_gauss = fit_shaped(lone, LOPSIDED, asked)
    assert with_gauss.chi == pytest.approx(single.chi, rel=0.1)
    assert with_gauss.gauss.max() < 0.1 * WIDTH


def test_a_field_is_held_against_lines_left_out_from_every_start(monkeypatch):
    starts = []
    alternated = field._alternated

    def noted(lone, narrow, asked):
        starts.extend((own.size, start) for own, start in asked)
        return alternated(lone, narrow, asked)

    monkeypatch.setattr(field, "_alternated", noted)
    learn_field(cut(LOPSIDED, some(0), 3000.0, 0.001), 1.0)
    whole = {start for size, start in starts if size > 20}
    # A fold that starts where all lines together end has seen what it is held against.
    assert {start for size, start in starts if 12 <= size <= 20} == whole
    assert len(whole) == 3


def test_lines_that_the_shape_does_not_explain_are_known_less_well() -> None:
    even = Field(EVEN, WIDTH, 0.001, 8, True)
    stretches = cut(EVEN, some(2), 1000.0, 0.0015, apart=0.8)
    tried = trials(stretches, even, 1.0)
    looser = tried.looser(tried.one)
    assert looser[some(2)].min() > 2.0
    assert np.median(looser[~some(2)]) < 1.2
