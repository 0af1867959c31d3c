"""What of a document is printed, what is left out, and what is told as doubtful."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.errors import FormatError
from nmrquanv.session import multiplet_edits as edits
from nmrquanv.session.journal import journal_of, own_style
from nmrquanv.session.report_text import report_of
from nmrquanv.spectra.multiplets.journal import STYLES


@pytest.fixture
def printed(document, found):
    """Chloroform at 7.26, and lines at 7.0, 5.0, 3.0."""
    peaks = tuple(replace(p, fwhm_hz=2.0, area=p.height) for p in found())
    document.edit.set_layer_results({"quanv": replace(found(), peaks=peaks)})
    edits.find_multiplets(document)
    solvent = [p.id for p in document.peaks if p.peak_class == "solvent"]
    edits.add_multiplet(document, solvent)
    return document


def test_the_solvent_is_left_out_and_told(printed) -> None:
    journal = journal_of(printed, STYLES["acs"])
    assert journal.plain == "¹H NMR (400 MHz, CDCl3) δ 7.00 (s), 5.00 (s), 3.00 (s)."
    assert journal.left_out == ("7.26 s: solvent",)
    assert "no integral is set" in journal.doubts[0], "what is said of the whole comes first"


def test_nuclei_are_printed_where_calibrated_and_odd_ones_are_told(printed) -> None:
    first = printed.edit.add_integral(7.05, 6.95)
    printed.edit.calibrate_integral(first, 3.3)
    journal = journal_of(printed, STYLES["acs"])
    assert "7.00 (s, 3H)" in journal.plain
    assert any("7.00 ppm counts 3.30" in told for told in journal.doubts)
    (told,) = [line for line in journal.doubts if "fitted areas count" in line]
    assert told.endswith(": 5.00, 3.00")
    assert "H)" not in journal_of(printed, STYLES["acs"], has_nuclei=False).plain


def test_what_counts_for_no_nucleus_is_left_out_and_never_called_one(document, found) -> None:
    """Specks of a hundredth of a proton were printed as 1H."""
    share = {7.0: 1.0, 5.0: 0.3, 3.0: 0.01}
    peaks = tuple(
        replace(p, fwhm_hz=2.0, area=p.height * share[round(p.ppm, 1)] / p.height)
        for p in found()
        if round(p.ppm, 1) in share
    )
    document.edit.set_layer_results({"quanv": replace(found(), peaks=peaks)})
    edits.find_multiplets(document)
    area = document.edit.add_integral(7.05, 6.95)
    document.edit.calibrate_integral(area, 1.0)
    journal = journal_of(document, STYLES["acs"])
    assert "7.00 (s, 1H), 5.00 (s)." in journal.plain
    assert any("5.00 ppm counts 0.30" in told for told in journal.doubts)
    assert journal.left_out == (
        "3.00 s: counts 0.01 nuclei, so perhaps an impurity or a satellite",
    )
    assert "3.00 (s)" in journal_of(document, STYLES["acs"], has_nuclei=False).plain
    small = document.multiplets[-1]
    edits.set_class(document, small.id, "br s")
    assert "3.00 (br s)" in journal_of(document, STYLES["acs"]).plain, "a person made it"


def test_a_class_without_its_couplings_is_told(printed) -> None:
    edits.set_class(printed, printed.multiplets[-1].id, "dd")
    told = journal_of(printed, STYLES["acs"]).doubts
    assert any("3.00 dd: its class needs couplings" in line for line in told)


def test_the_own_template_has_the_fields_that_are_told(printed) -> None:
    style = own_style(("{iso}{nuc}, {freq}, {solvent}: ", "{ppm} {mult} {J}{, n}", "{hi}/{lo}{ n}"))
    text = journal_of(printed, style).plain
    assert text.startswith("¹H, 400, CDCl3: 7.00/7.00, 5.00/5.00")
    with pytest.raises(FormatError, match="'colour'"):
        journal_of(printed, own_style(("{colour}",)))


def test_signals_that_touch_are_told(printed) -> None:
    assert not any("so close" in line for line in journal_of(printed, STYLES["acs"]).doubts)
    printed.edit.add_peak(5.005, snap=False)
    added = next(p for p in printed.peaks if p.source == "added")
    edits.add_multiplet(printed, [added.id])
    told = [line for line in journal_of(printed, STYLES["acs"]).doubts if "so close" in line]
    assert len(told) == 2


def test_nothing_unresolved_or_known_by_its_top_alone_is_printed_silently(document, found) -> None:
    kinds = {7.0: {"kind": "unresolved", "least_lines": 3}, 5.0: {"kind": "top"}}
    peaks = tuple(
        replace(p, fwhm_hz=2.0, area=p.height, **kinds.get(round(p.ppm, 1), {})) for p in found()
    )
    document.edit.set_layer_results({"quanv": replace(found(), peaks=peaks)})
    edits.find_multiplets(document)
    journal = journal_of(document, STYLES["acs"])
    assert "7.00 (m), 5.00 (s), 3.00 (s)." in journal.plain
    told = [line for line in journal.doubts if "unresolved" in line or "top alone" in line]
    assert [line.split(":")[0] for line in told] == ["7.00 m", "5.00 s"]
    assert "3 lines or more" in told[0]


def test_multiplets_whose_lines_thresholds_hide_now_are_told(printed) -> None:
    assert not any("thresholds" in line for line in journal_of(printed, STYLES["acs"]).doubts)
    printed.edit.set_thresholds(replace(printed.thresholds, min_height=0.3))
    journal = journal_of(printed, STYLES["acs"])
    assert "3.00 (s)" in journal.plain
    assert "3.00 s: no line of it is shown: the thresholds hide it now" in journal.doubts
    assert "thresholds hide it now" in report_of(printed, STYLES["acs"]).journal
    ids = [i for m in printed.multiplets if round(m.ppm) in (3, 5) for i in m.peak_ids]
    edits.add_multiplet(printed, ids)
    told = [x for x in journal_of(printed, STYLES["acs"]).doubts if "1 of 2 lines" in x]
    assert len(told) == 1


def test_shown_signals_that_are_in_no_multiplet_are_told(printed) -> None:
    assert not any(
        "in no multiplet" in line for line in journal_of(printed, STYLES["acs"]).left_out
    )
    edits.remove_multiplets(printed, [m.id for m in printed.multiplets if round(m.ppm) == 5])
    printed.edit.add_peak(6.123, snap=False)
    (told,) = (x for x in journal_of(printed, STYLES["acs"]).left_out if "in no multiplet" in x)
    assert told.startswith("6.12, 5.00: in no multiplet")
    assert "6.12, 5.00: in no multiplet" in report_of(printed, STYLES["acs"]).journal
