"""Whether multiplets of random spin systems get right classes, and whether false ones are stated.

Rules, with W the width of the lines that were found: a class is *right* where it has the known
couplings within :data:`WEAK_HZ` (those below 1.2 W may be missing or equal); below dnu/J = 8, where
the lines themselves tell others, their sum within :data:`SUM_HZ`. Below dnu/J = 2.5 only ``AB`` is.
``m`` is *fair* below 8, where lines stand among another signal's or nobody resolves them; else it
is *plain*. What has neither is *lost*. A class that is none of the system's is *false*, if its
lines are no minor ones (4 % of the system's tallest).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from nmrquanv.bench.listed_multiplets import Seen, is_hidden, misses_hz
from nmrquanv.bench.markdown_tables import table
from nmrquanv.bench.random_systems import System, SystemSignal, make_systems
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.multiplets.bumps import APART_WIDTHS, line_width_hz
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.minor_lines import MINOR_SHARE
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.thresholds import Thresholds

WEAK_HZ, STRONG_HZ, SUM_HZ = 0.3, 1.0, 0.7
_FIRST_ORDER, _SECOND_ORDER, _AB = 8.0, 2.5, 4.0
_AROUND_HZ = 37.0

SYSTEMS_SEED = 20_270_715


@dataclass(frozen=True, slots=True)
class SystemScore:
    """How signals come out, each one of four, and how many false classes are stated."""

    right: int = 0
    fair: int = 0
    plain: int = 0
    lost: int = 0
    false: int = 0

    def __add__(self, other: SystemScore) -> SystemScore:
        names = [f.name for f in fields(SystemScore)]
        return SystemScore(**{name: getattr(self, name) + getattr(other, name) for name in names})


def measure_systems(
    models: Sequence[str],
    spectra: int,
    seed: int = SYSTEMS_SEED,
    report: Report = silent_report,
) -> dict[str, dict[str, SystemScore]]:
    """Return, for each finder, the score of each kind of systems."""
    found: dict[str, dict[str, SystemScore]] = {model: {} for model in models}
    for number in range(spectra):
        report(number, spectra, "spin systems")
        made, systems, fwhm_hz = make_systems(np.random.default_rng([seed, number]))
        sf_mhz = made.spectrum.axis.sf_mhz
        for model in models:
            listed = as_listed(find_peaks(made.spectrum, model), Thresholds(), made.spectrum)
            peaks = {p.id: p for p in listed}
            multiplets = multiplets_of(peaks.values(), sf_mhz, "1H")
            seen = [Seen(m, line_width_hz([peaks[i] for i in m.peak_ids])) for m in multiplets]
            for system in systems:
                own = found[model]
                score = judged_system(system, _around(system, seen, sf_mhz), peaks, sf_mhz, fwhm_hz)
                own[system.kind] = own.get(system.kind, SystemScore()) + score
    report(spectra, spectra, "spin systems")
    return found


def _around(system: System, seen: Sequence[Seen], sf_mhz: float) -> list[Seen]:
    low = system.hz + min(float(system.sticks.hz.min()) - 12.0, -_AROUND_HZ)
    high = system.hz + max(float(system.sticks.hz.max()) + 12.0, _AROUND_HZ)
    return [one for one in seen if low <= one.multiplet.ppm * sf_mhz <= high]


def judged_system(
    system: System,
    seen: Sequence[Seen],
    peaks: Mapping[str, Peak],
    sf_mhz: float,
    fwhm_hz: float,
) -> SystemScore:
    """Return the score of one system: each of its signals, and the multiplets that are none."""
    counts = dict.fromkeys(("right", "fair", "plain", "lost"), 0)
    used: set[str] = set()
    for signal in system.signals:
        at_hz = system.hz + signal.hz
        best = next((one for one in seen if _reads(one, signal, at_hz, sf_mhz)), None)
        if best is not None:
            used.add(best.multiplet.id)
        counts["right" if best else _unread(signal, at_hz, seen, sf_mhz, fwhm_hz)] += 1
    height = {o.multiplet.id: max(abs(peaks[i].height) for i in o.multiplet.peak_ids) for o in seen}
    least = MINOR_SHARE * max(height.values(), default=0.0)
    stated = (one.multiplet for one in seen if one.multiplet.kind != "m")
    false = sum(m.id not in used and height[m.id] >= least for m in stated)
    return SystemScore(**counts, false=false)


def _unread(
    signal: SystemSignal, at_hz: float, seen: Sequence[Seen], sf_mhz: float, fwhm_hz: float
) -> str:
    """Return what becomes of a signal whose class nothing states."""
    over = any(
        m.kind == "m" and m.low_ppm * sf_mhz - fwhm_hz <= at_hz <= m.high_ppm * sf_mhz + fwhm_hz
        for m, _ in seen
    )
    if not over:
        return "lost"
    is_hard = signal.is_open or signal.dnu_over_j < _FIRST_ORDER
    is_hard = is_hard or (bool(signal.couplings) and is_hidden(signal.couplings, "m", fwhm_hz))
    return "fair" if is_hard else "plain"


def _reads(seen: Seen, signal: SystemSignal, at_hz: float, sf_mhz: float) -> bool:
    """Tell whether a multiplet is the reading of a signal."""
    one, width_hz = seen
    greatest = max((hz for hz, _ in signal.couplings), default=0.0)
    if one.kind == "AB":
        is_over = one.low_ppm * sf_mhz - 3.0 <= at_hz <= one.high_ppm * sf_mhz + 3.0
        return is_over and signal.dnu_over_j < _AB and abs(one.couplings[0].hz - greatest) < 0.5
    is_there = abs(one.ppm * sf_mhz - at_hz) <= max(width_hz, 0.15 * greatest)
    if one.kind == "m" or not is_there or signal.own_dnu_over_j < _SECOND_ORDER:
        return False
    open_hz = APART_WIDTHS * width_hz
    if one.kind == "s" or not signal.couplings:
        return one.kind == "s" and greatest < open_hz
    own = [(c.hz, c.partners) for c in one.couplings]
    misses = misses_hz(signal.couplings, own, open_hz)
    if misses is None or signal.dnu_over_j >= _FIRST_ORDER:
        return misses is not None and misses <= WEAK_HZ
    is_whole = sum(n for _, n in own) == sum(n for _, n in signal.couplings)
    known, told = (
        sum(hz * n for hz, n in row if is_whole or hz >= open_hz) for row in (signal.couplings, own)
    )
    return misses <= STRONG_HZ and abs(known - told) <= SUM_HZ


def systems_values(scores: dict[str, dict[str, SystemScore]]) -> dict[str, Any]:
    """Return scores as JSON values."""
    return {m: {kind: asdict(s) for kind, s in own.items()} for m, own in scores.items()}


def systems_markdown(scores: dict[str, dict[str, SystemScore]]) -> str:
    """Return scores as a table: kinds, then all."""
    names = [f.name for f in fields(SystemScore)]
    rows = [
        [kind, model, *(str(getattr(score, name)) for name in names)]
        for model, own in scores.items()
        for kind, score in [*sorted(own.items()), ("all", sum(own.values(), SystemScore()))]
    ]
    return table(["spin systems", "finder", *names], rows) + "\n"
