"""How many lines stand under a lone top: asked with the shape that the spectrum's lines share.

A *lone* top has no other within some widths. Where the data want two lines, there are two, in the
places where the shape has them; where one explains the top and two do no better, what a network or
a fit put beside it goes. Positions, heights and errors of what was counted come from that shape.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.decoding import Candidates
from nmrquanv.models.ground import Ground
from nmrquanv.models.lone_tops import lone, stretches_of
from nmrquanv.models.marking import PUTTING
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.field import Field
from nmrquanv.spectra.fitting import FittedLines
from nmrquanv.spectra.fitting.groups import LineValues
from nmrquanv.spectra.fitting.splitting import CAUTION, Trials, trials
from nmrquanv.spectra.fitting.stretches import Shaped, Stretches

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

_COUNT_SNR, _COUNT_ROOM, _COUNT_SHARE, _MERGE_SNR = 20.0, 1.8, 0.03, 50.0
_MINE, _TAILS = 1.3, 16
_OTHERS = 1.2
"""What the neighbours' tails add to an error; from simulated spectra of their own seeds."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Lines after counting.

    Parameters
    ----------
    candidates : Candidates
    source : (n,) int64
        Which of the old lines each comes from.
    is_shaped : (n,) bool
        Whether the shape says what it is.
    position, position_err, fwhm, height : (n,) float64
        Of those; native points.
    is_changed : bool
        Whether lines came or went.
    is_open : (n,) bool
        Under a top that neither one line nor two in the spectrum's shape explain.
    """

    candidates: Candidates
    source: Index
    is_shaped: Mask
    position: Array
    position_err: Array
    fwhm: Array
    height: Array
    is_changed: bool
    is_open: Mask

    def started(self, old: FittedLines) -> FittedLines:
        """Return the lines as they were fitted; those that the shape places start there."""
        lines = old.chosen(self.source)
        position = np.where(self.is_shaped, self.candidates.position, lines.position)
        return replace(lines, position=position)

    def put_into(self, lines: FittedLines) -> FittedLines:
        """Return fitted lines with what the shape says of some in their place."""
        names = ("position", "position_err", "fwhm", "height")
        values = {n: np.where(self.is_shaped, getattr(self, n), getattr(lines, n)) for n in names}
        return replace(lines, **values)


def count_lines(
    ground: Ground,
    hits: Candidates,
    lines: FittedLines,
    field: Field,
    report: Report = silent_report,
) -> Counted:
    """Count the lines under lone tops.

    Parameters
    ----------
    ground : Ground
    hits : Candidates
        As fitted, native points.
    lines : FittedLines
        The same after fitting.
    field : Field
    report : Report
        May cancel.
    """
    native, tops = ground.native, ground.tops
    build = _Builder(hits, lines)
    if not tops.maximum.size:
        return build.counted()
    place = native.factor * lines.position
    asks = tops.is_top & (tops.rise > _COUNT_SNR * native.sigma)
    asks &= lone(ground, _COUNT_ROOM, _COUNT_SHARE)
    members = ground.members(ground.home(place))
    away = np.abs(place - tops.maximum[ground.home(place)])
    own: dict[int, Index] = {
        int(home): members[home][away[members[home]] < _MINE * tops.width[home]]
        for home in np.flatnonzero(asks)
    }
    homes = np.array([home for home, lines_of in own.items() if lines_of.size], dtype=np.int64)
    if homes.size:
        cut, dependence = _cut(ground, homes, [own[int(h)] for h in homes], lines, field)
        tried = trials(cut, field, dependence, report)
        report(1, 1, PUTTING)
        shapes = _Shapes(tried, field, native.factor)
        pair, single, is_open = tried.is_pair(), tried.is_single(), tried.is_open()
        places = stretches_of(ground, homes)
        low, high = places.low[:, None], places.high[:, None]
        is_inside = (tried.two.position > low) & (tried.two.position < high)
        inside = np.asarray(is_inside.min(axis=1), dtype=bool)
        is_clear = np.greater(tops.rise[homes], _MERGE_SNR * native.sigma).tolist()
        for i, home in enumerate(homes):
            if pair[i] and inside[i] and own[int(home)].size <= 2:
                build.put(own[int(home)], [shapes.of_pair(i, k) for k in (0, 1)])
            elif single[i] and (own[int(home)].size == 1 or is_clear[i]):
                build.put(own[int(home)], [shapes.of_one(i)])
            elif is_open[i]:
                build.leave_open(own[int(home)])
    return build.counted()


def _cut(
    ground: Ground, homes: Index, own: list[Index], lines: FittedLines, field: Field
) -> tuple[Stretches, float]:
    """Return homes, the tails of the others taken off, and points for each independent one."""
    native = ground.native
    places = stretches_of(ground, homes)
    error = CAUTION * field.shape_error
    cut = Stretches.cut(native.trace, places, native.sigma, error, ground.offset(homes))
    scaled = native.factor * lines.position
    log_fwhm = np.log(native.factor * np.maximum(lines.fwhm, 0.1))
    state = LineValues(scaled, log_fwhm, lines.height, lines.eta, native.common)
    order = np.argsort(scaled)
    others = np.full((homes.size, _TAILS), -1)
    for i, mine in enumerate(own):
        first = int(np.searchsorted(scaled[order], places.middle[i])) - _TAILS // 2 - 2
        near = order[max(0, first) : max(0, first) + _TAILS + 4]
        near = near[~np.isin(near, mine)][:_TAILS]
        others[i, : near.size] = near
    tails = state.profile(others, cut.x)
    dependence = 1.0 + 2.0 * float(np.sum(native.correlation[1:] ** 2))
    return replace(cut, y=cut.y - tails), dependence


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in native points."""

    position: float
    position_err: float
    fwhm: float
    height: float


