from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from nmrquanv.gui.dialogs.export import ExportDialog
from nmrquanv.gui.dialogs.export_choices import CHOICES, tail_of
from nmrquanv.gui.dialogs.figure_parts import FigureView
from nmrquanv.gui.view_state import ViewState
from nmrquanv.io.format_files import suggested_name
from nmrquanv.io.peak_tables import read_peaks


@pytest.fixture
def make_dialog(document, settings, tmp_path, qtbot):
    dialogs = []

    def make(kind: str = ".csv", view=None, name: str = "out") -> ExportDialog:
        settings.last_folder = str(tmp_path)
        dialog = ExportDialog(document, settings, view, kind)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.path.setText(str(tmp_path / f"{name}{kind}"))
        dialog.show()
        qtbot.waitExposed(dialog)
        dialogs.append(dialog)
        return dialog

    yield make
    for dialog in dialogs:
        dialog.hide()


def click_box(qtbot, box) -> None:
    where = box.rect().center()
    where.setX(10)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=where)


def export(qtbot, dialog: ExportDialog) -> None:
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("kind", [".csv", ".json"])
def test_shown_peaks_and_integrals_are_written_and_read_back(
    make_dialog, document, qtbot, tmp_path, kind
) -> None:
    document.edit.add_integral(7.1, 6.9)
    document.edit.calibrate_integral(document.integrals[0].id, 2)
    dialog = make_dialog(kind)
    with qtbot.waitSignal(dialog.exported):
        export(qtbot, dialog)
    back = read_peaks(tmp_path / f"out{kind}")
    shown = document.shown_peaks()
    assert [peak.id for peak in back.peaks] == [peak.id for peak in shown]
    positions = [peak.ppm for peak in shown]
    assert [peak.ppm for peak in back.peaks] == pytest.approx(positions, abs=1e-4)
    if kind == ".json":
        assert back.peaks.peaks == shown.peaks
    assert back.integrals[0].nuclei == pytest.approx(2.0)
    assert back.peaks.provenance.finder == "quanv"
    assert f"Wrote 4 peaks to {tmp_path / f'out{kind}'}" in dialog.state_text.text()
    assert document.has_unsaved_edits  # an export is no saved document


def test_a_csv_has_its_provenance_beside_it_and_the_dialog_says_so(make_dialog, qtbot, tmp_path):
    dialog = make_dialog()
    export(qtbot, dialog)
    sidecar = json.loads((tmp_path / "out.csv.json").read_text())
    assert sidecar["provenance"]["finder"] == "quanv"
    assert "out.csv.json" in dialog.state_text.text()


def test_solvent_and_water_are_left_out_by_a_tick_that_is_remembered(
    make_dialog, settings, qtbot, tmp_path
) -> None:
    dialog = make_dialog()
    assert dialog.count_text.text() == "4 shown peaks"
    click_box(qtbot, dialog.solvent_box)
    assert dialog.count_text.text() == "3 shown peaks, 1 of solvent, water or impurities left out"
    export(qtbot, dialog)
    assert [round(p.ppm) for p in read_peaks(tmp_path / "out.csv").peaks] == [7, 5, 3]
    assert settings.leaves_out_solvent


def test_integrals_can_be_left_out(make_dialog, document, qtbot, tmp_path) -> None:
    document.edit.add_integral(7.1, 6.9)
    dialog = make_dialog(".json")
    click_box(qtbot, dialog.integrals_box)
    export(qtbot, dialog)
    assert read_peaks(tmp_path / "out.json").integrals == ()


def test_a_figure_of_the_view_has_the_chosen_size(make_dialog, qtbot, tmp_path) -> None:
    dialog = make_dialog(".png", FigureView((8.0, 2.0)))
    dialog.size_row.width_mm.setValue(84)
    dialog.size_row.dpi.setValue(100)
    export(qtbot, dialog)
    assert QImage(str(tmp_path / "out.png")).width() == round(84 / 25.4 * 100)
    assert dialog.state_text.text().startswith("Wrote ")


def test_a_list_for_older_programs_is_of_version_1_and_says_what_it_leaves_out(
    make_dialog, qtbot, tmp_path
) -> None:
    dialog = make_dialog(".json")
    assert dialog.schema_box.isVisible()
    assert dialog.schema_box.accessibleName()
    assert not dialog.loses_text.isVisible()
    dialog.schema_box.setCurrentIndex(dialog.schema_box.findData(1))
    assert "kinds of peaks" in dialog.loses_text.text()
    assert dialog.loses_text.isVisible()
    export(qtbot, dialog)
    assert json.loads((tmp_path / "out.json").read_text())["schema"] == "nmrquanv.peaks/1"
    dialog.format.setCurrentIndex(dialog.format.findData("peaks sparky"))
    assert not dialog.schema_box.isVisible()
    assert "kinds" not in dialog.loses_text.text()


