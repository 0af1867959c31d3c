"""Integrals that are made, levelled and set together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.errors import ProcessingError
from nmrquanv.gui.plot.figures import figure_of
from nmrquanv.session import integral_edits as edits
from nmrquanv.session.document import Document
from nmrquanv.session.exporting import export_of
from nmrquanv.session.journal import journal_of
from nmrquanv.session.multiplet_edits import find_multiplets
from nmrquanv.session.report_text import report_of
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.integrals import area
from nmrquanv.spectra.multiplets.journal import STYLES
from nmrquanv.spectra.steps import Magnitude


@pytest.fixture
def searched(document, found) -> Document:
    peaks = tuple(replace(p, fwhm_hz=2.0, area=p.height * np.pi) for p in found())
    document.edit.set_layer_results({"quanv": replace(found(), peaks=peaks)})
    return document


def test_every_signal_gets_an_integral_but_not_the_solvent_in_one_step(searched) -> None:
    assert edits.integrate_signals(searched) == 3
    middles = [0.5 * (i.high_ppm + i.low_ppm) for i in searched.integrals]
    assert middles == pytest.approx([7.0, 5.0, 3.0], abs=0.01)
    assert edits.integrate_signals(searched) == 0
    searched.undo_stack.undo()
    assert searched.integrals == ()


def test_running_and_fitted_areas_are_told_apart_and_satellites_stated(searched) -> None:
    edits.integrate_signals(searched)
    first = searched.integrals[0]
    facts = edits.facts_of(searched)[first.id]
    assert facts.fitted_area == pytest.approx(100.0 * np.pi)
    assert area(searched.spectrum, first) == pytest.approx(100.0 * np.pi, rel=0.05)
    assert facts.satellites == "out"
    searched.edit.change_integral(first.id, 7.3, 6.7)
    assert edits.facts_of(searched)[first.id].satellites == "in"
    searched.edit.change_integral(first.id, 7.3, 6.95)
    assert edits.facts_of(searched)[first.id].satellites == "partly"


def test_integrals_count_so_many_nuclei_together(searched) -> None:
    edits.integrate_signals(searched)
    edits.set_sum_of_integrals(searched, 17.0)
    numbers = [n for _, n in searched.integral_values().values()]
    assert sum(numbers) == pytest.approx(17.0)
    assert numbers[0] / numbers[1] == pytest.approx(2.0, rel=0.02)


def test_areas_that_add_up_to_nothing_cannot_be_set(document) -> None:
    with pytest.raises(ProcessingError, match="add up to nothing"):
        edits.set_sum_of_integrals(document, 3.0)


def with_data(document: Document, data) -> Document:
    spectrum = document.spectrum.with_data(data, document.spectrum.axis)
    made = DataSet(spectrum, document.dataset.recipe, ("1",))
    return Document(made, made.recipe.run(spectrum), "made")


def test_a_line_through_both_ends_takes_a_tilted_baseline_away(document, qapp) -> None:
    ramp = 5.0 + 4.0 * (document.spectrum.axis.all_ppm() - 5.0)
    tilted = with_data(document, document.spectrum.data + ramp)
    for one in (document, tilted):
        one.edit.add_integral(5.3, 4.7)
    plain = area(document.spectrum, document.integrals[0])
    assert area(tilted.spectrum, tilted.integrals[0]) > plain * 1.5
    edits.level_integral(tilted, tilted.integrals[0].id)
    assert tilted.integrals[0].slope == pytest.approx(4.0, rel=0.05)
    levelled = area(tilted.spectrum, tilted.integrals[0])
    edits.level_integral(document, document.integrals[0].id)
    assert levelled == pytest.approx(area(document.spectrum, document.integrals[0]), rel=0.01)
    edits.level_integral(tilted, tilted.integrals[0].id)
    assert (tilted.integrals[0].bias, tilted.integrals[0].slope) == (0.0, 0.0)
    edits.set_foot(tilted, tilted.integrals[0].id, bias=5.0)
    assert tilted.integrals[0].bias == 5.0


def test_magnitude_spectra_are_not_integrated(document, qapp) -> None:
    magnitude = with_data(document, np.abs(document.spectrum.data) + 0j)
    with pytest.raises(ProcessingError, match="magnitude"):
        edits.integrate_signals(magnitude)


def test_integrals_that_were_there_count_nothing_once_the_spectrum_is_a_magnitude(
    searched, qtbot
) -> None:
    edits.integrate_signals(searched)
    find_multiplets(searched)
    searched.edit.calibrate_integral(searched.integrals[0].id, 2.0)
    before = journal_of(searched, STYLES["acs"])
    assert "2H)" in before.plain
    assert len(figure_of(searched, (9.0, 1.0)).integrals) == 3
    searched.reprocess.set_step(Magnitude())
    qtbot.waitUntil(lambda: searched.recipe.active(Magnitude) is not None)
    assert set(searched.integral_values().values()) == {(None, None)}
    assert all(f.fitted_area is None for f in edits.facts_of(searched).values())
    by_integral, by_fit = edits.nuclei_of_multiplets(searched, searched.multiplets)
    assert {*by_integral.values(), *by_fit.values()} == {None}
    journal = journal_of(searched, STYLES["acs"])
    assert "H)" not in journal.plain
    assert any("numbers of nuclei are not printed" in line for line in journal.doubts)
    report = report_of(searched, STYLES["acs"])
    assert "magnitude spectra" in report.tables
    assert "2.00" not in report.tables
    written = export_of(searched)
    assert {(i.area, i.nuclei) for i in written.integrals} == {(None, None)}
    assert {p.area for p in (*written.peaks, *written.automatic)} == {None}
    assert figure_of(searched, (9.0, 1.0)).integrals == ()
    searched.undo_stack.undo()
    assert journal_of(searched, STYLES["acs"]) == before
