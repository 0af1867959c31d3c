"""Hidden lines are listed where the data determine them; else a bump, a broad line or a top is."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from nmrquanv.bench.second.spectrometer import EVEN, Resonance, Setup, ShimParts, acquire
from nmrquanv.bench.second.sticks import SignalSticks, single, split
from nmrquanv.io import read
from nmrquanv.models.finder import find_peaks
from nmrquanv.models.ground import Ground
from nmrquanv.models.marking import Marked, on_tops
from nmrquanv.models.refinement import NativeTrace
from nmrquanv.models.structure import APART, _groups, told_apart
from nmrquanv.spectra.fitting import FittedLines
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.thresholds import Thresholds

SF, MIDDLE = 500.0, 5.0
LOPSIDED = ShimParts(
    np.array([0.0, 0.6, 1.1]), np.array([0.72, 0.2, 0.08]), np.array([0.2, 0.2, 0.2])
)
LINES = [Resonance(single().at(90.0 * k), 100.0 * (k + 12), 1.0) for k in range(-9, -2)]
BUMPS = ([0.98, 1.64, 0.66, 0.5, 1.17], [0.98, 0.64, 1.27, 0.86, 1.0], [1.64, 0.54, 1.68, 1.01, 1])
"""Couplings, Hz, of bumps 3.3 to 4.3 Hz broad that have one top; lines are 1.2 Hz broad."""

Found = dict[float, list[Peak]]


def found_at(
    signals: list[Resonance], snr: float = 1.0, field: ShimParts = EVEN, model: str = "cnn"
) -> Found:
    """Return what is shown within 20 Hz of each signal, by its place in Hz."""
    rng = np.random.default_rng(3)
    scaled = [Resonance(s.sticks, snr * s.snr, s.width_hz, s.gauss_hz) for s in signals]
    made = acquire(rng, scaled, Setup(sf_mhz=SF, field=field, lb_hz=0.2), "")
    shown = find_peaks(made.spectrum, model).passing(Thresholds())
    middle = [
        round(float(np.average(s.sticks.hz, weights=s.sticks.share)), 6) + 0.0 for s in signals
    ]
    return {hz: [p for p in shown if abs((p.ppm - MIDDLE) * SF - hz) < 20.0] for hz in middle}


def at(hz: float, signal: Resonance) -> Resonance:
    return Resonance(signal.sticks.at(hz), signal.snr, signal.width_hz, signal.gauss_hz)


def test_a_bump_of_lines_that_nobody_resolves_is_one_unresolved_peak() -> None:
    bumps = [Resonance(split(js).at(120.0 * k), 900.0, 1.0) for k, js in enumerate(BUMPS)]
    found = found_at([*LINES, *bumps], 3.0)
    (reference,) = found[-270.0]
    for k, js in enumerate(BUMPS):
        (peak,) = found[120.0 * k]
        assert peak.kind == "unresolved"
        assert 2 <= peak.least_lines <= len(split(js).hz)
        assert (peak.ppm - MIDDLE) * SF == pytest.approx(120.0 * k, abs=0.15)
        assert peak.ppm_err * SF > 0.1  # of lines that nobody knows
        assert 3.1 < peak.fwhm_hz < 4.6
        share = 900.0 * split(js).share.sum() / LINES[-1].snr
        assert peak.area / reference.area == pytest.approx(share, rel=0.06)
    assert {p.kind for k in range(-9, -2) for p in found[90.0 * k]} == {"line"}


@pytest.mark.parametrize("model", ["quanv", "cnn"])
def test_a_line_much_broader_than_the_others_is_broad(model) -> None:
    broad = [
        Resonance(single().at(200.0 * k), share, width)
        for k, (width, share) in enumerate([(14.0, 60.0), (25.0, 300.0), (40.0, 60.0)])
    ]
    found = found_at([*LINES, *broad], 1.0, model=model)
    for k, signal in enumerate(broad):
        (peak,) = found[200.0 * k]
        assert (peak.kind, peak.least_lines) == ("broad", 1)
        assert peak.fwhm_hz == pytest.approx(signal.width_hz + 0.2, rel=0.08)
    assert {p.kind for k in range(-9, -2) for p in found[90.0 * k]} == {"line"}


def test_what_is_broad_is_said_by_the_spectrum_and_by_no_number_of_hz() -> None:
    wide = [Resonance(s.sticks, s.snr, 8.0 + 0.3 * k) for k, s in enumerate(LINES)]
    assert {p.kind for peaks in found_at(wide).values() for p in peaks} == {"line"}


@pytest.mark.parametrize("snr", [300.0, 3000.0, 30_000.0])
def test_a_line_of_an_imperfect_common_shape_stays_one_line(snr) -> None:
    lines = [Resonance(single().at(90.0 * k), 1.0, 0.8) for k in range(-6, 6)]
    found = found_at(lines, snr, LOPSIDED)
    assert [len(peaks) for peaks in found.values()] == [1] * len(lines)
    assert {p.kind for peaks in found.values() for p in peaks} == {"line"}


def test_lines_of_which_the_trace_shows_nothing_are_joined_too(examples) -> None:
    """A fit may leave two lines of no height at all on one place."""
    spectrum = read(examples / "bruker_1h_menthol/10").spectrum()
    native = NativeTrace.of(spectrum, 3.0, 1.0)
    ground = Ground.of(spectrum, native)
    top = float(ground.tops.top[0]) / native.factor
    lines = fitted(0.2, 1.0, place=top)
    lines = replace(lines, height=np.zeros(2))
    told = told_apart(ground, on_tops(ground, lines), np.ones(2), np.zeros(2, dtype=bool))
    assert told.marked.lines.position.size == 1
    assert np.isfinite(told.marked.lines.position).all()


def fitted(apart: float, error: float, fwhm: float = 5.0, place: float = 100.0) -> FittedLines:
    """Return two fitted lines."""
    values = {f.name: np.zeros(2) for f in fields(FittedLines) if f.name != "common"}
    given = {
        "position": np.array([place, place + apart]),
        "fwhm": np.full(2, fwhm),
        "height": np.array([10.0, 8.0]),
        "position_err": np.full(2, error),
    }
    return FittedLines(**(values | given))


def pair(apart: float, error: float, fwhm: float, misses: float = 0.05) -> Marked:
    """Return two fitted lines without tops that leave so much of the trace."""
    lines, unknown = fitted(apart, error, fwhm), np.full(2, np.nan)
    return Marked(lines, unknown, unknown, np.zeros(2, dtype=bool), np.full(2, misses))


def test_lines_that_their_errors_do_not_tell_apart_are_one() -> None:
    def joined(
        apart: float, error: float, *, settled: bool = False, home: int = 0, fwhm: float = 5.0
    ) -> bool:
        homes, is_settled = np.array([0, home]), np.full(2, settled)
        return bool(_groups(pair(apart, error, fwhm), homes, is_settled, 5.0))

    limit = APART * np.sqrt(2.0)
    assert joined(0.9 * limit, 1.0)
    assert not joined(1.1 * limit, 1.0)
    assert not joined(0.9 * limit, 1.0, settled=True)  # counted with the spectrum's own shape
    assert not joined(0.9 * limit, 1.0, home=1)  # each with a maximum of its own
    assert not joined(7.0, 3.0)  # far apart: faint, not hidden
    assert joined(6.0, 0.01, fwhm=9.0)  # each broader than the spectrum's lines


def test_two_alike_broad_lines_that_leave_nothing_of_the_trace_are_two() -> None:
    homes, unsettled = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=bool)

    def joined(two: Marked) -> bool:
        return bool(_groups(two, homes, unsettled, 5.0))

    alike = pair(6.0, 0.01, 9.0, misses=0.002)
    unlike = replace(alike.lines, fwhm=np.array([9.0, 14.0]))
    assert not joined(alike)
    assert joined(replace(alike, misses=np.full(2, 0.03)))  # part of the trace: more are hidden
    assert joined(replace(alike, lines=unlike))  # those of one pattern are alike
    assert joined(pair(6.0, 1.0, 9.0, misses=0.002))  # not far apart for their errors


@pytest.mark.parametrize("model", ["quanv", "cnn"])
def test_the_lines_of_a_broad_doublet_beside_narrow_lines_are_two(model) -> None:
    """Broader than the spectrum's lines, with one top: they are told apart all the same."""
    apart, share = 4.4, 0.3
    sticks = SignalSticks(np.array([-apart * share, apart * (1.0 - share)]), np.array([0.7, 0.3]))
    found = found_at([*LINES, Resonance(sticks.at(200.0), 600.0, 5.0)], model=model)
    (tall, low) = sorted(found[200.0], key=lambda p: p.ppm)
    for peak, hz in ((tall, -1.32), (low, 3.08)):
        assert (peak.ppm - MIDDLE) * SF - 200.0 == pytest.approx(hz, abs=0.1)
        assert peak.fwhm_hz == pytest.approx(5.2, rel=0.05)


