"""Numbers of integrals stand under their brackets, or upright and led to them."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nmrquanv.gui.plot.figure_content import FigureStyle
from nmrquanv.gui.plot.figures import figure_of, write_figure

SVG = "{http://www.w3.org/2000/svg}"
WIDE, ENDS = 170.0, (9.0, 1.0)


def numbers(path: Path) -> list[tuple[str, float, bool]]:
    """Return text, place (mm) and whether it is upright, of each integral's number."""
    found = []
    for group in ElementTree.parse(path).getroot().iter(f"{SVG}g"):
        for text in group.findall(f"{SVG}text"):
            if not re.search(r"^[\d.]+ %$", text.text or ""):
                continue
            a, b, *_, x, _y = map(float, re.findall(r"-?[\d.]+", group.get("transform")))
            own = float(text.get("x")) * a
            found.append((text.text, (x + own) / 100.0, abs(b) > abs(a)))
    return found


@pytest.fixture
def written(document, tmp_path):
    """Write a figure with integrals of these middles (ppm), and return their numbers."""

    def write(*middles: float) -> list[tuple[str, float, bool]]:
        for middle in middles:
            document.edit.add_integral(middle + 0.02, middle - 0.02)
        path = tmp_path / "figure.svg"
        write_figure(path, figure_of(document, ENDS), FigureStyle(WIDE, 80.0))
        return numbers(path)

    return write


def place_mm(ppm: float) -> float:
    return 2.0 + (ENDS[0] - ppm) / (ENDS[0] - ENDS[1]) * (WIDE - 4.0)


def test_few_numbers_lie_under_their_brackets(written) -> None:
    found = written(7.0, 3.0)
    assert [is_upright for *_, is_upright in found] == [False, False]
    for (_, x, _), ppm in zip(found, (7.0, 3.0), strict=True):
        assert x < place_mm(ppm) < x + 20.0


def test_crowded_numbers_stand_upright_near_their_brackets_and_none_far_off(written) -> None:
    """Twelve lay side by side over most of the width, each far from its bracket."""
    middles = [5.0 - 0.05 * k for k in range(12)]
    found = written(*middles)
    assert len(found) == 12
    assert all(is_upright for *_, is_upright in found)
    places = [x for _, x, _ in found]
    assert places == sorted(places)
    for x, ppm in zip(places, middles, strict=True):
        assert abs(x - place_mm(ppm)) < 0.15 * WIDE
