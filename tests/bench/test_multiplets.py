"""Classes and couplings are counted right, and are right on simulated multiplets."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.bench.multiplets import (
    KINDS,
    MultipletScore,
    Truth,
    judged,
    judged_listed,
    make_multiplets,
    measure_listed,
    measure_simulated,
)
from nmrquanv.errors import FormatError
from nmrquanv.io.signal_lists import ListedClass
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.simulation.spin_systems import first_order


def found(kind: str, *couplings: float, ppm: float = 3.0) -> Multiplet:
    own = tuple(Coupling(j, 0.01, 1) for j in couplings)
    return Multiplet(("a",), ppm, ppm, ppm, kind, couplings=own)


def test_a_class_is_right_alone_and_couplings_within_a_tenth() -> None:
    truth = Truth(3.0, "dd", (8.0, 2.0))
    assert judged(truth, [found("dd", 8.05, 2.0)]) == MultipletScore(1, 1, 1)
    assert judged(truth, [found("dd", 8.2, 2.0)]) == MultipletScore(1, 1, 0)
    assert judged(truth, [found("m")]) == MultipletScore(1)
    assert judged(truth, [found("dd", 8.0, 2.0, ppm=3.1)]) == MultipletScore(1)
    assert judged(truth, []) == MultipletScore(1)


def test_a_listed_signal_may_have_finer_structure_than_its_list_says() -> None:
    listed = ListedClass(3.0, "d", (7.7,))
    assert judged_listed(listed, [found("d", 7.6)]) == MultipletScore(1, 1, 1, 1)
    assert judged_listed(listed, [found("dd", 7.6, 1.1)]) == MultipletScore(1, 0, 0, 1)
    assert judged_listed(listed, [found("dd", 7.6, 5.0)]) == MultipletScore(1)
    assert judged_listed(listed, [found("d", 9.0)]) == MultipletScore(1, 1, 0, 1)
    assert judged_listed(listed, [found("s")]) == MultipletScore(1)
    assert judged_listed(ListedClass(3.0, "s"), [found("d", 7.0)]) == MultipletScore(1)


def test_a_simulated_spectrum_has_each_class_with_lines_apart() -> None:
    made, truths = make_multiplets(np.random.default_rng(3))
    assert [t.kind for t in truths] == list(KINDS)
    high, low = made.spectrum.axis.limits_ppm
    assert all(low < t.ppm < high for t in truths)
    for truth in truths:
        couplings = tuple(zip(truth.couplings_hz, KINDS[truth.kind], strict=True))
        assert np.diff(np.sort(first_order(0.0, couplings).hz)).min(initial=9.0) > 0.6


@pytest.mark.slow
def test_nineteen_of_twenty_simulated_classes_are_right() -> None:
    scores = measure_simulated(["classical"], 3)["classical"]
    total = sum(scores.values(), MultipletScore())
    assert total.multiplets == 3 * len(KINDS)
    assert total.classes >= 0.95 * total.multiplets
    assert total.couplings >= 0.95 * total.classes


def test_a_folder_without_lists_is_refused(tmp_path) -> None:
    with pytest.raises(FormatError, match="no list"):
        measure_listed(tmp_path, ["classical"])
