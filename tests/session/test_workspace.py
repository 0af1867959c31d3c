from __future__ import annotations

import shutil

import pytest

from nmrquanv.errors import FormatError
from nmrquanv.session.requests import document_name
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.spectrum import Fid
from nmrquanv.spectra.thresholds import Thresholds

WAIT_MS = 20_000


@pytest.fixture
def workspace(settings) -> Workspace:
    return Workspace(settings)


@pytest.fixture
def menthol(examples):
    return examples / "bruker_1h_menthol" / "10"


def opened(workspace, qtbot, path, **settings):
    with qtbot.waitSignal(workspace.opened, timeout=WAIT_MS) as signal:
        workspace.open(path, **settings)
    return signal.args[0]


def test_a_real_data_set_becomes_the_current_document(workspace, settings, menthol, qtbot):
    settings.thresholds = Thresholds(min_snr=8)
    document = opened(workspace, qtbot, menthol)
    assert workspace.current is document
    assert workspace.documents == (document,)
    assert document.name == "bruker_1h_menthol/10"
    assert document.sample.nucleus == "1H"
    assert document.thresholds.min_snr == 8
    assert document.dataset.source.kind == "1"
    assert workspace.recent_files == (str(menthol),)
    assert not document.has_unsaved_edits


def test_switching_to_the_fid_and_back_is_undoable(workspace, menthol, qtbot) -> None:
    document = opened(workspace, qtbot, menthol)
    stored = document.spectrum
    assert document.dataset.sources == ("fid", "1") or set(document.dataset.sources) == {"fid", "1"}
    mine = document.edit.add_peak(3.0)
    with qtbot.waitSignal(document.spectrum_changed, timeout=WAIT_MS):
        workspace.rereading.reread(document, source="fid")
    assert isinstance(document.fid, Fid)
    assert document.dataset.source.kind == "fid"
    assert document.peaks.find(mine) is not None
    document.undo_stack.undo()
    assert document.spectrum is stored
    assert document.dataset.source.kind == "1"


def test_the_fid_can_be_viewed_beside_a_stored_spectrum(workspace, menthol, qtbot) -> None:
    document = opened(workspace, qtbot, menthol)
    assert document.fid is None
    with qtbot.waitSignal(document.fid_changed, timeout=WAIT_MS):
        workspace.rereading.load_fid(document)
    assert document.fid.sample.nucleus == "1H"
    assert document.dataset.source.kind == "1"
    assert document.undo_stack.count() == 0


def test_what_cannot_be_read_is_reported_and_the_rest_goes_on(
    workspace, menthol, tmp_path, qtbot
) -> None:
    (tmp_path / "letter.txt").write_text("Dear colleague,\nno spectrum here.\n")
    failures = []
    workspace.open_failed.connect(lambda path, error: failures.append((path, error)))
    with qtbot.waitSignal(workspace.opened, timeout=WAIT_MS):
        workspace.open(tmp_path / "letter.txt")
        workspace.open(tmp_path / "nowhere")
        workspace.open(menthol)
    assert [path for path, _ in failures] == [
        str(tmp_path / "letter.txt"),
        str(tmp_path / "nowhere"),
    ]
    assert all(isinstance(error, FormatError) for _, error in failures)
    assert len(workspace.documents) == 1
    assert workspace.recent_files == (str(menthol),)


def test_a_folder_with_several_data_sets_asks_which(workspace, menthol, tmp_path, qtbot) -> None:
    import shutil

    for expno in ("10", "11"):
        shutil.copytree(menthol, tmp_path / "sample" / expno)
    with qtbot.waitSignal(workspace.choice_needed, timeout=WAIT_MS) as signal:
        workspace.open(tmp_path / "sample")
    path, choices, summaries = signal.args
    assert path == str(tmp_path / "sample")
    assert len(choices) == 2
    assert [known.sample.nucleus for known in summaries] == ["1H", "1H"]
    document = opened(workspace, qtbot, choices[1])
    assert document.name == "sample/11"


def test_a_text_file_is_told_its_frequency_afterwards(workspace, tmp_path, qtbot) -> None:
    path = tmp_path / "spectrum.csv"
    rows = (f"{10 - 0.01 * k:.2f},{1.0 / (1 + (k - 300) ** 2):.6f}" for k in range(1000))
    path.write_text("ppm,intensity\n" + "\n".join(rows) + "\n")
    document = opened(workspace, qtbot, path)
    assert not document.has_hz
    with qtbot.waitSignal(document.spectrum_changed, timeout=WAIT_MS):
        workspace.rereading.reread(document, sf_mhz=300.13, nucleus="1H")
    assert document.has_hz
    assert document.spectrum.axis.sf_mhz == 300.13
    assert document.sample.nucleus == "1H"


