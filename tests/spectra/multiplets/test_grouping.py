"""Peaks are grouped into multiplets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.spectra.multiplets.grouping import (
    multiplet_of,
    multiplets_of,
    partners,
)
from nmrquanv.spectra.multiplets.multiplet import Coupling, Multiplet
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulation.spin_systems import first_order, transitions

SF = 400.0


def peaks_of(hz: np.ndarray, area: np.ndarray, fwhm_hz: float = 0.8) -> list[Peak]:
    return [
        Peak(x / SF, a / fwhm_hz, snr=1000 * a, fwhm_hz=fwhm_hz, area=a, ppm_err=0.002 / SF)
        for x, a in zip(hz, area, strict=True)
    ]


def signal(ppm: float, *couplings: tuple[float, int], nuclei: float = 1.0) -> list[Peak]:
    sticks = first_order(ppm * SF, couplings, nuclei)
    return peaks_of(sticks.hz, sticks.area)


def test_ethyl_acetate_is_a_quartet_a_singlet_and_a_triplet() -> None:
    peaks = (
        signal(4.12, (7.1, 3), nuclei=2) + signal(2.04, nuclei=3) + signal(1.26, (7.1, 2), nuclei=3)
    )
    found = multiplets_of(peaks, SF, "1H")
    assert [m.kind for m in found] == ["q", "s", "t"]
    assert [m.ppm for m in found] == pytest.approx([4.12, 2.04, 1.26])
    assert [m.area for m in found] == pytest.approx([2, 3, 3])
    (first, _, second, _), *more = partners(found)
    assert {first, second} == {found[0].id, found[2].id}
    assert not more


def test_of_couplings_that_agree_the_nearer_signal_is_the_partner() -> None:
    """A ring's doublet and triplet among the ethyl's and propyl's couplings of as many hertz."""
    couplings = {7.7: 7.45, 7.4: 7.42, 1.9: 7.44, 1.0: 7.41}
    found = [
        Multiplet((f"{ppm}",), ppm, ppm, ppm, "d", couplings=(Coupling(hz, 0.05, 1),))
        for ppm, hz in couplings.items()
    ]
    by_id = {m.id: m.ppm for m in found}
    pairs = {frozenset((by_id[a], by_id[b])) for a, _, b, _ in partners(found)}
    assert pairs == {frozenset((7.7, 7.4)), frozenset((1.9, 1.0))}


def test_a_coupling_that_differs_by_its_error_is_no_partner_for_being_near() -> None:
    made = ((7.7, 7.70), (7.4, 7.45), (1.0, 7.70))
    found = [
        Multiplet((f"{ppm}",), ppm, ppm, ppm, "d", couplings=(Coupling(hz, 0.01, 1),))
        for ppm, hz in made
    ]
    ((first, _, second, _),) = partners(found)
    assert {first, second} == {found[0].id, found[2].id}


def test_two_multiplets_within_one_gap_are_told_apart() -> None:
    peaks = signal(7.40, (8.0, 1)) + signal(7.36, (7.5, 2))
    assert [m.kind for m in multiplets_of(peaks, SF, "1H")] == ["d", "t"]


def test_singlets_of_different_height_do_not_become_a_doublet() -> None:
    peaks = signal(3.71, nuclei=3) + signal(3.70, nuclei=0.3)
    assert [m.kind for m in multiplets_of(peaks, SF, "1H")] == ["s", "s"]


def test_a_symmetric_row_beyond_first_order_is_one_m() -> None:
    hz = 1000 + np.array([-20, -12, -7, -3, 3, 7, 12, 20.0])
    area = np.array([1, 3, 2, 5, 5, 2, 3, 1.0])
    (found,) = multiplets_of(peaks_of(hz, area), SF, "1H")
    assert found.kind == "m"
    assert (found.high_ppm, found.low_ppm) == pytest.approx((1020 / SF, 980 / SF))
    assert found.couplings == ()


def test_an_ab_system_is_said_to_be_one() -> None:
    j = np.zeros((2, 2))
    j[1, 0] = 12.0
    sticks = transitions([1000.0, 1020.0], j)
    (found,) = multiplets_of(peaks_of(sticks.hz, sticks.area), SF, "1H")
    assert found.kind == "AB"
    assert found.couplings[0].hz == pytest.approx(12.0, abs=0.05)


