"""Whether classes and couplings of multiplets are right on signals that are listed for spectra.

Each list in ``ground_truth`` counts once, with one of the data sets that it belongs to. A signal's
class is right by these rules, where W is the width of the lines that were found:

- It is the listed class. Or the list's couplings, one by one from the largest, are the found ones,
  with what nobody resolves left open: those below 1.2 W may be missing, and those nearer to each
  other than 1.2 W may be taken for equal (``dddd`` with 12.8, 9.9, 3.0, 2.7 Hz is a ``ddt``).
- Where the list says ``m`` of n nuclei, any classes of several lines, if three quarters of the
  area of all that reaches there are in n multiplets or fewer.
- ``m`` is right only where lines of the listed couplings, so read, lie nearer than 1.2 W; ``s``
  (``br s``) where all couplings are below that.
- Couplings are right within :data:`LISTED_HZ`, equal ones by their mean. A class without listed
  couplings needs none.
- *Finer* also counts a signal with the listed couplings and others below :data:`FINE_HZ`, which
  lists seldom name.
- The place counts to :data:`NEAR_PPM`, or as far as the list's remarks say (``+-0.03``). Of several
  multiplets there the best counts.
- Not judged: what the program sets apart as solvent or water, if nothing as tall is near, and
  signals where the trace shows nothing of the least S/N of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nmrquanv.bench.multiplets import NEAR_PPM, MultipletScore
from nmrquanv.errors import FormatError, NmrQuanvError
from nmrquanv.io import read
from nmrquanv.io.known_data_sets import KnownDataSet, known_data_sets
from nmrquanv.io.signal_lists import LISTS, ListedClass, read_classes, read_reach
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.multiplets.bumps import APART_WIDTHS, line_width_hz
from nmrquanv.spectra.multiplets.by_hand import partners_of
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.simulation.spin_systems import first_order
from nmrquanv.spectra.solvent_tables import PATTERN_REACH
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import PROGRAM, Thresholds

LISTED_HZ = 0.3
"""A listed coupling is right within this: lists say a tenth of a Hz, of another spectrum often."""

FINE_HZ = 2.5
"""Couplings that a list may not name."""

_MAIN_SHARE = 0.75
_COINCIDE_WIDTHS = 0.5


class Seen(NamedTuple):
    """A multiplet that was found, and the width of its lines in Hz."""

    multiplet: Multiplet
    width_hz: float


@dataclass(frozen=True, slots=True)
class ListedResult:
    """Listed signals of real spectra: the score of each finder on each data set; what was wrong."""

    scores: dict[str, dict[str, MultipletScore]]
    wrong: dict[str, list[str]]
    left_out: dict[str, str]


def measure_listed(
    folder: Path, models: Sequence[str], report: Report = silent_report
) -> ListedResult:
    """Return how listed signals of a folder's data sets come out.

    Raises
    ------
    FormatError
        No list there belongs to a data set that can be read.
    """
    lists = _lists(folder)
    scores: dict[str, dict[str, MultipletScore]] = {model: {} for model in models}
    wrong: dict[str, list[str]] = {model: [] for model in models}
    left_out = {}
    for number, (path, known) in enumerate(lists.items()):
        report(number, len(lists), "listed signals")
        try:
            listed = [one for one in read_classes(path) if _is_class(one)]
            near_ppm = max(NEAR_PPM, read_reach(path) or 0.0)
            spectrum = read(known.path).spectrum()
            if not spectrum.axis.has_hz:
                raise FormatError("its field is not known")
        except NmrQuanvError as error:
            left_out[path.stem] = str(error).replace(str(folder), "").strip()
            continue
        for model in models:
            part, told = _judged_all(spectrum, model, listed, near_ppm)
            scores[model][path.stem] = part
            wrong[model] += [f"{path.stem} {text}" for text in told]
    if not any(scores.values()):
        raise FormatError(f"{folder}: no list in {LISTS} belongs to a data set that can be read")
    report(len(lists), len(lists), "listed signals")
    return ListedResult(scores, wrong, left_out)


def _lists(folder: Path) -> dict[Path, KnownDataSet]:
    """Return the folder's lists, each with its data set: of several the plainest by name."""
    found: dict[Path, KnownDataSet] = {}
    for known in known_data_sets(folder):
        for path in known.lists:
            before = found.get(path)
            is_own = path.suffix == ".csv" and path.parent == folder.resolve() / LISTS
            if is_own and (before is None or len(known.name) < len(before.name)):
                found[path] = known
    return dict(sorted(found.items()))


def _is_class(listed: ListedClass) -> bool:
    return listed.kind in ("s", "m") or bool(partners_of(listed.kind))


def _judged_all(
    spectrum: Spectrum, model: str, listed: Sequence[ListedClass], near_ppm: float
) -> tuple[MultipletScore, list[str]]:
    """Return the score of a list's signals, and what is wrong of them in words."""
    sf_mhz = spectrum.axis.sf_mhz
    peaks = as_listed(find_peaks(spectrum, model), Thresholds(), spectrum)
    by_id = {p.id: p for p in peaks}
    found = [
        Seen(m, line_width_hz([by_id[i] for i in m.peak_ids]))
        for m in multiplets_of(peaks, sf_mhz, spectrum.sample.nucleus)
    ]
    reach_ppm = max(near_ppm, PATTERN_REACH.get(spectrum.sample.nucleus, 0.0))
    foreign = [p for p in peaks if p.peak_class in ("solvent", "water")]
    total, told = MultipletScore(), []
    for one in listed:
        score = judged_listed(one, found, near_ppm)
        if not score.finer:
            near = [s.multiplet for s in found if _is_near(s, one, near_ppm)]
            tallest = max((abs(by_id[i].height) for m in near for i in m.peak_ids), default=0.0)
            is_foreign = any(
                abs(p.ppm - one.ppm) <= reach_ppm and abs(p.height) > tallest for p in foreign
            )
            least = PROGRAM.min_snr * spectrum.noise.sigma
            if is_foreign or _greatest(spectrum, one.ppm, near_ppm) < least:
                score = MultipletScore(apart=1)
            else:
                told.append(
                    f"{one.ppm:.3f}: {one.kind}, not {' + '.join(m.name for m in near) or '-'}"
                )
        total += score
    return total, told


