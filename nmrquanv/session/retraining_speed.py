"""What a small retraining takes: one spectrum, three reviewed regions, as the window starts it.

``python -m nmrquanv.session.retraining_speed MODEL [EPOCHS [EXAMPLE]]`` prints it as JSON, from the
start of the child to the old and the new model beside each other: ``seconds`` of the processor, of
the child and its processes, and ``waited`` by the clock. ``nmrquanv bench speed`` starts this and
puts the goal beside.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, Slot

from nmrquanv.errors import TrainingError
from nmrquanv.io import read
from nmrquanv.models.finder import find_peaks
from nmrquanv.paths import resource
from nmrquanv.session.document import Document
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.run_folder import Options

MENTHOL, ASPIRIN = "bruker_1h_menthol/10", "bruker_1h_aspirin_fidonly/1"
_REGIONS = {
    MENTHOL: ((3.6, 3.2), (2.3, 1.9), (1.2, 0.6)),
    ASPIRIN: ((8.3, 8.0), (7.7, 7.0), (2.5, 2.2)),
}
"""What is reviewed of a bundled spectrum, from high to low ppm."""

_PATIENCE_MS = 600_000
_REAPED_MS = 200


class _Run(QObject):
    """A retraining that is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.retraining = Retraining(parent=self)
        self._loop = QEventLoop()
        self._error: Exception | None = TrainingError("the training does not come to an end")
        self.retraining.result_ready.connect(self._on_result)
        self.retraining.failed.connect(self._on_failed)

    def wait(self, document: Document, options: Options) -> None:
        """Retrain on what is reviewed of a document, until both models have been compared."""
        QTimer.singleShot(_PATIENCE_MS, self._loop.quit)
        self.retraining.start([document], options)
        self._loop.exec()
        self.retraining.shut_down()
        if self._error is not None:
            raise self._error

    @Slot(object)
    def _on_result(self, _result: object) -> None:
        self._error = None
        QTimer.singleShot(_REAPED_MS, self._loop.quit)  # what a child took is told once it ended

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._error = error
        self._loop.quit()


def main(argv: list[str]) -> int:
    """Retrain once and print what it took."""
    model = argv[0]
    epochs = int(argv[1]) if len(argv) > 1 else Options(model).epochs
    example = argv[2] if len(argv) > 2 else MENTHOL
    app = QCoreApplication.instance() or QCoreApplication(["nmrquanv"])
    with tempfile.TemporaryDirectory(prefix="nmrquanv-speed-") as folder:
        os.environ["NMRQUANV_DATA"] = str(Path(folder, "data"))
        document = _reviewed(example, model)
        before, began = _children_s(), time.monotonic()
        _Run().wait(document, Options(model, epochs))
        figures = {"seconds": _children_s() - before, "waited": time.monotonic() - began}
    del app
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()
    return 0


def _reviewed(example: str, model: str) -> Document:
    """Return a bundled spectrum with the peaks that a model finds, three regions of it reviewed."""
    dataset = read(resource("example_spectra") / example)
    document = Document(dataset, dataset.recipe.run(dataset.data))
    document.edit.set_layer_results({model: find_peaks(document.spectrum, model)})
    for high, low in _REGIONS[example]:
        document.edit.add_region(high, low)
    return document


def _children_s() -> float:
    """Return the seconds of the processor of the children that have ended, and of theirs."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
