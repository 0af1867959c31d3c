from __future__ import annotations

import contextlib
import re
import xml.etree.ElementTree as ET
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from nmrquanv.errors import ExportError
from nmrquanv.gui import clipboard
from nmrquanv.gui.plot.figure_content import FigureStyle
from nmrquanv.gui.plot.figure_layout import decimated, nice_step, tick_text, ticks
from nmrquanv.gui.plot.figures import figure_of, write_figure
from nmrquanv.gui.plot.report_page import report_bytes
from nmrquanv.gui.theme import LIGHT
from nmrquanv.gui.view_state import ViewState
from nmrquanv.session.multiplet_edits import add_multiplet
from nmrquanv.session.report_text import report_of
from nmrquanv.spectra.multiplets.journal import STYLES
from nmrquanv.spectra.peaks import PeakList

SVG = "{http://www.w3.org/2000/svg}"


def svg_texts(path: Path) -> list[str]:
    return ["".join(e.itertext()) for e in ET.parse(path).iter(f"{SVG}text")]


def test_a_png_has_the_size_and_resolution_that_were_asked_for(document, tmp_path) -> None:
    path = tmp_path / "figure.png"
    assert write_figure(path, figure_of(document, (8, 0)), FigureStyle(84, 60, 300)) == 0
    image = QImage(str(path))
    assert (image.width(), image.height()) == (992, 709)
    assert image.dotsPerMeterX() == pytest.approx(300 / 0.0254, abs=1)
    corner = QColor(image.pixel(2, 2))
    assert corner == QColor("white")


def test_an_svg_is_measured_in_millimetres_and_holds_text_as_text(document, tmp_path) -> None:
    path = tmp_path / "figure.svg"
    document.edit.add_integral(7.1, 6.9)
    document.edit.calibrate_integral(document.integrals[0].id, 3)
    write_figure(path, figure_of(document, (8, 0)), FigureStyle(170, 90))
    root = ET.parse(path).getroot()
    assert (root.get("width"), root.get("height")) == ("170mm", "90mm")
    texts = svg_texts(path)
    for wanted in ("7.26", "7.00", "5.00", "3.00"):
        assert wanted in texts
    assert texts.count("3.00") == 2  # a chemical shift and the number of protons
    assert "¹H chemical shift δ / ppm" in "".join(texts)


def test_only_the_visible_part_is_drawn(document, tmp_path) -> None:
    path = tmp_path / "figure.svg"
    figure = figure_of(document, (4.0, 6.0))
    assert (figure.high_ppm, figure.low_ppm) == (6.0, 4.0)
    assert [round(p.ppm) for p in figure.peaks] == [5]
    write_figure(path, figure)
    assert "7.00" not in svg_texts(path)


def label_places(path: Path) -> list[float]:
    """Return where the upright labels stand, in 1/100 mm."""
    text = path.read_text(encoding="utf-8")
    turned = re.findall(r'matrix\(0,-1,1,0,([\d.]+),[\d.]+\)"[^>]*>\s*<text', text)
    return sorted(float(x) for x in turned)


def test_labels_of_crowded_peaks_never_touch(document, tmp_path) -> None:
    peaks = PeakList(
        tuple(
            replace(document.peaks.peaks[0], ppm=7.0 + 0.002 * i, height=100.0 + i, id=str(i))
            for i in range(120)
        )
    )
    document.edit.set_layer_results({"quanv": peaks})
    path, style = tmp_path / "figure.svg", FigureStyle(84, 60)
    left_out = write_figure(path, figure_of(document, (8, 0)), style)
    places = label_places(path)
    assert left_out > 0
    assert left_out + len(places) == len(document.shown_peaks())
    letters = style.font_pt * 25.4 / 72 * 100
    assert np.diff(places).min() >= 0.9 * letters
    assert places[0] >= 0
    assert places[-1] <= 8400


def test_negative_lines_are_marked_below(document, tmp_path) -> None:
    negative = replace(document.peaks.peaks[1], height=-100.0, id="down")
    document.edit.set_layer_results({"quanv": PeakList((negative,))})
    figure = figure_of(document, (8, 0))
    assert write_figure(tmp_path / "a.svg", figure) == 0
    assert figure.peaks[0].height < 0


def test_without_a_vertical_range_the_visible_trace_fits(document) -> None:
    figure = figure_of(document, (6.0, 4.0))
    part = document.spectrum.trace[document.spectrum.axis.span(6.0, 4.0)]
    assert figure.bottom < part.min() < part.max() < figure.top
    assert figure_of(document, (6.0, 4.0), (-1.0, 9.0)).top == 9.0