def _greatest(spectrum: Spectrum, ppm: float, near_ppm: float) -> float:
    """Return how far the trace reaches from its middle value around a place."""
    inside = np.abs(spectrum.axis.all_ppm() - ppm) <= near_ppm
    part = spectrum.trace[inside]
    return float(np.abs(part - np.median(part)).max()) if part.size else 0.0


def _is_near(seen: Seen, listed: ListedClass, near_ppm: float) -> bool:
    return abs(seen.multiplet.ppm - listed.ppm) <= near_ppm


def judged_listed(
    listed: ListedClass, found: Iterable[Seen], near_ppm: float = NEAR_PPM
) -> MultipletScore:
    """Return the score of one listed signal; the best of the multiplets near it counts."""
    found = tuple(found)
    if listed.kind == "m":
        return _judged_m(listed, found, near_ppm)
    best = MultipletScore(1)
    for seen in found:
        if _is_near(seen, listed, near_ppm):
            here = _judged(listed, seen)
            best = max(best, here, key=lambda s: (s.classes, s.couplings, s.finer, s.named))
    return best


def _judged_m(listed: ListedClass, found: Sequence[Seen], near_ppm: float) -> MultipletScore:
    """Return the score of a signal that is listed as several lines and no more."""
    high, low = listed.ppm + near_ppm, listed.ppm - near_ppm
    there = [m for m, _ in found if m.low_ppm <= high and m.high_ppm >= low]
    there.sort(key=lambda m: -abs(m.area))
    areas = np.cumsum([abs(m.area) for m in there])
    if not there or not areas[-1]:
        return MultipletScore(1)
    main = there[: 1 + int(np.searchsorted(areas, _MAIN_SHARE * areas[-1]))]
    right = int(len(main) <= listed.nuclei and all(m.kind != "s" for m in main))
    named = right * int(len(main) == 1 and main[0].kind == "m")
    return MultipletScore(1, right, right, right, named)


def _judged(listed: ListedClass, seen: Seen) -> MultipletScore:
    """Return the score that a multiplet gives a listed signal."""
    one, open_hz = seen.multiplet, APART_WIDTHS * seen.width_hz
    named = int(one.kind == listed.kind)
    wanted, own = list(listed.couplings()), [(c.hz, c.partners) for c in one.couplings]
    if not wanted or one.kind in ("m", "s", "AB"):
        hides = bool(wanted) and is_hidden(wanted, one.kind, seen.width_hz)
        right = int(bool(named) or hides)
        return MultipletScore(1, right, right * int(not wanted or hides), right, named)
    misses = misses_hz(wanted, own, open_hz)
    has_class = bool(named) or misses is not None
    has_couplings = misses is not None and misses <= LISTED_HZ
    large = [c for c in own if c[0] >= FINE_HZ or c[0] >= min(j for j, _ in wanted) - LISTED_HZ]
    less = misses_hz(wanted, large, open_hz)
    is_finer = has_class or (less is not None and less <= LISTED_HZ)
    return MultipletScore(1, int(has_class), int(has_couplings), int(is_finer), named)


Couplings = Sequence[tuple[float, int]]


def misses_hz(wanted: Couplings, own: Couplings, open_hz: float) -> float | None:
    """Return how far couplings are apart at most; None where they are not the same ones.

    Wanted ones below ``open_hz`` may be missing; what is nearer than that may be equal.
    """
    values, ends = _flat(wanted)
    found, found_ends = _flat(own)
    if len(values) > len(found):
        if values[len(found)] >= open_hz:
            return None
        values = values[: len(found)]
    if len(values) != len(found) or not found:
        return None
    worst = 0.0
    blocks = pairwise([0, *sorted(ends & found_ends - {len(found)}), len(found)])
    for a, b in blocks:
        spread = max(values[a] - values[b - 1], found[a] - found[b - 1])
        miss = abs(float(np.mean(values[a:b]) - np.mean(found[a:b])))
        if (b - a > 1 and spread > open_hz) or miss > max(open_hz, LISTED_HZ):
            return None
        worst = max(worst, miss)
    return worst


def _flat(couplings: Couplings) -> tuple[list[float], set[int]]:
    """Return each coupling to each partner, falling, and where those of one value end."""
    values: list[float] = []
    ends = set()
    for hz, partners in sorted(couplings, reverse=True):
        values += [hz] * partners
        ends.add(len(values))
    return values, ends


def is_hidden(couplings: Couplings, kind: str, width_hz: float) -> bool:
    """Tell whether nobody resolves couplings: all lines for one, or some that stand too near."""
    open_hz = APART_WIDTHS * width_hz
    if kind == "s":
        return max(hz for hz, _ in couplings) < open_hz
    if kind != "m":
        return False
    groups: list[list[float]] = []
    for hz in (hz for hz in _flat(couplings)[0] if hz >= open_hz):
        if groups and groups[-1][0] - hz < open_hz:
            groups[-1].append(hz)
        else:
            groups.append([hz])
    sticks = first_order(0.0, tuple((float(np.mean(g)), len(g)) for g in groups))
    gaps = np.diff(np.sort(sticks.hz))
    return bool(np.any((gaps >= _COINCIDE_WIDTHS * width_hz) & (gaps < open_hz)))
