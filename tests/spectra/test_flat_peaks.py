"""Peaks of no height, as a person marks in a zeroed region, or other programs list: no crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nmrquanv.spectra.array_rows import middle_of, shares
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.companions import with_companions
from nmrquanv.spectra.multiplets.grouping import multiplet_of, multiplets_of
from nmrquanv.spectra.multiplets.multiplet import intensity_of
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.referencing import offers
from nmrquanv.spectra.satellites import with_satellites
from nmrquanv.spectra.sidebands import with_sidebands
from nmrquanv.spectra.solvents import classified, solvent_offset
from nmrquanv.spectra.spectrum import Sample

SF = 400.0
AXIS = Axis(16384, 20 * SF, SF, 15.0)
SAMPLE = Sample("1H", "CDCl3")


@pytest.mark.parametrize(
    "peaks",
    [
        [Peak(5.0, 0.0), Peak(4.99, 0.0)],
        [Peak(5.0, 0.0), Peak(4.99, 10.0)],
        [Peak(5.0 - 0.01 * n, 0.0, snr=0.0, source="added") for n in range(3)],
        [Peak(5.0, 9.0, fwhm_hz=0.0, area=0.0), Peak(4.99, 9.0, fwhm_hz=0.0, area=0.0)],
        [Peak(5.0, 0.0, fwhm_hz=1.0, area=3.0), Peak(4.99, 0.0, fwhm_hz=1.0, area=3.0)],
    ],
)
def test_lines_without_height_are_grouped_too(peaks: list[Peak]) -> None:
    found = multiplets_of(peaks, SF, "1H")
    assert {i for one in found for i in one.peak_ids} == {p.id for p in peaks}
    assert np.isfinite([one.ppm for one in found]).all()


def made(seed: int) -> list[Peak]:
    """Return lines of a few multiplets, many without height, area or width."""
    rng = np.random.default_rng(seed)
    couplings = rng.uniform(0.5, 15.0, 3) / SF
    rows = [(rng.integers(0, 2, 3) * couplings).sum() for _ in range(rng.integers(2, 25))]
    ppm = rng.uniform(0.0, 10.0) + np.array(rows) + 0.05 * rng.integers(0, 3, len(rows))
    return [
        Peak(
            x,
            height,
            snr=float(rng.choice([0.0, 5.0, 1e5])),
            fwhm_hz=width,
            area=float(rng.choice([height, 0.0, 5.0])) * width,
            ppm_err=float(rng.choice([0.0, 1e-5, 1e-3])),
        )
        for x in ppm.tolist()
        for height in [float(rng.choice([0.0, 0.0, 1.0, -1.0, 1e-300, 1e6, 20.0, 40.0]))]
        for width in [float(rng.choice([0.0, 0.3, 1.0, 5.0]))]
    ]


USERS: dict[str, Callable[[list[Peak]], Any]] = {
    "multiplets": lambda peaks: multiplets_of(peaks, SF, "1H"),
    "by hand": lambda peaks: multiplet_of(peaks, SF, is_by_hand=True),
    "sidebands": lambda peaks: with_sidebands(peaks, AXIS),
    "companions": lambda peaks: with_companions(peaks, AXIS),
    "satellites": lambda peaks: with_satellites(tuple(peaks), SAMPLE, AXIS),
    "solvents": lambda peaks: classified(tuple(peaks), SAMPLE, SF),
    "offers": lambda peaks: offers(tuple(peaks), SAMPLE, SF),
}


@pytest.mark.parametrize("user", USERS.values(), ids=USERS)
def test_no_user_of_lists_divides_by_a_height_of_0(user: Callable[[list[Peak]], Any]) -> None:
    for seed in range(120):
        assert user(made(seed)) is not None


def test_a_solvent_and_its_lines_have_a_place_without_height() -> None:
    flat = tuple(Peak(ppm, 0.0, peak_class="solvent") for ppm in (7.30, 7.28))
    assert solvent_offset(flat, SAMPLE) == pytest.approx(7.29 - 7.26)
    assert middle_of([1.0, 3.0], [0.0, 0.0]) == 2.0
    assert middle_of([1.0, 3.0], [-3.0, 1.0]) == 1.5


def test_an_area_of_0_is_none_and_nothing_has_no_share_of_anything() -> None:
    assert intensity_of(Peak(5.0, 9.0, fwhm_hz=1.0, area=0.0)) == 9.0
    assert shares(np.array([1.0, 0.0, 2.0]), 0.0).tolist() == [0.0, 0.0, 0.0]
    assert shares(np.array([1.0, 6.0]), np.array([0.0, 3.0])).tolist() == [0.0, 2.0]
