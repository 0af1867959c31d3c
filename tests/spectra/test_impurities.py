"""Impurities are offered with all their lines in ratio, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.spectra.impurities import found_impurities, lone_lines
from nmrquanv.spectra.impurity_tables import table_of
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.solvent_tables import solvents


def signal(ppm: float, kind: str, nuclei: float, coupling_hz: float = 0.0) -> Multiplet:
    own = (Coupling(coupling_hz, 0.02, 1),) if coupling_hz else ()
    return Multiplet((f"p{ppm}",), ppm, ppm, ppm, kind, couplings=own, area=nuclei)


ETHYL_ACETATE = (
    signal(4.12, "q", 2.0, 7.1),
    signal(2.05, "s", 3.1),
    signal(1.26, "t", 2.9, 7.2),
)


def names(found) -> list[str]:
    return [one.name for one in found]


def test_all_lines_in_ratio_are_offered() -> None:
    (found,) = found_impurities(ETHYL_ACETATE, "1H", "CDCl3")
    assert found.name == "ethyl acetate"
    assert {m.ppm for m in found.multiplets} == {4.12, 2.05, 1.26}


@pytest.mark.parametrize("missing", range(3))
def test_with_a_line_missing_nothing_is_offered(missing: int) -> None:
    left = [m for k, m in enumerate(ETHYL_ACETATE) if k != missing]
    assert names(found_impurities(left, "1H", "CDCl3")) == []


def test_a_line_out_of_ratio_of_another_class_or_coupling_is_none() -> None:
    quartet, singlet, triplet = ETHYL_ACETATE
    for other in (
        replace(singlet, area=9.0),
        replace(singlet, kind="d", couplings=(Coupling(7.0, 0.1, 1),)),
        replace(singlet, ppm=2.09),
    ):
        assert names(found_impurities([quartet, other, triplet], "1H", "CDCl3")) == []
    wrong = replace(triplet, couplings=(Coupling(8.0, 0.1, 1),))
    assert names(found_impurities([quartet, singlet, wrong], "1H", "CDCl3")) == []


def test_where_areas_count_nothing_they_are_neither_asked_nor_told() -> None:
    quartet, singlet, triplet = ETHYL_ACETATE
    odd = [quartet, replace(singlet, area=9.0), triplet]
    (found,) = found_impurities(odd, "1H", "CDCl3", has_areas=False)
    assert found.shares == ()
    (usual,) = found_impurities(ETHYL_ACETATE, "1H", "CDCl3")
    assert usual.shares == pytest.approx((1.0, 0.97, 0.94), abs=0.02)


def test_the_solvents_offset_is_taken_along() -> None:
    moved = [m.shifted(0.1) for m in ETHYL_ACETATE]
    assert names(found_impurities(moved, "1H", "CDCl3")) == []
    assert names(found_impurities(moved, "1H", "CDCl3", 0.1)) == ["ethyl acetate"]


@pytest.mark.parametrize(
    ("ppm", "nucleus", "solvent", "name"),
    [
        (2.17, "1H", "CDCl3", "acetone"),
        (-0.06, "1H", "DMSO", "silicone grease"),
        (29.71, "13C", "CDCl3", "hydrocarbon grease"),
    ],
)
def test_a_single_line_is_a_hint_and_never_offered(ppm, nucleus, solvent, name) -> None:
    lone = [signal(ppm, "s", 1.0)]
    assert found_impurities(lone, nucleus, solvent) == ()
    assert [one.name for one in lone_lines(lone, nucleus, solvent)] == [name]


def test_carbon_needs_every_line_and_no_ratio() -> None:
    lines = [signal(ppm, "s", 1.0) for ppm in (21.0, 171.4, 60.5, 14.2)]
    assert names(found_impurities(lines, "13C", "CDCl3")) == ["ethyl acetate"]
    assert names(found_impurities(lines[1:], "13C", "CDCl3")) == []


def test_every_table_names_known_solvents_and_plausible_shifts() -> None:
    for solvent in solvents():
        for nucleus, most in (("1H", 12.0), ("13C", 220.0)):
            for signals in table_of(nucleus, solvent).values():
                assert all(-0.1 < s.ppm < most for s in signals)
    assert table_of("19F", "CDCl3") == {}
    assert table_of("1H", "unheard of") == {}


def test_common_solvents_greases_and_stabilisers_of_the_table_are_offered() -> None:
    thf = [signal(1.85, "m", 4.0), signal(3.76, "tt", 4.1)]
    bht = [signal(6.98, "s", 2.0), signal(2.27, "s", 3.0), signal(1.43, "s", 18.0)]
    assert names(found_impurities(thf, "1H", "CDCl3")) == ["tetrahydrofuran"]
    assert names(found_impurities([thf[0], signal(3.76, "s", 4.0)], "1H", "CDCl3")) == []
    assert "BHT" in names(found_impurities(bht, "1H", "CDCl3"))
    assert "BHT" not in names(found_impurities(bht[:2], "1H", "CDCl3"))
    mtbe = [signal(3.22, "s", 3.0), signal(1.19, "s", 9.2)]
    assert names(found_impurities(mtbe, "1H", "CDCl3")) == ["tert-butyl methyl ether"]
    for name in ("toluene", "n-hexane", "pyridine"):
        assert name in table_of("1H", "CDCl3")
