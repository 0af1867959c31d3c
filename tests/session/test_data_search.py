"""Documents without their data: always opened, and whole again when the very data are found."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.io.document_data import Packed
from nmrquanv.io.document_file import read_document
from nmrquanv.io.document_options import Choice
from nmrquanv.io.stored_data import StoredElsewhere
from nmrquanv.progress import silent_report
from nmrquanv.session.data_search import searched, shown_recipe, with_found
from nmrquanv.session.storing import unpacked
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.data_files import NOT_AT_HAND
from nmrquanv.spectra.recipe import Phase
from nmrquanv.spectra.spectrum import Fid, Spectrum

LINKED = Choice("linked")
WAIT_MS = 20_000


@pytest.fixture
def workspace(settings, qapp) -> Workspace:
    return Workspace(settings)


@pytest.fixture
def data(examples, tmp_path) -> Path:
    """A FID beside the place where documents are saved."""
    shutil.copytree(examples / "bruker_1h_aspirin_fidonly" / "1", tmp_path / "data" / "1")
    return tmp_path / "data" / "1"


def opened(workspace, qtbot, path: Path):
    with qtbot.waitSignal(workspace.opened, timeout=WAIT_MS):
        workspace.open(path)
    return workspace.current


@pytest.fixture
def saved(workspace, qtbot, data, tmp_path):
    """Save the FID's document in a way, close it, and return the file and what it was."""

    def save(choice: Choice, name: str = "a.nmrq"):
        document = opened(workspace, qtbot, data)
        document.edit.add_peak(7.4)
        document.reprocess.reference(7.4, 7.42)
        with qtbot.waitSignal(workspace.saving.saved, timeout=WAIT_MS):
            workspace.save(document, tmp_path / name, choice)
        state = document.state
        workspace.close(document)
        return tmp_path / name, state

    return save


def test_the_files_that_were_read_are_in_the_document_and_no_others(saved, data) -> None:
    path, _state = saved(Choice())
    (stored,) = read_document(path).manifest.spectra
    assert {f.name for f in stored.data.files} == {"acqus", "fid", "pdata/1/procs", "pdata/1/title"}
    for file in stored.data.files:
        held = read_document(path).arrays[file.content]
        assert held.tobytes() == (data / file.name).read_bytes()
    assert len([p for p in data.rglob("*") if p.is_file()]) > len(stored.data.files)


def test_a_document_that_holds_its_files_reads_them_when_the_original_is_gone(
    saved, workspace, qtbot, data, difference
) -> None:
    path, state = saved(Choice())
    shutil.rmtree(data)
    document = opened(workspace, qtbot, path)
    assert difference(document.state, state) is None
    before = document.spectrum.data
    with qtbot.waitSignal(document.dataset_changed, timeout=WAIT_MS):
        workspace.rereading.reread(document, source="fid")
    assert isinstance(document.dataset.data, Fid)
    assert document.dataset.source.path == str(data)
    assert document.dataset.source.sha256 == state.processed.dataset.source.sha256
    assert np.allclose(document.spectrum.data, before)


def test_a_linked_document_without_its_data_opens_is_edited_saved_and_says_so(
    saved, workspace, qtbot, data, tmp_path, difference
) -> None:
    path, state = saved(LINKED)
    assert path.stat().st_size < (data / "fid").stat().st_size * 20
    shutil.rmtree(data)
    document = opened(workspace, qtbot, path)
    assert isinstance(document.dataset.data, Spectrum)
    assert NOT_AT_HAND in document.notes
    assert np.array_equal(document.spectrum.data, state.processed.spectrum.data)
    assert difference(document.peaks, state.peaks) is None
    document.edit.add_peak(2.0)
    for _ in range(2):  # saved again and again it stays a document of a FID that is elsewhere
        with qtbot.waitSignal(workspace.saving.saved, timeout=WAIT_MS):
            workspace.save(document)
        workspace.close(document)
        document = opened(workspace, qtbot, path)
    assert document.notes.count(NOT_AT_HAND) == 1
    (stored,) = read_document(path).manifest.spectra
    assert stored.data.elsewhere.shown == state.processed.recipe.to_dict()
    assert not any(name.endswith("-data") for name in read_document(path).arrays)


