"""Couplings wider than neighbours show: to fluorine and phosphorus, up to 1,300 Hz.

Lines so far apart stand beside each other by chance as well. A row of three signals and more is
joined where nothing but a splitting makes one: the same pattern, one width, even distances and
binomial areas within their errors (CF2, CF3, PF6). Two signals that look the same prove nothing
(the halves of an aromatic pair, two methyl groups): they are joined only where a spectrum of the
other nucleus, of the same sample, has the very coupling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import comb, hypot, inf
from statistics import median

from nmrquanv.spectra.multiplets.company import without_class
from nmrquanv.spectra.multiplets.first_order import AREA_ERROR, POSITION_WIDTHS, Coupling
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.multiplets.row_patterns import RowPatterns
from nmrquanv.spectra.peaks import Peak

MOST_HZ = {"1H": 750.0, "13C": 400.0}
_MOST_OTHERS_HZ = 1300.0
"""1J(P,H) reaches 700 Hz, 1J(C,F) 370 Hz, 1J(P,F), of other nuclei, 1,300 Hz."""

_LEAST_WIDTHS = 3.0
_AREA_SHARE, _PAIR_SHARE, _WIDTH_RATIO = 0.1, 0.05, 1.25
"""Areas of one row, of one pair may be off by this part besides their errors, widths by this
factor."""

_SAME_HZ = 0.2
"""A coupling is the same in two spectra within this, and three standard errors."""

_LEAST_SNR = 10.0

_SURELY_F_HZ = {("13C", 2): 200.0, ("13C", 3): 200.0, ("31P", 6): 600.0}
"""Rows by nucleus and number of partners, which fluorine alone splits so widely: CF2, CF3, PF6. Of
one bond to phosphorus carbon has less than 200 Hz, but in alkynes, which have one such bond."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A signal that may be a line of a wide splitting."""

    multiplet: Multiplet
    hz: float
    error_hz: float
    fwhm_hz: float
    area: float
    area_error: float

    def is_like(self, other: _Side) -> bool:
        """Tell whether two have one pattern and one width."""
        mine, its = self.multiplet.couplings, other.multiplet.couplings
        widths = sorted((self.fwhm_hz, other.fwhm_hz))
        return (
            self.multiplet.kind == other.multiplet.kind
            and widths[1] <= _WIDTH_RATIO * widths[0]
            and (self.area > 0) == (other.area > 0)
            and all(
                abs(a.hz - b.hz) <= max(3.0 * hypot(a.error_hz, b.error_hz), 0.1 * widths[1])
                for a, b in zip(mine, its, strict=True)
            )
        )

    def has_area(self, wanted: float, share: float = _AREA_SHARE) -> bool:
        """Tell whether its area is the wanted one within its error."""
        return abs(self.area - wanted) <= share * abs(wanted) + 2.0 * self.area_error


def with_wide_couplings(
    found: Sequence[Multiplet],
    peaks: Mapping[str, Peak],
    asked: RowPatterns,
    nucleus: str,
    known: Sequence[Coupling] = (),
) -> list[Multiplet]:
    """Return multiplets with those joined that are surely one, split by a wide coupling.

    Parameters
    ----------
    found : sequence of Multiplet
    peaks : mapping of str to Peak
        By id.
    asked : RowPatterns
    nucleus : str
        Decides how wide couplings are.
    known : sequence of Coupling
        What spectra of another nucleus of the same sample have.
    """
    sides = _sides(found, peaks, asked.sf_mhz)
    pairs = _like_pairs(sides, MOST_HZ.get(nucleus, _MOST_OTHERS_HZ))
    joined: list[Multiplet] = []
    gone: set[str] = set()
    surely = ((row, _element(row, nucleus)) for row in _rows(sides, pairs))
    for row, to in (*surely, *_known_pairs(pairs, known)):
        ids = {one.multiplet.id for one in row}
        if ids & gone:
            continue
        whole = _whole(row, peaks, asked)
        if whole is not None:
            wide = replace(whole.couplings[0], to=to)
            joined.append(replace(whole, couplings=(wide, *whole.couplings[1:])))
            gone |= ids
    return [*(m for m in found if m.id not in gone), *joined]


def wide_distances(
    found: Sequence[Multiplet], peaks: Mapping[str, Peak], sf_mhz: float, nucleus: str
) -> tuple[Coupling, ...]:
    """Return what may be wide couplings for another nucleus to say: couplings, like pairs.

    Parameters
    ----------
    found : sequence of Multiplet
    peaks : mapping of str to Peak
    sf_mhz : float, MHz
    nucleus : str
    """
    own = [c for m in found for c in m.couplings]
    sides = _sides(found, peaks, sf_mhz)
    pairs = [
        Coupling(b.hz - a.hz, hypot(a.error_hz, b.error_hz), 1)
        for a, b in _like_pairs(sides, MOST_HZ.get(nucleus, _MOST_OTHERS_HZ))
        if b.has_area(a.area, _PAIR_SHARE)
    ]
    return (*own, *pairs)


