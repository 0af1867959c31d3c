"""By which line a spectrum is referenced: offered where it is surely that one, else why not."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.io import read
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.picking import pick_classical
from nmrquanv.spectra.referencing import known_shifts, offers
from nmrquanv.spectra.spectrum import Sample

SF_MHZ = 400.0
QUINTET = (1, 2, 3, 2, 1)


def peak(ppm: float, height: float = 100.0, fwhm_hz: float = 0.8) -> Peak:
    return Peak(ppm, height, snr=10 * height, fwhm_hz=fwhm_hz)


def quintet(ppm: float, j_hz: float = 1.9, weights=QUINTET) -> list[Peak]:
    return [peak(ppm + (n - 2) * j_hz / SF_MHZ, 30.0 * weight) for n, weight in enumerate(weights)]


DMSO, CDCL3 = Sample("1H", "DMSO"), Sample("1H", "CDCl3")


def test_a_lone_line_is_offered_with_its_shift() -> None:
    found = offers([peak(7.31), peak(3.0), peak(2.0)], CDCL3, SF_MHZ)
    (offer,) = found.offers
    assert (offer.name, offer.found_ppm, offer.lines) == ("CDCl3", 7.31, 1)
    assert offer.shift_ppm == pytest.approx(-0.05)
    assert any(reason.startswith("TMS: no line") for reason in found.reasons)


def test_a_deuterium_multiplet_is_offered_by_its_middle() -> None:
    (offer,) = offers([*quintet(2.58), peak(4.0)], DMSO, SF_MHZ).offers
    assert (offer.name, offer.lines) == ("DMSO-d6", 5)
    assert offer.shift_ppm == pytest.approx(-0.08, abs=1e-6)


@pytest.mark.parametrize(
    "lines",
    [
        [peak(2.51)],
        quintet(2.51, j_hz=7.1),
        quintet(2.51, weights=(3, 3, 3, 3, 3)),
        [peak(2.5), peak(2.505), peak(2.51)],
    ],
    ids=["singlet", "wide", "flat", "triplet"],
)
def test_lines_whose_pattern_does_not_fit_are_never_offered(lines) -> None:
    found = offers(lines, DMSO, SF_MHZ)
    assert not found.offers
    assert any("deuterium multiplet" in reason for reason in found.reasons)


def test_a_line_of_the_sample_on_it_forbids_it_and_that_is_said() -> None:
    found = offers([*quintet(2.50), peak(2.5011, 60.0)], DMSO, SF_MHZ)
    assert not found.offers
    assert any("overlaps" in reason for reason in found.reasons)
    assert not offers([peak(7.26), peak(7.264, 40.0)], CDCL3, SF_MHZ).offers
    assert not offers([peak(7.26), peak(7.26 + 8 / SF_MHZ, 90.0)], CDCL3, SF_MHZ).offers


def test_small_things_beside_a_solvent_do_not_forbid_it() -> None:
    assert len(offers([*quintet(2.50), peak(2.5062, 5.0)], DMSO, SF_MHZ).offers) == 1


def test_tms_is_offered_and_dss_in_water() -> None:
    assert [o.name for o in offers([peak(0.03)], CDCL3, SF_MHZ).offers] == ["TMS"]
    water = offers([peak(0.03), peak(4.8)], Sample("1H", "D2O"), SF_MHZ)
    assert [o.name for o in water.offers] == ["DSS"]
    assert any("D2O" in reason for reason in water.reasons)
    nobody = offers([peak(1.0)], Sample("1H", ""), SF_MHZ)
    assert not nobody.offers
    assert "the solvent is not known" in nobody.reasons


def test_the_list_holds_the_standards_and_every_solvent() -> None:
    names = {known.name: known.ppm for known in known_shifts("1H")}
    assert (names["TMS"], names["DSS"], names["CDCl3"], names["DMSO-d6"]) == (0.0, 0.0, 7.26, 2.5)
    assert {k.ppm for k in known_shifts("13C") if k.name == "CDCl3"} == {77.16}
    assert known_shifts("31P") == ()


def test_a_real_carbon_spectrum_is_offered_its_triplet(examples) -> None:
    spectrum = read(examples / "bruker_13c_caryophyllene_oxide" / "11").spectrum()
    found = offers(pick_classical(spectrum).peaks, spectrum.sample, spectrum.axis.sf_mhz)
    (offer,) = [o for o in found.offers if o.name == "CDCl3"]
    assert offer.lines == 3
    assert abs(offer.shift_ppm) < 0.3
    assert np.isfinite(offer.found_ppm)
