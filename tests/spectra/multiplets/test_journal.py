"""The journal's line, written and read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.errors import FormatError
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.journal import (
    STYLES,
    Entry,
    Heading,
    is_decoupled,
    journal_text,
    warnings_of,
)
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.multiplets.published import parse_journal

PROTONS = Heading("1H", 399.97, "CDCl3")


def multiplet(ppm: float, kind: str, *couplings: float, half_width: float = 0.0) -> Multiplet:
    found = tuple(Coupling(j, 0.05, 1) for j in couplings)
    return Multiplet((f"p{ppm}",), ppm + half_width, ppm - half_width, ppm, kind, couplings=found)


ENTRIES = [
    Entry(multiplet(1.02, "t", 7.5), 3.02),
    Entry(multiplet(7.58, "td", 1.12, 7.44), 1.0),
    Entry(multiplet(2.62, "m", half_width=0.05), 1.0),
    Entry(replace(multiplet(11.5, "s"), is_broad=True), 0.97),
]


def test_acs_from_high_to_low_with_falling_couplings_and_a_range_for_m() -> None:
    assert journal_text(PROTONS, ENTRIES) == (
        "¹H NMR (400 MHz, CDCl3) δ 11.50 (br s, 1H), 7.58 (td, J = 7.4, 1.1 Hz, 1H), "
        "2.67–2.57 (m, 1H), 1.02 (t, J = 7.5 Hz, 3H)."
    )


def test_rsc_puts_the_count_first() -> None:
    text = journal_text(PROTONS, ENTRIES, STYLES["rsc"])
    assert text.startswith("δH (400 MHz; CDCl3) 11.50 (1H, br s), 7.58 (1H, td, J 7.4 and 1.1)")


def test_without_calibrated_integrals_no_number_of_nuclei_is_printed() -> None:
    bare = [Entry(e.multiplet) for e in ENTRIES]
    for style in STYLES.values():
        assert "1H)" not in journal_text(PROTONS, bare, style)
        assert "(1H," not in journal_text(PROTONS, bare, style)


def test_carbon_to_a_tenth_and_to_a_hundredth_where_two_would_be_one() -> None:
    heading = Heading("13C", 100.6, "CDCl3", is_decoupled=True)
    lines = [Entry(multiplet(x, "s")) for x in (153.81, 30.19, 30.16)]
    assert journal_text(heading, lines) == "¹³C{¹H} NMR (101 MHz, CDCl3) δ 153.8, 30.19, 30.16."


def test_html_has_superscripts_and_an_italic_j_and_escapes_what_the_file_said() -> None:
    text = journal_text(replace(PROTONS, solvent="<b>C6D6"), ENTRIES[:1], as_html=True)
    assert text.startswith("<sup>1</sup>H NMR (400 MHz, &lt;b&gt;C<sub>6</sub>D<sub>6</sub>) ")
    assert "<i>J</i> = 7.5 Hz" in text


def test_zero_has_no_sign_and_a_missing_solvent_is_seen() -> None:
    text = journal_text(replace(PROTONS, solvent=""), [Entry(multiplet(-0.001, "s"))])
    assert text == "¹H NMR (400 MHz, solvent?) δ 0.00 (s)."


def test_a_template_with_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(FormatError, match="'colour'"):
        journal_text(PROTONS, ENTRIES, replace(STYLES["acs"], plain_item="{shift} {colour}"))


def test_a_count_far_from_a_whole_number_is_told() -> None:
    assert warnings_of([Entry(multiplet(3.0, "s"), 1.4), Entry(multiplet(2.0, "s"), 2.95)]) == (
        "3.00 ppm counts 1.40 nuclei",
    )


def to_fluorine(*couplings: tuple[float, str]) -> Multiplet:
    found = tuple(Coupling(hz, 0.05, 1, to) for hz, to in couplings)
    return Multiplet(("p",), 4.5, 4.5, 4.5, "d" * len(found), couplings=found)


@pytest.mark.parametrize(
    ("style", "plain", "as_html"),
    [
        ("acs", "JH–F = 47.2, J = 8.1, 2.3 Hz", "<i>J</i><sub>H–F</sub> = 47.2, <i>J</i> = 8.1"),
        ("rsc", "JHF 47.2, J 8.1 and 2.3", "<i>J</i><sub>HF</sub> 47.2, <i>J</i> 8.1"),
        ("wiley", "J(H,F) = 47.2, J = 8.1, 2.3 Hz", "<i>J</i>(H,F) = 47.2, <i>J</i> = 8.1"),
        ("patent", "JH-F = 47.2, J = 8.1, 2.3 Hz", "<i>J</i><sub>H-F</sub> = 47.2"),
    ],
)
def test_a_coupling_to_another_element_is_printed_as_such_and_read_back(
    style: str, plain: str, as_html: str
) -> None:
    entries = [Entry(to_fluorine((8.1, ""), (47.2, "F"), (2.3, "")), 1.0)]
    text = journal_text(PROTONS, entries, STYLES[style])
    assert f"{plain}" in text
    assert as_html in journal_text(PROTONS, entries, STYLES[style], as_html=True)
    (read,) = parse_journal(text)
    assert (read.kind, read.couplings_hz, read.nuclei) == ("ddd", (47.2, 8.1, 2.3), 1)


def test_in_carbon_and_in_a_template_without_a_j_such_couplings_are_printed_too() -> None:
    heading = Heading("13C", 100.6, "CDCl3", is_decoupled=True)
    entries = [Entry(to_fluorine((245.1, "F")))]
    assert "(d, JC–F = 245.1 Hz)" in journal_text(heading, entries)
    own = replace(STYLES["acs"], item="{shift} {mult} ({J})")
    assert "4.5 d (245.1)" in journal_text(heading, entries, own)


@pytest.mark.parametrize("name", STYLES)
def test_what_was_written_is_read_back(name: str) -> None:
    found = parse_journal(journal_text(PROTONS, ENTRIES, STYLES[name]))
    assert [s.ppm for s in found] == pytest.approx([11.5, 7.58, 2.62, 1.02])
    assert [s.kind for s in found] == ["s", "td", "m", "t"]
    assert [s.couplings_hz for s in found] == [(), (7.4, 1.1), (), (7.5,)]
    assert [s.nuclei for s in found] == [1, 1, 1, 3]


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        (
            "1H-NMR (CDCl3, 400 MHz): δ 7.26 (2H, d, J = 8.1 Hz), 1.25 (br s, 1H)",
            [(7.26, "d", (8.1,), 2), (1.25, "s", (), 1)],
        ),
        (
            "1H NMR (500 MHz, DMSO-d6) δ 3.69 (dd, 3JHH = 9.1 Hz, 2JHH = 4.0 Hz, 1H, H-2)",
            [(3.69, "dd", (9.1, 4.0), 1)],
        ),
        (
            "13C NMR (101 MHz, CDCl3) δ 209.0, 136.9 (C-7a), \u22125.2.",
            [(209.0, "", (), None), (136.9, "", (), None), (-5.2, "", (), None)],
        ),
        ("δ 7.40 – 7.20 (m, 5H)", [(7.3, "m", (), 5)]),
    ],
)
def test_published_lines_are_read(text: str, signals: list[tuple]) -> None:
    found = parse_journal(text)
    assert [(round(s.ppm, 6), s.kind, s.couplings_hz, s.nuclei) for s in found] == signals


def test_text_without_a_signal_is_refused() -> None:
    with pytest.raises(FormatError, match="no signal"):
        parse_journal("the spectrum was as expected")


@pytest.mark.parametrize(
    ("nucleus", "program", "told"),
    [("13C", "zgpg30", True), ("13C", "ZGDC30", True), ("13C", "carbon.jxp", True),
     ("13C", "single_pulse_dec", True), ("13C", "DEPT", True), ("13C", "CARBON, dm=yyy", True),
     ("19F", "zgfhigqn.2", True), ("31P", "zgig", True), ("13C", "s2pul, dm=nny", True),
     ("13C", "zggd30", False), ("19F", "zgflqn", False), ("13C", "deptnd", False),
     ("13C", "CARBON, dm=yyn", False), ("1H", "single_pulse_dec", False),
     ("13C", "single_pulse", False)],
)  # fmt: skip
def test_decoupling_is_known_of_every_vendor_s_programs(nucleus, program, told) -> None:
    assert is_decoupled(nucleus, program) is told
