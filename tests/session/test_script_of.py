"""What a history's script repeats besides searches and edits: solvent, source, imported lists."""

from __future__ import annotations

import runpy
from dataclasses import asdict, replace

import pytest

from nmrquanv.errors import ExportError
from nmrquanv.io import read
from nmrquanv.progress import silent_report
from nmrquanv.session.asking import find_with_models
from nmrquanv.session.document import Document
from nmrquanv.session.script_of import script_of
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance


@pytest.fixture
def menthol(examples, qapp) -> Document:
    dataset = read(examples / "bruker_1h_menthol" / "10")
    document = Document(dataset, dataset.recipe.run(dataset.data), "menthol")
    search(document)
    return document


def search(document: Document) -> None:
    how = {"region": None, "polarity": "auto", "one_window": False, "report": silent_report}
    found = find_with_models(document.spectrum, "classical", **how)
    document.edit.set_layer_results({"classical": found})


def told(peaks: PeakList) -> list[dict]:
    """Return all that is known of peaks but their identity, which is new in every session."""
    return [{k: v for k, v in asdict(peak).items() if k != "id"} for peak in peaks]


def run(tmp_path, document: Document):
    path = tmp_path / "history.py"
    path.write_text(script_of(document), encoding="utf-8")
    return runpy.run_path(str(path))["session"]


def test_another_solvent_is_repeated_and_no_search_for_the_classes_that_it_changed(
    menthol, tmp_path
) -> None:
    """It refused the whole script, and said that other data of the sample had been chosen."""
    menthol.edit.delete_peaks([menthol.shown_peaks().peaks[5].id])
    assert any(p.peak_class == "solvent" for p in menthol.peaks)
    menthol.reprocess.set_solvent("Acetone")
    assert not any(p.peak_class == "solvent" and p.ppm > 7 for p in menthol.peaks)
    session = run(tmp_path, menthol)
    assert told(session.peaks) == told(menthol.shown_peaks())
    text = script_of(menthol)
    assert "session.set_solvent('Acetone')" in text
    assert text.count("session.find(") == 1


def test_imported_lists_stand_in_the_script_as_they_were(menthol, tmp_path) -> None:
    first = menthol.shown_peaks().peaks
    rows = tuple(
        Peak(p.ppm + 2e-4, p.height, snr=p.snr, label="a 'b'", finder="other.csv")
        for p in first[::3]
    )
    # a list of ours says its polarity, and is no search here either
    settings = {"file": "other.csv", "polarity": "auto"}
    layer = PeakList(rows, Provenance("other.csv", settings=settings), 2.5)
    menthol.edit.import_layer("other.csv", layer)
    menthol.edit.choose_working("other.csv")
    menthol.edit.confirm_peaks([menthol.peaks.peaks[1].id])
    session = run(tmp_path, menthol)
    assert told(session.peaks) == told(menthol.shown_peaks())
    assert len(session.peaks) > 5


def test_another_source_is_repeated_and_another_place_refused_with_its_name(
    menthol, examples, tmp_path
) -> None:
    fid = read(examples / "bruker_1h_menthol" / "10", source="fid")
    menthol.reprocess.set_dataset(fid, fid.recipe.run(fid.data))
    search(menthol)
    menthol.edit.delete_peaks([menthol.shown_peaks().peaks[2].id])
    session = run(tmp_path, menthol)
    assert session.spectrum.axis == menthol.spectrum.axis
    assert told(session.peaks) == told(menthol.shown_peaks())
    assert "session.choose_source('fid')" in script_of(menthol)
    source = replace(fid.source, path="/elsewhere/10")
    moved = replace(fid, data=replace(fid.data, source=source))
    menthol.reprocess.set_dataset(moved, moved.recipe.run(moved.data))
    with pytest.raises(ExportError, match="/elsewhere/10"):
        script_of(menthol)
