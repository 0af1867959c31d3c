"""What was exported opens again: onto its spectrum, as it was, wherever that lies now."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.io.tables.formats import write_peaks
from nmrquanv.session.exporting import export_of
from nmrquanv.session.importing import LISTS_ALONE
from nmrquanv.session.own_lists import own_list
from nmrquanv.spectra.picking import pick_classical
from nmrquanv.spectra.thresholds import Thresholds

WAIT_MS = 20_000


@pytest.fixture
def data(examples, tmp_path) -> Path:
    shutil.copytree(examples / "bruker_1h_menthol" / "10", tmp_path / "spectra" / "menthol" / "10")
    return tmp_path / "spectra" / "menthol" / "10"


def opened(qtbot, window, path) -> object:
    with qtbot.waitSignal(window.workspace.opened, timeout=WAIT_MS):
        window.opening.open_paths([str(path)])
    return window.workspace.current


def rows(document, folder: Path) -> dict:
    """Return what an export of the document says, but for the steps that led to it."""
    write_peaks(folder / "said.json", export_of(document), is_forced=True)
    said = json.loads((folder / "said.json").read_text())
    return {name: said[name] for name in ("peaks", "integrals", "spectrum")}


def agree(one: object, other: object) -> bool:
    """Tell whether two exports say the same; tables have the digits that mean something."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(agree(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(agree, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=2e-3)
    return one == other


@pytest.fixture(params=[".json", ".csv"])
def exported(request, qtbot, window, data, tmp_path):
    """Work on a spectrum, export it, close it; return the list and what it says."""
    document = opened(qtbot, window, data)
    document.edit.set_layer_results({"classical": pick_classical(document.spectrum)})
    peaks = document.shown_peaks().peaks
    document.edit.delete_peaks([peaks[3].id, peaks[5].id])
    document.edit.move_peak(peaks[7].id, peaks[7].ppm + 0.004)
    document.edit.confirm_peaks([peaks[9].id])
    document.edit.label_peak(peaks[9].id, "=CH2; here")
    document.edit.add_peak(5.5, snap=False)
    document.edit.add_integral(3.5, 3.3)
    document.edit.calibrate_integral(document.integrals[0].id, 2.0)
    document.edit.add_integral(1.2, 0.7)
    document.edit.set_thresholds(Thresholds(12.0, 0.002, 0.6))
    path = tmp_path / "lists" / f"mine{request.param}"
    path.parent.mkdir()
    write_peaks(path, export_of(document))
    said = rows(document, tmp_path)
    window.workspace.close(document)
    return path, said


def laid(qtbot, window, act) -> str:
    with qtbot.waitSignal(window.opening.lists.said, timeout=WAIT_MS) as told:
        act()
    return told.args[0]


def answer(window, words: str) -> None:
    box = window.opening.lists.question
    assert isinstance(box, QMessageBox)
    next(b for b in box.buttons() if b.text().replace("&", "") == words).click()


def asked(qtbot, window, path) -> QMessageBox:
    window.opening.open_paths([str(path)])
    qtbot.waitUntil(lambda: window.opening.lists.question is not None, timeout=WAIT_MS)
    return window.opening.lists.question


def test_a_list_opens_onto_its_spectrum_which_is_asked_for(
    qtbot, window, exported, data, tmp_path
) -> None:
    path, said = exported
    box = asked(qtbot, window, path)
    assert str(data) in box.informativeText()
    assert window.workspace.documents == ()  # nothing is looked at before a click
    told = laid(qtbot, window, lambda: answer(window, "Look There"))
    assert "as they were exported" in told
    document = window.workspace.current
    assert agree(rows(document, tmp_path), said)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert len(document.peaks) == 0


def test_beside_its_spectrum_it_asks_nothing(qtbot, window, exported, data, tmp_path) -> None:
    path, said = exported
    for one in path.parent.iterdir():
        shutil.move(one, tmp_path / "spectra" / one.name)
    shutil.move(tmp_path / "spectra", tmp_path / "moved")
    laid(qtbot, window, lambda: window.opening.open_paths([str(tmp_path / "moved" / path.name)]))
    again = rows(window.workspace.current, tmp_path)
    assert agree(again["peaks"], said["peaks"])
    assert agree(again["integrals"], said["integrals"])


def test_onto_a_spectrum_that_is_open_it_goes_at_once(
    qtbot, window, exported, data, tmp_path
) -> None:
    path, said = exported
    document = opened(qtbot, window, data)
    laid(qtbot, window, lambda: window.opening.open_paths([str(path)]))
    assert window.workspace.documents == (document,)
    assert agree(rows(document, tmp_path), said)


def test_where_somebody_has_worked_it_is_a_layer_and_takes_nothing_away(
    qtbot, window, exported, data
) -> None:
    path, said = exported
    document = opened(qtbot, window, data)
    mine = document.edit.add_peak(2.0)
    laid(qtbot, window, lambda: window.opening.open_paths([str(path)]))
    assert document.peaks.find(mine) is not None
    positions = [p.ppm for p in document.layers[path.name]]
    assert positions == pytest.approx([row["ppm"] for row in said["peaks"]], abs=1e-3)


