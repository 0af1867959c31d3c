"""Multiplets that stand among each other's lines, or share one, are found together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.spectra.multiplets.grouping import multiplet_of, multiplets_of
from nmrquanv.spectra.multiplets.multiplet import own_lines
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulation.spin_systems import first_order, transitions

SF = 400.0


def row(*signals: tuple[float, list[tuple[float, int]], float], fwhm_hz: float = 1.0) -> list[Peak]:
    """Return the lines of signals (Hz, couplings, nuclei); what coincides within .2 Hz is one."""
    sticks = [first_order(hz, couplings, nuclei) for hz, couplings, nuclei in signals]
    hz = np.concatenate([s.hz for s in sticks])
    area = np.concatenate([s.area for s in sticks])
    order = np.argsort(hz)
    hz, area = hz[order], area[order]
    starts = np.flatnonzero(np.diff(hz, prepend=-np.inf) > 0.2)
    whole = np.add.reduceat(area, starts)
    middle = np.add.reduceat(hz * area, starts) / whole
    return [
        Peak(x / SF, a / fwhm_hz, snr=1000 * a, fwhm_hz=fwhm_hz, area=a, ppm_err=0.005 / SF)
        for x, a in zip(middle.tolist(), whole.tolist(), strict=True)
    ]


def test_two_quartets_among_each_others_lines_are_two_quartets() -> None:
    lines = row((1000.0, [(9.6, 3)], 1.0), (1003.9, [(11.2, 3)], 1.0))
    found = multiplets_of(lines, SF, "1H")
    assert [(m.kind, round(m.couplings[0].hz, 1)) for m in found] == [("q", 11.2), ("q", 9.6)]
    assert all(not m.shares for m in found)


def test_a_coincident_line_is_shared_by_its_area() -> None:
    found = multiplets_of(row((1000.0, [(8.0, 1)], 2.0), (1008.9, [(4.9, 2)], 2.0)), SF, "1H")
    assert [m.kind for m in found] == ["t", "d"]
    (common,) = set(found[0].peak_ids) & set(found[1].peak_ids)
    share = [dict(zip(m.peak_ids, m.shares, strict=True))[common] for m in found]
    assert share == pytest.approx([1 / 3, 2 / 3], abs=0.02)
    assert [m.area for m in found] == pytest.approx([2.0, 2.0], rel=0.03)
    assert found[0].couplings[0].hz == pytest.approx(4.9, abs=0.1)
    assert found[1].couplings[0].hz == pytest.approx(8.0, abs=0.1)


def test_two_doublets_share_a_line_only_where_partners_speak_for_both() -> None:
    doublets = row((1000.0, [(8.0, 1)], 1.0), (1007.0, [(6.0, 1)], 1.0))
    assert len(doublets) == 3
    assert [m.kind for m in multiplets_of(doublets, SF, "1H")] == ["m"]
    partners = row((2000.0, [(8.0, 1)], 1.0)) + row((1700.0, [(6.0, 1)], 1.0))
    found = multiplets_of(doublets + partners, SF, "1H")
    assert [m.kind for m in found] == ["d", "d", "d", "d"]
    assert [m.area for m in found[2:]] == pytest.approx([1.0, 1.0], rel=0.03)


def test_halves_of_a_second_order_system_are_not_woven_doublets() -> None:
    j = np.zeros((2, 2))
    j[1, 0] = 12.0
    sticks = transitions([1000.0, 1018.0], j)
    lines = [
        Peak(x / SF, a, snr=1000 * a, fwhm_hz=1.0, area=a, ppm_err=0.005 / SF)
        for x, a in zip(sticks.hz, sticks.area, strict=True)
    ]
    assert [m.kind for m in multiplets_of(lines, SF, "1H")] == ["AB"]


def test_what_a_multiplet_has_of_its_lines_outlives_a_new_description() -> None:
    lines = row((1000.0, [(8.0, 1)], 2.0), (1008.9, [(4.9, 2)], 2.0))
    by_id = {p.id: p for p in lines}
    triplet = multiplets_of(lines, SF, "1H")[0]
    own = own_lines(triplet, by_id, SF)
    assert [p.id for p in own] == list(triplet.peak_ids)
    assert sum(p.area or 0.0 for p in own) == pytest.approx(triplet.area)
    shares = dict(zip(triplet.peak_ids, triplet.shares, strict=True))
    moved = [replace(by_id[i], ppm=by_id[i].ppm + 0.001) for i in triplet.peak_ids]
    again = multiplet_of(moved, SF, shares=shares)
    assert (again.kind, again.shares) == ("t", triplet.shares)
    assert multiplet_of(moved, SF).kind == "m"
