"""A report page by keys: written as a PDF whose texts say what the window says."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt

from nmrquanv.gui.plot.report_page import inset_regions
from nmrquanv.gui.report_command import style_of, write_report
from nmrquanv.session.report_text import report_of
from tests.flows.processing_user import file_typed

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", content))


def test_a_report_is_written_where_it_was_asked_for(user, menthol, tmp_path) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_M)
    user.press(Qt.Key.Key_I, SHIFT)
    user.press(Qt.Key.Key_E, CTRL | SHIFT)
    target = tmp_path / "menthol.pdf"
    file_typed(user, target)
    user.qtbot.waitUntil(target.exists)
    content = target.read_bytes()
    assert content.startswith(b"%PDF-")
    assert pages(content) >= 2
    assert f"Report written to {target}" in user.window.status.message.text()
    report = report_of(document, style_of(user.window.settings))
    assert "500.13 MHz, CDCl3" in report.facts
    assert "<sup>1</sup>H NMR" in report.journal
    for words in ("Multiplets", "Integrals", "6.98 ± 0.0"):
        assert words in report.tables
    for words in ("SHA-256", "Find Multiplets", "min_snr 6", "nmrquanv 0."):
        assert words in report.made
    assert len(inset_regions(document.multiplets)) == 3


def test_a_spectrum_without_multiplets_has_its_peaks_in_the_report(user, menthol, tmp_path) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    report = report_of(document, style_of(user.window.settings))
    assert report.journal == ""
    assert report.tables.startswith("<h4>Peaks</h4>")
    write_report(tmp_path / "a.pdf", document, (4.0, 0.5), style_of(user.window.settings))
    assert pages((tmp_path / "a.pdf").read_bytes()) >= 2


def test_measured_data_are_not_replaced_by_a_report(user, menthol) -> None:
    from nmrquanv.errors import ExportError

    document = user.open(menthol)
    target = menthol / "acqus"
    before = target.read_bytes()
    with pytest.raises(ExportError):
        write_report(target, document, (4.0, 0.5), style_of(user.window.settings))
    assert target.read_bytes() == before
