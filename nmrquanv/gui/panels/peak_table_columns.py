"""Columns and rows of the peak table: what each says of a peak, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from nmrquanv.numbers import fixed, is_plain, measured
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peak import KINDS
from nmrquanv.spectra.peaks import Peak, PeakList

UNKNOWN = "–"
"""Stands where a value is not known."""

MOST_PPM = 20_000.0
"""Beyond the widest known range of shifts (195Pt and 59Co: some 15,000 ppm)."""


class Row(NamedTuple):
    """A peak with what depends on the list it stands in.

    Parameters
    ----------
    peak : Peak
    number : int
        1 for the highest chemical shift.
    hz : float or None, Hz from 0 ppm
        None where the reference frequency is unknown.
    rel_percent : float or None, %
        Signed, of the trace's tallest point outside solvent and water.
    fwhm_hz, area : float or None
        The peak's own, but None too where Hz are unknown.
    is_plain : bool
        Whether heights and areas of the list are written without powers of ten.
    """

    peak: Peak
    number: int
    hz: float | None
    rel_percent: float | None
    fwhm_hz: float | None
    area: float | None
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, what it says, its sort key and its text."""

    key: str
    title: str
    tip: str
    value: Callable[[Row], Any]
    text: Callable[[Any], str]
    is_number: bool = True
    is_editable: bool = False
    written: Callable[[Row], str] | None = None
    """Where the text needs more than the value."""

    def said(self, row: Row) -> str:
        """Return the text of a row's cell."""
        return self.text(self.value(row)) if self.written is None else self.written(row)


def _fixed(decimals: int) -> Callable[[float | None], str]:
    """Return a formatter to a number of decimals."""
    return lambda value: UNKNOWN if value is None else fixed(value, decimals)


def _by_noise(value: float | None, row: Row) -> str:
    """Format a height or an area: its error is what the noise makes of it."""
    if value is None:
        return UNKNOWN
    snr = row.peak.snr
    return measured(value, value / snr if snr else None, plain=row.is_plain)


def _ratio(value: float | None) -> str:
    """Format a signal-to-noise ratio: a decimal only where it says something."""
    return UNKNOWN if value is None else fixed(value, 1 if value < 100 else 0)


def _source(row: Row) -> str:
    return f"{row.peak.source} ✓" if row.peak.is_confirmed else row.peak.source


def _kind(row: Row) -> str:
    peak = row.peak
    return f"{peak.kind}, ≥ {peak.least_lines}" if peak.least_lines > 1 else peak.kind


COLUMNS: tuple[Column, ...] = (
    Column("number", "#", "Number, from the highest chemical shift", lambda r: r.number, str),
    Column(
        "ppm",
        "ppm",
        "Chemical shift. Double-click to type another one (moves the peak)",
        lambda r: r.peak.ppm,
        _fixed(4),
        is_editable=True,
    ),
    Column("hz", "Hz", "Frequency from 0 ppm", lambda r: r.hz, _fixed(2)),
    Column(
        "height",
        "Height",
        "Signed height of the interpolated line, intensity units",
        lambda r: r.peak.height,
        str,
        written=lambda r: _by_noise(r.peak.height, r),
    ),
    Column(
        "rel",
        "Rel. %",
        "Height in % of the trace's tallest point outside solvent and water (TopSpin's MI is such a"
        " height);\na line that is hardly wider than a point is taller than what is seen of it",
        lambda r: r.rel_percent,
        _fixed(2),
    ),
    Column(
        "snr",
        "S/N",
        "|height| / noise sigma; TopSpin's SINO is half of it",
        lambda r: r.peak.snr,
        _ratio,
    ),
    Column(
        "fwhm",
        "FWHM Hz",
        "Full width at half maximum, line broadening included",
        lambda r: r.fwhm_hz,
        _fixed(2),
    ),
    Column(
        "area",
        "Area",
        "Signed area, intensity × Hz",
        lambda r: r.area,
        str,
        written=lambda r: _by_noise(r.area, r),
    ),
    Column(
        "confidence",
        "Conf.",
        "Confidence of the finder, 0 to 1; – for peaks added by hand",
        lambda r: r.peak.confidence,
        _fixed(2),
    ),
    Column(
        "source",
        "Source",
        "Who set the position: a model, or you (added, moved); ✓ = confirmed with Space",
        _source,
        str,
        is_number=False,
    ),
    Column(
        "class",
        "Class",
        "Signal, or what else it comes from: solvent, water, a satellite, a sideband …",
        lambda r: r.peak.peak_class,
        str,
        is_number=False,
    ),
    Column(
        "kind",
        "Kind",
        "How much the data tell: a line, only a top, an unresolved bump, a broad line",
        _kind,
        str,
        is_number=False,
    ),
    Column(
        "label",
        "Label",
        "Your own text. Double-click to write",
        lambda r: r.peak.label,
        str,
        is_number=False,
        is_editable=True,
    ),
)