def _sides(found: Sequence[Multiplet], peaks: Mapping[str, Peak], sf_mhz: float) -> list[_Side]:
    sides = []
    for one in found:
        row = [peaks[i] for i in one.peak_ids]
        snr = [p.snr or 0.0 for p in row]
        widths = [p.fwhm_hz or 0.0 for p in row]
        is_plain = one.kind not in ("m", "AB") and not (one.is_broad or one.shares)
        if not is_plain or min(snr) < _LEAST_SNR or min(widths) <= 0:
            continue
        if any(p.kind == "unresolved" or p.peak_class != "signal" for p in row):
            continue
        errors = [(p.ppm_err or 0.0) * sf_mhz for p in row]
        spread = hypot(
            *(AREA_ERROR * (p.area or p.height) / s for p, s in zip(row, snr, strict=True))
        )
        error_hz = max(median(errors) / len(row) ** 0.5, 0.25 * POSITION_WIDTHS * median(widths))
        sides.append(_Side(one, one.ppm * sf_mhz, error_hz, median(widths), one.area, spread))
    return sorted(sides, key=lambda s: s.hz)


def _like_pairs(sides: Sequence[_Side], most_hz: float) -> list[tuple[_Side, _Side]]:
    """Return the pairs of one pattern and width that may be lines of one splitting."""
    pairs = []
    for k, a in enumerate(sides):
        for b in sides[k + 1 :]:
            if b.hz - a.hz > most_hz:
                break
            if b.hz - a.hz > _LEAST_WIDTHS * a.fwhm_hz and a.is_like(b):
                pairs.append((a, b))
    return pairs


def _rows(
    sides: Sequence[_Side], pairs: Sequence[tuple[_Side, _Side]]
) -> Iterator[tuple[_Side, ...]]:
    """Yield rows of three and more at even distances, with binomial areas; longer ones first."""
    for partners in (6, 5, 4, 3, 2):
        weights = [comb(partners, k) for k in range(partners + 1)]
        for first, second in pairs:
            if not second.has_area(weights[1] * first.area):
                continue
            row = _evenly(sides, first, second, partners)
            if len(row) != partners + 1 or not all(one.is_like(second) for one in row):
                continue
            unit = sum(one.area for one in row) / sum(weights)
            if all(one.has_area(w * unit) for one, w in zip(row, weights, strict=True)):
                yield tuple(row)


def _element(row: Sequence[_Side], nucleus: str) -> str:
    """Return the element that alone splits so; empty where it may be another."""
    partners = len(row) - 1
    step_hz = (row[-1].hz - row[0].hz) / partners
    return "F" if step_hz >= _SURELY_F_HZ.get((nucleus, partners), inf) else ""


def _evenly(sides: Sequence[_Side], first: _Side, second: _Side, partners: int) -> list[_Side]:
    """Return the only row that goes on at even distances; empty where it goes on beyond."""
    row = [first, second]
    step = second.hz - first.hz
    slack = 4.0 * hypot(first.error_hz, second.error_hz)
    for k in range(-1, partners + 2):
        if k in (0, 1):
            continue
        at, off = first.hz + k * step, slack * max(abs(k), 1) ** 0.5
        here = [one for one in sides if abs(one.hz - at) <= off]
        if k in (-1, partners + 1):
            if any(one.is_like(second) for one in here):
                return []
        elif len(here) == 1:
            row.append(here[0])
            step = (here[0].hz - first.hz) / k  # the farther, the surer
        else:
            return []
    return row


def _known_pairs(
    pairs: Sequence[tuple[_Side, _Side]], known: Sequence[Coupling]
) -> Iterator[tuple[tuple[_Side, _Side], str]]:
    """Yield pairs whose distance is a known coupling, with its element.

    None where a signal has two such.
    """
    there = []
    for a, b in pairs if known else ():
        if not b.has_area(a.area, _PAIR_SHARE):
            continue
        own_error = hypot(a.error_hz, b.error_hz)
        same = [
            k.to
            for k in known
            if abs(b.hz - a.hz - k.hz) <= max(_SAME_HZ, 3.0 * hypot(own_error, k.error_hz))
        ]
        if same:
            there.append(((a, b), same[0] if len(set(same)) == 1 else ""))
    for pair, to in there:
        rivals = [p for p, _ in there if p is not pair and set(map(id, p)) & set(map(id, pair))]
        if not rivals:
            yield pair, to


def _whole(row: Sequence[_Side], peaks: Mapping[str, Peak], asked: RowPatterns) -> Multiplet | None:
    """Return a row as one multiplet, if its lines have the pattern with the wide coupling."""
    lines = sorted((peaks[i] for s in row for i in s.multiplet.peak_ids), key=lambda p: p.ppm)
    pattern = asked.pattern(lines)
    step = (row[-1].hz - row[0].hz) / (len(row) - 1)
    if pattern is None or pattern.unexplained or not pattern.couplings:
        return None
    wide = pattern.couplings[0]
    if wide.partners != len(row) - 1 or abs(wide.hz - step) > max(0.02 * step, row[0].fwhm_hz):
        return None
    ids = tuple(p.id for p in reversed(lines))
    area = sum(s.area for s in row)
    plain = without_class(Multiplet(ids, 0.0, 0.0, 0.0, "m", area=area), lines, asked.sf_mhz)
    ppm = pattern.centre_hz / asked.sf_mhz
    return replace(plain, ppm=ppm, kind=pattern.name, couplings=pattern.couplings)