def test_only_fields_that_matter_are_shown(make_dialog, qtbot) -> None:
    dialog = make_dialog(".csv")
    assert dialog.solvent_box.isVisible()
    assert not dialog.size_row.dpi.isVisible()
    dialog.format.setCurrentIndex(dialog.format.findData("figure svg"))
    assert dialog.path.text().endswith("out.svg")
    assert not dialog.solvent_box.isVisible()
    assert dialog.size_row.width_mm.isVisible()
    assert not dialog.size_row.dpi.isVisible()


def test_a_file_that_exists_is_said_to_be_replaced(make_dialog, qtbot, tmp_path) -> None:
    dialog = make_dialog()
    assert dialog.export_button.text() == "Export"
    export(qtbot, dialog)
    assert dialog.export_button.text() == "Replace"
    dialog.path.clear()
    assert not dialog.export_button.isEnabled()


def test_a_place_that_cannot_be_written_to_is_named_and_nothing_is_lost(
    make_dialog, document, qtbot, tmp_path
) -> None:
    document.edit.add_peak(4.0)
    dialog = make_dialog(name="no/such/folder/out")
    with qtbot.assertNotEmitted(dialog.exported):
        export(qtbot, dialog)
    assert "no/such/folder" in dialog.state_text.text()
    assert dialog.state_text.font().bold()
    assert document.has_unsaved_edits


def test_a_name_without_an_ending_gets_that_of_the_format(make_dialog, qtbot, tmp_path) -> None:
    dialog = make_dialog(".json")
    dialog.path.setText(str(tmp_path / "plain"))
    export(qtbot, dialog)
    assert (tmp_path / "plain.json").is_file()


def test_an_ending_that_is_typed_chooses_the_format(make_dialog, qtbot, tmp_path) -> None:
    dialog = make_dialog(".csv")
    dialog.path.selectAll()
    qtbot.keyClicks(dialog.path, str(tmp_path / "v1.5.svg"))
    assert dialog.chosen_format().key == "figure svg"
    export(qtbot, dialog)
    assert (tmp_path / "v1.5.svg").is_file()


def test_every_format_shows_the_name_that_it_writes_whatever_came_before(make_dialog) -> None:
    """A folder has no ending; the format after it had none any more."""
    dialog = make_dialog()
    for row in range(dialog.format.count()):
        dialog.format.setCurrentIndex(row)
        shown = dialog.path.text()
        assert shown == str(dialog.chosen_path())
        assert shown.endswith(dialog.chosen_format().ending or "out")


def test_no_two_exports_of_a_spectrum_are_offered_one_name(make_dialog) -> None:
    """The table of the spectrum took the place of its peak list."""
    dialog, names = make_dialog(), set()
    for row in range(dialog.format.count()):
        dialog.format.setCurrentIndex(row)
        names.add(dialog.path.text())
    assert len(names) == dialog.format.count()
    dialog.format.setCurrentIndex(0)
    assert dialog.path.text().endswith("out.csv")


def test_a_name_that_is_an_ending_alone_bears_another_format(make_dialog) -> None:
    dialog = make_dialog(name="")
    dialog.format.setCurrentIndex(dialog.format.findData("figure svg"))
    assert dialog.path.text().endswith(".csv.svg")


def test_a_name_is_proposed_that_every_file_system_takes() -> None:
    assert suggested_name("menthol/10: a?") == "menthol_10_ a_"


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.key)
def test_everything_that_is_offered_is_written_and_said(
    make_dialog, document, qtbot, tmp_path, choice
) -> None:
    document.edit.add_peak(4.0)
    dialog = make_dialog()
    dialog.format.setCurrentIndex(dialog.format.findData(choice.key))
    assert dialog.path.text() == str(tmp_path / f"out{tail_of(choice)}")
    assert dialog.loses_text.isVisible() == bool(choice.loses)
    assert dialog.integrals_box.isVisible() == choice.has_integrals
    with qtbot.waitSignal(dialog.exported):
        export(qtbot, dialog)
    assert dialog.state_text.text().startswith("Wrote")
    assert (tmp_path / f"out{tail_of(choice)}").exists()
    assert document.has_unsaved_edits


def test_what_the_finder_said_stands_beside_what_the_user_made_of_it(
    make_dialog, document, qtbot, tmp_path
) -> None:
    found = len(document.shown_peaks())
    document.edit.delete_peaks([document.shown_peaks().peaks[0].id])
    document.edit.add_peak(4.0)
    document.edit.add_peak(4.5)
    export(qtbot, make_dialog(".jdx"))
    text = (tmp_path / "out.jdx").read_text("utf-8")
    auto, edit = (part.split("##END=")[0] for part in text.split("##$NQCATEGORY=")[1:])
    assert f"##NPOINTS= {found}\n" in auto
    assert f"##NPOINTS= {found + 1}\n" in edit
    assert edit.count(" added ") == 2
    assert " added " not in auto