def test_data_beside_the_document_are_found_also_when_both_have_moved(
    saved, workspace, qtbot, data, tmp_path, difference
) -> None:
    _path, state = saved(LINKED)
    (tmp_path / "elsewhere").mkdir()
    for name in ("a.nmrq", "data"):
        shutil.move(tmp_path / name, tmp_path / "elsewhere" / name)
    document = opened(workspace, qtbot, tmp_path / "elsewhere" / "a.nmrq")
    assert isinstance(document.dataset.data, Fid)
    assert NOT_AT_HAND not in document.notes
    assert document.recipe == state.processed.recipe
    assert not document.has_stale_peaks
    assert np.array_equal(document.spectrum.data, state.processed.spectrum.data)
    with qtbot.waitSignal(document.spectrum_changed, timeout=WAIT_MS):
        document.reprocess.set_step(Phase("manual", 30.0))
    assert document.spectrum.axis == state.processed.spectrum.axis


def test_changed_data_beside_the_document_are_said_and_not_used(
    saved, workspace, qtbot, data
) -> None:
    path, _state = saved(LINKED)
    changed = bytearray((data / "fid").read_bytes())
    changed[4000] ^= 1
    (data / "fid").write_bytes(changed)
    with qtbot.waitSignal(workspace.noted, timeout=WAIT_MS) as told:
        document = opened(workspace, qtbot, path)
    assert "have changed (fid)" in told.args[0]
    assert isinstance(document.dataset.data, Spectrum)
    found = searched(document.dataset, str(data), silent_report, shown_recipe(document.state))
    assert found.changed == ("fid",)


def test_parameters_that_changed_are_changed_data_too(saved, workspace, qtbot, data) -> None:
    path, _state = saved(LINKED)
    procs = data / "pdata" / "1" / "procs"
    procs.write_text(procs.read_text().replace("##$LB= ", "##$LB= 1"))
    with qtbot.waitSignal(workspace.noted, timeout=WAIT_MS) as told:
        opened(workspace, qtbot, path)
    assert "pdata/1/procs" in told.args[0]


def test_data_that_a_person_points_at_give_the_same_spectrum_as_one_step(
    saved, workspace, qtbot, data, tmp_path
) -> None:
    path, state = saved(LINKED)
    shutil.move(data, tmp_path / "far")
    document = opened(workspace, qtbot, path)
    document.reprocess.reference(2.0, 2.1)
    trace = document.spectrum
    found = searched(
        document.dataset, str(tmp_path / "far"), silent_report, shown_recipe(document.state)
    )
    assert found.changed == ()
    document.push("Find Data", with_found(document.state, found, is_as_read=False))
    assert isinstance(document.dataset.data, Fid)
    assert np.allclose(document.spectrum.data, trace.data)
    assert document.spectrum.axis.offset_ppm == pytest.approx(trace.axis.offset_ppm, abs=1e-9)
    document.undo_stack.undo()
    assert document.spectrum is trace
    assert state.processed.dataset.source.sha256 == found.dataset.source.sha256


@pytest.mark.parametrize("place", ["/etc", "../outside", "a/../../b", "\\\\server\\share"])
def test_a_document_from_elsewhere_does_not_say_where_to_look(
    saved, workspace, qtbot, data, place, monkeypatch
) -> None:
    from nmrquanv.session import data_search

    path, _state = saved(LINKED)
    touched = []
    monkeypatch.setattr(data_search, "_read", lambda *given: touched.append(given))
    monkeypatch.setattr(data_search, "_lies_in", lambda *given: touched.append(given))
    linked = opened(workspace, qtbot, path).state
    touched.clear()
    assert data_search.with_data_beside(linked, place, path) == (linked, "")
    assert touched == []


def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    saved, workspace, qtbot, data, tmp_path
) -> None:
    (tmp_path / "inner").mkdir()
    path, _state = saved(LINKED)
    shutil.move(path, tmp_path / "inner" / "a.nmrq")
    (tmp_path / "inner" / "data").symlink_to(tmp_path / "data")
    document = opened(workspace, qtbot, tmp_path / "inner" / "a.nmrq")
    assert isinstance(document.dataset.data, Spectrum)


