"""A proton beside a methyl group keeps all of its lines, minor as some of them look."""

from __future__ import annotations

import pytest

from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulation.spin_systems import first_order

SF = 500.0


def signal(hz: float, *couplings: tuple[float, int], height: float = 1.0) -> list[Peak]:
    """Return a multiplet's lines; the tallest is ``height`` tall."""
    sticks = first_order(hz, couplings)
    share = sticks.area / sticks.area.max()
    return [
        Peak(x / SF, height * s, snr=3000 * height * s, fwhm_hz=1.4, area=height * s,
             ppm_err=0.01 / SF)
        for x, s in zip(sticks.hz.tolist(), share.tolist(), strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize("away_hz", [28.0, 29.5, 32.0])
def test_a_ddd_near_a_methyl_group_is_one_though_the_tall_lines_reach_some_of_it(
    side: float, away_hz: float
) -> None:
    """Its outer lines are within 22 Hz of one that is thirty times as tall; its others are not."""
    proton = signal(438.0, (12.9, 1), (11.7, 1), (3.4, 1))
    methyl = signal(438.0 + side * away_hz, (7.0, 1), height=30.0)
    found = multiplets_of([*proton, *methyl], SF, "1H")
    assert sorted(m.kind for m in found) == ["d", "ddd"]
    (ddd,) = (m for m in found if m.kind == "ddd")
    assert set(ddd.peak_ids) == {p.id for p in proton}
    assert [c.hz for c in ddd.couplings] == pytest.approx([12.9, 11.7, 3.4], abs=0.05)


def test_impurities_beside_a_low_signal_stay_apart_from_it() -> None:
    proton = signal(438.0, (12.9, 1), (3.4, 1))
    methyl = signal(470.0, (7.0, 1), height=30.0)
    others = [*signal(449.7, height=0.9), *signal(455.2, height=0.7)]
    found = multiplets_of([*proton, *methyl, *others], SF, "1H")
    (dd,) = (m for m in found if m.kind == "dd")
    assert set(dd.peak_ids) == {p.id for p in proton}