class _Shapes:
    """Lines as they look in the field: where their tops are, how wide and tall they are."""

    def __init__(self, tried: Trials, field: Field, factor: int) -> None:
        self._tried, self._field, self._factor = tried, field, factor

    def of_one(self, i: int) -> _Line:
        """Return the single line of a top."""
        return self._line(self._tried.one, i, 0)

    def of_pair(self, i: int, k: int) -> _Line:
        """Return a line of a pair."""
        return self._line(self._tried.two, i, k)

    def _line(self, shaped: Shaped, i: int, k: int) -> _Line:
        spread = self._field.spread.with_gaussian(float(shaped.gauss[i]))
        form = spread.form(float(shaped.width[i]))
        root = _OTHERS * np.sqrt(self._tried.dependence)
        error = root * float(self._tried.looser(shaped)[i] * shaped.position_err[i, k])
        return _Line(
            (float(shaped.position[i, k]) + form.top) / self._factor,
            error / self._factor,
            form.fwhm / self._factor,
            float(shaped.height[i, k]) * form.height,
        )


class _Builder:
    """Puts lines in the place of others."""

    def __init__(self, hits: Candidates, lines: FittedLines) -> None:
        self._hits, self._lines = hits, lines
        self._replaced: dict[int, list[_Line]] = {}
        self._gone: set[int] = set()
        self._open: set[int] = set()
        self._is_changed = False

    def put(self, own: Index, found: list[_Line]) -> None:
        """Put lines in the place of some; the surest of these gives its score."""
        surest = int(own[np.argmax(self._hits.probability[own])])
        self._replaced[surest] = found
        self._gone |= {int(i) for i in own if i != surest}
        self._is_changed |= own.size != len(found)

    def leave_open(self, own: Index) -> None:
        """Say of lines that the shape explains neither one nor two of them."""
        self._open |= {int(i) for i in own}

    def counted(self) -> Counted:
        """Return all lines, by position."""
        kept = [i for i in range(self._lines.position.size) if i not in self._gone]
        rows = [(i, line) for i in kept for line in self._replaced.get(i, [None])]
        source = np.array([i for i, _ in rows], dtype=np.int64)
        shaped = np.array([line is not None for _, line in rows], dtype=bool)
        values = np.array(
            [
                (line.position, line.position_err, line.fwhm, line.height) if line else (0.0,) * 4
                for _, line in rows
            ]
        ).reshape(-1, 4)
        hits = self._hits.chosen(source)
        hits = replace(
            hits,
            position=np.where(shaped, values[:, 0], hits.position),
            fwhm=np.where(shaped, np.maximum(values[:, 2], 0.5), hits.fwhm),
        )
        order = np.argsort(hits.position, kind="stable")
        position, error, fwhm, height = values[order].T
        return Counted(
            hits.chosen(order),
            source[order],
            shaped[order],
            position,
            error,
            fwhm,
            height,
            self._is_changed,
            np.isin(source[order], sorted(self._open)),
        )
