"""What was exported is dropped on the window again and is what it was: spectra and peak lists."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from nmrquanv.gui.dialogs.export import ExportDialog
from nmrquanv.gui.dialogs.text_import import TextImportDialog


@pytest.fixture
def at_export(user, menthol):
    """A person who has found menthol's peaks and asks to export."""
    user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_E, user.mouse.ctrl)
    return user


def export(user, title: str, path) -> None:
    """Choose a format by the letters of its name, type a path, press Enter."""
    dialog = user.dialog(ExportDialog)
    dialog.format.setFocus()
    user.qtbot.keyClick(dialog.format, Qt.Key.Key_Home)
    while dialog.format.currentText() != title:
        before = dialog.format.currentIndex()
        user.qtbot.keyClick(dialog.format, Qt.Key.Key_Down)
        assert dialog.format.currentIndex() > before, f"there is no '{title}'"
    dialog.path.setFocus()
    dialog.path.selectAll()
    user.qtbot.keyClicks(dialog.path, str(path))
    user.qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    user.qtbot.waitUntil(lambda: str(path) in dialog.state_text.text())
    user.leave(dialog)


@pytest.mark.parametrize(
    ("title", "name", "keeps_peaks"),
    [
        ("Spectrum, JCAMP-DX", "spectrum.jdx", False),
        ("Spectrum, Bruker folder", "7", False),
        ("Peak list, JCAMP-DX peak tables", "peaks.jdx", True),
        ("Peak list, NMRium archive with the spectrum", "peaks.nmrium.zip", True),
    ],
)
def test_a_spectrum_that_was_written_opens_again_as_it_was(
    at_export, tmp_path, title, name, keeps_peaks
) -> None:
    user, first = at_export, at_export.document
    spectrum, peaks = first.spectrum, first.shown_peaks()
    export(user, title, tmp_path / name)
    again = user.open(tmp_path / name)
    assert again is not first
    assert again.spectrum.axis.has_hz
    assert again.sample.nucleus == "1H"
    assert again.spectrum.axis.sf_mhz == pytest.approx(spectrum.axis.sf_mhz, abs=1e-5)
    np.testing.assert_allclose(
        again.spectrum.axis.all_ppm(), spectrum.axis.all_ppm(), atol=0.02 * spectrum.axis.point_ppm
    )
    scale = np.abs(spectrum.trace).max()
    np.testing.assert_allclose(again.spectrum.trace, spectrum.trace, atol=1e-6 * scale)
    if keeps_peaks:
        user.qtbot.waitUntil(lambda: bool(again.layers))
        (layer,) = again.layers.values()
        assert len(again.shown_peaks()) >= 0.95 * len(layer)
        step = spectrum.axis.point_ppm
        np.testing.assert_allclose(layer.positions_ppm(), peaks.positions_ppm(), atol=step)
        assert not again.has_unsaved_edits
        assert f"holds {len(peaks)} peaks as well" in user.window.status.message.text()
    else:
        np.testing.assert_allclose(again.spectrum.data, spectrum.data, atol=1e-6 * scale)


def test_a_table_of_points_opens_again_once_its_mhz_are_said(at_export, tmp_path) -> None:
    user, spectrum = at_export, at_export.document.spectrum
    export(user, "Spectrum, CSV table", tmp_path / "points.csv")
    opened = user.window.workspace.opened
    with user.qtbot.waitSignal(opened, timeout=60_000):
        user.drop(tmp_path / "points.csv")
        dialog = user.dialog(TextImportDialog)
        user.type_into(dialog.frequency.lineEdit(), f"{spectrum.axis.sf_mhz:.6f}")
        user.click(dialog.open_button)
    again = user.document.spectrum
    assert again.axis.sf_mhz == pytest.approx(spectrum.axis.sf_mhz, abs=1e-4)
    scale = np.abs(spectrum.trace).max()
    np.testing.assert_allclose(again.data, spectrum.data, atol=1e-6 * scale)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Peak list, CSV table", "peaks.csv"),
        ("Peak list, JSON", "peaks.json"),
        ("Peak list, Excel workbook", "peaks.xlsx"),
        ("Peak list, Bruker peaklist.xml", "peaklist.xml"),
        ("Peak list, NMReDATA without structure", "peaks.sdf"),
    ],
)
def test_a_peak_list_that_was_written_is_dropped_onto_its_spectrum(
    at_export, make_user, menthol, tmp_path, title, name
) -> None:
    before = at_export.document.shown_peaks().positions_ppm()
    step = at_export.document.spectrum.axis.point_ppm
    export(at_export, title, tmp_path / name)
    later = make_user()
    later.open(menthol)
    later.drop(tmp_path / name)
    later.qtbot.waitUntil(lambda: bool(later.document.layers), timeout=60_000)
    (layer,) = later.document.layers.values()
    np.testing.assert_allclose(layer.positions_ppm(), before, atol=step)
    assert len(later.document.shown_peaks()) >= 0.95 * len(before)
