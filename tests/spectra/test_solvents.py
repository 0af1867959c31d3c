from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.referencing import offers
from nmrquanv.spectra.solvent_tables import PATTERN_REACH, known_solvent, solvent_bands
from nmrquanv.spectra.solvents import classified, may_be_solvent, solvent_offset
from nmrquanv.spectra.spectrum import Sample


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CDCl3", "CDCl3"),
        ("cdcl3", "CDCl3"),
        ("DMSO", "DMSO-d6"),
        ("DMSO-d6", "DMSO-d6"),
        ("MeOD", "CD3OD"),
        ("Urine", "D2O"),
        ("H2O+D2O", "D2O"),
        ("Acetone", "acetone-d6"),
        ("Tol", "toluene-d8"),
        ("DMF", "DMF-d7"),
        ("CD3COOD", "CD3CO2D"),
        ("TFA", "TFA-d"),
    ],
)
def test_vendors_names_of_solvents_are_understood(text: str, name: str) -> None:
    assert known_solvent(text) == name


def test_an_unknown_solvent_gives_no_bands() -> None:
    assert solvent_bands("1H", "moon dust") == ()
    assert solvent_bands("1H", "") == ()
    assert solvent_bands("19F", "CDCl3") == ()


def test_proton_bands_hold_residual_line_and_water() -> None:
    bands = {band.kind: band for band in solvent_bands("1H", "CDCl3")}
    assert bands["solvent"].holds(7.26)
    assert bands["water"].holds(1.56)
    assert not bands["solvent"].holds(7.40)


def test_carbon_band_holds_the_whole_deuterium_triplet() -> None:
    (band,) = solvent_bands("13C", "CDCl3")
    assert all(band.holds(77.16 + step * 32.0 / 100.0) for step in (-1, 0, 1))


def _quintet(ppm: float, height: float = 300.0, coupling_hz: float = 2.2, skip: int = -1):
    weights = (1, 2, 3, 2, 1)
    return tuple(
        Peak(
            ppm + (k - 2) * coupling_hz / 400.0,
            height * w / 3,
            snr=1000.0 * w / 3,
            fwhm_hz=0.8,
            area=height * w,
            id=f"q{k}",
        )
        for k, w in enumerate(weights)
        if k != skip
    )


def test_a_quintet_off_by_a_tenth_ppm_is_the_solvent_and_a_wiggle_beside_it_is_not() -> None:
    wiggle = Peak(2.05, 4.0, snr=12.0, fwhm_hz=0.8, area=3.0, id="wiggle")
    peaks = classified((*_quintet(2.15), wiggle), Sample("1H", "Acetone"), 400.0)
    assert {p.id for p in peaks if p.peak_class == "solvent"} == {f"q{k}" for k in range(5)}
    assert solvent_offset(peaks, Sample("1H", "Acetone")) == pytest.approx(0.1, abs=0.001)


def test_all_lines_of_the_solvents_pattern_are_marked_or_none() -> None:
    for skip in range(5):
        peaks = classified(_quintet(2.05, skip=skip), Sample("1H", "Acetone"), 400.0)
        assert [p.id for p in peaks if p.peak_class == "solvent"] == []


def test_an_unresolved_quintet_is_the_solvent_beside_a_small_line_in_the_tables_place() -> None:
    hump = Peak(2.462, 9000.0, snr=9000.0, fwhm_hz=5.0, area=5e4, id="hump")
    small = Peak(2.516, 30.0, snr=30.0, fwhm_hz=1.2, area=30.0, id="small")
    peaks = classified((hump, small), Sample("1H", "DMSO"), 400.0)
    assert [p.id for p in peaks if p.peak_class == "solvent"] == ["hump"]


def test_a_hump_that_was_fitted_with_several_lines_is_the_solvents_as_a_whole() -> None:
    """Also with a line just outside the band in which the solvent is expected."""
    lines = tuple(
        Peak(2.4526 + k * 0.0045, h, snr=h, fwhm_hz=2.0, area=h, id=f"h{k}")
        for k, h in enumerate((2500.0, 5000.0, 6200.0, 3000.0))
    )
    peaks = classified(lines, Sample("1H", "DMSO"), 400.0)
    assert {p.peak_class for p in peaks} == {"solvent"}


