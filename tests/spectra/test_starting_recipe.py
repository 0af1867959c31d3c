"""The recipe that a FID starts with runs, however short the FID is."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.recipe import Baseline
from nmrquanv.spectra.spectrum import Fid, Sample
from nmrquanv.spectra.starting_recipe import fid_recipe


@pytest.mark.parametrize("td", [2, 4, 16, 33, 64, 65, 128])
def test_short_fids_are_processed_and_have_no_baseline_taken_out(td: int) -> None:
    t_s = np.arange(td) / 4000.0
    data = np.exp(-2j * np.pi * 500.0 * t_s - 30.0 * t_s)
    fid = Fid(data, Axis(td, 4000.0, 400.0, 10.0), 400.0, 0.0, Sample("1H"))
    recipe = fid_recipe(fid)
    spectrum = recipe.run(fid).spectrum
    assert np.isfinite(spectrum.data).all()
    (baseline,) = (step for step in recipe.steps if isinstance(step, Baseline))
    assert baseline.is_on == (td > 64)