def test_a_thinned_trace_keeps_every_line_and_its_height(document) -> None:
    spectrum = document.spectrum
    ppm, height = decimated(spectrum.axis, spectrum.trace, (9.0, 0.0), 300)
    assert len(ppm) <= 602
    assert (np.diff(ppm) <= 0).all()
    part = spectrum.trace[spectrum.axis.span(9.0, 0.0)]
    assert height.max() == part.max()
    assert height.min() == part.min()


def test_a_part_with_few_points_is_drawn_point_by_point(document) -> None:
    axis = document.spectrum.axis
    ppm, height = decimated(axis, document.spectrum.trace, (5.01, 4.99), 4000)
    part = axis.span(5.01, 4.99)
    assert len(ppm) == part.stop - part.start + 2
    np.testing.assert_array_equal(height[1:-1], document.spectrum.trace[part])


@pytest.mark.parametrize(
    ("span", "most", "step"),
    [(10, 10, 1), (9.1, 10, 1), (3, 10, 0.5), (250, 8, 50), (0.03, 7, 0.005)],
)
def test_ticks_stand_at_round_numbers(span, most, step) -> None:
    assert nice_step(span, most) == pytest.approx(step)
    values = ticks(1.0, 1.0 + span, step)
    assert np.allclose(values / step, np.round(values / step))


def test_tick_numbers_have_the_decimals_of_their_step() -> None:
    assert [tick_text(v, 0.5) for v in (1.0, -0.5, -1e-17)] == ["1.0", "−0.5", "0.0"]
    assert tick_text(120.0, 20.0) == "120"


@pytest.mark.parametrize("name", ["figure.tiff", "figure", "no/such/folder/figure.png"])
def test_what_cannot_be_written_is_refused_by_name(document, tmp_path, name) -> None:
    with pytest.raises(ExportError, match="cannot write"):
        write_figure(tmp_path / name, figure_of(document, (8, 0)))
    assert list(tmp_path.iterdir()) == []


def test_an_impossible_size_is_refused(document, tmp_path) -> None:
    with pytest.raises(ExportError, match="pixels"):
        write_figure(tmp_path / "a.png", figure_of(document, (8, 0)), FigureStyle(1000, 1000, 2400))


def test_a_pdf_has_one_page_of_the_figure_s_size_with_letters_as_letters(
    document, tmp_path
) -> None:
    path = tmp_path / "figure.pdf"
    assert write_figure(path, figure_of(document, (8, 0)), FigureStyle(84, 60)) == 0
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    (box,) = re.findall(rb"/MediaBox \[([\d. ]+)\]", content)
    _, _, width, height = map(float, box.split())
    assert (width, height) == pytest.approx((84 / 25.4 * 72, 60 / 25.4 * 72), abs=1.0)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", content)) == 1
    assert b"/Font" in content


def test_every_form_of_a_figure_is_on_the_clipboard(window, document, qtbot) -> None:
    window.workspace._add([document])
    window.view.view_box.show_view((4.0, 6.0))
    window.actions_by_id["copy_figure"].trigger()
    data = QGuiApplication.clipboard().mimeData()
    image = data.imageData()
    style = FigureStyle()
    assert image.width() == round(style.width_mm * style.dpi / 25.4)
    svg = bytes(data.data("image/svg+xml").data()).decode()
    assert "5.000" in svg
    assert "7.000" not in svg  # only what is in view
    assert bytes(data.data("application/pdf").data()).startswith(b"%PDF-")
    assert bytes(data.data("image/png").data()).startswith(b"\x89PNG")
    assert "on the clipboard" in window.status.message.text()
    clipboard.leave()
    assert not QGuiApplication.clipboard().mimeData().hasFormat("application/pdf")
    assert not QGuiApplication.clipboard().image().isNull()
    QGuiApplication.clipboard().clear()


def test_a_figure_that_is_made_while_the_fid_is_shown_says_what_it_is_of(
    window, fid_document, tmp_path, qtbot
) -> None:
    window.workspace._add([fid_document])
    say, actions = window.status.message, window.actions_by_id
    actions["copy_figure"].trigger()
    assert "FID" not in say.text()
    actions["show_fid"].trigger()
    assert window.view.shows_fid
    actions["copy_figure"].trigger()
    assert "it shows the whole spectrum, not the FID in the plot" in say.text()
    QGuiApplication.clipboard().clear()
    actions["report"].trigger()
    dialog = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    dialog.selectFile(str(tmp_path / "report.pdf"))
    dialog.accept()
    qtbot.waitUntil((tmp_path / "report.pdf").exists)
    assert "not the FID in the plot" in say.text()


