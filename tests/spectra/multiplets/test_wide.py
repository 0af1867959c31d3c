"""Couplings to fluorine and phosphorus are found where nothing else makes such a row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.grouping import multiplet_of, multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.multiplets.wide import wide_distances, with_wide_couplings
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulation.spin_systems import first_order

FIELD = {"1H": 400.0, "13C": 100.0, "19F": 376.0, "31P": 162.0}


def signal(nucleus: str, ppm: float, *couplings: tuple[float, int], nuclei=1.0) -> list[Peak]:
    sf_mhz = FIELD[nucleus]
    sticks = first_order(ppm * sf_mhz, couplings, nuclei)
    return [
        Peak(x / sf_mhz, a, snr=1000 * a, fwhm_hz=0.8, area=a, ppm_err=0.002 / sf_mhz)
        for x, a in zip(sticks.hz, sticks.area, strict=True)
    ]


def told(found) -> list[tuple[str, list[float]]]:
    return [(m.kind, [round(c.hz, 1) for c in m.couplings]) for m in found]


@pytest.mark.parametrize(
    ("nucleus", "ppm", "couplings", "kind"),
    [
        ("13C", 123.5, [(277.0, 3)], "q"),
        ("13C", 40.0, [(29.8, 3)], "q"),
        ("13C", 115.0, [(241.0, 2)], "t"),
        ("1H", 5.9, [(55.3, 2), (4.0, 1)], "td"),
        ("31P", -144.0, [(708.0, 6)], "sept"),
    ],
)
def test_a_row_of_three_and_more_is_one_signal(nucleus, ppm, couplings, kind) -> None:
    peaks = signal(nucleus, ppm, *couplings) + signal(nucleus, ppm + 3.0)
    found = multiplets_of(peaks, FIELD[nucleus], nucleus)
    assert sorted(told(found)) == sorted([(kind, [j for j, _ in couplings]), ("s", [])])
    assert min(abs(m.ppm - ppm) for m in found) < 1e-4
    (wide,) = [m.couplings[0] for m in found if m.couplings]
    # 2J(C,F) of 30 Hz, 2J(H,F) may be to phosphorus: nothing is said
    assert wide.to == ("F" if wide.hz > 200 else "")


def test_rows_that_are_not_even_or_out_of_ratio_stay_apart() -> None:
    quartet = sorted(signal("13C", 123.5, (277.0, 3)), key=lambda p: p.ppm)
    for change in (
        {"ppm": quartet[1].ppm + 0.02},
        {"area": 1.4 * quartet[1].area},
        {"fwhm_hz": 1.6},
        {"snr": 5.0},
    ):
        row = [replace(p, **change) if k == 1 else p for k, p in enumerate(quartet)]
        assert all(m.kind == "s" for m in multiplets_of(row, 100.0, "13C"))


def test_two_signals_that_look_the_same_stay_two_without_another_nucleus() -> None:
    """As the halves of a para-substituted ring, or the methyls of an isopropyl group, do."""
    ring = signal("1H", 7.8, (8.7, 1), nuclei=2) + signal("1H", 7.0, (8.7, 1), nuclei=2)
    methyls = signal("1H", 1.10, (6.8, 1), nuclei=3) + signal("1H", 1.02, (6.8, 1), nuclei=3)
    assert [m.kind for m in multiplets_of(ring + methyls, 400.0, "1H")] == ["d"] * 4
    carbon = signal("13C", 162.0, (246.0, 1))
    assert [m.kind for m in multiplets_of(carbon, 100.0, "13C")] == ["s", "s"]


def test_a_pair_is_one_signal_where_a_spectrum_of_fluorine_has_the_coupling() -> None:
    protons = signal("1H", 4.5, (47.3, 1), (6.0, 2), nuclei=2) + signal("1H", 2.0)
    fluorine = multiplets_of(signal("19F", -219.0, (47.25, 2)), FIELD["19F"], "19F")
    assert told(fluorine) == [("t", [47.2])]
    known = fluorine[0].couplings
    assert told(multiplets_of(protons, 400.0, "1H", known)) == [("dt", [47.3, 6.0]), ("s", [])]
    named = tuple(replace(c, to="F") for c in known)
    assert [c.to for c in multiplets_of(protons, 400.0, "1H", named)[0].couplings] == ["F", ""]
    other = (Coupling(48.0, 0.05, 2),)
    assert [m.kind for m in multiplets_of(protons, 400.0, "1H", other)] == ["t", "t", "s"]


def test_a_signal_that_two_partners_would_fit_is_joined_with_neither() -> None:
    peaks = [p for ppm in (4.0, 4.5, 5.0) for p in signal("1H", ppm)]
    found = multiplets_of(peaks, 400.0, "1H", (Coupling(200.0, 0.05, 1),))
    assert [m.kind for m in found] == ["s"] * 3


def test_both_nuclei_of_a_phosphine_oxide_say_each_others_coupling() -> None:
    protons, phosphorus = signal("1H", 7.2, (481.0, 1)), signal("31P", 20.0, (481.1, 1))
    seen = {}
    for nucleus, peaks in (("1H", protons), ("31P", phosphorus)):
        found = multiplets_of(peaks, FIELD[nucleus], nucleus)
        assert [m.kind for m in found] == ["s", "s"]
        by_id = {p.id: p for p in peaks}
        seen[nucleus] = wide_distances(found, by_id, FIELD[nucleus], nucleus)
    assert told(multiplets_of(protons, 400.0, "1H", seen["31P"])) == [("d", [481.0])]
    assert told(multiplets_of(phosphorus, 162.0, "31P", seen["1H"])) == [("d", [481.1])]


@pytest.mark.parametrize("hz", [47.0, 700.0, 1300.0])
def test_by_hand_any_coupling_to_1300_hz_is_a_doublet(hz: float) -> None:
    one = multiplet_of(signal("1H", 5.0, (hz, 1), (6.0, 2)), 400.0, is_by_hand=True)
    assert told([one]) == [("dt", [hz, 6.0])]


def test_unrelated_carbons_are_joined_in_less_than_one_spectrum_of_a_hundred() -> None:
    """Independent lines, as many as molecules have, with areas that repeat (CH, quaternary, 2C)."""
    joined = 0
    for number in range(100):
        rng = np.random.default_rng([51113, number])
        noise = 10.0 ** rng.uniform(-3.0, -1.3)
        peaks = {}
        for _ in range(int(rng.integers(5, 45))):
            area = float(rng.choice([1.0, 1.0, 2.0, 0.4]))
            snr = area / noise
            peak = Peak(
                float(rng.uniform(10.0, 200.0)), area, snr=snr,
                fwhm_hz=1 + rng.normal(0, 1.5 / snr),
                area=area * (1 + rng.normal(0, 1.5 / snr)), ppm_err=0.5 / snr / 100.0,
            )  # fmt: skip
            peaks[peak.id] = peak
        lone = [Multiplet((p.id,), p.ppm, p.ppm, p.ppm, "s", area=p.area) for p in peaks.values()]
        joined += len(with_wide_couplings(lone, peaks, RowPatterns(100.0), "13C")) < len(lone)
    assert joined <= 1
