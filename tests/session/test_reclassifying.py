"""A new reference or solvent: what tables said is said anew, what persons and lists say stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nmrquanv.io.peak_tables import peak_export
from nmrquanv.session.document import Document
from nmrquanv.session.importing import layer_in
from nmrquanv.session.own_lists import OwnList, with_own_list
from nmrquanv.spectra.peaks import PeakList


def classes(peaks: PeakList) -> list[str]:
    return [peak.peak_class for peak in peaks]


def called(peaks: PeakList, **classes_at: str) -> PeakList:
    """Return a list with the class of the peaks at 7.26, 7.0, 5.0 and 3.0 ppm (a, b, c, d)."""
    order = dict(zip("abcd", sorted((p.ppm for p in peaks), reverse=True), strict=False))
    wanted = {order[key]: name for key, name in classes_at.items()}
    made = (replace(p, peak_class=wanted.get(p.ppm, p.peak_class)) for p in peaks)
    return replace(peaks, peaks=tuple(made))


def referenced_and_in_another_solvent(document: Document) -> None:
    document.reprocess.reference(7.0, 7.5)
    document.reprocess.set_solvent("CD2Cl2")


def test_an_impurity_stays_one_in_lists_and_layers(document, found) -> None:
    listed = called(found(), a="solvent", d="impurity")
    document.edit.set_layer_results({"quanv": listed})
    assert classes(document.peaks)[:4] == ["solvent", "signal", "signal", "impurity"]
    referenced_and_in_another_solvent(document)
    assert classes(document.peaks)[:4] == ["signal", "signal", "signal", "impurity"]
    assert classes(document.layers["quanv"])[:4] == classes(document.peaks)[:4]


@pytest.mark.parametrize("own", ["solvent", "water", "satellite", "impurity"])
def test_a_list_opened_onto_its_spectrum_keeps_what_a_person_called_its_lines(
    document, found, own
) -> None:
    listed = called(found(), a="signal", b="solvent", c=own)
    export = peak_export(document.spectrum, None, listed)
    state = with_own_list(document.state, OwnList(Path("list.json"), export))
    document.push("Open Peak List", state)
    referenced_and_in_another_solvent(document)
    assert classes(document.peaks)[:4] == ["signal", "solvent", own, "signal"]
    document.reprocess.reference(7.5, 7.0)
    document.reprocess.set_solvent("CDCl3")
    assert classes(document.peaks)[:4] == ["signal", "solvent", own, "signal"]
    document.edit.set_layer_results({"cnn": found()})
    assert classes(document.peaks)[:3] == ["signal", "solvent", own]


def test_what_tables_said_of_an_opened_list_is_forgotten(document, found) -> None:
    export = peak_export(document.spectrum, None, called(found(), a="solvent"))
    document.push(
        "Open Peak List", with_own_list(document.state, OwnList(Path("list.json"), export))
    )
    assert document.state.marks == ()
    referenced_and_in_another_solvent(document)
    assert classes(document.peaks)[0] == "signal"


def test_an_imported_layer_keeps_what_its_program_said_but_not_what_tables_did(
    document, found
) -> None:
    export = peak_export(document.spectrum, None, called(found(), a="solvent", c="water"))
    layer = layer_in(document.spectrum, export, Path("other.xml"))
    document.edit.set_layer_results({layer.name: layer.peaks})
    assert classes(document.peaks)[:4] == ["solvent", "signal", "water", "signal"]
    referenced_and_in_another_solvent(document)
    assert classes(document.peaks)[:4] == ["signal", "signal", "water", "signal"]
    assert classes(document.layers[layer.name])[:4] == classes(document.peaks)[:4]