def test_a_clipboard_that_never_held_anything_is_left_as_it_is(qapp, monkeypatch) -> None:
    # what Qt says of the clipboard of a program in which nothing was copied
    monkeypatch.setattr(type(QGuiApplication.clipboard()), "mimeData", lambda *_words: None)
    before = QGuiApplication.clipboard().text()
    clipboard.leave()
    assert QGuiApplication.clipboard().text() == before


def test_multiplets_of_the_screen_are_in_the_figure_if_wanted(document, tmp_path) -> None:
    ids = [peak.id for peak in document.shown_peaks() if peak.ppm in (7.0, 5.0)]
    add_multiplet(document, ids)
    (one,) = document.multiplets
    path = tmp_path / "figure.svg"
    figure = figure_of(document, (8, 4))
    write_figure(path, figure, FigureStyle(has_multiplets=True))
    assert one.name in svg_texts(path)
    write_figure(path, figure, FigureStyle())
    assert one.name not in svg_texts(path)
    # a part of it in view is no multiplet
    write_figure(path, figure_of(document, (6, 4)), FigureStyle(has_multiplets=True))
    assert one.name not in svg_texts(path)


def test_lanes_and_solvents_of_the_screen_are_in_the_figure(document, tmp_path) -> None:
    state, path = ViewState(), tmp_path / "figure.svg"
    figure = figure_of(document, (8, 0), state=state)
    layers = document.layers
    assert {lane.finder for lane in figure.lanes} == set(layers)
    for lane in figure.lanes:
        assert lane.ppm == pytest.approx(document.shown_layer(lane.finder).positions_ppm())
    write_figure(path, figure)
    assert "CDCl3" in svg_texts(path)
    state.show_solvents(False)
    for name in layers:
        state.show_layer(name, False)
    bare = figure_of(document, (8, 0), state=state)
    assert bare.lanes == bare.bands == ()
    write_figure(path, bare)
    assert "CDCl3" not in svg_texts(path)
    # what a dialog leaves out of the screen's content is not drawn either
    write_figure(path, figure, FigureStyle(has_lanes=False, has_solvents=False))
    assert "CDCl3" not in svg_texts(path)


