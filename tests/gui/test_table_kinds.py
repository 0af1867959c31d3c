"""What the table says beside a line: its kind, what explains it, what to know of the spectrum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.gui.panels.peak_table import PeakTable
from nmrquanv.gui.panels.peak_table_columns import COLUMNS, PeakRows, tip_of
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList

COLUMN = {column.key: number for number, column in enumerate(COLUMNS)}


@pytest.fixture
def table(document, qtbot) -> PeakTable:
    panel = PeakTable()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.resize(900, 300)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.hide()


def test_kind_and_parent_are_told() -> None:
    peaks = PeakList(
        (
            Peak(7.2, 5.0, kind="unresolved", least_lines=3),
            Peak(3.9, 0.1, peak_class="sideband", parent_ppm=4.0),
        )
    )
    rows = PeakRows(peaks, Axis(64, 4000, 400, 9), 5.0)
    kind, peak_class = (COLUMNS[COLUMN[key]] for key in ("kind", "class"))
    assert [kind.text(kind.value(row)) for row in rows] == ["unresolved, ≥ 3", "line"]
    assert "do not tell apart" in tip_of(rows[0], kind)
    assert tip_of(rows[1], peak_class) == "explained by the line at 4.0000 ppm"


def test_what_to_know_of_the_spectrum_stands_above_the_list(document, table) -> None:
    assert not table.notes.isVisible()
    told = ("lines are 1.3 points broad: zero-fill", "the baseline rolls: correct it", "third")
    layer = document.layers["quanv"]
    noted = replace(layer, provenance=replace(layer.provenance, notes=told))
    document.edit.set_layer_results({"quanv": noted})
    assert table.notes.isVisible()
    assert table.notes.text().splitlines() == [
        "⚠ Lines are 1.3 points broad: zero-fill.",
        "⚠ The baseline rolls: correct it.",
        "… and 1 more (in the tool tip)",
    ]
    assert "Third." in table.notes.toolTip()
    assert table.notes.accessibleName()
    document.edit.set_layer_results({"quanv": layer})
    assert not table.notes.isVisible()


def test_heights_and_areas_are_written_alike_with_the_digits_of_their_errors(table) -> None:
    """A column never has a power of ten beside a plain number."""
    document = table._document
    peaks = tuple(
        Peak(5.0 - i, height, snr=snr, fwhm_hz=2.0, area=3.0 * height, confidence=0.9)
        for i, (height, snr) in enumerate([(32803.7, 3000.0), (33112.4, 80.0), (941.27, 20.0)])
    )
    document.edit.set_layer_results({"quanv": PeakList(peaks, sigma=10.0)})
    rows = range(table.model.rowCount())
    shown = {
        key: [table.model.index(row, COLUMN[key]).data() for row in rows]
        for key in ("height", "area")
    }
    assert shown == {"height": ["32804", "33110", "941"], "area": ["98411", "99300", "2820"]}
    huge = tuple(replace(p, height=1e5 * p.height) for p in peaks)
    rows = PeakRows(PeakList(huge), document.spectrum.axis, 3.3e9)
    written = [COLUMNS[COLUMN["height"]].said(row) for row in rows]
    assert written == ["3.2804e+09", "3.311e+09", "9.41e+07"]
