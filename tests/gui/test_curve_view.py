"""The curve on the study page: a click on a point, or an arrow key, shows its runs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nmrquanv.gui.pages.curve_view import CurveView
from nmrquanv.gui.pages.study_findings import StudyFindings
from nmrquanv.session.study_catalogue import Drawing, KeptCurvePoint, Reported


def points(count: int = 9) -> tuple[KeptCurvePoint, ...]:
    return tuple(
        KeptCurvePoint(
            number=20 + k,
            label=f"medium, kernel {k}",
            mean=0.05 * (k - 4),
            low=0.05 * (k - 4) - 0.03,
            high=0.05 * (k - 4) + 0.03,
            runs=[(seed, 0.5 + 0.01 * k, 0.5) for seed in range(3)],
        )
        for k in range(count)
    )


@pytest.fixture
def view(qtbot) -> CurveView:
    made = CurveView(points())
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def _place(view: CurveView, index: int) -> QPoint:
    scene = view.plot.getViewBox().mapViewToScene(QPointF(index, 100 * points()[index].mean))
    return view.plot.mapFromScene(scene)


def test_a_click_on_a_point_shows_its_runs(view: CurveView, qtbot) -> None:
    assert "Click on a point" in view.runs.text()
    with qtbot.waitSignal(view.chosen, timeout=5000) as told:
        QTest.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=_place(view, 6))
    assert told.args == [26]
    assert view.index == 6
    text = view.runs.text()
    assert "Setting 26: medium, kernel 6" in text
    assert "+10.0 % (+7.0 to +13.0)" in text
    assert "seed 2: QuanvNN 0.560, CNN 0.500" in text
    assert "--point 26" in text


def test_arrow_keys_go_along_the_curve_and_stop_at_its_ends(view: CurveView) -> None:
    for key, index in (
        (Qt.Key.Key_Right, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_End, 8),
        (Qt.Key.Key_Right, 8),
        (Qt.Key.Key_Left, 7),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(view, key)
        assert view.index == index
    assert "Setting 20" in view.runs.text()


def test_findings_show_the_curve_in_place_of_its_picture(qtbot) -> None:
    findings = StudyFindings()
    qtbot.addWidget(findings)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5" aria-label="one"/>'
    drawn = (Drawing(svg, "the curve"), Drawing(svg, "another"))
    findings.set_findings(
        [
            Reported("robustness", "standard", ("So.",), drawn, points()),
            Reported("noise", "standard", ("So.",), drawn),
        ]
    )
    assert len(findings.curves) == 1
    assert [f.accessibleName() for f in findings.figures] == [
        "Figure: another",
        "Figure: the curve",
        "Figure: another",
    ]
    findings.set_findings([])
    assert findings.curves == []
