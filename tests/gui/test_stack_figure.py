"""The figure of several spectra: what it has of the plot, where names stand, how it is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from nmrquanv.errors import OverwriteError
from nmrquanv.gui.plot.figure_content import FigureStyle
from nmrquanv.gui.plot.figures import write_figure
from nmrquanv.gui.plot.stack_figure import FigureTrace, StackFigure, name_feet
from nmrquanv.io.spectra_out import write_bruker
from tests.gui.test_figures import svg_texts
from tests.session.test_stack import lorentzians

RED, BLUE = "#ff0000", "#0000ff"


@pytest.fixture
def figure(qapp) -> StackFigure:
    """A line of 100 at 7 ppm, and above it, from 150 on, one of 50 at 3, twice as tall, moved."""
    below = FigureTrace(lorentzians((7.0, 100.0)), "below", RED)
    above = FigureTrace(lorentzians((3.0, 50.0)), "above", BLUE, 2.0, 150.0, 0.5)
    return StackFigure((below, above), 9.0, 1.0, -10.0, 300.0, ((7.5, 6.5),))


def inked(image: QImage, colour: str) -> list[tuple[int, int]]:
    """Return the pixels of about a colour."""
    wanted = QColor(colour).getRgb()[:3]
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return [
        p
        for p in places
        if all(abs(a - b) < 90 for a, b in zip(image.pixelColor(*p).getRgb(), wanted, strict=False))
    ]


def test_scale_lift_and_shift_are_drawn(figure, tmp_path) -> None:
    style = FigureStyle(80, 60, 127)  # 5 pixels a mm
    assert write_figure(tmp_path / "stack.png", figure, style) == 0
    image = QImage(str(tmp_path / "stack.png"))
    width = image.width() - 20
    for colour, ppm, height in ((RED, 7.0, 100.0), (BLUE, 3.5, 250.0)):
        x, y = min(inked(image, colour), key=lambda p: p[1])
        assert x == pytest.approx(10 + (9.0 - ppm) / 8.0 * width, abs=3)
        baseline = max(p[1] for p in inked(image, colour))
        foot = 0.0 if colour == RED else 150.0
        scale = (baseline - y) / (height - foot)
        assert scale * 310 == pytest.approx(image.height() - 20 - 2.6 * 12, rel=0.08)


@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_every_form_is_written_and_an_svg_names_traces_and_axis(figure, tmp_path, ending) -> None:
    path = tmp_path / f"stack.{ending}"
    assert write_figure(path, figure) == 0
    head = path.read_bytes()[:1024]
    assert {"svg": b"<svg", "pdf": b"%PDF", "png": b"PNG"}[ending] in head
    if ending == "svg":
        texts = "".join(svg_texts(path))
        assert all(text in texts for text in ("below", "above", "δ / ppm"))
        assert RED in path.read_text()


def test_no_measured_data_of_any_of_the_spectra_are_replaced(figure, tmp_path) -> None:
    folder = Path(write_bruker(tmp_path / "made", None, lorentzians((3.0, 1.0)), "made"))
    spectrum = figure.traces[1].spectrum
    source = replace(spectrum.source, path=str(folder))
    measured = replace(figure.traces[1], spectrum=replace(spectrum, source=source))
    victim = folder / "title.svg"
    victim.write_text("theirs")
    with pytest.raises(OverwriteError, match="measured data"):
        write_figure(victim, replace(figure, traces=(figure.traces[0], measured)))
    assert victim.read_text() == "theirs"


def test_names_stand_over_their_baselines_where_there_is_room() -> None:
    assert name_feet([90.0, 50.0], 10.0, 100.0, 4.0) == {0: 86.0, 1: 46.0}


def test_names_of_traces_that_lie_over_each_other_stand_at_the_top_the_highest_first() -> None:
    assert name_feet([90.0, 90.0, 90.0], 10.0, 100.0, 4.0) == {2: 10.0, 1: 20.0, 0: 30.0}


def test_of_names_too_many_for_the_top_those_that_would_touch_are_left_out() -> None:
    feet = name_feet([95.0 - 4 * n for n in range(20)], 10.0, 100.0, 4.0)
    assert sorted(feet) == [0, 3, 6, 9, 12, 15, 18]