def test_a_list_of_a_spectrum_that_was_referenced_lies_on_its_lines(
    qtbot, window, data, tmp_path
) -> None:
    document = opened(qtbot, window, data)
    document.edit.set_layer_results({"classical": pick_classical(document.spectrum)})
    document.reprocess.reference(1.0, 1.25)
    write_peaks(tmp_path / "a.json", export_of(document))
    said = rows(document, tmp_path)
    window.workspace.close(document)
    laid(qtbot, window, lambda: window.opening.open_paths([str(tmp_path / "a.json")]))
    again = rows(window.workspace.current, tmp_path)
    assert [r["ppm"] for r in again["peaks"]] == pytest.approx([r["ppm"] for r in said["peaks"]])
    assert again["spectrum"]["high_ppm"] == pytest.approx(said["spectrum"]["high_ppm"])


def test_over_whatever_is_open_it_is_a_layer(qtbot, window, exported, examples) -> None:
    path, said = exported
    document = opened(qtbot, window, examples / "bruker_1h_cyclosporin" / "1")
    asked(qtbot, window, path)
    told = laid(qtbot, window, lambda: answer(window, f"Lay over '{document.name}'"))
    assert "another spectrum" in told
    assert len(document.layers[path.name]) == len(said["peaks"])


def test_numbers_that_changed_are_said_and_the_list_is_only_a_layer(
    qtbot, window, exported, data
) -> None:
    path, _said = exported
    real = data / "pdata" / "1" / "1r"
    real.write_bytes(bytes(reversed(real.read_bytes()[:4])) + real.read_bytes()[4:])
    asked(qtbot, window, path)
    told = laid(qtbot, window, lambda: answer(window, "Look There"))
    assert "another spectrum" in told
    assert window.workspace.current.integrals == ()


def test_it_can_be_dropped_on_the_window(qtbot, window, exported, data, tmp_path) -> None:
    path, said = exported
    document = opened(qtbot, window, data)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    at, copy = QPointF(50, 50), Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDragEnterEvent(at.toPoint(), copy, mime, left, plain))
    drop = QDropEvent(at, copy, mime, left, plain)
    laid(qtbot, window, lambda: QApplication.sendEvent(window, drop))
    assert agree(rows(document, tmp_path), said)


def test_the_sidecar_stands_for_its_table(exported) -> None:
    path, said = exported
    about = path.with_name(path.name + ".json") if path.suffix == ".csv" else path
    listed = own_list(about)
    assert listed is not None
    assert listed.path == path
    assert len(listed.export.peaks) == len(said["peaks"])


def test_what_is_no_list_of_ours_goes_on_to_the_other_readers(
    qtbot, window, tmp_path, monkeypatch
) -> None:
    seen = []
    take = lambda request: seen.append(Path(request.path).name)  # noqa: E731
    monkeypatch.setattr(window.workspace, "open_request", take)
    (tmp_path / "a.json").write_text('{"schema": "somebody/1"}')
    (tmp_path / "b.json").write_text("[1, 2")
    (tmp_path / "c.csv").write_text("ppm,height\n1,2\n")
    (tmp_path / "d.txt").write_text("1 2\n")
    window.opening.open_paths([str(p) for p in sorted(tmp_path.glob("*.*")) if p.is_file()])
    qtbot.waitUntil(lambda: {"a.json", "b.json", "c.csv", "d.txt"} <= set(seen), timeout=WAIT_MS)


def told() -> list[ErrorDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, ErrorDialog)]


def test_a_damaged_list_is_told(qtbot, window, tmp_path) -> None:
    (tmp_path / "a.json").write_text('{"schema": "nmrquanv.peaks/1", "peaks": [{"ppm": "x"}]}')
    window.opening.open_paths([str(tmp_path / "a.json")])
    qtbot.waitUntil(lambda: bool(told()), timeout=WAIT_MS)
    assert "a.json" in told()[0].text.text()
    told()[0].close()


def test_a_list_of_a_form_that_no_spectrum_has_opens_onto_the_one_that_is_shown(
    qtbot, window, data, tmp_path
) -> None:
    """TopSpin's peaklist.xml was no data set, NMReDATA a text with bad numbers."""
    document = opened(qtbot, window, data)
    document.edit.set_layer_results({"classical": pick_classical(document.spectrum)})
    said = [peak.ppm for peak in document.shown_peaks()]
    assert set(LISTS_ALONE) == {".xlsx", ".xml", ".tab", ".list", ".sdf"}
    lists = [tmp_path / f"list{ending}" for ending in LISTS_ALONE]
    for path in lists:
        write_peaks(path, export_of(document))
        window.opening.open_paths([str(path)])
        positions = [peak.ppm for peak in document.layers[path.name]]
        assert positions == pytest.approx(said, abs=1e-3)
    window.workspace.close(document)
    window.opening.open_paths([str(lists[0])])
    qtbot.waitUntil(lambda: bool(told()), timeout=WAIT_MS)
    assert "open the spectrum first" in told()[0].text.text()
    told()[0].close()
