"""Random spin systems are what they are said to be; their multiplets are judged by rules."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.bench.listed_multiplets import Seen
from nmrquanv.bench.random_systems import System, SystemSignal, make_systems
from nmrquanv.bench.system_multiplets import SystemScore, judged_system, measure_systems
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulation.spin_systems import first_order

SF = 400.0


def test_a_spectrum_has_each_kind_and_its_systems_add_up() -> None:
    made, systems, fwhm_hz = make_systems(np.random.default_rng([5, 1]))
    kinds = [s.kind for s in systems]
    assert set(kinds) == {
        "weak", "pair", "triple", "alkyl", "crossed", "shared", "foreign line"
    }  # fmt: skip
    assert kinds.count("pair") == 3
    assert 0.5 < fwhm_hz < 4.0
    pair = next(s for s in systems if s.kind == "pair")
    first, second = pair.signals
    apart = abs(first.hz - second.hz) / first.own_dnu_over_j
    assert any(hz == pytest.approx(apart) for hz, _ in first.couplings)
    assert pair.sticks.area.sum() == pytest.approx(2.0, rel=0.05)
    shared = next(s for s in systems if s.kind == "shared")
    assert np.diff(np.sort(shared.sticks.hz)).min() < 0.15 * fwhm_hz
    assert made.spectrum.trace.size == 65_536


def judged(signal: SystemSignal, *found: Multiplet) -> SystemScore:
    couplings = signal.couplings or ((6.0, 1),)
    system = System("weak", 1000.0, first_order(0.0, couplings), (signal,))
    ids = {i for m in found for i in m.peak_ids}
    peaks = {i: Peak(2.5, 5.0, fwhm_hz=1.0, id=i) for i in ids}
    return judged_system(system, [Seen(m, 1.0) for m in found], peaks, SF, 1.0)


def multiplet(kind: str, *couplings: float, hz: float = 1000.0) -> Multiplet:
    own = tuple(Coupling(j, 0.01, 1) for j in couplings)
    return Multiplet((f"{kind}{hz}",), (hz + 5) / SF, (hz - 5) / SF, hz / SF, kind, couplings=own)


def test_a_signal_is_right_fair_plain_or_lost_and_a_class_of_none_is_false() -> None:
    weak = SystemSignal(0.0, ((8.0, 1), (3.0, 1)))
    assert judged(weak, multiplet("dd", 8.1, 3.0)) == SystemScore(right=1)
    assert judged(weak, multiplet("dd", 8.4, 3.0)) == SystemScore(lost=1, false=1)
    assert judged(weak, multiplet("m")) == SystemScore(plain=1)
    assert judged(weak, multiplet("d", 3.0, hz=1004.0), multiplet("d", 3.0, hz=996.0)) == (
        SystemScore(lost=1, false=2)
    )
    strong = SystemSignal(0.0, ((8.0, 1), (3.0, 1)), 4.0, 4.0)
    assert judged(strong, multiplet("dd", 7.6, 3.4)) == SystemScore(right=1)
    assert judged(strong, multiplet("m")) == SystemScore(fair=1)
    mixed = SystemSignal(0.0, ((8.0, 1),), 1.5, 1.5)
    assert judged(mixed, multiplet("d", 8.0)) == SystemScore(lost=1, false=1)
    assert judged(mixed, multiplet("AB", 8.0)) == SystemScore(right=1)


def test_finders_are_measured_side_by_side() -> None:
    scores = measure_systems(["classical"], 1, seed=11)["classical"]
    total = sum(scores.values(), SystemScore())
    assert total.right + total.fair + total.plain + total.lost == 24
    assert total.right > 5
