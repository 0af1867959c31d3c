"""A threshold never cuts a multiplet: lines of a pattern whose main line passes stay.

Least height and least confidence hide a line only where no pattern asks for it; least S/N always
hides, for below it nothing is seen. A line that only its confidence would hide must complete a
pattern of at least three lines, of which more are sure than not: two lines alike are soon found by
chance, and of doubtful ones some fit any pattern. It must be told apart from the sure ones. A line
that both would hide never stays. A maximum number of peaks lets the tallest pass, each with all of
its pattern: so it may be exceeded by the rest of one.

Where no pattern can be looked for (the nucleus or Hz are not known, a row has too many lines) a
least height cuts no run of lines as close as couplings: the tallest in reach speaks for them, if
they are told apart from what is shown. A maximum number knows no such runs, which may be long.

Which lines make a pattern hangs on the list alone, not on what is shown of it, so that a threshold
that is dragged groups nothing; a search groups what it has found before it hands it over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.axis import NOMINAL_SF_MHZ
from nmrquanv.spectra.line_runs import Runs, tallest_within
from nmrquanv.spectra.multiplets.bumps import APART_WIDTHS
from nmrquanv.spectra.multiplets.grouping import WIDEST_COUPLING_HZ, multiplets_of
from nmrquanv.spectra.multiplets.journal import is_decoupled
from nmrquanv.spectra.multiplets.minor_lines import MINOR_SHARE
from nmrquanv.spectra.multiplets.row_patterns import RowContent
from nmrquanv.spectra.peak_columns import Hidden, Mask, PeakColumns
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.reference_height import reference_height
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.spectra.thresholds import PROGRAM, Limits, Thresholds

MOST_LINES = 20
"""Of a row without a gap, beyond which no pattern is looked for: it would take too long."""

LEAST_SNR = PROGRAM.min_snr
"""Of a line that is grouped: below it nothing is seen."""

FIRST_LOOK = "first_look"
"""In a provenance's settings: the list stands for a moment only, and nobody groups its lines."""

_LEAST_BY_CONFIDENCE = 3
_USUAL_REACH = WIDEST_COUPLING_HZ["1H"]
"""Of couplings, in Hz, where the nucleus has none of its own; in widths where Hz are not known: a
usual line is about 1 Hz wide."""

_REMEMBERED_ROWS, _REMEMBERED_LISTS = 4096, 16


@dataclass(frozen=True, slots=True)
class CouplingScale:
    """What couplings are looked for by.

    Parameters
    ----------
    sf_mhz : float, MHz
        Frequency of 0 ppm; 0 where it is not known.
    nucleus : str
    is_decoupled : bool
        The data say that protons were decoupled while another nucleus was observed.
    """

    sf_mhz: float = 0.0
    nucleus: str = ""
    is_decoupled: bool = False

    @classmethod
    def of(cls, data: Fid | Spectrum) -> CouplingScale:
        """Return that of measured data."""
        axis, sample = data.axis, data.sample
        decoupled = is_decoupled(sample.nucleus, sample.pulse_program)
        return cls(axis.sf_mhz if axis.has_hz else 0.0, sample.nucleus, decoupled)

    @property
    def is_known(self) -> bool:
        """Whether patterns can be looked for."""
        return self.sf_mhz > 0 and self.nucleus in WIDEST_COUPLING_HZ


def passing(
    columns: PeakColumns, limits: Mapping[str, Limits], tallest: float, scale: CouplingScale
) -> PeakList:
    """Return the peaks that pass, with the lines that their patterns need.

    Parameters
    ----------
    columns : PeakColumns
        Of the list.
    limits : mapping of str to Limits
        Of each finder.
    tallest : float, intensity
        What ``min_height`` refers to.
    scale : CouplingScale
    """
    return columns.part(judged(columns, limits, tallest, scale).shown).peaks


class Fates(NamedTuple):
    """What became of each peak of a list, each ``(n,)``; see :class:`Hidden`."""

    shown: Mask
    hidden: Hidden
    by_number: Mask


