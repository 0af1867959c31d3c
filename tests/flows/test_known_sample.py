"""A sample that is known line by line, analysed by keys and mouse: couplings, AB, satellites."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

from nmrquanv.gui.dialogs.journal import JournalDialog
from nmrquanv.gui.panels import multiplet_rows as rows
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum

SF_MHZ, SIZE, SW_HZ, FWHM_HZ, SIGMA = 500.0, 65536, 5000.0, 1.0, 0.02
WAIT_MS = 30_000
J_ETHYL, J_AB, APART_HZ = 7.13, 14.0, 20.0
TALL, SATELLITE = 3.60, 70.5


def lines() -> list[tuple[float, float]]:
    """Return place (Hz) and height of each line."""
    found = [(4.12 * SF_MHZ + (k - 1.5) * J_ETHYL, h) for k, h in enumerate((10, 30, 30, 10))]
    found += [(1.26 * SF_MHZ + (k - 1) * J_ETHYL, h) for k, h in enumerate((30, 60, 30))]
    whole = float(np.hypot(APART_HZ, J_AB))
    for side in (-1, 1):
        middle = 2.70 * SF_MHZ
        found.append((middle + side * (whole - J_AB) / 2, 30 * (1 + J_AB / whole)))
        found.append((middle + side * (whole + J_AB) / 2, 30 * (1 - J_AB / whole)))
    found.append((TALL * SF_MHZ, 200.0))
    found += [(TALL * SF_MHZ + side * SATELLITE, 1.1) for side in (-1, 1)]
    return found


@pytest.fixture
def known(user, qtbot):
    """Show a person lines that are known (Hz, height), with their peaks and multiplets."""

    def known(lines: list[tuple[float, float]]):
        axis = Axis(SIZE, SW_HZ, SF_MHZ, 8.0)
        hz = axis.all_ppm() * SF_MHZ
        rng = np.random.default_rng(4)
        data = SIGMA * (rng.normal(size=SIZE) + 1j * rng.normal(size=SIZE))
        for place, height in lines:
            x = (hz - place) / (0.5 * FWHM_HZ)
            data += height * (1 - 1j * x) / (1 + x**2)
        spectrum = Spectrum(data, axis, Sample("1H", "CDCl3"), Source("made", "1", "simulated"))
        made = DataSet(spectrum, Recipe(), ("1",))
        with qtbot.waitSignal(user.window.workspace.opened, timeout=WAIT_MS):
            user.window.workspace.open_made("sample", lambda _: (made, Recipe().run(spectrum)))
        qtbot.wait(300)  # the first document lays the docks out, a moment later
        user.choose_finders("classical")
        user.find()
        user.press(Qt.Key.Key_M)
        return user

    return known


@pytest.fixture
def sample(known):
    """A person with the sample's peaks and multiplets."""
    return known(lines())


def told(user, ppm: float) -> list[str]:
    """Return what the table says of the multiplet at a place."""
    panel, table = user.window.multiplets, user.window.multiplets.table
    held = [r.multiplet.low_ppm <= ppm <= r.multiplet.high_ppm for r in panel._rows]
    number = held.index(True)
    return [table.item(number, column).text() for column in range(table.columnCount())]


def test_partners_have_one_coupling_and_an_ab_system_is_not_two_doublets(sample) -> None:
    user = sample
    user.show_panel("multiplets")
    for ppm, name in ((4.12, "q"), (1.26, "t")):
        text = told(user, ppm)
        assert text[rows.KIND] == name
        assert float(text[rows.COUPLINGS].split()[0]) == pytest.approx(J_ETHYL, abs=0.05)
        partner = {4.12: "1.26", 1.26: "4.12"}[ppm]
        assert text[rows.COUPLINGS].endswith(f"→ {partner}")
    text = told(user, 2.70)
    assert text[rows.KIND] == "AB"
    assert float(text[rows.COUPLINGS].split()[0]) == pytest.approx(J_AB, abs=0.1)


def test_satellites_are_said_to_be_in_an_integral_or_out(sample, qtbot) -> None:
    user, view, mouse = sample, sample.view, sample.mouse
    panel = user.window.integrals
    for half_hz, words in ((130.0, "in"), (80.0, "partly"), (40.0, "out")):
        half = half_hz / SF_MHZ
        user.zoom(TALL + 2 * half, TALL - 2 * half)
        user.press(Qt.Key.Key_I)
        mouse.drag(view, mouse.place(view, TALL + half), mouse.place(view, TALL - half))
        user.show_panel("integrals")
        qtbot.waitUntil(lambda: panel.table.rowCount() == 1)
        last = panel.table.columnCount() - 1
        assert panel.table.item(0, last).text() == words
        user.undo()


