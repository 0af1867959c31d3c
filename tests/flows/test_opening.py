"""Ways into the window: drops, examples, several data sets, text files, damaged files, sources."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from nmrquanv.gui.dialogs.choose_data_set import ChooseDataSetDialog
from nmrquanv.gui.dialogs.synthetic import SyntheticDialog
from nmrquanv.gui.dialogs.text_import import TextImportDialog
from nmrquanv.gui.marker_looks import TRUE_LINES
from nmrquanv.io import read
from nmrquanv.io.spectra_formats import SpectrumExport, spectrum_format, write_spectrum
from tests.flows.processing_user import menu_entry, taken

WAIT_MS = 60_000


def press_ok(user, dialog, button=QDialogButtonBox.StandardButton.Open) -> None:
    user.click(dialog.buttons.button(button))


def test_a_dropped_folder_is_shown_whole_and_its_tallest_line_fills_the_height(
    user, menthol
) -> None:
    document = user.open(menthol)
    assert user.window.pages.currentWidget() is user.view
    assert user.view.visible_ppm() == pytest.approx(document.spectrum.axis.limits_ppm, abs=1e-3)
    low, high = user.view.view_box.current_view().y
    assert 0.4 * (high - low) < document.spectrum.trace.max() < high


def test_a_dropped_folder_with_several_experiments_asks_which(user, examples, tmp_path) -> None:
    sample = tmp_path / "menthol sample"
    for number in ("10", "11", "12"):
        shutil.copytree(examples / "bruker_1h_menthol" / "10", sample / number)
    user.drop(sample)
    dialog = user.dialog(ChooseDataSetDialog)
    assert dialog.list.topLevelItemCount() == 3
    tree = dialog.list
    for row, keys in ((0, user.mouse.plain), (2, user.mouse.ctrl)):
        at = tree.visualItemRect(tree.topLevelItem(row)).center()
        user.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, keys, at)
    with user.qtbot.waitSignals([user.window.workspace.opened] * 2, timeout=WAIT_MS):
        press_ok(user, dialog)
    names = [document.name for document in user.window.workspace.documents]
    assert names == ["menthol sample/10", "menthol sample/12"]
    menu_entry(user, "View", "Panels", "Spectra")  # at this width the tabs do
    assert user.window.docks["spectra"].isVisible()
    spectra = user.window.spectra_list.list
    at = spectra.visualItemRect(spectra.item(0)).center()
    user.qtbot.mouseClick(spectra.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert user.document.name == "menthol sample/10"


def test_a_dropped_text_file_asks_for_frequency_and_nucleus(user, menthol, tmp_path) -> None:
    spectrum = read(menthol).data
    lines = zip(spectrum.axis.all_ppm(), spectrum.trace, strict=True)
    text = "ppm,intensity\n" + "".join(f"{x:.6f},{y:.1f}\n" for x, y in lines)
    (tmp_path / "menthol.csv").write_text(text)
    with user.qtbot.waitSignal(user.window.workspace.text_doubtful, timeout=WAIT_MS):
        user.drop(tmp_path / "menthol.csv")
    dialog = user.dialog(TextImportDialog)
    user.qtbot.waitUntil(lambda: dialog.table.rowCount() > 3, timeout=WAIT_MS)
    assert dialog.table.item(1, 0).text() == "ppm,intensity"
    dialog.frequency.selectAll()
    user.qtbot.keyClicks(dialog.frequency, "500.13")
    dialog.nucleus.lineEdit().selectAll()
    user.qtbot.keyClicks(dialog.nucleus, "1H")
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        press_ok(user, dialog)
    assert user.window.status.facts.text() == "¹H  ·  500.13 MHz"
    user.choose_finders("classical")
    peaks = user.find().shown_peaks()
    assert all(peak.fwhm_hz for peak in peaks)
    # the same line as in the Bruker data, half of its width away at most
    assert np.abs(peaks.positions_ppm() - 7.2848).min() < 0.001


def test_without_a_frequency_everything_in_hz_stays_unknown(user, tmp_path) -> None:
    x = np.linspace(10, 0, 4000)
    y = sum(1 / (1 + ((x - at) / 0.004) ** 2) for at in (7.0, 3.0)) + 1e-4 * np.sin(1e5 * x)
    rows = "".join(f"{a:.5f}\t{b:.6f}\n" for a, b in zip(x, y, strict=True))
    (tmp_path / "made.tsv").write_text(rows)
    with user.qtbot.waitSignal(user.window.workspace.text_doubtful, timeout=WAIT_MS):
        user.drop(tmp_path / "made.tsv")
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        press_ok(user, user.dialog(TextImportDialog))
    assert "MHz unknown" in user.window.status.facts.text()
    user.choose_finders("classical")
    user.find()
    model = user.window.peak_table.model
    titles = [
        str(model.headerData(c, Qt.Orientation.Horizontal)) for c in range(model.columnCount())
    ]
    hz = next(c for c, title in enumerate(titles) if title.startswith("Hz"))
    assert model.rowCount() == 2
    assert {model.index(row, hz).data() for row in range(2)} == {"–"}


def test_a_text_that_says_all_opens_at_once(user, tmp_path) -> None:
    rows = "".join(f"{10 - 0.01 * i:.2f}\t{i % 9}\n" for i in range(600))
    (tmp_path / "sure.txt").write_text(f"MHz: 400.13\nNucleus: 1H\nppm\tintensity\n{rows}")
    user.open(tmp_path / "sure.txt")
    assert user.window.status.facts.text() == "¹H  ·  400.13 MHz"


def test_cancelling_the_import_opens_nothing_and_the_next_text_is_asked_for(user, tmp_path) -> None:
    rows = "".join(f"{10 - 0.01 * i:.2f}\t{i % 9}\n" for i in range(600))
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(rows)
    with user.qtbot.waitSignals([user.window.workspace.text_doubtful] * 2, timeout=WAIT_MS):
        user.drop(tmp_path / "one.txt", tmp_path / "two.txt")
    first = user.dialog(TextImportDialog)
    assert first.path.endswith("one.txt")
    with user.qtbot.waitSignal(first.destroyed, timeout=WAIT_MS):
        press_ok(user, first, QDialogButtonBox.StandardButton.Cancel)
    second = user.dialog(TextImportDialog)
    assert second.path.endswith("two.txt")
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        press_ok(user, second)
    assert [d.name for d in user.window.workspace.documents] == ["two.txt"]


def test_a_text_of_positions_becomes_a_layer_of_the_open_spectrum(user, menthol, tmp_path) -> None:
    document = user.open(menthol)
    (tmp_path / "list.txt").write_text("shift height\n7.26 10\n3.40 9\n0.92 8\n99 1\n")
    with user.qtbot.waitSignal(user.window.workspace.text_doubtful, timeout=WAIT_MS):
        user.drop(tmp_path / "list.txt")
    dialog = user.dialog(TextImportDialog)
    user.qtbot.waitUntil(dialog.peaks_button.isVisible, timeout=WAIT_MS)
    user.click(dialog.peaks_button)
    assert sorted(round(p.ppm, 2) for p in document.layers["list.txt"]) == [0.92, 3.4, 7.26]
    assert "1 lie outside the spectrum" in user.window.status.message.text()


def test_import_text_looks_at_any_file_as_a_text(user, menthol) -> None:
    user.window.opening.look_at_texts([str(menthol / "acqus")])
    user.qtbot.waitUntil(lambda: bool(user.window.findChildren(TextImportDialog)), timeout=WAIT_MS)
    dialog = user.dialog(TextImportDialog)
    user.qtbot.waitUntil(lambda: dialog.message.text() != "", timeout=WAIT_MS)
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Open).isEnabled()
    press_ok(user, dialog, QDialogButtonBox.StandardButton.Cancel)


def test_a_truncated_file_gives_a_message_that_names_it(user, menthol, tmp_path) -> None:
    shutil.copytree(menthol, tmp_path / "10")
    fid = tmp_path / "10" / "fid"
    fid.write_bytes(fid.read_bytes()[:40_000])
    shutil.rmtree(tmp_path / "10" / "pdata")
    with user.qtbot.waitSignal(user.window.workspace.open_failed, timeout=WAIT_MS):
        user.drop(tmp_path / "10")
    text = user.error_text()
    assert "could not be opened" in text
    assert str(fid) in text
    assert user.window.pages.currentWidget() is user.window.welcome
    assert user.open(menthol)


def test_a_sent_archive_and_a_jcamp_file_show_the_same_lines(user, menthol, tmp_path) -> None:
    """What people mail each other: the folder as a zip, or one file of another program's."""
    shown = user.open(menthol).spectrum
    places = shown.axis.all_ppm()[shown.trace > 0.3 * shown.trace.max()]
    sent = shutil.make_archive(str(tmp_path / "sent"), "zip", menthol.parent, menthol.name)
    write_spectrum(tmp_path / "sent.dx", SpectrumExport(shown), spectrum_format("jcamp"))
    for path in (sent, tmp_path / "sent.dx"):
        document = user.open(path)
        axis, trace = document.spectrum.axis, document.spectrum.trace
        found = axis.all_ppm()[trace > 0.3 * trace.max()]
        assert found == pytest.approx(places, abs=1e-4)
        assert (document.sample.nucleus, document.sample.solvent) == ("1H", "CDCl3")
        assert "500.13 MHz" in user.window.status.facts.text()