def judged(
    columns: PeakColumns, limits: Mapping[str, Limits], tallest: float, scale: CouplingScale
) -> Fates:
    """Say of each peak whether it passes, and what hides it; see :func:`passing`."""
    hidden = columns.hidden(limits, tallest)
    stays = kept(columns, hidden, scale)
    hidden = Hidden(*(mask & ~stays for mask in hidden))
    passes = ~np.logical_or.reduce(hidden)
    most = min((x.max_peaks for x in limits.values() if x.max_peaks is not None), default=None)
    shown = passes if most is None else passes & _tallest_of(columns, passes, most, scale)
    return Fates(shown, hidden, passes & ~shown)


def _tallest_of(columns: PeakColumns, passes: Mask, most: int, scale: CouplingScale) -> Mask:
    """Return the tallest of the peaks that pass, with their patterns, and those of a person."""
    result = columns.is_users & passes
    if int(passes.sum()) <= most:
        return passes
    pattern = {i: lines for lines in patterns(columns, scale) for i in lines}
    for i in np.argsort(-columns.height, kind="stable").tolist():
        if int(result.sum()) >= most:
            break
        if passes[i]:
            result[list(pattern.get(i, (i,)))] = True
    return result & passes


def kept(columns: PeakColumns, hidden: Hidden, scale: CouplingScale) -> Mask:
    """Tell which hidden peaks stay because a pattern needs them, ``(n,)``."""
    result = np.zeros(columns.height.shape, dtype=np.bool_)
    able = (hidden.by_height | hidden.by_confidence) & ~hidden.by_snr
    able &= ~hidden.as_satellites & ~hidden.by_place & ~(hidden.by_height & hidden.by_confidence)
    if not able.any():
        return result
    shown = ~np.logical_or.reduce(hidden)
    pieces, piece_of, runs = _rows(columns, scale)
    apart = _are_apart(columns, shown, scale)
    if runs is not None:
        result[runs.with_main_line(shown)] = True
        result &= ~hidden.by_confidence & apart
    ours = piece_of >= 0
    has_able, has_shown = (
        np.bincount(piece_of[mask & ours], minlength=len(pieces)) for mask in (able, shown)
    )
    for number in np.flatnonzero(has_able * has_shown).tolist():
        for lines in pieces[number].patterns():
            if shown[max(lines, key=lambda i: columns.height[i])]:
                _keep(result, list(lines), hidden.by_confidence, apart)
    return result & able


def _are_apart(columns: PeakColumns, shown: Mask, scale: CouplingScale) -> Mask:
    """Tell which peaks stand so far from all that are shown that the data tell them apart.

    All do where widths or Hz are not known.
    """
    if not scale.sf_mhz or not shown.any():
        return np.ones(columns.ppm.shape, dtype=np.bool_)
    rising = np.sort(columns.ppm[shown])
    after = np.searchsorted(rising, columns.ppm)
    away = np.minimum(
        np.abs(columns.ppm - rising[np.minimum(after, rising.size - 1)]),
        np.abs(columns.ppm - rising[np.maximum(after - 1, 0)]),
    )
    return np.asarray(away * scale.sf_mhz >= APART_WIDTHS * columns.fwhm_hz)


def patterns(columns: PeakColumns, scale: CouplingScale) -> tuple[tuple[int, ...], ...]:
    """Return the places in a list of the lines of each of its patterns, whatever is shown."""
    return tuple(lines for piece in _rows(columns, scale).pieces for lines in piece.patterns())


@lru_cache(maxsize=_REMEMBERED_LISTS)
def _rows(columns: PeakColumns, scale: CouplingScale) -> _Rows:
    """Divide a list into rows in which patterns are looked for, and runs of the other lines."""
    piece_of = np.full(columns.ppm.shape, -1, dtype=np.intp)
    row = np.flatnonzero(columns.is_signal & (columns.snr >= LEAST_SNR))
    at, reach = _reach(columns, row, scale)
    if not row.size or not reach or columns.peaks.provenance.settings.get(FIRST_LOOK):
        return _Rows((), piece_of, None)
    is_main = columns.height[row] >= MINOR_SHARE * tallest_within(at, columns.height[row], reach)
    row, at = row[is_main], at[is_main]
    runs = np.ones(row.shape, dtype=np.bool_)
    found: list[NDArray[np.intp]] = []
    if scale.is_known:
        # a list falls in ppm: pieces end where the next line is farther than couplings reach
        ends = np.flatnonzero(-np.diff(at) > reach) + 1
        pieces = np.split(row, ends)
        found = [x for x in pieces if 1 < x.size <= MOST_LINES]
        runs = np.repeat([x.size > MOST_LINES for x in pieces], [x.size for x in pieces])
    for number, places in enumerate(found):
        piece_of[places] = number
    return _Rows(
        tuple(_Piece(places, columns.peaks.peaks, scale) for places in found),
        piece_of,
        Runs.of(row[runs], at[runs], columns.height[row[runs]], reach) if runs.any() else None,
    )