def test_carbon_lines_are_singlets_however_near() -> None:
    peaks = signal(30.00) + signal(30.02)
    assert [m.kind for m in multiplets_of(peaks, SF, "13C")] == ["s", "s"]


def test_solvent_and_satellites_are_left_out() -> None:
    from dataclasses import replace

    peaks = [replace(p, peak_class="solvent") for p in signal(7.26)] + signal(2.0)
    assert len(multiplets_of(peaks, SF, "1H")) == 1


def test_a_broad_singlet_is_br() -> None:
    broad = peaks_of(np.array([2000.0]), np.array([1.0]), fwhm_hz=15.0)
    found = multiplets_of(broad + signal(2.0, (7.0, 2)), SF, "1H")
    assert [m.name for m in found] == ["br s", "t"]


def test_signs_are_not_mixed() -> None:
    from dataclasses import replace

    up, down = peaks_of(np.array([1000.0, 1007.0]), np.ones(2))
    down = replace(down, height=-down.height, area=-1.0)
    assert [m.kind for m in multiplets_of([up, down], SF, "1H")] == ["s", "s"]


def test_chosen_lines_make_a_multiplet_by_hand() -> None:
    found = multiplet_of(signal(1.0, (700.0, 1)), SF, is_by_hand=True)
    assert (found.kind, found.is_by_hand) == ("d", True)
    assert found.couplings[0].hz == pytest.approx(700.0)
    with pytest.raises(ValueError, match="at least one"):
        multiplet_of([], SF)


def test_re_referencing_moves_a_multiplet_whole() -> None:
    found = multiplet_of(signal(1.0, (7.0, 1)), SF)
    moved = found.shifted(0.5)
    assert (moved.ppm, moved.high_ppm, moved.low_ppm) == pytest.approx(
        (found.ppm + 0.5, found.high_ppm + 0.5, found.low_ppm + 0.5)
    )


def test_a_solvent_line_over_one_of_a_multiplets_stays_in_it() -> None:
    from dataclasses import replace

    quartet = signal(7.26, (7.1, 3))
    hidden = [replace(p, peak_class="solvent") if k == 1 else p for k, p in enumerate(quartet)]
    (found,) = multiplets_of(hidden, SF, "1H")
    assert found.kind == "q"
    assert hidden[1].id in found.peak_ids
    alone = [replace(p, peak_class="solvent") for p in signal(7.26)] + signal(2.0, (7.0, 1))
    assert [m.kind for m in multiplets_of(alone, SF, "1H")] == ["d"]


def test_minor_lines_do_not_spoil_a_pattern_and_stand_alone() -> None:
    main = signal(2.0, (7.0, 2), nuclei=3)
    foot = peaks_of(np.array([2.0 * SF + 1.5]), np.array([0.02]))
    away = peaks_of(np.array([2.0 * SF + 14.0]), np.array([0.02]))
    found = multiplets_of(main + foot + away, SF, "1H")
    assert [m.kind for m in found] == ["s", "t"]
    assert foot[0].id in found[1].peak_ids


def test_a_steep_doublet_without_a_partner_is_two_singlets() -> None:
    lone = peaks_of(np.array([2000.0, 2012.0]), np.array([1.0, 1.9]))
    assert [m.kind for m in multiplets_of(lone, SF, "1H")] == ["s", "s"]
    partner = peaks_of(np.array([2050.0, 2062.0]), np.array([1.9, 1.0]))
    assert [m.kind for m in multiplets_of(lone + partner, SF, "1H")] == ["d", "d"]


def test_a_partner_of_a_steep_doublet_leans_back_to_it() -> None:
    lone = peaks_of(np.array([2000.0, 2012.0]), np.array([1.0, 1.9]))
    turned = peaks_of(np.array([2050.0, 2062.0]), np.array([1.0, 1.3]))
    found = multiplets_of(lone + turned, SF, "1H")
    assert [m.kind for m in found] == ["d", "s", "s"]


def test_a_steep_doublet_beside_a_singlet_that_it_leans_to_is_one_m_with_it() -> None:
    steep = peaks_of(np.array([3002.0, 3004.2]), np.array([1.7, 1.0]))
    single = peaks_of(np.array([2994.4]), np.array([5.0]))
    (found,) = multiplets_of(steep + single, SF, "1H")
    assert (found.kind, len(found.peak_ids)) == ("m", 3)
    assert (found.high_ppm, found.low_ppm) == pytest.approx((3004.2 / SF, 2994.4 / SF))
    other_way = peaks_of(np.array([3002.0, 3004.2]), np.array([1.0, 1.7]))
    assert [m.kind for m in multiplets_of(other_way + single, SF, "1H")] == ["m", "s"]


