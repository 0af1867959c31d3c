"""Make the pictures of the user guide, and README's, from the real window.

    python packaging/guide_pictures.py [FOLDER]
    python packaging/guide_pictures.py --readme [FILE]

Opens bundled examples on Qt's offscreen platform, finds peaks with the classical method, which
gives the same everywhere, and writes ``window.png`` and the others; by default in place of those
in ``resources/help/guide``. README's picture has both networks' peaks, and says in itself which
networks and thresholds it shows. Only fonts differ between computers.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nmrquanv.gui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "resources" / "example_spectra"
MENTHOL = EXAMPLES / "bruker_1h_menthol" / "10"
CARBONS = ("bruker_13c_caryophyllene_oxide", "bruker_dept135_caryophyllene_oxide")
WIDTH, HEIGHT, SHOWN = 1100, 700, 700
"""Of the window, and the width of a picture of it, pixels."""
WAIT_MS = 60_000
SHOWS = "Shows"
"""The name of a PNG's text that says what is seen."""

README_SIZE, README_VIEW = (1280, 800), (2.05, 2.30)
"""Of the window, pixels, and what it shows, ppm: a multiplet of menthol."""


def main(target: Path, draw: Callable[[Path], None] | None = None) -> int:
    """Write all pictures of the guide into a folder, or what is drawn otherwise; return 0."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as own:
        os.environ["NMRQUANV_DATA"] = own
        os.environ["NMRQUANV_SETTINGS"] = f"{own}/settings.json"
        (draw or _draw)(target)
    return 0


def shown() -> str:
    """Return what README's picture hangs on: default thresholds, and the networks' weights."""
    from nmrquanv.finders import NETWORKS
    from nmrquanv.models.library import load
    from nmrquanv.spectra.thresholds import PROGRAM

    weights = (f"{name} {load(name).card.weights_sha256[:12]}" for name in NETWORKS)
    return f"{PROGRAM}, {', '.join(weights)}"


def draw_readme(path: Path) -> None:
    """Draw README's picture: what both networks say of a multiplet."""
    from nmrquanv.finders import NETWORKS

    window = _searched(NETWORKS, README_SIZE)
    window.docks["finding"].raise_()
    window.view.view_box.show_view(README_VIEW)
    window.view.fit_height()
    _save(window, path, README_SIZE[0], shown())
    window.closing.agree()
    window.close()


def _searched(finders: tuple[str, ...], size: tuple[int, int]) -> MainWindow:
    """Return a window with menthol's peaks."""
    from PySide6.QtWidgets import QApplication

    from nmrquanv.gui.app import make_window
    from nmrquanv.session.settings import Settings

    _APPLICATION.append(QApplication.instance() or QApplication([]))
    settings = Settings()
    settings.theme, settings.finders = "light", finders
    window = make_window(settings)
    window.resize(*size)
    window.show()
    _open(window, MENTHOL)
    _until(lambda do: window.finding.succeeded.connect(do), window.actions_by_id["find"].trigger)
    window.docks["peaks"].raise_()
    window.status.end_progress()  # it says how long the search took
    return window


_APPLICATION: list[object] = []
"""Keeps it alive."""


def _draw(folder: Path) -> None:
    window = _searched(("classical",), (WIDTH, HEIGHT))
    _save(window, folder / "window.png")
    window.view.view_box.show_view((0.6, 2.4))
    window.view.fit_height()
    _save(window, folder / "peaks.png")
    window.actions_by_id["find_multiplets"].trigger()
    window.docks["multiplets"].raise_()
    _save(window, folder / "multiplets.png")
    window.work.close(window.workspace.current)
    for name in CARBONS:
        (place,) = [path for path in (EXAMPLES / name).iterdir() if path.is_dir()]
        _open(window, place)
    window.actions_by_id["stack"].trigger()
    page = window.side_pages.stack
    assert page is not None
    page.resize(WIDTH, HEIGHT)
    page.stacking.add_open()
    page.plot.full_view()
    _save(page, folder / "several.png")
    window.closing.agree()
    window.close()


def _open(window: MainWindow, path: Path) -> None:
    _until(lambda do: window.workspace.opened.connect(do), lambda: window.workspace.open(path))


def _until(connect: Callable, start: Callable[[], object]) -> None:
    """Start something and wait for the signal that it connects to."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, late = QEventLoop(), QTimer(singleShot=True, interval=WAIT_MS)
    connect(lambda *_: loop.quit())
    late.timeout.connect(lambda: loop.exit(1))
    late.start()
    QTimer.singleShot(0, start)
    if loop.exec():
        raise SystemExit("the window does not answer")


def _save(widget: QWidget, path: Path, width: int = SHOWN, told: str = "") -> None:
    """Write what a widget shows, once it has been drawn, as a PNG, small if not said otherwise."""
    from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, Qt, QTimer
    from PySide6.QtGui import QImage

    from nmrquanv.writing import write_whole

    loop = QEventLoop()
    QTimer.singleShot(400, loop.quit)
    loop.exec()
    image = widget.grab().toImage()
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaledToWidth(width, smooth).convertToFormat(QImage.Format.Format_RGB32)
    if told:
        small.setText(SHOWS, told)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    small.save(buffer, "PNG")
    write_whole(path, bytes(buffer.data().data()))


if __name__ == "__main__":
    given = sys.argv[1:]
    if given[:1] == ["--readme"]:
        file = Path(given[1]) if given[1:] else ROOT / "resources" / "help" / "window.png"
        sys.exit(main(file, draw_readme))
    sys.exit(main(Path(given[0]) if given else ROOT / "resources" / "help" / "guide"))
