"""A published line held against the multiplets of a spectrum."""

from __future__ import annotations

import pytest

from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.multiplets.published import compared, parse_journal


def multiplet(ppm: float, kind: str = "s") -> Multiplet:
    return Multiplet((f"p{ppm}",), ppm, ppm, ppm, kind)


def test_signals_are_found_missing_or_extra() -> None:
    signals = parse_journal("δ 7.26 (d, J = 8.1 Hz, 1H), 3.71 (s, 3H), 1.02 (t, 3H)")
    found = compared(signals, [multiplet(7.27), multiplet(1.03), multiplet(5.0)], "1H")
    assert [(f.signal.ppm, f.is_found) for f in found.signals] == [
        (7.26, True),
        (3.71, False),
        (1.02, True),
    ]
    assert found.signals[0].away_ppm == pytest.approx(0.01)
    assert [m.ppm for m in found.extra] == [5.0]


def test_each_multiplet_is_one_signal_and_the_nearest_wins() -> None:
    signals = parse_journal("δ 2.02 (s), 2.00 (s)")
    found = compared(signals, [multiplet(2.012)], "1H")
    assert [f.is_found for f in found.signals] == [True, False]


def test_a_range_holds_all_that_no_single_shift_took() -> None:
    signals = parse_journal("δ 7.40–7.20 (m, 5H), 7.26 (s, 1H)")
    own = [multiplet(7.38), multiplet(7.30), multiplet(7.26)]
    found = compared(signals, own, "1H")
    by_width = {f.signal.kind: f for f in found.signals}
    assert [m.ppm for m in by_width["m"].multiplets] == [7.38, 7.30]
    assert by_width["m"].away_ppm is None
    assert not found.extra


def test_carbon_shifts_may_be_farther_off_than_protons() -> None:
    (signal,) = parse_journal("δ 77.2")
    assert compared([signal], [multiplet(77.4)], "13C").signals[0].is_found
    assert not compared([signal], [multiplet(77.4)], "1H").signals[0].is_found


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("septd", "septd"),
        ("dquint", "dquint"),
        ("br s", "s"),
        ("app quint", "quint"),
        ("tdd", "tdd"),
        ("doublet", "d"),
        ("doublet of doublets", "dd"),
        ("Triplet of quartets", "tq"),
        ("multiplet", "m"),
    ],
)
def test_classes_are_read_as_they_are_printed_and_in_words(printed, kind) -> None:
    (signal,) = parse_journal(f"δ 2.19 ({printed}, J = 7.0, 2.8 Hz, 1H)")
    assert (signal.kind, signal.couplings_hz, signal.nuclei) == (kind, (7.0, 2.8), 1)
