"""Entropy against the peaks' separation: distances by hand, and a planted correlation found."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.study.data.datasets import PRESETS, make
from nmrquanv.study.experiments import entanglement, separation
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import held_out
from nmrquanv.study.running.tiers import TIERS


def test_the_least_distance_is_that_of_neighbours_in_their_mean_width() -> None:
    spectra = make(PRESETS["hard"], 50, 3)
    found = separation.separations(spectra)
    for k in range(50):
        place = spectra.points[k][spectra.is_line[k]]
        width = spectra.fwhm[k][spectra.is_line[k]].astype(float)
        pairs = [
            (place[j + 1] - place[j]) / (0.5 * (width[j + 1] + width[j]))
            for j in range(len(place) - 1)
        ]
        assert found[k] == pytest.approx(min(pairs), rel=1e-6)
    assert found.min() >= 0.5 - 1e-6
    assert np.isinf(separation.separations(make(PRESETS["easy"], 40, 1))).any()


@pytest.mark.parametrize("sign", [1.0, -1.0, 0.0])
def test_a_planted_relation_is_found_with_its_sign(make_result, sign) -> None:
    tier = TIERS["standard"]
    cell = entanglement.ansatz_cell(tier, "two_design")
    apart = separation.separations(held_out(PRESETS["hard"])[1])
    made = {}
    for spec in cell.specs:
        result = make_result(spec)
        scatter = np.random.default_rng(spec.seed).normal(0, 0.2, len(apart))
        change = sign * np.minimum(apart, 5.0) / 5.0 + scatter
        result["extra"]["entanglement"]["change"] = change.tolist()
        made[spec.key()] = result
    results = Results(made)
    value = separation.correlation(results, cell.specs, "change")
    if sign:
        assert sign * value.mean > 0.3
    else:
        assert abs(value.mean) < 0.1
    (said,) = separation.answers(results, [cell])
    words = {1.0: "the less", -1.0: "the more", 0.0: "does not go"}
    assert words[sign] in said
    (row,) = separation.table(results, [cell]).rows
    assert row[1] == tier.ansatz_seeds
    if sign:
        assert sign * (float(row[5]) - float(row[2])) > 0