@pytest.fixture
def spectrum_and_fid(examples, tmp_path) -> Path:
    """A data set with a FID and a processed spectrum."""
    shutil.copytree(examples / "bruker_1h_menthol" / "10", tmp_path / "menthol" / "10")
    folder = tmp_path / "menthol" / "10"
    (td,) = re.findall(r"##\$TD= (\d+)", (folder / "acqus").read_text())
    (folder / "fid").write_bytes(np.random.default_rng(1).integers(0, 99, int(td), "<i4").tobytes())
    return folder


def test_another_source_is_read_where_a_file_tells_only_after_a_click(
    workspace, qtbot, spectrum_and_fid, tmp_path, monkeypatch
) -> None:
    from nmrquanv.session import requests

    document = opened(workspace, qtbot, spectrum_and_fid)
    assert document.dataset.source.kind == "1"
    with qtbot.waitSignal(workspace.saving.saved, timeout=WAIT_MS):
        workspace.save(document, tmp_path / "a.nmrq")
    workspace.close(document)
    document = opened(workspace, qtbot, tmp_path / "a.nmrq")
    read = requests.Request.read
    seen: list[str] = []

    def spied(self, *given):
        seen.append(self.path)
        return read(self, *given)

    monkeypatch.setattr(requests.Request, "read", spied)
    for ask in (
        lambda: workspace.rereading.reread(document, "fid"),
        lambda: workspace.rereading.load_fid(document),
    ):
        with qtbot.waitSignal(workspace.rereading.place_told) as told:
            ask()
        assert told.args[:2] == [document, str(spectrum_and_fid)]
        assert seen == []
    parameters = spectrum_and_fid / "acqus"
    parameters.write_text(parameters.read_text().replace("##$NS= ", "##$NS= 1"))
    notes: list[str] = []
    workspace.rereading.noted.connect(notes.append)
    with qtbot.waitSignal(document.fid_changed, timeout=WAIT_MS):
        told.args[2]()
    assert seen == [str(spectrum_and_fid)]
    assert notes == [f"{spectrum_and_fid} has changed since it was first read: acqus"]
    assert isinstance(document.fid, Fid)


def test_what_was_opened_here_is_read_without_asking(
    workspace, qtbot, spectrum_and_fid, tmp_path
) -> None:
    document = opened(workspace, qtbot, spectrum_and_fid)
    with qtbot.waitSignal(workspace.saving.saved, timeout=WAIT_MS):
        workspace.save(document, tmp_path / "a.nmrq")
    with qtbot.assertNotEmitted(workspace.rereading.place_told):
        workspace.rereading.load_fid(document)
    qtbot.waitUntil(lambda: document.fid is not None, timeout=WAIT_MS)


@pytest.mark.parametrize("is_read_alike", [True, False])
def test_a_text_that_is_read_otherwise_now_is_not_used(
    workspace, qtbot, tmp_path, monkeypatch, is_read_alike
) -> None:
    rows = [f"{10 - k * 0.01:.2f}\t{1e3 / (1 + (k - 300) ** 2):.6f}\t{k % 7}" for k in range(1000)]
    (tmp_path / "a.txt").write_text("\n".join(rows))
    document = opened(workspace, qtbot, tmp_path / "a.txt")
    with qtbot.waitSignal(workspace.saving.saved, timeout=WAIT_MS):
        workspace.save(document, tmp_path / "a.nmrq", LINKED)
    workspace.close(document)
    from nmrquanv.session import data_search

    stored = read_document(tmp_path / "a.nmrq")
    (one,) = stored.manifest.spectra
    gone = replace(one.data, elsewhere=StoredElsewhere(one.data.recipe, one.recipe))
    state = unpacked(Packed(replace(one, data=gone), stored.arrays))
    if not is_read_alike:
        read = data_search._read

        def otherwise(wanted, path):
            found, changed = read(wanted, path)
            data = found.data
            return replace(found, data=data.with_data(data.data[::-1].copy())), changed

        monkeypatch.setattr(data_search, "_read", otherwise)
    after, note = data_search.with_data_beside(state, "a.txt", tmp_path / "a.nmrq")
    assert (after.processed.dataset.elsewhere is None) == is_read_alike
    assert ("read otherwise" in note) != is_read_alike