def test_one_damaged_file_among_several_does_not_keep_the_others_away(
    user, menthol, tmp_path
) -> None:
    (tmp_path / "shopping.txt").write_text("bread\nbutter\n")
    with user.qtbot.waitSignals(
        [user.window.workspace.open_failed, user.window.workspace.opened], timeout=WAIT_MS
    ):
        user.drop(tmp_path / "shopping.txt", menthol)
    assert "shopping.txt" in user.error_text()
    assert user.document.name == "bruker_1h_menthol/10"


def test_fid_and_processed_data_are_switched_and_the_fid_is_looked_at(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    listed = user.find().shown_peaks().positions_ppm()
    box = user.window.source_box
    box.setFocus()
    with user.qtbot.waitSignal(document.dataset_changed, timeout=WAIT_MS):
        user.qtbot.keyClick(box, Qt.Key.Key_Up if box.currentIndex() else Qt.Key.Key_Down)
    assert user.window.status.source.text().startswith("from FID")
    assert "find them again" in user.window.status.notes.text()
    assert document.shown_peaks().positions_ppm() == pytest.approx(listed)
    again = user.find().shown_peaks().positions_ppm()
    tall = [p.ppm for p in document.shown_peaks() if p.snr > 500]
    assert all(np.abs(listed - ppm).min() < 0.002 for ppm in tall)
    assert len(again) > 20
    user.press(Qt.Key.Key_D)
    assert user.view.shows_fid
    seconds = document.fid.dwell_s * document.fid.data.size
    assert user.view.view_box.limits_x == pytest.approx((0.0, seconds), rel=0.01)
    user.press(Qt.Key.Key_D)
    assert not user.view.shows_fid


def test_a_synthetic_spectrum_is_scored_against_its_true_lines(user) -> None:
    user.press(Qt.Key.Key_N, user.mouse.ctrl)
    dialog = user.dialog(SyntheticDialog)
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        press_ok(user, dialog, QDialogButtonBox.StandardButton.Ok)
    document = user.document
    assert document.true_lines
    user.choose_finders("classical")
    user.find()
    user.show_panel("comparison")
    panel = user.window.comparison
    assert panel.layers.by_layer[TRUE_LINES].text().endswith(str(len(document.true_lines)))
    assert panel.truth.isVisible()
    user.tick(panel.layers.by_layer[TRUE_LINES])
    assert not user.view.state.is_shown(TRUE_LINES)
    assert not user.window.actions_by_id["true_lines"].isChecked()


def test_negative_lines_of_a_dept_are_found_without_asking(user, examples) -> None:
    folder = next((examples / "bruker_dept135_caryophyllene_oxide").iterdir())
    document = user.open(folder)
    user.choose_finders("cnn", "classical")
    user.find()
    for finder in ("cnn", "classical"):
        heights = [p.height for p in document.shown_layer(finder)]
        # five CH2 (one of them the epoxide's neighbour) against CH and CH3
        assert sum(h < 0 for h in heights) >= 5, finder
        assert sum(h > 0 for h in heights) >= 4, finder
    low, _high = user.view.view_box.current_view().y
    assert low < min(p.height for p in document.shown_peaks())


def test_the_empty_window_offers_real_examples_and_a_synthetic_one(user) -> None:
    welcome = user.window.welcome
    assert user.window.pages.currentWidget() is welcome
    assert len(welcome.cards) >= 4
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        user.click(welcome.cards[0])
    first = user.document
    assert first.dataset.source.format == "Bruker"
    user.press(Qt.Key.Key_W, user.mouse.ctrl)
    assert user.window.pages.currentWidget() is welcome
    with user.qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
        user.click(welcome.cards[-1])
    assert user.document.true_lines


def test_all_rows_of_an_array_open_as_a_spectrum_each(user, expno_of_rows) -> None:
    document = user.open(expno_of_rows)
    assert document.dataset.source.kind == "row 1"
    box = user.window.source_box
    assert [box.itemText(n) for n in range(box.count())] == [
        "Row 1", "Row 2", "Row 3", "All rows, one spectrum each",
        "All rows as a stack"]  # fmt: skip
    with user.qtbot.waitSignals([user.window.workspace.opened] * 2, timeout=WAIT_MS):
        user.qtbot.waitUntil(box.isVisible)
        taken(user, box, "All rows, one")
    documents = user.window.workspace.documents
    assert [d.dataset.source.kind for d in documents] == ["row 1", "row 2", "row 3"]
    assert [d.name for d in documents][1:] == ["sample/10, row 2", "sample/10, row 3"]
    noted = " ".join(documents[2].dataset.source.notes)
    assert "row 3 of 3 FIDs (two-dimensional or arrayed, vdlist 2.0 s)" in noted


@pytest.fixture
def expno_of_rows(tmp_path, examples):
    """Three FIDs in one file, with the delays of each."""
    folder = tmp_path / "sample" / "10"
    shutil.copytree(examples / "bruker_1h_aspirin_fidonly" / "1", folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    raw = (folder / "fid").read_bytes()
    row = raw + bytes(-len(raw) % 1024)
    (folder / "ser").write_bytes(row * 3)
    (folder / "fid").unlink()
    (folder / "vdlist").write_text("0.1\n0.5\n2.0\n")
    return folder
