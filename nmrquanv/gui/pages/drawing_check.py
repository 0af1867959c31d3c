"""Draws the figures of a report once in a process that can be ended: a drawing may never end.

A folder of a study may come from anywhere, and a drawing of two kilobytes can ask for more lines
than there is time for. What is drawn there in time is drawn as fast in the window.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from nmrquanv.pool import Pool
from nmrquanv.progress import Report
from nmrquanv.session.study_catalogue import Drawing, Reported

START_S = 30.0
"""How long a process may take to draw nothing: it starts, on a computer that is busy."""
DRAW_S = 2.0
SIZE = (900, 700)
"""In pixels; the window's figures are not larger."""
NOT_SHOWN = "A figure of this report takes too long to draw and is not shown here."

_TEXT = "looking at the figures"
_MOST_BYTES = 2 * 1024**3
_EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


class DrawingCheck:
    """Remembers which drawings can be drawn in time."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}

    def without_endless(self, findings: Iterable[Reported], report: Report) -> tuple[Reported, ...]:
        """Return findings without the drawings that take too long, and say so in their answer.

        The program's own drawings are taken as they are.

        Parameters
        ----------
        findings : iterable of Reported
        report : Report
            May cancel.
        """
        findings = tuple(findings)
        self._learn({d.svg for f in findings if not f.is_bundled for d in f.drawings}, report)
        return tuple(f if f.is_bundled else self._bounded(f) for f in findings)

    def _bounded(self, finding: Reported) -> Reported:
        shown: tuple[Drawing, ...] = tuple(d for d in finding.drawings if self._known[d.svg])
        if len(shown) == len(finding.drawings):
            return finding
        return replace(finding, drawings=shown, answer=(*finding.answer, NOT_SHOWN))

    def _learn(self, svgs: set[str], report: Report) -> None:
        """Draw what has not been drawn yet, one after the other."""
        new = sorted(svgs - self._known.keys())
        with Pool(1) as pool:
            is_started = False
            for number, svg in enumerate(new):
                report(number, len(new), _TEXT)
                is_started = is_started or _is_in_time(pool, _EMPTY, START_S, report)
                self._known[svg] = is_started and _is_in_time(pool, svg, DRAW_S, report)
                if not self._known[svg]:
                    pool.stop()
                    is_started = False


def _is_in_time(pool: Pool, svg: str, seconds: float, report: Report) -> bool:
    """Let the process draw; False if it does not come to an end, or dies of it."""
    pool.start(None, draw_once, svg)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if said := pool.wait(0.05):
            return said[0].kind == "done"
        report(0, 0, _TEXT)
    return False


def draw_once(svg: str) -> None:
    """Draw an SVG document; run in a process of its own."""
    _limit_memory()
    from PySide6.QtCore import QByteArray, QRectF
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    # letters need an application; without a screen it shows nothing
    _app = QGuiApplication.instance() or QGuiApplication(["nmrquanv", "-platform", "offscreen"])
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, *SIZE))
    painter.end()


def _limit_memory() -> None:
    """Let a drawing that asks for everything end its process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_BYTES, _MOST_BYTES))