def test_a_lane_has_a_tick_of_its_colour_at_each_peak(document, tmp_path) -> None:
    state, path = ViewState(), tmp_path / "figure.png"
    for name in document.layers:
        state.show_layer(name, name == "cnn")
    figure = figure_of(document, (8, 0), state=state)
    (lane,) = figure.lanes
    write_figure(path, figure, FigureStyle(has_solvents=False, has_labels=False))
    image = QImage(str(path))
    left, right = 2.0 / 170 * image.width(), 168.0 / 170 * image.width()

    def is_orange(ppm: float) -> bool:
        x = left + (8 - ppm) / 8 * (right - left)
        colours = (
            image.pixelColor(column, y)
            for column in range(round(x) - 2, round(x) + 3)
            for y in range(image.height() * 3 // 4, image.height())
        )
        return any(colour.red() - colour.blue() > 60 for colour in colours)

    assert len(lane.ppm) > 2
    assert all(map(is_orange, lane.ppm))
    assert not is_orange(6.0)


def test_a_figure_is_numbered_in_the_axis_unit_of_the_screen(document, tmp_path) -> None:
    state, path = ViewState(), tmp_path / "figure.svg"
    state.set_unit("hz")
    write_figure(path, figure_of(document, (8, 0), state=state))
    texts = svg_texts(path)
    assert "2000.0" in texts, "5 ppm at 400 MHz"
    assert "5.00" not in texts
    assert "ν / Hz" in "".join(texts)
    assert "2000" in texts, "a tick"


def curves(path: Path, colour: str) -> list[np.ndarray]:
    """Return the long curves of a colour, each (n, 2), in 1/100 mm."""
    groups = (g for g in ET.parse(path).iter(f"{SVG}g") if g.get("stroke") == colour)
    lines = [line.get("points") for g in groups for line in g.iter(f"{SVG}polyline")]
    points = [np.array([p.split(",") for p in line.split()], float) for line in lines]
    return [one for one in points if len(one) > 100]


def test_sum_and_residual_of_the_screen_are_in_the_figure(document, tmp_path) -> None:
    state, path = ViewState(), tmp_path / "figure.svg"
    state.show_fit(True)
    figure = figure_of(document, (8, 0), state=state)
    write_figure(path, figure)
    (trace,), (fitted,), (rest,) = (
        curves(path, colour) for colour in ("#000000", LIGHT.mine, LIGHT.classical)
    )
    zero = np.median(trace[:, 1])
    height = zero - trace[:, 1].min()
    # lines are where those of the trace are, as tall, and gone from what is left
    at = fitted[fitted[:, 1].argmin(), 0], trace[trace[:, 1].argmin(), 0]
    assert at[0] == pytest.approx(at[1], abs=8.0)
    assert zero - fitted[:, 1].min() == pytest.approx(height, rel=0.02)
    assert np.abs(rest[:, 1] - zero).max() < 0.05 * height
    said = " ".join(svg_texts(path))
    assert f"sum of {len(document.shown_peaks())} lines" in said
    assert "residual" in said


def test_a_figure_has_no_fit_where_the_screen_has_none_or_it_is_not_wanted(
    document, tmp_path
) -> None:
    state, path = ViewState(), tmp_path / "figure.svg"
    hidden = figure_of(document, (8, 0), state=state)
    state.show_fit(True)
    shown = figure_of(document, (8, 0), state=state)
    for figure, style in ((hidden, FigureStyle()), (shown, FigureStyle(has_fit=False))):
        write_figure(path, figure, style)
        assert not curves(path, LIGHT.mine)
        assert "residual" not in " ".join(svg_texts(path))


def test_lines_just_out_of_view_are_in_the_sum_and_those_without_a_width_are_told(
    document, tmp_path
) -> None:
    bare = replace(document.peaks.peaks[0], ppm=5.5, fwhm_hz=None, id="bare")
    document.edit.set_layer_results({"quanv": PeakList((*document.peaks.peaks, bare))})
    state, path = ViewState(), tmp_path / "figure.svg"
    state.show_fit(True)
    figure = figure_of(document, (6, 4), state=state)
    assert len(figure.peaks) < figure.fit.lines == len(document.shown_peaks()) - 1
    write_figure(path, figure)
    assert "(1 without a width)" in " ".join(svg_texts(path))


def test_each_line_is_drawn_where_it_is_wide_enough(document, tmp_path) -> None:
    state, path = ViewState(), tmp_path / "figure.svg"
    state.show_fit(True)
    root = f"{SVG}polyline"
    for ends, expected in (((5.04, 4.96), 1), ((8.0, 0.0), 0)):
        write_figure(path, figure_of(document, ends, state=state))
        groups = (g for g in ET.parse(path).iter(f"{SVG}g") if g.get("stroke") == LIGHT.region)
        assert sum(
            len(line.get("points").split()) > 40 for g in groups for line in g.iter(root)
        ) == (expected)
        assert ("each line" in " ".join(svg_texts(path))) is bool(expected)


def test_a_residual_below_zero_is_not_cut(document) -> None:
    tall = replace(document.peaks.peaks[1], height=1.6 * document.peaks.peaks[1].height, area=None)
    document.edit.set_layer_results({"quanv": PeakList((tall,))})
    document.edit.choose_working("quanv")
    state = ViewState()
    without = figure_of(document, (tall.ppm + 0.1, tall.ppm - 0.1), state=state)
    state.show_fit(True)
    figure = figure_of(document, (tall.ppm + 0.1, tall.ppm - 0.1), state=state)
    rest = figure.spectrum.trace - figure.fit.values
    assert rest.min() < without.bottom, "it would have been cut"
    assert figure.bottom < rest.min()
    assert figure.top > figure.fit.values.max()


def strokes(pdf: bytes, colour: str) -> int:
    """Return how often a PDF sets a colour."""
    wanted = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    parts = []
    for stream in streams:
        with contextlib.suppress(zlib.error):  # pictures and letters have forms of their own
            parts.append(zlib.decompress(stream))
    set_ones = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:SCN|RG)\b", b"\n".join(parts))
    return sum(np.allclose([float(v) for v in one], wanted, atol=1e-3) for one in set_ones)


def test_the_report_shows_the_fit_that_the_screen_shows(document) -> None:
    state, report = ViewState(), report_of(document, STYLES["acs"])
    hidden = strokes(report_bytes(document, report, (8.0, 0.0), state), LIGHT.mine)
    state.show_fit(True)
    shown = strokes(report_bytes(document, report, (8.0, 0.0), state), LIGHT.mine)
    assert (hidden, shown) == (0, 2), "the curve and its sample in the legend"