def test_a_source_that_cannot_be_read_leaves_the_document(workspace, menthol, qtbot) -> None:
    document = opened(workspace, qtbot, menthol)
    with qtbot.waitSignal(workspace.rereading.failed, timeout=WAIT_MS) as signal:
        workspace.rereading.reread(document, source="77")
    assert isinstance(signal.args[1], FormatError)
    assert document.dataset.source.kind == "1"
    assert document.undo_stack.count() == 0


def test_a_synthetic_spectrum_is_seeded_and_knows_its_lines(workspace, qtbot) -> None:
    documents = []
    for _ in range(2):
        with qtbot.waitSignal(workspace.opened, timeout=WAIT_MS) as signal:
            workspace.open_synthetic(7, "clean")
        documents.append(signal.args[0])
    first, second = documents
    assert first.true_lines
    assert first.true_lines == second.true_lines
    assert (first.spectrum.data == second.spectrum.data).all()
    assert workspace.recent_files == ()


def test_closing_makes_the_neighbour_current(workspace, menthol, qtbot) -> None:
    first, second = (opened(workspace, qtbot, menthol) for _ in range(2))
    workspace.set_current(first)
    second.edit.confirm_peaks([second.edit.add_peak(3.0)])
    assert workspace.with_unsaved_edits() == (second,)
    with qtbot.waitSignal(workspace.closed) as signal:
        workspace.close(first)
    assert signal.args == [first]
    assert first.is_closed
    assert workspace.current is second
    workspace.close(second)
    assert workspace.current is None
    assert workspace.documents == ()


def test_cancelling_an_opening_opens_nothing(workspace, menthol, qtbot) -> None:
    cancelled = []
    workspace.open_cancelled.connect(cancelled.append)
    workspace.open(menthol)
    workspace.open(menthol / "nowhere")
    workspace.cancel_opening()
    qtbot.waitUntil(lambda: not workspace.is_opening)
    assert sorted(cancelled) == sorted([str(menthol), str(menthol / "nowhere")])
    assert workspace.documents == ()


def test_a_document_that_was_closed_meanwhile_is_left_alone(workspace, menthol, qtbot) -> None:
    document = opened(workspace, qtbot, menthol)
    workspace.rereading.reread(document, source="fid")
    workspace.close(document)
    qtbot.waitUntil(lambda: not workspace.is_opening, timeout=WAIT_MS)
    assert document.dataset.source.kind == "1"


def test_a_document_of_another_workspace_cannot_be_current(workspace, document) -> None:
    with pytest.raises(ValueError, match="not open"):
        workspace.set_current(document)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/menthol/10", "menthol/10"),
        ("/data/menthol/10/pdata/1", "menthol/10"),
        ("/data/menthol/10/pdata/1/1r", "menthol/10"),
        ("/data/menthol/10/fid", "menthol/10"),
        ("/data/ethylindanone.fid", "ethylindanone.fid"),
        ("/data/ethylindanone.fid/fid", "ethylindanone.fid"),
        ("/data/table.csv", "table.csv"),
    ],
)
def test_documents_are_named_for_sample_and_experiment(path, name) -> None:
    assert document_name(path) == name


@pytest.mark.parametrize("name", ["~$report.csv", "~x", "y" * 300, "~nobody at all/10"])
def test_any_name_of_a_file_ends_in_a_message(workspace, qtbot, monkeypatch, tmp_path, name):
    monkeypatch.chdir(tmp_path)
    with qtbot.waitSignal(workspace.open_failed, timeout=WAIT_MS) as signal:
        workspace.open(name)
    assert signal.args[0] == name
    assert isinstance(signal.args[1], FormatError)


def test_a_document_closed_while_its_fid_is_read_tells_nothing(
    workspace, menthol, qtbot, tmp_path
) -> None:
    copy = tmp_path / "10"
    shutil.copytree(menthol, copy)
    document = opened(workspace, qtbot, copy)
    (copy / "fid").write_bytes(b"")
    told = []
    workspace.rereading.failed.connect(lambda *what: told.append(what))
    workspace.rereading.load_fid(document)
    workspace.close(document)
    qtbot.waitUntil(lambda: not workspace.is_opening)
    assert told == []