def test_a_format_for_another_thing_keeps_the_name_that_fits_it(make_dialog, qtbot) -> None:
    dialog = make_dialog()
    dialog.format.setCurrentIndex(dialog.format.findData("spectrum csv"))
    dialog.path.setText(dialog.path.text().replace("out", "other"))
    assert dialog.chosen_format().key == "spectrum csv"
    dialog.path.setText("other.nmrium.zip")
    assert dialog.chosen_format().key == "peaks nmrium"
    dialog.format.setCurrentIndex(dialog.format.findData("spectrum bruker"))
    assert dialog.path.text() == "other"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a\0b.csv", "NUL"),
        ("x" * 300 + ".csv", "bytes"),
        ("ä" * 126 + ".csv", "bytes"),  # 256 bytes in UTF-8, half as many letters
        ("y" * 300 + "/out.csv", "bytes"),
    ],
)
def test_a_name_that_no_file_can_have_is_told_at_once(make_dialog, tmp_path, name, words) -> None:
    dialog = make_dialog()
    dialog.path.setText(str(tmp_path / name))
    assert words in dialog.state_text.text()
    assert not dialog.export_button.isEnabled()
    dialog.path.setText(str(tmp_path / "short.csv"))
    assert dialog.state_text.text() == ""
    assert dialog.export_button.isEnabled()


@pytest.mark.parametrize("name", ["~x.csv", "~$report.csv", "~no one/out.csv"])
def test_a_tilde_that_is_nobodys_home_is_part_of_the_name(
    make_dialog, qtbot, tmp_path, monkeypatch, name
) -> None:
    monkeypatch.chdir(tmp_path)
    dialog = make_dialog()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    dialog.path.setText(name)
    export(qtbot, dialog)
    assert (tmp_path / name).is_file()


def test_a_tilde_of_ones_own_is_the_home_folder(make_dialog, qtbot, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    dialog = make_dialog()
    dialog.path.setText("~/at_home.csv")
    export(qtbot, dialog)
    assert (tmp_path / "at_home.csv").is_file()


def test_a_data_sets_own_list_is_replaced_after_a_second_click(
    make_dialog, document, qtbot, tmp_path
) -> None:
    path = tmp_path / "peaklist.xml"
    path.write_text("a person's work")
    (tmp_path / "procs").touch()
    dialog = make_dialog(".xml", name="peaklist")
    export(qtbot, dialog)
    assert "own peak list" in dialog.state_text.text()
    assert path.read_text() == "a person's work"
    assert dialog.export_button.text() == "Replace All the Same"
    dialog.path.setText(str(tmp_path / "other.xml"))
    dialog.path.setText(str(path))
    assert dialog.export_button.text() == "Replace"
    for _ in range(2):
        export(qtbot, dialog)
    assert "Wrote 4 peaks" in dialog.state_text.text()
    assert (tmp_path / "peaklist.xml.bak").read_text() == "a person's work"


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("kind", [".csv", ".svg"])
def test_files_that_nobody_may_have_meant_are_named_and_asked_about(
    make_dialog, qtbot, tmp_path, kind, answer
) -> None:
    path = tmp_path / f"out{kind}.json" if kind == ".csv" else tmp_path / f"out{kind}"
    path.write_text("mine")
    path.chmod(0o444)
    dialog = make_dialog(kind)
    export(qtbot, dialog)
    assert str(path) in dialog.state_text.text()
    assert dialog.export_button.text() == "Replace All the Same"
    assert path.read_text() == "mine"
    if not answer:
        dialog.parts.labels.setChecked(False)
        dialog.path.setText(str(tmp_path / f"other{kind}"))
    export(qtbot, dialog)
    assert (path.read_text() == "mine") is not answer
    assert "Wrote" in dialog.state_text.text()
    path.chmod(0o644)


def test_browsing_from_a_name_that_cannot_be_starts_elsewhere(make_dialog, qtbot) -> None:
    dialog = make_dialog()
    dialog.path.setText("a\0b.csv")
    qtbot.mouseClick(dialog.browse_button, Qt.MouseButton.LeftButton)  # a warning of Qt fails
    (files,) = dialog.findChildren(QFileDialog)
    files.reject()


def test_the_fit_of_the_screen_can_be_left_out(make_dialog, qtbot, tmp_path) -> None:
    state = ViewState()
    assert not make_dialog(".svg", FigureView((8.0, 2.0), state=state)).parts.fit.isVisible()
    state.show_fit(True)
    dialog = make_dialog(".svg", FigureView((8.0, 2.0), state=state))
    assert dialog.parts.fit.isVisible()
    texts = []
    for name in ("with", "without"):
        dialog.path.setText(str(tmp_path / f"{name}.svg"))
        export(qtbot, dialog)
        texts.append((tmp_path / f"{name}.svg").read_text(encoding="utf-8"))
        click_box(qtbot, dialog.parts.fit)
    assert ["sum of" in text for text in texts] == [True, False]