def five_protons(user, qtbot) -> None:
    """Integrate all signals and type 5 for the tall singlet."""
    user.press(Qt.Key.Key_I, Qt.KeyboardModifier.ShiftModifier)
    user.show_panel("integrals")
    table = user.window.integrals.table
    limits = [[float(table.item(r, c).text()) for c in (0, 1)] for r in range(table.rowCount())]
    number = [low < TALL < high for high, low in limits].index(True)
    at = table.visualItemRect(table.item(number, 3)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    editor = table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "5")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    editing = QAbstractItemView.State.EditingState
    qtbot.waitUntil(lambda: table.state() != editing and not table.findChildren(QLineEdit))


def test_each_style_prints_the_same_signals_in_its_own_words(sample, qtbot) -> None:
    user = sample
    five_protons(user, qtbot)
    user.press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    dialog = user.dialog(JournalDialog)
    box = dialog.style_box
    box.setFocus()
    for words in (
        "1H NMR (500 MHz, CDCl3) δ 4.12 (q, J = 7.1 Hz, 2H), 3.60 (s, 5H), "
        "2.70 (AB q, J = 14.0 Hz, 3H), 1.26 (t, J = 7.1 Hz, 3H).",
        "δH (500 MHz; CDCl3) 4.12 (2H, q, J 7.1), 3.60 (5H, s), 2.70 (3H, AB q, J 14.0), "
        "1.26 (3H, t, J 7.1).",
        "1H NMR (500 MHz, CDCl3): δ = 4.12 (q, J = 7.1 Hz, 2H), 3.60 (s, 5H), "
        "2.70 (AB q, J = 14.0 Hz, 3H), 1.26 (t, J = 7.1 Hz, 3H) ppm.",
        "1H-NMR (500 MHz, CDCl3): δ (ppm) = 4.12 (q, 2H, J = 7.1 Hz); 3.60 (s, 5H); "
        "2.70 (AB q, 3H, J = 14.0 Hz); 1.26 (t, 3H, J = 7.1 Hz).",
    ):
        assert dialog.text.toPlainText() == words
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert not dialog.join_button.isEnabled()
    user.leave(dialog)


def test_a_solvent_line_in_a_multiplet_stays_in_it_flagged(known) -> None:
    """The second line of a quartet lies under chloroform's."""
    first = 7.26 * SF_MHZ + 0.5 * J_ETHYL
    quartet = [(first + (1 - k) * J_ETHYL, h) for k, h in enumerate((10, 30, 30, 10))]
    user = known([*[(f - 0.5 * J_ETHYL, h) for f, h in quartet], (2.0 * SF_MHZ, 50.0)])
    user.show_panel("multiplets")
    text = told(user, 7.26)
    assert text[rows.KIND] == "q"
    assert float(text[rows.COUPLINGS].split()[0]) == pytest.approx(J_ETHYL, abs=0.05)
    assert text[rows.LINES] == "4 (solvent)"
    (one,) = [p for p in user.document.peaks if p.peak_class == "solvent"]
    assert one.ppm == pytest.approx(7.26, abs=0.001)


@pytest.mark.parametrize(("apart", "name"), [(6.0, "d"), (4.0, "d"), (1.5, "AB")])
def test_roofing_doublets_stay_doublets_until_they_are_an_ab_system(known, apart, name) -> None:
    """By the distance of the shifts over the coupling: weights lean, below 3 it is second order."""
    j = 8.0
    whole, middle = j * float(np.hypot(apart, 1.0)), 6.80 * SF_MHZ
    four = []
    for side in (-1, 1):
        four.append((middle + side * (whole - j) / 2, 30 * (1 + j / whole)))
        four.append((middle + side * (whole + j) / 2, 30 * (1 - j / whole)))
    user = known([*four, (2.0 * SF_MHZ, 50.0)])
    user.show_panel("multiplets")
    table = user.window.multiplets.table
    texts = [
        [table.item(row, column).text() for column in (rows.KIND, rows.COUPLINGS)]
        for row in range(table.rowCount() - 1)
    ]
    assert [kind for kind, _ in texts] == [name] * (1 if name == "AB" else 2)
    for _, coupling in texts:
        assert float(coupling.split()[0]) == pytest.approx(j, abs=0.1)
        assert ("→" in coupling) == (name == "d")


def test_nuclei_by_integral_and_by_fit_stand_apart_and_are_labelled(sample, qtbot) -> None:
    user = sample
    five_protons(user, qtbot)
    user.show_panel("multiplets")
    table = user.window.multiplets.table
    heads = [table.horizontalHeaderItem(c) for c in (rows.INTEGRAL, rows.FITTED)]
    assert [head.text() for head in heads] == ["H integral", "H fit"]
    assert "running integral" in heads[0].toolTip()
    assert "fitted areas" in heads[1].toolTip()
    text = told(user, 4.12)
    by_integral, by_fit = (float(text[c]) for c in (rows.INTEGRAL, rows.FITTED))
    assert by_fit == pytest.approx(by_integral, rel=0.15)
