"""Why a network lists a line at a place, or why not: every step of the search, looked at there.

The very windows that a search of the whole spectrum lays over the place are answered once more, so
that what is told is what happened. Candidates are judged by a first fit, which is told; what is
drawn are the lines that the search ends with, with the shape that it learnt from all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmrquanv.finders import CLASSICAL, Polarity
from nmrquanv.models import windows as win
from nmrquanv.models.answering import DenseAnswers, dense_answers
from nmrquanv.models.confidence import EVIDENCE
from nmrquanv.models.decoding import Candidates, decode, without_duplicates
from nmrquanv.models.drawn_place import NEAR_POINTS, NEAR_WIDTHS, Settled, drawn_place, line_at
from nmrquanv.models.explained import DrawnPlace, Explanation, GridAnswer, LineFit
from nmrquanv.models.first_fit import Prepared, scores_of
from nmrquanv.models.refinement import Refined
from nmrquanv.models.search import LEAST_SNR, matched_snr
from nmrquanv.progress import Report, silent_report, standing
from nmrquanv.spectra.fitting import FittedLines
from nmrquanv.spectra.spectrum import Spectrum

if TYPE_CHECKING:
    from nmrquanv.models.library import LoadedModel

_AROUND, _DRAWN = 150, 40
"""Points of the finest grid beside the place that are searched again, and that are drawn."""

_EXPLAINING = "looking at the place again"


def explanation(
    spectrum: Spectrum,
    finder: str,
    ppm: float,
    *,
    sign: float = 1.0,
    polarity: Polarity = "auto",
    settled: Settled | None = None,
    report: Report = silent_report,
) -> Explanation | None:
    """Look at one place as a finder does; None for one that lays no windows over all scales.

    The classical finder has none, and the paper's own head looks at one window at a time. See
    :func:`explain` for the parameters.
    """
    if finder == CLASSICAL:
        return None
    from nmrquanv.models import library

    loaded = library.load(finder)
    if loaded.card.head != "dense":
        return None
    return explain(
        spectrum, loaded, ppm, sign=sign, polarity=polarity, settled=settled, report=report
    )


def explain(
    spectrum: Spectrum,
    loaded: LoadedModel,
    ppm: float,
    *,
    sign: float = 1.0,
    polarity: Polarity = "auto",
    settled: Settled | None = None,
    report: Report = silent_report,
) -> Explanation:
    """Look at one place as a search of the whole spectrum does.

    Parameters
    ----------
    spectrum : Spectrum
    loaded : LoadedModel
        With the dense head.
    ppm : float, ppm
        Inside the spectrum.
    sign : +1.0 or -1.0
        Of the line that is asked about.
    polarity : "auto" | "positive" | "negative" | "both"
        With which the search was made.
    settled : Settled or None
        Keeps what the search ended with, where several places are asked about.
    report : Report
        May cancel.
    """
    told = standing(report, 0)
    told(0, 1, _EXPLAINING)
    narrow = win.narrow_width_points(spectrum, told)
    prepared = Prepared.of(spectrum, narrow, sign, loaded.card.window, told)
    network, size = dense_answers(loaded.network), spectrum.axis.size
    looks = [_look(grid, network, ppm, prepared.window, told) for grid in prepared.grids]
    parts = [
        decode(look.answer, look.offset, grid, scale, size)
        for scale, (grid, look) in enumerate(zip(prepared.grids, looks, strict=True))
    ]
    at = float(spectrum.axis.point(ppm))
    finest = size / prepared.grids[0].axis.size
    parts = [_within(part, at, _AROUND * finest) for part in parts]
    found = Candidates.by_position(parts)
    kept = without_duplicates(found, prepared.window.fwhm_points * finest)
    own = [_nearest(part, at, finest) for part in parts]
    grids = tuple(
        replace(look.told, candidate_ppm=None if place is None else float(spectrum.axis.ppm(place)))
        for look, place in zip(looks, own, strict=True)
    )
    told(0, 1, _EXPLAINING)
    refined = prepared.fit(kept, told)
    told(0, 1, _EXPLAINING)
    ended = (settled or Settled()).lines(spectrum, loaded, polarity, told).get(sign)
    fitted = _Fitted(spectrum, loaded, refined, prepared, at, ended)
    return fitted.explanation(ppm, grids, kept, [p for p in own if p is not None])


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What one grid gave: stitched answers and offsets of all its points, and what is told."""

    answer: NDArray[np.float32]
    offset: NDArray[np.float32]
    told: GridAnswer


