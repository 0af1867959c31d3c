from __future__ import annotations

import shutil
import zipfile

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.gui.list_opening import may_hold_peaks
from nmrquanv.io import read
from nmrquanv.io.tables.formats import write_peaks
from nmrquanv.session.document import Document
from nmrquanv.session.exporting import export_of
from nmrquanv.session.importing import held_peaks, imported
from nmrquanv.spectra.comparison import compare
from nmrquanv.spectra.spectrum import Spectrum


@pytest.fixture
def sparky(tmp_path):
    path = tmp_path / "mine.list"
    path.write_text("  Assignment  w1  Data Height\n\n  H3  3.0  7\n  ?  5.0  -1\n  ?  42.0  1\n")
    return path


def test_positions_are_the_files_and_heights_the_spectrums(document, sparky) -> None:
    found = imported(sparky, document.spectrum)
    assert (found.name, found.left_out) == ("mine.list", 1)
    assert [peak.ppm for peak in found.peaks] == [5.0, 3.0]
    assert [peak.height for peak in found.peaks] == pytest.approx([50.0, 20.0], rel=0.02)
    assert [peak.fwhm_hz for peak in found.peaks] == pytest.approx([2.0, 2.0], rel=0.05)
    assert [peak.label for peak in found.peaks] == ["", "H3"]
    assert {peak.finder for peak in found.peaks} == {"mine.list"}
    assert found.peaks.provenance.settings["file"] == str(sparky)


def test_a_list_is_one_more_layer_and_the_working_list_stays(document, sparky, found) -> None:
    document.edit.set_layer_results({"quanv": found()})
    before = document.peaks
    listed = imported(sparky, document.spectrum)
    document.edit.import_layer(listed.name, listed.peaks)
    assert list(document.layers) == ["quanv", "mine.list"]
    assert document.working_choice == "quanv"
    assert document.peaks == before
    assert [p.ppm for p in document.shown_layer("mine.list")] == [5.0, 3.0]
    document.edit.choose_working("mine.list")
    assert {p.label for p in document.peaks} == {"", "H3"}
    for _ in range(2):
        document.undo_stack.undo()
    assert list(document.layers) == ["quanv"]


def test_without_other_layers_the_list_is_worked_with(document, sparky) -> None:
    listed = imported(sparky, document.spectrum)
    document.edit.import_layer(listed.name, listed.peaks)
    assert document.working_choice == "mine.list"
    assert [peak.ppm for peak in document.shown_peaks()] == [5.0, 3.0]


def test_topspins_list_pairs_with_what_classical_picking_finds(examples, qapp) -> None:
    from nmrquanv.models.finder import find_peaks

    dataset = read(examples / "bruker_13c_caryophyllene_oxide")
    document = Document(dataset, dataset.recipe.run(dataset.data), "13C")
    (path,) = examples.glob("bruker_13c_caryophyllene_oxide/**/peaklist.xml")
    listed = imported(path, document.spectrum)
    found = find_peaks(document.spectrum, "classical")
    pairs = compare(listed.peaks, found, document.spectrum.axis, None).pairs
    tall = [p for p in pairs if p.first.snr > 20]
    assert len(tall) >= 15
    shift = [p.first.ppm - p.second.ppm for p in tall]
    assert np.abs(shift).max() < 0.05 * document.spectrum.axis.point_ppm


def test_a_list_of_another_spectrum_is_refused(document, tmp_path) -> None:
    path = tmp_path / "13c.list"
    path.write_text("Assignment w1 Data Height\n\n? 120.5 1\n? 77.0 2\n")
    with pytest.raises(FormatError, match="none of its 2 peaks"):
        imported(path, document.spectrum)


def test_a_list_that_lost_its_spectrum_says_what_that_means(document, examples, tmp_path) -> None:
    (path,) = examples.glob("bruker_1h_menthol/**/peaklist.xml")
    shutil.copy(path, tmp_path)
    notes = imported(tmp_path / "peaklist.xml", document.spectrum).notes
    assert "half a point" in notes[0]


def test_a_listed_line_on_a_hump_has_its_own_height_and_signal_to_noise(sparky) -> None:
    ppm = np.linspace(10.0, 0.0, 8192)
    trace = np.random.default_rng(0).normal(0.0, 1.0, ppm.size)
    trace += 1000.0 * np.exp(-(((ppm - 5.0) / 2.0) ** 2)) + 100.0 / (1 + ((ppm - 5.0) / 0.004) ** 2)
    spectrum = Spectrum.from_arrays(ppm, trace, sf_mhz=400.0)
    first = imported(sparky, spectrum).peaks.peaks[0]
    assert first.ppm == 5.0
    assert first.height == pytest.approx(100.0, rel=0.06)
    assert first.snr == pytest.approx(first.height / spectrum.noise.profile[4096], rel=0.01)


def test_the_peaks_that_a_spectrums_own_file_holds_are_found_and_none_are_made_up(
    document, found, tmp_path
) -> None:
    document.edit.set_layer_results({"quanv": found()})
    archive, state, bare = (tmp_path / name for name in ("a.nmrium.zip", "a.nmrium", "b.nmrium"))
    write_peaks(archive, export_of(document))
    with zipfile.ZipFile(archive) as opened:
        text = opened.read("state.json").decode()
    state.write_text(text)
    bare.write_text(text.replace('"peaks"', '"picked"'))
    for path in (archive, state):
        assert may_hold_peaks(path)
        held = held_peaks(path, document.spectrum)
        assert held is not None
        assert len(held.peaks) == len(document.shown_peaks())
    assert held_peaks(bare, document.spectrum) is None
