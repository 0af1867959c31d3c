from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.io.peak_tables import ExportedIntegral, PeakExport, peak_export
from nmrquanv.io.tables import journal
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.multiplets.published import parse_journal
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.spectrum import Sample


def lines(ppm: float, couplings_hz: tuple[float, ...], area: float = 100.0) -> list[Peak]:
    """Return the lines of a first-order multiplet at 500 MHz."""
    places = [(ppm, area)]
    for coupling in couplings_hz:
        half = 0.5 * coupling / 500.0
        places = [(p + side * half, a / 2) for p, a in places for side in (1, -1)]
    return [Peak(p, a, 500.0, 1.0, a * 1.57, 1e-6, 0.99, "quanv") for p, a in places]


@pytest.fixture
def ethyl(spectrum) -> PeakExport:
    peaks = [
        *lines(5.1, (8.1, 2.3)),
        *lines(3.2, ()),
        replace(lines(7.26, ())[0], peak_class="solvent"),
    ]
    integrals = [
        ExportedIntegral(5.3, 4.9, 157.0, 2.02, ""),
        ExportedIntegral(3.4, 3.0, 157.0, 2.98, ""),
        ExportedIntegral(6.0, 2.0, 314.0, 5.0, ""),
    ]
    return peak_export(spectrum, None, PeakList(tuple(peaks)), integrals)


def test_the_text_says_patterns_couplings_and_nuclei(ethyl) -> None:
    text = journal.content(ethyl).decode()
    assert text == "¹H NMR (500 MHz, CDCl3) δ 5.10 (dd, J = 8.1, 2.3 Hz, 2H), 3.20 (s, 3H).\n"
    first, second = parse_journal(text)
    assert (first.kind, first.couplings_hz, first.nuclei) == ("dd", (8.1, 2.3), 2)
    assert (second.kind, second.ppm) == ("s", 3.2)


@pytest.mark.parametrize(
    ("program", "head"), [("zgpg30", "¹³C{¹H} NMR"), ("zg30", "¹³C NMR"), ("", "¹³C NMR")]
)
def test_protons_are_said_to_be_decoupled_where_the_pulse_program_says_so(
    spectrum, program, head
) -> None:
    sample = Sample("13C", "CDCl3", "", program)
    made = replace(spectrum, axis=Axis(4096, 30000.0, 125.7, 220.0), sample=sample)
    peaks = PeakList((Peak(151.81, 5.0), Peak(17.02, 5.0)))
    text = journal.content(peak_export(made, None, peaks)).decode()
    assert text.startswith(f"{head} (126 MHz, ")
    assert text.endswith("151.8, 17.0.\n")


def test_what_is_not_sure_stands_below_the_text(spectrum) -> None:
    bump = Peak(7.2, 5.0, 50.0, 8.0, 60.0, kind="unresolved", least_lines=4)
    sure = Peak(3.0, 5.0, 50.0, 1.0, 7.0)
    text = journal.content(peak_export(spectrum, None, PeakList((bump, sure)))).decode()
    first, gap, *below = text.splitlines()
    assert "(m), 3.00 (s)." in first
    assert gap == ""
    assert [line.startswith("[not sure] 7.20 m: unresolved") for line in below] == [True]
    assert (
        "not sure" not in journal.content(peak_export(spectrum, None, PeakList((sure,)))).decode()
    )