def test_chloroforms_triplet_in_carbon_is_a_pattern() -> None:
    lines = tuple(
        Peak(77.0 + k * 32.0 / 100.0, 50.0, snr=100.0, fwhm_hz=1.5, area=80.0, id=f"t{k}")
        for k in (-1, 0, 1)
    )
    other = Peak(76.6, 60.0, snr=120.0, fwhm_hz=1.5, area=90.0, id="analyte")
    peaks = classified((*lines, other), Sample("13C", "CDCl3"), 100.0)
    assert {p.id for p in peaks if p.peak_class == "solvent"} == {"t-1", "t0", "t1"}


@pytest.mark.parametrize(
    ("nucleus", "solvent", "middle", "sf_mhz"),
    [("1H", "Acetone", 2.05, 400.0), ("1H", "D2O", 4.79, 700.0), ("13C", "CDCl3", 77.16, 100.0),
     ("13C", "DMSO", 39.52, 60.0), ("1H", "CDCl3", 7.26, 60.0)],
)  # fmt: skip
def test_a_line_that_is_marked_is_one_that_may_be(nucleus, solvent, middle, sf_mhz) -> None:
    rng, sample, marked = np.random.default_rng(3), Sample(nucleus, solvent), 0
    count, coupling_hz = solvent_bands(nucleus, solvent)[0].pattern or (1, 2.0)
    reach = 3.0 * PATTERN_REACH[nucleus]
    for _ in range(300):
        first = middle + rng.uniform(-reach, reach)
        weights = (1, 3, 6, 7, 6, 3, 1)[(7 - count) // 2 :][:count]
        row = tuple(
            Peak(first + k * coupling_hz / sf_mhz, 50.0 * w, snr=99.0, fwhm_hz=0.8, area=9.0)
            for k, w in enumerate(weights)
        )
        for turned in (row, row[1:] + row[:1]):
            new = classified(turned, sample, sf_mhz)[-1]
            marked += new.peak_class != "signal"
            assert new.peak_class == "signal" or may_be_solvent(new.ppm, sample, sf_mhz)
    assert marked > 10
    assert not may_be_solvent(middle + 2.0 * reach + 9 * coupling_hz / sf_mhz, sample, sf_mhz)


def _line(ppm: float, height: float, name: str, fwhm_hz: float = 1.0) -> Peak:
    return Peak(ppm, height, snr=height, fwhm_hz=fwhm_hz, area=height * fwhm_hz, id=name)


def _solvent_ids(*lines: Peak, solvent: str = "CDCl3") -> set[str]:
    peaks = classified(lines, Sample("1H", solvent), 400.0)
    return {p.id for p in peaks if p.peak_class == "solvent"}


def test_an_aromatic_doublet_or_triplet_where_chloroform_belongs_is_not_the_solvent() -> None:
    doublet = _line(7.27, 900.0, "a"), _line(7.25, 850.0, "b")
    triplet = tuple(
        _line(7.26 + k * 7.5 / 400.0, h, f"t{k}") for k, h in ((1, 480.0), (0, 1000.0), (-1, 500.0))
    )
    assert _solvent_ids(*doublet) == set()
    assert _solvent_ids(*triplet) == set()
    assert _solvent_ids(_line(7.26, 900.0, "chloroform")) == {"chloroform"}


def test_chloroform_that_stands_out_of_a_multiplet_is_the_solvent_still() -> None:
    own = _line(7.262, 3000.0, "chloroform")
    around = tuple(_line(7.262 + hz / 400.0, 900.0, f"{hz}") for hz in (-11.0, -4.0, 6.0, 13.5))
    assert _solvent_ids(own, *around) == {"chloroform"}


def test_a_small_line_in_the_tables_place_does_not_hide_chloroform_beside_it() -> None:
    """As in estragole, whose reference is off by .03 ppm."""
    own = _line(7.287, 2400.0, "chloroform")
    assert _solvent_ids(own, _line(7.254, 160.0, "a"), _line(7.276, 165.0, "b")) == {"chloroform"}


@pytest.mark.parametrize("off", [-0.12, -0.07, 0.07, 0.12])
def test_chloroform_beyond_its_band_is_the_solvent_where_tms_is_off_by_as_much(off: float) -> None:
    own, other = _line(7.26 + off, 900.0, "chloroform"), _line(6.8, 3000.0, "analyte")
    assert _solvent_ids(own, other, _line(off, 500.0, "tms")) == {"chloroform"}
    assert may_be_solvent(own.ppm, Sample("1H", "CDCl3"), 400.0)


@pytest.mark.parametrize("off", [-0.12, -0.07, 0.07, 0.12])
def test_a_lone_singlet_beyond_the_band_stays_a_signal_and_is_offered_as_reference(off) -> None:
    """Without TMS nothing tells chloroform from a singlet of the sample, such as p-xylene's."""
    own, other = _line(7.26 + off, 900.0, "singlet"), _line(6.8, 3000.0, "analyte")
    assert _solvent_ids(own, other) == set()
    (offer,) = offers((own, other), Sample("1H", "CDCl3"), 400.0).offers
    assert (offer.name, offer.shift_ppm) == ("CDCl3", pytest.approx(-off))


@pytest.mark.parametrize("off", [0.0, 0.5])
def test_the_quartets_of_trifluoroacetic_acid_are_the_solvents_whole_or_not_at_all(off) -> None:
    lines = [
        _line(ppm + off + k * hz / 100.0, 100.0 * w, f"{ppm}{k}", 1.5)
        for ppm, hz in ((116.6, 283.0), (164.2, 44.0))
        for k, w in ((1.5, 1), (0.5, 3), (-0.5, 3), (-1.5, 1))
    ]
    sample = Sample("13C", "CF3COOD")
    marked = [p.id for p in classified(tuple(lines), sample, 100.0) if p.peak_class == "solvent"]
    assert marked == [p.id for p in lines]
    left = classified(tuple(lines[1:]), sample, 100.0)
    assert [p.id for p in left if p.peak_class == "solvent"] == [p.id for p in lines[4:]]


def test_tetrachloroethane_is_known_in_proton_and_carbon() -> None:
    assert _solvent_ids(_line(5.99, 300.0, "own"), solvent="1,1,2,2-Tetrachloroethane-d2") == {
        "own"
    }
    (band,) = solvent_bands("13C", "C2D2Cl4")
    assert (band.ppm, band.pattern) == (73.78, (3, 28.0))


def test_a_singlet_beyond_the_band_that_tms_says_is_none_is_not_the_solvent() -> None:
    singlet = _line(7.36, 900.0, "benzene")
    assert _solvent_ids(singlet, _line(0.0, 500.0, "tms")) == set()
    assert _solvent_ids(singlet, _line(7.27, 300.0, "chloroform")) == {"chloroform"}
    assert _solvent_ids(singlet, _line(7.16, 700.0, "another")) == set()


def test_a_solvent_of_several_lines_has_all_of_them_or_none() -> None:
    lines = (_line(8.74, 300.0, "o"), _line(7.58, 280.0, "p"), _line(7.22, 310.0, "m"))
    assert _solvent_ids(*lines, solvent="pyridine") == {"o", "p", "m"}
    for skip in range(3):
        left = lines[:skip] + lines[skip + 1 :]
        assert _solvent_ids(*left, solvent="pyridine") == set()


def test_the_carbonyl_of_acetone_is_a_single_line_and_its_methyl_a_septet() -> None:
    methyl, carbonyl = solvent_bands("13C", "Acetone")
    assert methyl.pattern is not None
    assert methyl.pattern[0] == 7
    assert carbonyl.pattern is None
    line, beside = _line(206.2, 40.0, "CO", 1.5), _line(206.6, 90.0, "analyte", 1.5)
    peaks = classified((line, beside), Sample("13C", "Acetone"), 100.0)
    assert [p.id for p in peaks if p.peak_class == "solvent"] == ["CO"]
