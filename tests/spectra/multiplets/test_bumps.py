"""Lines that nobody tells apart are read by their bumps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.spectra.multiplets.bumps import bumps_of, grouped
from nmrquanv.spectra.multiplets.grouping import multiplet_of, multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulation.spin_systems import first_order

SF, WIDTH = 400.0, 1.0


def line(hz: float, area: float, fwhm_hz: float = WIDTH, *, is_top: bool = True) -> Peak:
    top = hz / SF if is_top else None
    return Peak(
        hz / SF, area / fwhm_hz, snr=1000 * area, fwhm_hz=fwhm_hz, area=area,
        ppm_err=0.01 / SF, top_ppm=top,
    )  # fmt: skip


def bump(hz: float, area: float, fwhm_hz: float) -> Peak:
    return replace(line(hz, area, fwhm_hz), kind="unresolved", least_lines=2, ppm_err=0.4 / SF)


def only(peaks: list[Peak]) -> Multiplet:
    (found,) = multiplets_of(peaks, SF, "1H")
    return found


def test_two_bumps_alike_are_a_doublet() -> None:
    found = only([bump(3000.0, 1.0, 2.3), bump(3007.7, 1.1, 2.4)])
    assert (found.kind, len(found.couplings)) == ("d", 1)
    assert found.couplings[0].hz == pytest.approx(7.7, abs=0.05)
    one_of_them = only([line(3000.0, 1.0, 2.3), bump(3007.7, 1.1, 2.4)])
    assert one_of_them.kind == "d"


def test_bumps_that_are_not_alike_have_no_class() -> None:
    row = [line(3000.0, 1.0, 1.0), bump(3007.7, 1.1, 2.6)]
    assert multiplet_of(row, SF).kind == "m"
    unequal = [bump(3000.0, 1.0, 2.3), bump(3007.7, 3.5, 2.3)]
    assert multiplet_of(unequal, SF).kind == "m"
    touching = [bump(3000.0, 1.0, 2.3), bump(3002.5, 1.0, 2.3)]
    assert multiplet_of(touching, SF).kind == "m"


def test_small_couplings_that_a_fit_finds_in_part_leave_the_class() -> None:
    """A triplet of 7.5 Hz, each line split by about .9 Hz: four lines, one wide one, three."""
    outer = [(-1.3, 0.12), (-0.4, 0.38), (0.5, 0.38), (1.4, 0.12)]
    high = [line(3007.5 + d, a, 0.95, is_top=abs(d) < 1) for d, a in outer]
    low = [line(2992.5 + d, a, 0.95, is_top=abs(d) < 1) for d, a in outer]
    found = only([*low, line(3000.0, 2.0, 2.2), *high])
    assert found.kind == "t"
    assert found.couplings[0].hz == pytest.approx(7.5, abs=0.1)
    assert found.ppm == pytest.approx(7.5, abs=1e-4)


def test_splittings_that_are_resolved_are_not_read_as_bumps() -> None:
    sticks = first_order(3000.0, ((7.5, 2), (1.3, 1)))
    row = [line(x, a) for x, a in zip(sticks.hz, sticks.area, strict=True)]
    assert only(row).kind == "td"
    assert bumps_of(row, SF) == []
    assert [len(group) for group in grouped(row, SF)] == [1] * 6


def test_a_shoulder_belongs_to_the_top_that_is_nearest() -> None:
    row = [line(0.0, 1.0), line(1.3, 0.3, is_top=False), line(3.0, 0.3, is_top=False), line(4.2, 1)]
    assert [len(group) for group in grouped(row, SF)] == [2, 2]


def test_the_doublets_of_a_para_substituted_ring_are_as_far_apart_as_people_read() -> None:
    """Of AA'XX' with 8.4 + 0.4 Hz, as a fit sees it: tall lines, and lower ones beside them."""
    low = [(2872.9, 0.25, False), (2875.9, 3.0, True), (2877.9, 0.74, False)]
    high = [(2882.4, 0.69, False), (2884.4, 2.7, True), (2887.4, 0.2, False)]
    found = only([line(x, a, 1.6, is_top=is_top) for x, a, is_top in low + high])
    assert (found.kind, len(found.peak_ids)) == ("d", 6)
    assert found.couplings[0].hz == pytest.approx(8.5, abs=0.1)


def test_a_sharp_line_alone_beside_a_broad_bump_is_a_signal_of_its_own() -> None:
    sharp, wide = line(1736.0, 9.0, 3.5), bump(1717.5, 11.0, 21.6)
    found = multiplets_of([sharp, wide], SF, "1H")
    assert [(m.kind, m.peak_ids) for m in found] == [("s", (sharp.id,)), ("m", (wide.id,))]
    assert only([sharp, bump(1717.5, 11.0, 7.0)]).kind != "s"
    more = [line(1736.0, 9.0, 3.5), line(1729.0, 9.0, 3.5), bump(1717.5, 11.0, 21.6)]
    assert len(multiplets_of(more, SF, "1H")) == 1


def phenyl(middle: tuple[float, float, float], between_hz: float = 7.45) -> list[Peak]:
    """Return three clusters of three lines, as a phenyl group's outer proton has; roofed."""
    clusters = zip((-1, 0, 1), (0.7, 1.0, 1.3), (1.25, 1.7, 1.25), strict=True)
    return [
        line(3000.0 + k * between_hz + d * apart_hz, roof * a, 0.95)
        for k, roof, apart_hz in clusters
        for d, a in zip((-1, 0, 1), middle if k == 0 else (0.23, 0.54, 0.23), strict=True)
    ]


def test_clusters_of_a_row_that_mirrors_itself_are_read_as_a_triplet() -> None:
    """Of hippurate in urine: neither a tt, whose middle lines are 1 : 2 : 1, nor anything else."""
    found = only(phenyl((0.25, 1.65, 0.25)))
    assert (found.kind, len(found.peak_ids)) == ("t", 9)
    assert found.couplings[0].hz == pytest.approx(7.45, abs=0.05)


def test_clusters_that_are_no_pattern_or_hardly_apart_have_no_class() -> None:
    assert only(phenyl((0.1, 0.5, 0.1))).kind == "m", "1 : 1 : 1 of clusters"
    assert only(phenyl((0.25, 1.65, 0.25), between_hz=4.6)).kind == "m"
    lopsided = phenyl((0.25, 1.65, 0.25))
    lopsided[1] = replace(lopsided[1], ppm=lopsided[1].ppm + 0.5 / SF)
    assert only(lopsided).kind == "m", "it does not mirror itself"
