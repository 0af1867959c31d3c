import numpy as np
import pytest

from nmrquanv.spectra.fitting import fit_lines
from nmrquanv.spectra.fitting.splitting import trials
from nmrquanv.spectra.lineshapes import pseudo_voigt

FWHM, SIGMA = 8.0, 1.0
PLACES = 150.0 * np.arange(1, 21)


def spectrum(heights, apart, shares, eta=1.0, foot=0.0, seed=0):
    """Lines at PLACES; those with a share below 1 are pairs ``apart`` widths from each other."""
    x = np.arange(3300.0)
    trace = np.random.default_rng(seed).normal(0, SIGMA, x.size)
    for place, height, share in zip(PLACES, heights, shares, strict=True):
        for offset, part in ((-0.5, share), (0.5, 1 - share)):
            at = place + (offset * apart * FWHM if share < 1 else 0.0)
            trace += pseudo_voigt(x, part * height, at, FWHM, eta)
            trace += pseudo_voigt(x, part * foot * height, at + FWHM, 2 * FWHM, eta)
    return trace


def tried(trace, height):
    lines = fit_lines(
        trace, SIGMA, PLACES, np.full(PLACES.size, 1.1 * FWHM), np.ones(1), is_upright=True
    )
    assert (lines.height > 0.5 * height).all()
    return trials(trace, SIGMA, lines, np.arange(PLACES.size), np.ones(1))


@pytest.mark.parametrize("share", [0.5, 0.3])
def test_pairs_half_a_width_apart_are_told_from_single_lines(share):
    shares = np.where(np.arange(PLACES.size) % 3 == 0, share, 1.0)
    found = tried(spectrum(np.full(PLACES.size, 400.0), 0.52, shares), 200.0)
    is_pair = found.is_pair()
    assert not is_pair[shares == 1].any()
    assert is_pair[shares < 1].mean() > 0.8
    truth = PLACES[is_pair][:, None] + 0.26 * FWHM * np.array([-1, 1])
    assert np.abs(np.sort(found.position[is_pair], axis=1) - truth).max() < 0.1 * FWHM


@pytest.mark.parametrize(("eta", "height"), [(1.0, 300.0), (0.2, 300.0), (0.6, 3000.0)])
def test_single_lines_of_any_voigt_shape_stay_single(eta, height):
    trace = spectrum(np.full(PLACES.size, height), 0.0, np.ones(PLACES.size), eta)
    assert not tried(trace, height).is_pair().any()


def test_where_the_field_shapes_every_line_none_is_split():
    heights = np.full(PLACES.size, 1200.0)
    shaped = spectrum(heights, 0.0, np.ones(PLACES.size), foot=0.35)
    found = tried(shaped, 600.0)
    assert np.median(found.single / found.points) > 1
    assert not found.is_pair().any()


def test_nothing_to_try_splits_nothing():
    lines = fit_lines(np.zeros(100), SIGMA, np.zeros(0), np.zeros(0), np.ones(1))
    found = trials(np.zeros(100), SIGMA, lines, np.zeros(0, np.int64), np.ones(1))
    assert found.is_pair().size == 0
