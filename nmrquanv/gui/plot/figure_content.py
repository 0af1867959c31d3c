"""What a figure shows, and its size and looks."""

from __future__ import annotations

from dataclasses import dataclass, field

from nmrquanv.gui.plot.axis_scale import AxisScale
from nmrquanv.gui.plot.multiplets import DrawnMultiplet
from nmrquanv.session.agreement import Agreement
from nmrquanv.spectra.fitted_trace import FittedTrace
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.solvent_tables import SolventBand
from nmrquanv.spectra.spectrum import Spectrum


def usual_decimals(nucleus: str) -> int:
    """Return with how many decimals a figure tells chemical shifts, as the plot does."""
    return 3 if nucleus == "1H" else 2


@dataclass(frozen=True, slots=True)
class FigureStyle:
    """Size and looks of a figure.

    Parameters
    ----------
    width_mm, height_mm : float, mm
        170 mm is the width of a page, 84 mm that of a column in most journals.
    dpi : float
        Of the PNG; SVG has none.
    font_pt : float, points
    line_pt : float, points
        Width of the trace.
    decimals : int
        Of the chemical shifts over the peaks.
    has_labels, has_integrals, has_multiplets, has_lanes, has_solvents, has_fit : bool
        What of a figure's content is drawn.
    """

    width_mm: float = 170.0
    height_mm: float = 90.0
    dpi: float = 300.0
    font_pt: float = 7.0
    line_pt: float = 0.6
    decimals: int = 2
    has_labels: bool = True
    has_integrals: bool = True
    has_multiplets: bool = False
    has_lanes: bool = True
    has_solvents: bool = True
    has_fit: bool = True


@dataclass(frozen=True, slots=True)
class FigureIntegral:
    """An integral as it stands under the trace, its running area as a curve over it.

    Parameters
    ----------
    high_ppm, low_ppm : float, ppm
    text : str
        Number of nuclei; without a calibration the share of the largest area.
    curve : tuple of (ppm, share)
        The running area, in units of the largest integral's.
    """

    high_ppm: float
    low_ppm: float
    text: str
    curve: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class FigureLane:
    """What one finder says: a tick for each of its peaks in view.

    Parameters
    ----------
    finder : str
    ppm : tuple of float, ppm
    """

    finder: str
    ppm: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What is drawn.

    Parameters
    ----------
    spectrum : Spectrum
    high_ppm, low_ppm : float, ppm
        The visible part, left and right end.
    bottom, top : float, intensity
        The visible part, vertically.
    peaks : tuple of Peak
    agreement : Agreement
        Who stands behind each of the peaks.
    n_finders : int
        That were asked.
    integrals : tuple of FigureIntegral
    multiplets : tuple of DrawnMultiplet
    scale : AxisScale
        Of the numbers at axis and peaks.
    lanes : tuple of FigureLane
        From top to bottom.
    bands : tuple of SolventBand
        Where solvent and water are expected, those in view.
    fit : FittedTrace or None
        The sum of the list's lines over the whole axis; None draws neither it nor a residual.
    """

    spectrum: Spectrum
    high_ppm: float
    low_ppm: float
    bottom: float
    top: float
    peaks: tuple[Peak, ...] = ()
    agreement: Agreement = field(default_factory=Agreement)
    n_finders: int = 0
    integrals: tuple[FigureIntegral, ...] = ()
    multiplets: tuple[DrawnMultiplet, ...] = ()
    scale: AxisScale = field(default_factory=AxisScale)
    lanes: tuple[FigureLane, ...] = ()
    bands: tuple[SolventBand, ...] = ()
    fit: FittedTrace | None = None

    @property
    def title(self) -> str:
        """What the file says that it is."""
        title = self.spectrum.sample.title.strip()
        return title.splitlines()[0] if title else "NMR spectrum"

    @property
    def sources(self) -> tuple[str, ...]:
        """Paths of the measured data, which are not replaced unasked."""
        return (self.spectrum.source.path,)

    def __post_init__(self) -> None:
        if not self.high_ppm > self.low_ppm:
            raise ValueError(f"a figure runs from high to low ppm, got {self.high_ppm}")
        if not self.top > self.bottom:
            raise ValueError(f"the visible heights are empty: {self.bottom} to {self.top}")