PPM = next(place for place, column in enumerate(COLUMNS) if column.key == "ppm")
"""Number of the column of chemical shifts."""


def ppm_refusal(value: float) -> str:
    """Return why a number cannot be a chemical shift in ppm; empty if it can."""
    if abs(value) <= MOST_PPM:
        return ""
    return f"{value:g} ppm is no chemical shift: nuclei lie within ±{fixed(MOST_PPM, 0)} ppm."


class PeakRows(Sequence[Row]):
    """The rows of a peak list, highest ppm first; each is made when it is looked at.

    Parameters
    ----------
    peaks : PeakList
    axis : Axis
        Of the spectrum; Hz are left out where it does not know them.
    tallest : float, intensity
        Of the line that counts as 100 %; 0 leaves the relative heights unknown.
    has_areas : bool
        Whether areas of the spectrum count anything.
    """

    def __init__(
        self, peaks: PeakList, axis: Axis, tallest: float, *, has_areas: bool = True
    ) -> None:
        self.peaks, self.axis, self.tallest = peaks.peaks, axis, tallest
        self.has_areas = has_areas
        self._made: tuple[int | None, Row | None] = None, None

    def __len__(self) -> int:
        return len(self.peaks)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        # the cells of a row are asked for one after the other
        if place != self._made[0]:
            self._made = place, self._row(place)
        return self._made[1]

    def _row(self, place: int) -> Row:
        peak, axis = self.peaks[place], self.axis
        number = place % len(self.peaks) + 1
        relative = 100.0 * peak.height / self.tallest if self.tallest else None
        plain = is_plain(self.tallest)
        if not axis.has_hz:
            return Row(peak, number, None, relative, None, None, plain)
        area = peak.area if self.has_areas else None
        return Row(peak, number, axis.hz(peak.ppm), relative, peak.fwhm_hz, area, plain)

    def is_said_alike(self, other: PeakRows) -> bool:
        """Tell whether the same peak would have the same row here and there."""
        same = self.tallest, self.has_areas
        return self.axis == other.axis and same == (other.tallest, other.has_areas)


def spoken(row: Row) -> str:
    """Return a peak as one line for a screen reader."""
    peak = row.peak
    parts = [f"{fixed(peak.ppm, 4)} ppm"]
    if peak.snr is not None:
        parts.append(f"S/N {_ratio(peak.snr)}")
    if row.fwhm_hz is not None:
        parts.append(f"width {fixed(row.fwhm_hz, 2)} Hz")
    if peak.confidence is not None:
        parts.append(f"confidence {fixed(100 * peak.confidence, 0)} %")
    parts += [peak.kind] if peak.kind != "line" else []
    parts += [peak.peak_class] if peak.peak_class != "signal" else []
    parts += [peak.source] if peak.source != "model" else []
    parts += ["confirmed"] if peak.is_confirmed else []
    parts += [peak.label] if peak.label else []
    return ", ".join(parts)


def tip_of(row: Row, column: Column) -> str | None:
    """Return the tool tip of a cell, or None."""
    peak = row.peak
    if column.key == "ppm" and peak.ppm_err is not None:
        return f"{fixed(peak.ppm, 5)} ± {fixed(peak.ppm_err, 5)} ppm (standard error of the fit)"
    if column.key == "snr" and peak.snr is not None:
        return f"S/N {_ratio(peak.snr)}; SINO in TopSpin's count: {_ratio(peak.snr / 2)}"
    if column.key == "source":
        agreed = ", confirmed" if peak.is_confirmed else ""
        return f"found by {peak.finder}{agreed}"
    if column.key == "class" and peak.parent_ppm is not None:
        return f"explained by the line at {fixed(peak.parent_ppm, 4)} ppm"
    if column.key == "kind":
        return KINDS[peak.kind]
    return None
