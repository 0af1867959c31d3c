"""The main job without a screen: find peaks with both networks, write peak list and picture.

    python packaging/first_look.py PATH FOLDER

Runs in the environment that ``bootstrap.py`` has made, on Qt's offscreen platform.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from nmrquanv.errors import ModelError, NmrQuanvError
from nmrquanv.gui.plot.figures import figure_of, write_figure
from nmrquanv.io import read
from nmrquanv.io.tables.formats import write_peaks
from nmrquanv.models.finder import find_peaks
from nmrquanv.session.document import Document
from nmrquanv.session.exporting import export_of

FINDERS = ("quanv", "cnn", "classical")


def main(path: str, folder: Path) -> int:
    """Open, find with every finder, and write ``peaks.csv``, ``peaks.json``, ``spectrum.png``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    application = QApplication([])  # kept: fonts need it
    try:
        dataset = read(path)
        document = Document(dataset, dataset.recipe.run(dataset.data))
        results = {}
        for finder in FINDERS:
            try:
                results[finder] = find_peaks(document.spectrum, finder)
            except ModelError as error:
                print(f"{finder}: {error}")
        document.edit.set_layer_results(results)
        for finder in results:
            print(f"{finder:<10} {len(document.shown_layer(finder))} peaks")
        for ending in ("csv", "json"):
            write_peaks(folder / f"peaks.{ending}", export_of(document))
        write_figure(folder / "spectrum.png", figure_of(document, _signals(document)))
    except NmrQuanvError as error:
        print(error, file=sys.stderr)
        return 3
    application.quit()
    return 0


def _signals(document: Document) -> tuple[float, float]:
    """Return the stretch of the axis that holds all shown peaks, with some air, in ppm."""
    high, low = document.spectrum.axis.limits_ppm
    positions = document.shown_peaks().positions_ppm()
    if positions.size == 0:
        return high, low
    air = 0.05 * (high - low)
    return min(high, positions[0] + air), max(low, positions[-1] - air)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
