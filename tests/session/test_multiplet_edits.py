"""Multiplets of a document: found, changed by hand, and following their lines."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io.tables.formats import format_named, write_peaks
from nmrquanv.session import multiplet_edits as edits
from nmrquanv.session.document import Document
from nmrquanv.session.exporting import export_of
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.multiplets.grouping import partners
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.simulation.spin_systems import first_order
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe

SF = 400.0
SIGNALS = ((7.40, [(8.0, 1)], 1), (4.12, [(7.1, 3)], 2), (2.04, [], 3), (1.26, [(7.1, 2)], 3))


@pytest.fixture
def document(qapp) -> Document:
    """Ethyl acetate and a doublet: lines by name of their signal, ``s0 .. s3``."""
    axis = Axis(4096, 4000.0, SF, 9.5)
    data = np.random.default_rng(0).normal(0, 1e-3, (2, 4096))
    source = Source("made", "1", "simulated", sha256="ab" * 32)
    spectrum = Spectrum(data[0] + 1j * data[1], axis, Sample("1H", "CDCl3"), source)
    made = DataSet(spectrum, spectrum_recipe(), ("1",))
    document = Document(made, made.recipe.run(spectrum), "made")
    peaks = []
    for k, (ppm, couplings, nuclei) in enumerate(SIGNALS):
        sticks = first_order(ppm * SF, couplings, nuclei)
        peaks += [
            Peak(
                hz / SF, area, snr=1e3, fwhm_hz=1.0, area=area, ppm_err=1e-5,
                confidence=0.9, finder="quanv", id=f"s{k}{i}",
            )
            for i, (hz, area) in enumerate(zip(sticks.hz, sticks.area, strict=True))
        ]  # fmt: skip
    document.edit.set_layer_results({"quanv": PeakList(tuple(peaks), Provenance("quanv"), 1e-3)})
    return document


def kinds(document: Document) -> list[str]:
    return [m.kind for m in document.multiplets]


def test_found_multiplets_are_one_undo_step_and_are_told(document, qtbot) -> None:
    with qtbot.waitSignal(document.multiplets_changed):
        assert edits.find_multiplets(document) == 4
    assert kinds(document) == ["d", "q", "s", "t"]
    document.undo_stack.undo()
    assert document.multiplets == ()
    document.undo_stack.redo()
    assert kinds(document) == ["d", "q", "s", "t"]


def test_a_new_search_for_multiplets_keeps_those_by_hand(document) -> None:
    edits.find_multiplets(document)
    by_hand = edits.add_multiplet(document, ["s00", "s20"])
    assert kinds(document) == ["d", "q", "m", "t"]
    edits.find_multiplets(document)
    assert by_hand in [m.id for m in document.multiplets]
    assert {m.id for m in document.multiplets if m.is_by_hand} == {by_hand}


def test_one_line_may_belong_to_two_multiplets(document) -> None:
    first = edits.add_multiplet(document, ["s00", "s01"])
    second = edits.add_multiplet(document, ["s00"])
    using = {m.id for m in document.multiplets if "s00" in m.peak_ids}
    assert using == {first, second}


def test_what_a_multiplet_has_of_a_shared_line_outlives_an_edit(document) -> None:
    sticks = [(1600.0, 1.0), (1608.0, 1.5), (1612.9, 1.0), (1617.8, 0.5)]
    peaks = [
        Peak(hz / SF, x, snr=1e3, fwhm_hz=1.0, area=x, ppm_err=1e-5, finder="quanv", id=f"x{k}")
        for k, (hz, x) in enumerate(sticks)
    ]
    document.edit.set_layer_results({"quanv": PeakList(tuple(peaks), Provenance("quanv"), 1e-3)})
    edits.find_multiplets(document)
    triplet, doublet = document.multiplets
    assert (triplet.kind, doublet.kind) == ("t", "d")
    assert dict(zip(doublet.peak_ids, doublet.shares, strict=True))["x1"] == pytest.approx(2 / 3)
    document.edit.delete_peaks(["x3"])
    left = next(m for m in document.multiplets if m.id == triplet.id)
    assert dict(zip(left.peak_ids, left.shares, strict=True))["x1"] == pytest.approx(1 / 3)


def test_a_deleted_line_leaves_its_multiplet_which_goes_with_its_last_one(document) -> None:
    edits.find_multiplets(document)
    quartet = next(m for m in document.multiplets if m.kind == "q")
    document.edit.delete_peaks(["s13"])
    now = next(m for m in document.multiplets if m.id == quartet.id)
    assert now.peak_ids == ("s12", "s11", "s10")
    assert now.kind == "m"
    document.edit.delete_peaks(["s20"])
    assert kinds(document) == ["d", "m", "t"]
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert quartet in document.multiplets


def test_a_class_by_hand_outlives_a_line_that_moved(document) -> None:
    edits.find_multiplets(document)
    doublet = document.multiplets[0]
    edits.set_class(document, doublet.id, "br dd")
    assert document.multiplets[0].name == "br dd"
    assert document.multiplets[0].couplings == ()
    edits.set_couplings(document, doublet.id, "2,5; 8.0")
    assert [c.hz for c in document.multiplets[0].couplings] == [8.0, 2.5]
    document.edit.move_peak("s00", 7.5)
    now = next(m for m in document.multiplets if m.id == doublet.id)
    assert (now.name, [c.hz for c in now.couplings]) == ("br dd", [8.0, 2.5])
    edits.set_class(document, doublet.id, "")
    assert not next(m for m in document.multiplets if m.id == doublet.id).has_own_class


def test_an_element_that_is_said_stays_with_the_measured_coupling_when_lines_move(
    document,
) -> None:
    edits.find_multiplets(document)
    doublet = document.multiplets[0]
    (measured,) = doublet.couplings
    edits.set_couplings(document, doublet.id, f"{measured.hz:.2f} → f")
    (said,) = document.multiplets[0].couplings
    assert said == replace(measured, to="F")
    edits.find_multiplets(document)  # anew, for the others
    moved = [replace(p, ppm=p.ppm + 1e-4) if p.id == "s00" else p for p in document.state.peaks]
    before = document.state
    after = edits.followed(before, replace(before, peaks=type(before.peaks)(moved)))
    now = next(m for m in after.multiplets if m.id == doublet.id)
    assert (now.kind, now.couplings[0].to, now.has_own_class) == ("d", "F", False)
    assert now.couplings[0].hz != measured.hz
    assert doublet.id not in {i for pair in partners(document.multiplets) for i in pair[::2]}
    edits.set_couplings(document, doublet.id, f"{measured.hz:.2f}")
    assert next(m for m in document.multiplets if m.id == doublet.id).couplings[0].to == ""


@pytest.mark.parametrize("text", ["x", "dx", "br", "ss", "1"])
def test_what_is_no_class_is_refused(document, text) -> None:
    edits.find_multiplets(document)
    with pytest.raises(FormatError, match="no class"):
        edits.set_class(document, document.multiplets[0].id, text)


@pytest.mark.parametrize("text", ["8.1, 2.0", "-3", "1400", "8.1 Zz"])
def test_couplings_that_do_not_fit_are_refused(document, text) -> None:
    edits.find_multiplets(document)
    with pytest.raises(FormatError):
        edits.set_couplings(document, document.multiplets[0].id, text)


def test_multiplets_are_joined_and_split(document) -> None:
    edits.find_multiplets(document)
    ids = [m.id for m in document.multiplets]
    joined = edits.join_multiplets(document, ids[2:])
    assert [m.id for m in document.multiplets] == [*ids[:2], joined]
    assert edits.split_multiplet(document, joined)
    assert kinds(document) == ["d", "q", "s", "t"]
    triplet = document.multiplets[-1]
    assert edits.split_multiplet(document, triplet.id, ["s31"])
    assert kinds(document)[-2:] in (["s", "d"], ["d", "s"])
    assert not edits.split_multiplet(document, document.multiplets[2].id)


def test_re_referencing_takes_multiplets_along_and_keeps_their_class(document) -> None:
    edits.find_multiplets(document)
    before = document.multiplets
    document.reprocess.reference(2.04, 2.14)
    assert kinds(document) == ["d", "q", "s", "t"]
    moved = [m.ppm - b.ppm for m, b in zip(document.multiplets, before, strict=True)]
    assert moved == pytest.approx([0.1] * 4)
    assert [m.id for m in document.multiplets] == [m.id for m in before]


def test_a_multiplet_by_hand_is_work_that_closing_would_lose(document) -> None:
    edits.find_multiplets(document)
    assert not document.has_unsaved_edits
    edits.add_multiplet(document, ["s00", "s01"])
    assert document.has_unsaved_edits


@pytest.mark.parametrize("format_name", ["journal", "nmredata"])
def test_exports_say_multiplets_as_a_person_has_left_them(document, tmp_path, format_name) -> None:
    """They were grouped anew from the peaks, without what was typed."""
    edits.find_multiplets(document)
    quartet, triplet = (next(m for m in document.multiplets if m.kind == k) for k in "qt")
    edits.set_class(document, quartet.id, "m")
    edits.set_couplings(document, triplet.id, "7.8")
    edits.remove_multiplets(document, [next(m.id for m in document.multiplets if m.kind == "d")])
    path = tmp_path / "list.txt"
    write_peaks(path, export_of(document), format_named(format_name))
    text = path.read_text("utf-8")
    classes = re.findall(r"S=(\w+)", text) or re.findall(r"\((\w+)", text.partition("δ")[2])
    assert sorted(classes) == ["m", "s", "t"]
    assert "7.8" in text
    assert "7.1" not in text
