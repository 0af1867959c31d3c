"""Reference deconvolution: lines of a known field become the Lorentzians that were wanted."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.errors import ProcessingError
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.fitting.spread import Spread
from nmrquanv.spectra.picking import pick_classical
from nmrquanv.spectra.recipe import Deconvolution as Exported
from nmrquanv.spectra.recipe import Magnitude, Recipe
from nmrquanv.spectra.spectrum import Fid, Spectrum

SW_HZ, SIZE, TD = 2000.0, 16384, 8192
FIELD = Spread(np.array([0.0, -0.9, -2.1]), np.array([0.7, 0.2, 0.1]))
"""In Hz, towards high ppm positive: a foot towards low ppm."""
WIDTHS = (0.8, 0.8, 1.3)
PLACES = (-400.0, 100.0, 520.0)
STEP = Deconvolution(1.2, 0.8, (0.0, -0.9, -2.1), (0.7, 0.2, 0.1), 3)


def spectrum_of(
    field: Spread, more_hz: float = 0.0, noise: float = 0.0, si: int = SIZE
) -> Spectrum:
    """Return three lines; ``more_hz`` broadens each by a Lorentzian."""
    t = np.arange(TD) / SW_HZ
    rng = np.random.default_rng(5)
    data = noise * (rng.normal(size=TD) + 1j * rng.normal(size=TD))
    spread = sum(
        share * np.exp(-2j * np.pi * shift * t)
        for shift, share in zip(field.shift, field.share, strict=True)
    )
    for place, width in zip(PLACES, WIDTHS, strict=True):
        data = data + np.exp(2j * np.pi * place * t - np.pi * (width + more_hz) * t) * spread
    data[0] *= 0.5
    axis = Axis(TD, SW_HZ, 500.0, 4.0)
    recipe = Recipe.from_dict(
        {"version": 2, "steps": [{"kind": "zero_fill", "si": si}, {"kind": "fourier_transform"}]}
    )
    return recipe.apply(Fid(data, axis, 500.0))


def test_lines_become_the_lorentzians_that_were_wanted() -> None:
    wanted = spectrum_of(Spread(np.zeros(1), np.ones(1)), more_hz=0.4)
    before, cleaned = spectrum_of(FIELD), Recipe((STEP,)).apply(spectrum_of(FIELD))
    size = wanted.trace.max()
    assert np.abs(before.trace - wanted.trace).max() > 0.15 * size
    assert np.abs(cleaned.trace - wanted.trace).max() < 0.01 * size
    assert cleaned.trace.sum() == pytest.approx(before.trace.sum(), rel=1e-3)
    assert np.abs(cleaned.data.imag - wanted.data.imag).max() < 0.01 * size


def test_a_real_trace_is_cleaned_as_well() -> None:
    before = spectrum_of(FIELD)
    real = before.with_data(before.trace)
    cleaned = Recipe((STEP,)).apply(real)
    assert not cleaned.is_complex
    with_both = Recipe((STEP,)).apply(before)
    assert np.abs(cleaned.trace - with_both.trace).max() < 0.01 * with_both.trace.max()


def test_a_baseline_that_was_subtracted_stays_subtracted() -> None:
    plain = spectrum_of(FIELD)
    hump = 0.2 * plain.trace.max() * np.cos(np.linspace(-np.pi, np.pi, SIZE))
    humped = plain.with_data(plain.data + hump)
    left = Recipe((STEP,)).apply(humped).trace - Recipe((STEP,)).apply(plain).trace
    assert np.abs(left - hump).max() < 0.02 * np.abs(hump).max()


@pytest.mark.parametrize("si", [TD, SIZE, 4 * TD])
def test_noise_does_not_grow_where_lines_keep_their_width(si) -> None:
    before = spectrum_of(FIELD, noise=0.05, si=si)
    cleaned = Recipe((STEP,)).apply(before)
    assert cleaned.noise.sigma < 1.05 * before.noise.sigma


def test_lists_from_it_say_so_and_others_do_not() -> None:
    before = spectrum_of(FIELD, noise=0.02)
    assert pick_classical(before).notes == ()
    assert before.remarks == ()
    recipe = Recipe((STEP,))
    (note, *_) = pick_classical(recipe.apply(before)).notes
    assert "reference deconvolution" in note
    assert "3 of its own lines" in note
    assert recipe.remarks == (note,)
    off = Recipe((Deconvolution(1.2, 0.8, (0.0,), (1.0,), 3, is_on=False),))
    assert off.apply(before).remarks == off.remarks == ()


def test_it_stands_before_magnitude_and_survives_its_file() -> None:
    assert Exported is Deconvolution
    with pytest.raises(ProcessingError, match="magnitudes of lines do not add"):
        Recipe((Magnitude(), STEP))
    recipe = Recipe((STEP, Magnitude()))
    assert Recipe.from_dict(recipe.to_dict()) == recipe


@pytest.mark.parametrize(
    ("shift", "share", "why"),
    [
        ((), (), "as many finite shifts as shares"),
        ((0.0, 1.0), (1.0,), "as many finite shifts as shares"),
        ((float("nan"),), (1.0,), "as many finite shifts as shares"),
        ((0.0, 1.0), (0.5, 0.2), "add to 1"),
        ((0.0, 1.0), (1.5, -0.5), "add to 1"),
    ],
)
def test_what_is_no_shape_is_refused(shift, share, why) -> None:
    with pytest.raises(ProcessingError, match=why):
        Deconvolution(1.0, 0.8, shift, share)


def test_without_hz_it_says_what_is_missing() -> None:
    known = spectrum_of(FIELD)
    axis = Axis(SIZE, SW_HZ, 500.0, 4.0, has_hz=False)
    with pytest.raises(ProcessingError, match="frequency"):
        Recipe((STEP,)).apply(known.with_data(known.data, axis))
