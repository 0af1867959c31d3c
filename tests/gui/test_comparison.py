from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from nmrquanv.gui.marker_looks import TRUE_LINES, layer_icon
from nmrquanv.gui.panels.comparison import Comparison
from nmrquanv.gui.panels.peak_table_columns import UNKNOWN
from nmrquanv.gui.view_state import ViewState
from nmrquanv.spectra.peaks import PeakList


@pytest.fixture
def state(qapp) -> ViewState:
    return ViewState()


@pytest.fixture
def comparison(document, state, qtbot) -> Comparison:
    panel = Comparison(state)
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.resize(300, 700)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.hide()


def cells(comparison: Comparison, tab: int) -> list[tuple[str, ...]]:
    model = comparison.tables[tab].rows
    return [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def click_box(qtbot, box) -> None:
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() * 0 + _inside(box))


def _inside(box):
    centre = box.rect().center()
    centre.setX(10)
    return centre


def ppm(peaks) -> list[float]:
    return [round(p.ppm, 3) for p in peaks]


def test_pairs_stand_with_their_distance_in_hz_and_ppm(comparison) -> None:
    assert comparison.counts_text.text().replace("<b>", "").replace("</b>", "") == (
        "3 matched, 1 only quantum, 1 only CNN"
    )
    assert cells(comparison, 0)[0] == ("7.2600", "7.2610", "+0.400", "+0.00100")
    assert [row[0] for row in cells(comparison, 1)] == ["3.0000"]
    assert [row[0] for row in cells(comparison, 2)] == ["4.0000"]
    assert comparison.tabs.tabText(1) == "Only 1"


def test_a_smaller_tolerance_tears_pairs_apart(comparison, qtbot) -> None:
    click_box(qtbot, comparison.own_tolerance)
    assert comparison.tolerance.isEnabled()
    comparison.tolerance.setValue(0.3)
    assert cells(comparison, 0) == []
    assert len(cells(comparison, 1)) == 4
    comparison.tolerance.setValue(0.5)
    assert len(cells(comparison, 0)) == 3


def test_two_other_finders_can_be_compared(comparison, qtbot) -> None:
    qtbot.keyClick(comparison.second, Qt.Key.Key_Down)
    assert comparison.second.currentData() == "classical"
    assert cells(comparison, 0)[0][2] == "-0.200"
    assert len(cells(comparison, 0)) == 4


def test_a_click_on_a_row_shows_the_peak(comparison, qtbot) -> None:
    table = comparison.tables[0]
    where = table.visualRect(table.model().index(2, 1)).center()
    with qtbot.waitSignal(comparison.show_ppm) as signal:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert signal.args[0] == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("union", [7.26, 7.0, 5.0, 4.0, 3.0]),
        ("intersection", [7.26, 7.0, 5.0]),
        ("cnn", [7.261, 7.001, 5.001, 4.0]),
        ("classical", [7.26, 7.0, 5.0, 3.0]),
    ],
)
def test_the_working_list_is_made_from_the_layers(comparison, qtbot, choice, expected) -> None:
    click_box(qtbot, comparison.working.buttons[choice])
    shown = ppm(comparison._document.shown_peaks())
    assert shown == pytest.approx(expected, abs=0.0011)
    assert [c for c, b in comparison.working.buttons.items() if b.isChecked()] == [choice]
    comparison._document.undo_stack.undo()
    assert comparison.working.buttons["quanv"].isChecked()


def test_union_and_intersection_take_the_two_that_are_compared(comparison, qtbot) -> None:
    qtbot.keyClick(comparison.second, Qt.Key.Key_Down)
    click_box(qtbot, comparison.working.buttons["union"])
    assert ppm(comparison._document.shown_peaks()) == pytest.approx([7.26, 7, 5, 3], abs=0.001)


