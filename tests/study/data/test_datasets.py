"""The study's spectra keep what their presets promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.errors import TrainingError
from nmrquanv.study.data.datasets import PRESET_VERSION, PRESETS, make, preset_version


@pytest.mark.parametrize("name", list(PRESETS))
def test_spectra_keep_their_presets_ranges(name: str) -> None:
    preset = PRESETS[name]
    made = make(preset, 300, 5)
    assert made.traces.shape == (300, 200)
    assert made.position.shape == made.is_line.shape == (300, 5)
    assert made.traces.min() == 0.0
    assert made.traces.max() == 1.0
    counts = made.is_line.sum(axis=1)
    assert set(counts) == set(range(preset.n_min, preset.n_max + 1))
    widths, points = made.fwhm[made.is_line], made.points[made.is_line]
    assert preset.fwhm_min <= widths.min() < widths.max() <= preset.fwhm_max
    assert 6.0 - 1e-3 <= points.min() < points.max() <= 193.0 + 1e-3
    assert not made.position[~made.is_line].any()


@pytest.mark.parametrize("name", list(PRESETS))
def test_lines_are_sorted_and_half_a_width_apart_and_overlap_as_asked(name: str) -> None:
    made = make(PRESETS[name], 400, 6)
    apart = []
    for place, width, is_line in zip(made.points, made.fwhm, made.is_line, strict=True):
        mean = 0.5 * (width[is_line][1:] + width[is_line][:-1])
        apart.append(np.diff(place[is_line]) / mean)
    gaps = np.concatenate(apart)
    assert gaps.min() >= 0.5 - 1e-3
    close = {"easy": (0.0, 0.0), "medium": (0.2, 0.5), "hard": (0.5, 0.75)}[name]
    assert close[0] <= (gaps < 1.5 - 1e-3).mean() <= close[1]


def test_heights_widths_and_noise_describe_the_trace() -> None:
    quiet = PRESETS["easy"].changed([("sigma_max", 0.0), ("n_max", 1)])
    made = make(quiet, 50, 1)
    assert not made.noise_sigma.any()
    for trace, place, width, height in zip(
        made.traces, made.points[:, 0], made.fwhm[:, 0], made.height[:, 0], strict=True
    ):
        assert abs(int(trace.argmax()) - place) <= 0.5 + 1e-3
        # The least point of a Lorentzian's tail was moved to 0.
        assert 1.0 - 0.01 <= height < 1.1
        above = np.interp([place - width / 2, place + width / 2], np.arange(200), trace)
        np.testing.assert_allclose(above, 0.5, atol=0.04)


def test_noise_is_that_of_the_scaled_trace() -> None:
    flat = PRESETS["hard"].changed([("sigma_min", 0.05), ("sigma_max", 0.05)])
    made = make(flat, 100, 2)
    third = np.diff(made.traces.astype(float), 3, axis=1)
    estimated = np.median(np.abs(third), axis=1) / 0.6745 / np.sqrt(20)
    np.testing.assert_allclose(np.median(estimated / made.noise_sigma), 1.0, atol=0.05)


def test_fewer_spectra_are_the_first_of_more_and_seeds_differ() -> None:
    few, more = make(PRESETS["hard"], 10, 3), make(PRESETS["hard"], 20, 3)
    np.testing.assert_array_equal(few.traces, more.traces[:10])
    assert few.digest() == make(PRESETS["hard"], 10, 3).digest()
    assert len({few.digest(), more.digest(), make(PRESETS["hard"], 10, 4).digest()}) == 3


def test_twelve_lines_fit_and_get_room_in_the_arrays() -> None:
    crowded = PRESETS["hard"].changed([("n_min", 12.0), ("n_max", 12.0)])
    made = make(crowded, 40, 0)
    assert crowded.max_peaks == 12
    assert made.is_line.all()
    assert made.is_line.shape == (40, 12)


def test_spectra_cannot_be_changed() -> None:
    made = make(PRESETS["easy"], 2, 0)
    with pytest.raises(ValueError, match="read-only"):
        made.traces[0, 0] = 1.0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([("colour", 1.0)], "presets have no colour"),
        ([("n_min", 6.0)], "impossible range 6 to 5"),
        ([("overlap", 1.5)], "a probability"),
        ([("n_min", 0.0)], "impossible range"),
    ],
)
def test_impossible_presets_are_refused(changes: list, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        PRESETS["hard"].changed(changes)


def test_lines_without_room_are_an_error_not_an_endless_search() -> None:
    wide = PRESETS["hard"].changed(
        [("n_min", 12), ("n_max", 12), ("fwhm_min", 60), ("fwhm_max", 60)]
    )
    with pytest.raises(TrainingError, match="no room for 12 lines"):
        make(wide, 1, 0)


def test_other_ranges_are_another_version() -> None:
    assert PRESET_VERSION == preset_version(PRESETS) == 1
    wider = PRESETS | {"hard": replace(PRESETS["hard"], fwhm_max=30.0)}
    assert str(preset_version(wider)).startswith("1, ranges ")