def test_a_top_at_the_end_of_the_sweep_is_listed_as_edge_and_not_shown() -> None:
    """There the sweep wraps around and filters cut: a line, or half of one, or nothing."""
    end = Resonance(single().at(2499.2), 400.0, 1.0)
    made = acquire(np.random.default_rng(3), [*LINES, end], Setup(sf_mhz=SF, lb_hz=0.2), "")
    found = find_peaks(made.spectrum, "cnn")
    (edge,) = [p for p in found if p.peak_class == "edge"]
    assert (edge.ppm - MIDDLE) * SF == pytest.approx(2499.2, abs=0.5)
    assert edge not in found.passing(Thresholds()).peaks
    assert {p.peak_class for p in found.passing(Thresholds())} == {"signal"}


def test_a_wide_line_takes_its_feet_but_not_narrow_lines_that_stand_there() -> None:
    """Satellites on the foot of a broad OH are lines; what a fit leaves beside them is none."""
    lines = fitted(6.0, 0.1, 5.0).chosen(np.array([0, 0, 0]))
    lines = replace(
        lines,
        position=np.array([100.0, 115.0, 122.0]),
        height=np.array([1000.0, 30.0, 60.0]),
        fwhm=np.array([30.0, 2.0, 20.0]),
    )
    unknown = np.full(3, np.nan)
    marked = Marked(lines, unknown, unknown, np.zeros(3, dtype=bool), np.full(3, 0.1))
    ((group, are_several),) = _groups(marked, np.zeros(3, int), np.zeros(3, dtype=bool), 5.0)
    assert group.tolist() == [0, 2]
    assert not are_several  # one broad line, not a bump of some