def _reach(
    columns: PeakColumns, row: NDArray[np.intp], scale: CouplingScale
) -> tuple[NDArray[np.float64], float]:
    """Return where lines stand and how far couplings reach: in Hz, else in widths; 0: nowhere."""
    ppm, width_hz = columns.ppm[row], columns.fwhm_hz[row]
    if scale.is_decoupled and not scale.is_known:
        return ppm, 0.0
    if scale.sf_mhz:
        return ppm * scale.sf_mhz, WIDEST_COUPLING_HZ.get(scale.nucleus, _USUAL_REACH)
    if not width_hz.any():
        return ppm, 0.0
    usual = float(np.median(width_hz[width_hz > 0]))
    return ppm * NOMINAL_SF_MHZ / usual, _USUAL_REACH


class _Rows(NamedTuple):
    """Of a list: rows without a gap, each peak's (-1: of none), and runs of lines in none."""

    pieces: tuple[_Piece, ...]
    piece_of: NDArray[np.intp]
    runs: Runs | None


class _Piece:
    """A row of lines without a gap, whose patterns are looked for when somebody asks."""

    __slots__ = ("_found", "_peaks", "_places", "_scale")

    def __init__(
        self, places: NDArray[np.intp], peaks: tuple[Peak, ...], scale: CouplingScale
    ) -> None:
        self._places, self._peaks, self._scale = places, peaks, scale
        self._found: tuple[tuple[int, ...], ...] | None = None

    def patterns(self) -> tuple[tuple[int, ...], ...]:
        """Return the places in the list of the lines of each pattern."""
        if self._found is None:
            place = self._places.tolist()
            found = _patterns(RowContent(tuple(self._peaks[i] for i in place)), self._scale)
            self._found = tuple(tuple(place[k] for k in lines) for lines in found)
        return self._found


def learn(peaks: PeakList, spectrum: Spectrum) -> None:
    """Group a list once, where nobody waits for it."""
    patterns(PeakColumns.of(peaks), CouplingScale.of(spectrum))


def _keep(result: Mask, lines: list[int], doubts: Mask, apart: Mask) -> None:
    """Keep the lines of one pattern whose main line is shown."""
    stays = ~doubts[lines]
    if len(lines) >= _LEAST_BY_CONFIDENCE and 2 * int(stays.sum()) > len(lines):
        stays |= apart[lines]
    result[np.array(lines)[stays]] = True


@lru_cache(maxsize=_REMEMBERED_ROWS)
def _patterns(row: RowContent, scale: CouplingScale) -> tuple[tuple[int, ...], ...]:
    """Return the places in a row of the lines of each named pattern."""
    place = {peak.id: k for k, peak in enumerate(row.peaks)}
    found = multiplets_of(row.peaks, scale.sf_mhz, scale.nucleus)
    return tuple(tuple(place[i] for i in m.peak_ids) for m in found if m.couplings)


def as_listed(peaks: PeakList, thresholds: Thresholds, spectrum: Spectrum) -> PeakList:
    """Return what is listed of one finder's candidates: what passes, and its patterns' lines.

    Parameters
    ----------
    peaks : PeakList
        All that were found in the spectrum; its finder's card completes the thresholds.
    thresholds : Thresholds
    spectrum : Spectrum
    """
    limits, columns = peaks.limits(thresholds), PeakColumns.of(peaks)
    tallest = reference_height(spectrum, limits.excluded)
    of = dict.fromkeys(columns.finders, limits)
    return passing(columns, of, tallest, CouplingScale.of(spectrum))
