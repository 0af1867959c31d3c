"""What closes docks and tabs, and how large it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QTabBar, QWidget

from nmrquanv.gui import theme
from nmrquanv.session.document import Document
from nmrquanv.session.place_edits import add_place
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from tests.gui.conftest import FWHM_HZ, SIGMA
from tests.gui.test_looks import cut

LARGE = 150


def crosses(window) -> dict[str, QAbstractButton | QWidget]:
    """Return what closes a tab and what closes a dock."""
    side, tabs = QTabBar.ButtonPosition, window.tabs
    of_tab = tabs.tabButton(1, side.RightSide) or tabs.tabButton(1, side.LeftSide)
    of_dock = window.docks["peaks"].findChild(QAbstractButton, "qt_dockwidget_closebutton")
    return {"tab": of_tab, "dock": of_dock}


def inked_square(part: QWidget) -> tuple[int, int]:
    """Return how wide and how tall is what is drawn on a ground of one colour."""
    picture = part.grab().toImage()
    ground = picture.pixelColor(0, picture.height() // 2)
    columns, rows = range(picture.width()), range(picture.height())
    inked = [
        (x, y)
        for x in columns
        for y in rows
        if abs(picture.pixelColor(x, y).lightness() - ground.lightness()) > 60
    ]
    assert inked
    x, y = ([one[axis] for one in inked] for axis in (0, 1))
    return max(x) - min(x) + 1, max(y) - min(y) + 1


@pytest.mark.parametrize("kind", ["tab", "dock"])
@pytest.mark.parametrize("look", [theme.LIGHT.name, theme.DARK.name])
def test_crosses_that_close_grow_with_the_letters(
    window, make_document, settings, qtbot, kind, look
) -> None:
    settings.theme = look
    window.workspace._add([make_document(name=name) for name in ("first", "second")])
    qtbot.waitUntil(lambda: crosses(window)[kind].isVisible())
    QApplication.processEvents()
    usual = inked_square(crosses(window)[kind])
    assert 7 <= min(usual) == max(usual)
    settings.ui_scale = 200
    QApplication.processEvents()
    part = crosses(window)[kind]
    assert min(inked_square(part)) >= 1.8 * usual[0]
    assert part.parentWidget().rect().contains(part.geometry())
    window.workspace._add([make_document(name="third")])  # made with large letters
    settings.ui_scale = 100
    QApplication.processEvents()
    assert inked_square(crosses(window)[kind]) == usual
    settings.theme = theme.LIGHT.name


def test_the_cross_of_a_dock_closes_it(window, document, qtbot, settings) -> None:
    window.workspace._add([document])
    settings.ui_scale = LARGE
    QApplication.processEvents()
    cross = window.docks["peaks"].findChild(QAbstractButton, "qt_dockwidget_closebutton")
    at = cross.rect().bottomRight() - QPoint(2, 2)
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton, pos=at)
    assert not window.docks["peaks"].isVisible()
    settings.ui_scale = 100


def many_hidden(make_document) -> Document:
    """Return a document in which each threshold hides more than a thousand of its candidates."""
    document = make_document(name="thousands")
    layers = {}
    for finder in ("quanv", "my-own-network-of-june"):
        kinds = (("signal", 0.5, 0.2), ("signal", 900.0, 0.99), ("satellite", 900.0, 0.99))
        peaks = [
            Peak(9.0 - 8.0 * k / 3900, height, snr=height / SIGMA, fwhm_hz=FWHM_HZ, area=20.0,
                 ppm_err=1e-4, confidence=confidence, finder=finder, peak_class=peak_class)
            for k in range(3900)
            for peak_class, height, confidence in (kinds[k % 3],)
        ]  # fmt: skip
        provenance = Provenance(finder, card_sha256="ab" * 32)
        layers[finder] = PeakList(tuple(peaks), provenance, SIGMA)
    document.edit.set_layer_results(layers)
    add_place(document, "excluded", 9.0, 1.1)
    hiding = {"min_snr": 30.0, "min_height": 0.01, "max_peaks": 10}
    document.edit.set_thresholds(replace(document.thresholds, **hiding))
    return document


@pytest.mark.parametrize("letters", [100, LARGE])
def test_the_thresholds_cut_no_word_at_any_width_that_their_dock_allows(
    window, make_document, settings, letters
) -> None:
    settings.ui_scale = letters
    document = many_hidden(make_document)
    window.workspace._add([document])
    window.resize(1600, 1000)
    dock, panel = window.docks["finding"], window.thresholds_panel
    widths = set()
    for wanted in range(40, 560, 20):
        window.resizeDocks([dock], [wanted], Qt.Orientation.Horizontal)
        QApplication.processEvents()
        widths.add(dock.width())
        assert cut(panel) == [], f"{dock.width()} pixels"
    notes = [panel.min_snr, panel.min_height, *panel.confidences.values()]
    texts = [row.note.text() for row in notes] + [panel.satellites_note.text()]
    assert max(len(text) for text in texts) >= len("hides 1000")
    assert len(widths) > 5
    settings.ui_scale = 100