def _look(
    grid: win.Grid, network: DenseAnswers, ppm: float, window: win.Window, report: Report
) -> _Look:
    """Answer the windows about a place anew: those that a search of all lays there."""
    report(0, 1, _EXPLAINING)
    channels, size = win.features(grid), grid.axis.size
    at = int(np.clip(round(float(grid.axis.point(ppm))), 0, size - 1))
    starts = win.window_starts(size, points=window.points)
    starts = starts[(starts <= at + _AROUND) & (starts + window.points > at - _AROUND)]
    points = np.clip(starts[:, None] + np.arange(window.points), 0, size - 1)
    speaks = matched_snr(channels, window)[points].max(axis=1) > LEAST_SNR
    answer, offset = np.zeros(size, np.float32), np.zeros(size, np.float32)
    own = np.zeros((0, window.points))
    if speaks.any():
        own, offsets = network.answer(win.cut(channels, starts[speaks], window.points))
        whole = win.stitch(own, starts[speaks], size)
        pull = win.stitch(offsets * own, starts[speaks], size)
        answer, offset = whole, (pull / np.maximum(whole, 1e-6)).astype(np.float32)
    said = {int(s): own[i] for i, s in enumerate(starts[speaks])}
    covering = [int(s) for s in starts if s <= at < s + window.points]
    shown = tuple(
        (
            float(grid.axis.ppm(start)),
            float(grid.axis.ppm(start + window.points - 1)),
            float(said[start][at - start]) if start in said else None,
        )
        for start in covering
    )
    near = answer[max(at - 2, 0) : at + 3]
    told = GridAnswer(
        grid.axis.point_hz,
        shown,
        float(near.max()),
        tuple((name, float(channels[i][at])) for i, name in enumerate(win.FEATURES)),
    )
    return _Look(answer, offset, told)


def _within(found: Candidates, at: float, reach: float) -> Candidates:
    return found.chosen(np.abs(found.position - at) <= reach)


def _nearest(found: Candidates, at: float, finest: float) -> float | None:
    """Return the candidate that stands for the place, native points; None where none does."""
    if not found.position.size:
        return None
    away = np.abs(found.position - at)
    i = int(np.argmin(away))
    reach = max(NEAR_POINTS * max(finest, 1.0), NEAR_WIDTHS * float(found.fwhm[i]))
    return float(found.position[i]) if away[i] <= reach else None


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """The fitted lines about a place, native points.

    ``refined`` is the first fit; ``ended`` the lines that the search ends with, None where those
    of this sign were not looked for.
    """

    spectrum: Spectrum
    loaded: LoadedModel
    refined: Refined
    prepared: Prepared
    at: float
    ended: FittedLines | None

    def explanation(
        self,
        ppm: float,
        grids: tuple[GridAnswer, ...],
        kept: Candidates,
        seen: list[float],
    ) -> Explanation:
        """Put together what is told."""
        score = scores_of(self.loaded.network, self.refined)
        lines = [self._line(i, float(s)) for i, s in enumerate(score)]
        index = line_at(self.refined.lines, self.at)
        merged = None
        if index is None and seen and kept.position.size:
            other = kept.position[int(np.argmin(np.abs(kept.position - seen[0])))]
            merged = float(self.spectrum.axis.ppm(other))
        evidence = self.refined.evidence[index] if index is not None else ()
        drawn = self._drawn(index)
        low, high = float(drawn.ppm.min()), float(drawn.ppm.max())
        others = (line for i, line in enumerate(lines) if i != index)
        return Explanation(
            ppm,
            self.loaded.card.name,
            self.refined.sign,
            grids,
            lines[index] if index is not None else None,
            merged,
            tuple(line for line in others if low <= line.ppm <= high),
            tuple((name, float(x)) for name, x in zip(EVIDENCE, evidence, strict=False)),
            drawn,
        )

    def _line(self, i: int, score: float) -> LineFit:
        lines, axis, sign = self.refined.lines, self.spectrum.axis, self.refined.sign
        card = self.loaded.card
        is_last = not card.judges_settled
        return LineFit(
            float(axis.ppm(lines.position[i])),
            float(lines.position_err[i] * axis.point_ppm),
            float(lines.fwhm[i] * axis.point_hz),
            float(sign * lines.height[i]),
            float(lines.height_err[i]),
            score,
            float(card.confidence(np.array([score]))[0]) if is_last else None,
        )

    def _drawn(self, index: int | None) -> DrawnPlace:
        """Return the place as the search ends there, and a candidate that it left out as tried."""
        tried = self.refined.lines.chosen(np.array([] if index is None else [index], np.int64))
        least = _DRAWN * self.spectrum.axis.size / self.prepared.grids[0].axis.size
        return drawn_place(self.spectrum, (self.at, least), self.refined.sign, self.ended, tried)
