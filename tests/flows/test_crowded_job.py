"""A crowded spectrum of 131,072 points from drop to journal line: few clicks and keys, no waits.

Clicks and keys are counted. What a person waits for is measured in processor time of the whole
program, for the computer that tests may be busy with other things. A list is there with the first
look; the network searches in the background, and the plot answers meanwhile.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from nmrquanv.gui import clipboard
from nmrquanv.gui.dialogs.journal import JournalDialog
from nmrquanv.gui.warming import warm_up
from nmrquanv.io.spectra_formats import SpectrumExport, spectrum_format, write_spectrum
from nmrquanv.progress import silent_report
from nmrquanv.session.review import doubts
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum

POINTS, SF_MHZ, FWHM_HZ, SIGMA = 131_072, 500.0, 0.9, 0.02
MULTIPLETS = 80
MOST_GESTURES, MOST_WAIT_S = 40, 2.0
CTRL = Qt.KeyboardModifier.ControlModifier


def crowded_lines() -> list[tuple[float, float]]:
    """First-order multiplets of one to five lines at random places, some over each other."""
    draw, lines = np.random.default_rng(7), []
    for _ in range(MULTIPLETS):
        middle, height = draw.uniform(0.8, 8.2), 10 ** draw.uniform(0.5, 2.0)
        apart_hz, steps = draw.uniform(4.0, 12.0), int(draw.integers(0, 5))
        for k in range(steps + 1):
            share = math.comb(steps, k) / math.comb(steps, steps // 2)
            lines.append((middle + (k - steps / 2) * apart_hz / SF_MHZ, height * share))
    return lines


@pytest.fixture
def crowded(tmp_path) -> Path:
    """A Bruker folder with the processed spectrum of several hundred lines."""
    axis = Axis(POINTS, 6000.0, SF_MHZ, 11.0)
    ppm, noise = axis.all_ppm(), np.random.default_rng(8).normal(0.0, SIGMA, (2, POINTS))
    data = noise[0] + 1j * noise[1]
    for place, height in crowded_lines():
        near = np.abs(ppm - place) < 0.5
        x = (ppm[near] - place) * SF_MHZ / (0.5 * FWHM_HZ)
        data[near] += height * (1 - 1j * x) / (1 + x**2)
    source = Source("made", "1", "simulated", sha256="ab" * 32)
    spectrum = Spectrum(data, axis, Sample("1H", "CDCl3"), source)
    folder = tmp_path / "crowded"
    write_spectrum(folder, SpectrumExport(spectrum), spectrum_format("bruker"))
    return folder


class Count:
    """Counts what hands do, and measures the longest wait after any of it."""

    def __init__(self, user) -> None:
        self._user = user
        self.gestures, self.waits = 0, {}

    @contextmanager
    def gesture(self, what: str, is_there: Callable[[], object]) -> Iterator[None]:
        """Count one gesture; it is over when its result is there and painted."""
        start = time.process_time()
        yield
        self._user.qtbot.waitUntil(lambda: bool(is_there()), timeout=60_000)
        self._user.view.grab()
        took = time.process_time() - start
        self.gestures += 1
        self.waits[what] = max(self.waits.get(what, 0.0), took)


@pytest.mark.measures_time
def test_a_crowded_spectrum_becomes_a_journal_line_in_few_gestures_without_waits(
    user, crowded
) -> None:
    window, count = user.window, Count(user)
    warm_up(silent_report)  # as the program does when its window stands
    with count.gesture("drop", lambda: window.workspace.current is not None):
        user.drop(crowded)
    document = user.document
    assert document.spectrum.axis.size == POINTS
    with count.gesture("finders", lambda: "classical" in window.settings.finders):
        user.choose_finders("quanv", "cnn", "classical")
    count.gestures += 2  # the menu is opened, and left with Escape
    with count.gesture("first look", lambda: len(document.shown_peaks()) > MULTIPLETS):
        user.press(Qt.Key.Key_F5)
    review_all(user, count)
    with count.gesture("confirm", lambda: all(p.is_confirmed for p in document.shown_peaks())):
        user.press(Qt.Key.Key_A, CTRL)
        user.press(Qt.Key.Key_Space)
    count.gestures += 1  # there were two keys
    with count.gesture("multiplets", lambda: len(document.multiplets) > MULTIPLETS / 3):
        user.press(Qt.Key.Key_M)
    with count.gesture("journal", lambda: window.findChildren(JournalDialog)):
        user.press(Qt.Key.Key_J, CTRL)
    dialog = user.dialog(JournalDialog)
    with count.gesture("copy", lambda: "1H NMR" in dialog.text.toPlainText()):
        user.click(dialog.copy_button)
    text = QGuiApplication.clipboard().text()
    assert text.startswith("¹H NMR (500 MHz, CDCl3) δ 7.")
    clipboard.leave()
    assert text.count("J = ") > MULTIPLETS / 6
    user.leave(dialog)
    assert count.gestures < MOST_GESTURES
    assert max(count.waits.values()) <= MOST_WAIT_S, count.waits


def review_all(user, count: Count) -> None:
    """Let the network end while the plot is used, then settle every doubt by a key."""
    document, view = user.document, user.view
    commands = user.window.view_commands.reviewing
    with count.gesture("zoom while it searches", lambda: view.visible_ppm()[0] < 9.0):
        middle = view.view_box.rect().center()
        user.mouse.drag(view, user.mouse.place(view, 8.5), (middle.x(), middle.y()))
    user.qtbot.waitUntil(lambda: "cnn" in document.layers, timeout=60_000)
    user.wait_until_idle()
    found = doubts(document)
    assert found, "nothing to review: the spectrum is not crowded enough"
    with count.gesture("review", lambda: commands.is_on):
        user.press(Qt.Key.Key_N)
    left = len(found)
    while left:
        key = Qt.Key.Key_Return if commands.current.is_shown else Qt.Key.Key_Delete
        with count.gesture("decide", lambda before=left: len(doubts(document)) < before):
            user.press(key)
        left = len(doubts(document))
    assert not commands.is_on
