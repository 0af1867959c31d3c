"""The history as a Python script: run, it gives the peaks of the window to the last digit."""

from __future__ import annotations

import runpy
from dataclasses import asdict

import pytest
from PySide6.QtCore import Qt

from nmrquanv.errors import ExportError, NmrQuanvError
from nmrquanv.session.script_of import script_of
from tests.flows.conftest import CTRL
from tests.flows.peak_user import (
    added,
    classified,
    confirmed,
    deleted,
    referenced,
    restored,
    saved_as,
    thresholds_typed,
    written,
)
from tests.flows.processing_user import file_typed, menu_entry


def told(peaks) -> list[dict]:
    """Return all that is known of peaks but their identity, which is new in every session."""
    rows = [asdict(peak) for peak in peaks]
    for row in rows:
        del row["id"]
    return rows


def run(tmp_path, document):
    path = tmp_path / "history.py"
    path.write_text(script_of(document), encoding="utf-8")
    return runpy.run_path(str(path))["session"]


def test_a_session_is_repeated_to_the_last_digit(user, menthol, tmp_path) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    peaks = document.shown_peaks().peaks
    deleted(user, peaks[3].id, peaks[7].id)
    confirmed(user, peaks[1].id)
    written(user, peaks[2].id, "label", "H-3 'a'")
    written(user, peaks[4].id, "ppm", f"{peaks[4].ppm + 0.0013:.4f}")
    added(user, 2.5, exactly=True)
    added(user, peaks[7].ppm)
    classified(user, peaks[9].id, "Impurity")
    thresholds_typed(user, "20", "0.2")
    user.press(Qt.Key.Key_M)
    deleted(user, peaks[11].id)
    user.undo()  # what was undone is not repeated
    menu_entry(user, "File", "Export History")
    target = tmp_path / "menthol.py"
    file_typed(user, target)
    user.qtbot.waitUntil(target.exists)
    assert f"History written to {target}" in user.window.status.message.text()
    session = runpy.run_path(str(target))["session"]
    assert told(session.peaks) == told(document.shown_peaks())
    assert len(session.peaks) > 20
    text = target.read_text(encoding="utf-8")
    for words in (
        "session.find('classical')",
        "session.delete(",
        "# Find Multiplets: not repeated",
    ):
        assert words in text
    assert document.dataset.source.sha256 in text
    assert text.count("session.delete(") == 1


def test_processing_reference_and_a_second_search_are_repeated(user, menthol, tmp_path) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    first = document.shown_peaks().peaks
    deleted(user, first[5].id)
    referenced(user, first[0].ppm, 0.0125)
    user.find()
    restored(user)
    confirmed(user, document.shown_peaks().peaks[2].id)
    session = run(tmp_path, document)
    assert told(session.peaks) == told(document.shown_peaks())
    assert session.spectrum.axis == document.spectrum.axis


def test_a_document_that_was_saved_and_opened_is_repeated_too(user, menthol, tmp_path) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    peaks = document.shown_peaks().peaks
    deleted(user, peaks[3].id)
    added(user, 2.5, exactly=True)
    written(user, peaks[4].id, "ppm", f"{peaks[4].ppm + 0.0013:.4f}")
    path = tmp_path / "menthol.nmrq"
    saved_as(user, path)
    user.press(Qt.Key.Key_W, CTRL)
    assert not user.window.workspace.documents
    again = user.open(path)
    confirmed(user, again.shown_peaks().peaks[0].id)
    session = run(tmp_path, again)
    assert told(session.peaks) == told(again.shown_peaks())


def test_what_was_never_a_file_has_no_script(user) -> None:
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=20_000):
        user.click(user.window.welcome.cards[-1])  # a synthetic one
    with pytest.raises(ExportError, match="never a file"):
        script_of(user.document)
    menu_entry(user, "File", "Export History")
    assert "never a file" in user.error_text()


def test_a_script_on_other_data_says_that_a_peak_is_not_there(user, menthol, tmp_path) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    deleted(user, document.shown_peaks().peaks[3].id)
    path = tmp_path / "history.py"
    text = script_of(document)
    path.write_text(text.replace("session.delete(", "session.delete(-77.0, "), encoding="utf-8")
    with pytest.raises(NmrQuanvError, match=r"no peak at -77.0 ppm"):
        runpy.run_path(str(path))