def test_a_line_of_a_triplet_in_the_solvents_place_is_the_triplets() -> None:
    lines = signal(7.28, (7.6, 2), (1.2, 1))
    taken = [replace(p, peak_class="solvent") if k == 1 else p for k, p in enumerate(lines)]
    (found,) = multiplets_of(taken, SF, "1H")
    assert found.kind == "td"
    assert taken[1].id in found.peak_ids
    beside = replace(peaks_of(np.array([7.28 * SF - 14.0]), np.ones(1))[0], peak_class="solvent")
    (found,) = multiplets_of([*lines, beside], SF, "1H")
    assert (found.kind, beside.id in found.peak_ids) == ("td", False)


def test_the_outer_lines_of_a_septet_of_doublets_are_its_own() -> None:
    lines = signal(2.19, (7.0, 6), (2.8, 1))
    low = [replace(p, height=0.7 * p.height) if k in (0, 13) else p for k, p in enumerate(lines)]
    (found,) = multiplets_of(low, SF, "1H")
    assert (found.kind, len(found.peak_ids)) == ("septd", 14)


def test_shoulders_beside_tall_lines_are_their_feet() -> None:
    tall = signal(7.1, (8.6, 1))
    sides = peaks_of(7.1 * SF + np.array([-6.0, 6.0]), np.array([0.04, 0.04]))
    (found,) = multiplets_of(tall + sides, SF, "1H")
    assert (found.kind, len(found.peak_ids)) == ("d", 4)
    far = peaks_of(7.1 * SF + np.array([-16.0]), np.array([0.04]))
    assert [m.kind for m in multiplets_of(tall + far, SF, "1H")] == ["d", "s"]


def test_an_unresolved_bump_is_an_m_over_its_reach_and_never_a_singlet() -> None:
    bump = Peak(
        7.2, 5.0, snr=500.0, fwhm_hz=8.0, area=60.0, ppm_err=0.002, kind="unresolved", least_lines=4
    )
    found = multiplets_of([bump, *signal(2.0)], SF, "1H")
    assert [m.name for m in found] == ["m", "s"]
    assert (found[0].high_ppm, found[0].low_ppm) == pytest.approx((7.21, 7.19))
    assert found[0].couplings == ()
    narrow = multiplets_of([replace(bump, fwhm_hz=1.6, least_lines=2), *signal(2.0)], SF, "1H")
    assert [m.name for m in narrow] == ["br s", "s"]


def test_a_quartet_with_a_line_off_its_place_is_no_ab_system() -> None:
    quartet = peaks_of(1000 + np.array([0.0, 7.7, 15.6, 22.9]), np.array([1, 3, 2.7, 1.0]))
    quartet[1] = replace(quartet[1], ppm_err=0.2 / SF, kind="top")
    assert multiplet_of(quartet, SF).kind == "m"
    straight = peaks_of(1000 + np.array([0.0, 7.6, 15.2, 22.8]), np.array([1, 3, 3, 1.0]))
    assert multiplet_of(straight, SF).kind == "q"


def test_an_ab_system_needs_lines_that_are_told_apart() -> None:
    ab = peaks_of(1200 + np.array([0, 10, 12, 22.0]), np.array([0.167, 1.833, 1.833, 0.167]))
    assert multiplet_of(ab, SF).kind == "AB"
    ab[2] = replace(ab[2], kind="unresolved", least_lines=2)
    assert multiplet_of(ab, SF).kind == "m"


def test_a_broad_peak_is_a_broad_singlet_whatever_stands_beside_it() -> None:
    broad = Peak(9.0, 1.0, snr=60.0, fwhm_hz=3.5, area=4.0, ppm_err=1e-3, kind="broad")
    sharp = [replace(p, fwhm_hz=1.3) for p in signal(2.0, (7.0, 1))]
    assert [m.name for m in multiplets_of([broad, *sharp], SF, "1H")] == ["br s", "d"]
    plain = replace(broad, kind="line")
    assert [m.name for m in multiplets_of([plain, *sharp], SF, "1H")] == ["s", "d"]
