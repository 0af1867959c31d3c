from __future__ import annotations

import pytest

from nmrquanv.spectra.solvents import known_solvent, solvent_bands


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
