"""Documents whose lines are known exactly, for panels and dialogs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from nmrquanv.gui.main_window import MainWindow
from nmrquanv.io import read
from nmrquanv.progress import silent_report
from nmrquanv.session.document import Document
from nmrquanv.session.peak_finding import PeakFinding
from nmrquanv.session.settings import Settings
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum, TrueLine
from nmrquanv.spectra.starting_recipe import spectrum_recipe

SF_MHZ = 400.0
FWHM_HZ = 2.0
SIGMA = 0.02
LINES = ((7.26, 300.0), (7.0, 100.0), (5.0, 50.0), (3.0, 20.0), (1.2, 0.09))
"""Position and height; the first is chloroform, the last lower than the default thresholds want."""


def lorentzian_spectrum(lines=LINES, *, has_hz: bool = True, size: int = 16384) -> Spectrum:
    axis = Axis(size, 4000.0, SF_MHZ, 9.5, has_hz)
    offset = axis.all_ppm()[:, None] - np.array([p for p, _ in lines])
    x = offset * SF_MHZ / (0.5 * FWHM_HZ)
    data = ((1 - 1j * x) / (1 + x**2)) @ np.array([h for _, h in lines])
    noise = np.random.default_rng(1).normal(0, SIGMA, (2, size))
    source = Source("made", "1", "simulated", sha256="ab" * 32)
    return Spectrum(data + noise[0] + 1j * noise[1], axis, Sample("1H", "CDCl3"), source)


def found_peaks(finder: str, shift_ppm: float = 0.0, skip: tuple[float, ...] = ()) -> PeakList:
    """What a finder finds in the spectrum, each a little off its line."""
    peaks = tuple(
        Peak(
            ppm + shift_ppm,
            height,
            # The weakest passes in S/N and fails in height: the noise is lower where it stands.
            snr=height / (SIGMA if height > 1 else 0.7 * SIGMA),
            fwhm_hz=FWHM_HZ,
            area=height * FWHM_HZ * np.pi / 2,
            confidence=0.9 if height > 30 else 0.8,
            finder=finder,
            peak_class="solvent" if ppm == LINES[0][0] else "signal",
        )
        for ppm, height in LINES
        if ppm not in skip
    )
    return PeakList(peaks, Provenance(finder, "c0ffee", {"polarity": "auto"}), SIGMA)


@pytest.fixture
def make_document(qapp) -> Callable[..., Document]:
    """Make a document of the spectrum; keywords change the spectrum or the data set."""

    def make(*, has_hz: bool = True, true_lines: bool = False, name: str = "made") -> Document:
        spectrum = lorentzian_spectrum(has_hz=has_hz)
        lines = tuple(TrueLine(p, FWHM_HZ, h) for p, h in LINES) if true_lines else ()
        dataset = DataSet(spectrum, spectrum_recipe(), ("1",), lines)
        return Document(dataset, dataset.recipe.run(spectrum), name)

    return make


@pytest.fixture
def document(make_document) -> Document:
    """Three layers: the CNN misses a line and has one more, the classical finder all."""
    document = make_document()
    cnn = found_peaks("cnn", 0.001, skip=(3.0,))
    extra = Peak(4.0, 10.0, snr=500.0, fwhm_hz=FWHM_HZ, confidence=0.8, finder="cnn")
    document.edit.set_layer_results(
        {
            "quanv": found_peaks("quanv"),
            "cnn": replace(cnn, peaks=(*cnn.peaks, extra)),
            "classical": found_peaks("classical", -0.0005),
        }
    )
    return document


@pytest.fixture
def fid_document(examples, qapp) -> Document:
    dataset = read(examples / "bruker_1h_aspirin_fidonly" / "1", source="fid")
    return Document(dataset, dataset.recipe.run(dataset.data), "aspirin")


@pytest.fixture
def document_with_satellites(document) -> Document:
    """The same with 13C satellites beside the line at 5 ppm in the working layer."""
    layer = document.layers["quanv"]
    beside = tuple(
        Peak(
            ppm,
            0.27,
            snr=13.5,
            fwhm_hz=FWHM_HZ,
            confidence=0.9,
            finder="quanv",
            peak_class="satellite",
        )
        for ppm in (5.16, 4.84)
    )
    document.edit.set_layer_results({"quanv": replace(layer, peaks=(*layer.peaks, *beside))})
    return document


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path / "settings.json")


def _find_tall(spectrum, model, *, region, polarity, one_window, report=silent_report):
    """A finder that takes no time: the tallest point, a little lower for the CNN."""
    report(1, 1, "looking")
    point = int(abs(spectrum.trace).argmax())
    ppm = spectrum.axis.ppm(point) + (0.0005 if model == "cnn" else 0.0)
    height = float(spectrum.trace[point])
    settings = {"region": region, "one_window": one_window, "polarity": polarity}
    peak = Peak(ppm, height, snr=1e4, fwhm_hz=1.0, confidence=0.9, finder=model)
    return PeakList((peak,), Provenance(model, settings=settings), 1.0)


@pytest.fixture
def find_tall():
    """A finder that takes no time, in place of the networks."""
    return _find_tall


class EndlessSearch:
    """A finder that searches until it is cancelled."""

    def __init__(self) -> None:
        self.started = threading.Event()

    def __call__(self, _spectrum, _model, *, report, **_):
        """Report again and again."""
        self.started.set()
        while True:
            report(0, 0, "thinking")
            threading.Event().wait(0.005)


@pytest.fixture
def endless() -> EndlessSearch:
    return EndlessSearch()


@pytest.fixture
def make_main_window(qtbot, settings):
    """Open windows that close without asking at the end of the test."""
    made = []

    def window(find=_find_tall) -> MainWindow:
        workspace = Workspace(settings)
        window = MainWindow(workspace, settings, PeakFinding(find))
        workspace.setParent(window)
        made.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield window
    for one in made:
        one.closing.agree()
        one.close()
        one.deleteLater()


@pytest.fixture
def window(make_main_window) -> MainWindow:
    return make_main_window()


@pytest.fixture
def menthol(examples) -> str:
    return str(examples / "bruker_1h_menthol" / "10")


@pytest.fixture
def painted(qapp) -> Callable[..., np.ndarray]:
    """Return a function that paints on a white ground: (rows, columns, 3) of 0 to 255."""

    def picture(
        paint: Callable[[QPainter], None], ratio: float = 1.0, size: tuple[int, int] = (60, 60)
    ) -> np.ndarray:
        image = QImage(*(round(ratio * side) for side in size), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter)
        painter.end()
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
        return rows[:, :, :3].astype(int)

    return picture