def test_layers_are_shown_and_hidden_with_their_counts(comparison, state, qtbot) -> None:
    assert list(comparison.layers.by_layer) == ["quanv", "cnn", "classical"]
    assert comparison.layers.by_layer["cnn"].text() == "CNN  4 / 5"
    with qtbot.waitSignal(state.layer_changed) as signal:
        click_box(qtbot, comparison.layers.by_layer["cnn"])
    assert signal.args == ["cnn"]
    assert not state.is_shown("cnn")
    state.show_layer("cnn", True)
    assert comparison.layers.by_layer["cnn"].isChecked()


def test_layers_differ_by_shape_and_not_only_by_colour() -> None:
    alphas = []
    for finder in ("quanv", "cnn", "classical", "my own", TRUE_LINES):
        image = layer_icon(finder, 20).pixmap(20, 20).toImage()
        size = image.size()
        alphas.append(
            tuple(
                image.pixelColor(x, y).alpha() > 128
                for x in range(size.width())
                for y in range(size.height())
            )
        )
    assert len(set(alphas)) == 5


def test_with_one_layer_there_is_nothing_to_compare_but_it_says_what_to_do(
    make_document, document, qtbot
) -> None:
    panel = Comparison()
    qtbot.addWidget(panel)
    panel.set_document(make_document())
    assert "two finders" in panel.counts_text.text()
    other = make_document()
    other.edit.set_layer_results({"cnn": document.layers["cnn"]})
    panel.set_document(other)
    assert "two finders" in panel.counts_text.text()
    assert panel.working.buttons["cnn"].isEnabled()
    assert not panel.working.buttons["union"].isEnabled()


def test_without_a_frequency_distances_stand_in_ppm_only(make_document, document, qtbot) -> None:
    other = make_document(has_hz=False)
    other.edit.set_layer_results(dict(document.layers))
    panel = Comparison()
    qtbot.addWidget(panel)
    panel.set_document(other)
    assert panel.tolerance.suffix() == " ppm"
    assert {row[2] for row in cells(panel, 0)} == {UNKNOWN}
    assert cells(panel, 0)[0][3] == "+0.00100"


def test_with_true_lines_each_finder_is_scored_honestly(make_document, document, qtbot) -> None:
    synthetic = make_document(true_lines=True)
    layers = dict(document.layers)
    layers["empty"] = PeakList()
    synthetic.edit.set_layer_results(layers)
    panel = Comparison()
    qtbot.addWidget(panel)
    panel.set_document(synthetic)
    assert not panel.truth.isHidden()
    scores = panel.truth.scores
    # Four lines of six sigma and more; the weakest is neither counted nor shown.
    assert (scores["quanv"].n_right, scores["quanv"].n_false, scores["quanv"].n_missed) == (4, 0, 0)
    assert (scores["cnn"].n_right, scores["cnn"].n_false, scores["cnn"].n_missed) == (3, 1, 1)
    assert scores["cnn"].precision == pytest.approx(0.75)
    assert scores["cnn"].recall == pytest.approx(0.75)
    assert scores["cnn"].error_hz == pytest.approx(0.4)
    assert scores["empty"].precision is None
    assert TRUE_LINES in panel.layers.by_layer
    assert "4 true lines" in panel.truth.note.text()


def test_on_a_measured_spectrum_nothing_is_scored(comparison) -> None:
    assert comparison.truth.isHidden()
    assert TRUE_LINES not in comparison.layers.by_layer


def test_nothing_is_cut_at_300_pixels(comparison) -> None:
    assert comparison.minimumSizeHint().width() <= 300


def test_the_networks_are_compared_whichever_layer_came_first_unless_a_person_chose(
    comparison, document, make_document, qtbot
) -> None:
    later = make_document()
    comparison.set_document(later)
    for finder in ("classical", "quanv", "cnn"):
        later.edit.set_layer_results({finder: document.layers[finder]})
    assert [box.currentData() for box in (comparison.first, comparison.second)] == ["quanv", "cnn"]
    comparison.second.setFocus()
    qtbot.keyClick(comparison.second, Qt.Key.Key_Down)
    assert comparison.second.currentData() == "classical"
    later.edit.set_layer_results({"quanv": document.layers["quanv"].remove([])})
    comparison.set_document(document)
    assert comparison.second.currentData() == "classical"
