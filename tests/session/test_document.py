from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.session.document import Document
from nmrquanv.session.state import State
from nmrquanv.session.undo import new_gesture
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Reference
from nmrquanv.spectra.spectrum import TrueLine
from nmrquanv.spectra.starting_recipe import spectrum_recipe
from nmrquanv.spectra.thresholds import Thresholds

HZ = 1 / 400.0


def positions(peaks) -> list[float]:
    return [round(p.ppm, 3) for p in peaks]


def find(document, found, **fields) -> None:
    document.edit.set_layer_results({"quanv": found(**fields)})


def add(document, ppm, **where):
    peak_id = document.edit.add_peak(ppm, **where)
    return document.peaks.find(peak_id)


def near(document, ppm):
    return min(document.peaks, key=lambda p: abs(p.ppm - ppm))


def test_an_added_peak_snaps_to_the_local_maximum_and_is_measured(document) -> None:
    peak = add(document, 7.0 + 1.2 * HZ, reach_ppm=3 * HZ)
    assert peak.ppm == pytest.approx(7.0, abs=0.1 * HZ)
    assert peak.height == pytest.approx(100, rel=0.02)
    assert peak.fwhm_hz == pytest.approx(2.0, rel=0.05)
    assert peak.area == pytest.approx(np.pi / 2 * 100 * 2.0, rel=0.06)
    spectrum = document.spectrum
    noise = spectrum.noise.profile[round(float(spectrum.axis.point(7.0)))]
    assert noise == pytest.approx(0.02, rel=0.3)
    assert peak.snr == pytest.approx(100 / noise, rel=0.02)
    assert (peak.source, peak.confidence, peak.peak_class) == ("added", None, "signal")


def test_a_free_peak_stays_where_it_was_put(document) -> None:
    peak = add(document, 7.0 + 1.2 * HZ, snap=False)
    assert peak.ppm == 7.0 + 1.2 * HZ


def test_a_peak_added_at_the_solvents_shift_is_marked_so(document) -> None:
    assert add(document, 7.26).peak_class == "solvent"


def test_a_new_find_keeps_added_moved_confirmed_and_what_was_deleted_stays_deleted(
    document, found
) -> None:
    find(document, found)
    added = document.edit.add_peak(8.0, snap=False)
    moved, confirmed, deleted = (near(document, x).id for x in (5.0, 3.0, 7.0))
    document.edit.move_peak(moved, 5.1)
    document.edit.confirm_peaks([confirmed])
    document.edit.delete_peaks([deleted])
    find(document, found, shift_ppm=0.1 * HZ)
    assert positions(document.peaks) == [8.0, 7.26, 5.1, 3.0, 1.2]
    assert {added, moved, confirmed} <= {p.id for p in document.peaks}
    assert positions(document.layers["quanv"]) == [7.26, 7.0, 5.0, 3.0, 1.2]
    document.edit.restore_deleted()
    assert positions(document.peaks) == [8.0, 7.26, 7.0, 5.1, 3.0, 1.2]
    assert document.tombstones == ()


def test_every_edit_can_be_undone_and_redone(document, found) -> None:
    steps = [
        lambda: find(document, found),
        lambda: document.edit.set_layer_results({"cnn": found("cnn", skip=(3.0,))}),
        lambda: document.edit.choose_working("intersection"),
        lambda: document.edit.add_peak(8.0, snap=False),
        lambda: document.edit.move_peak(near(document, 5.0).id, 5.1),
        lambda: document.edit.delete_peaks([near(document, 7.0).id]),
        lambda: document.edit.confirm_peaks([near(document, 5.1).id]),
        lambda: document.edit.label_peak(near(document, 5.1).id, "H4"),
        lambda: document.edit.classify_peaks([near(document, 5.1).id], "water"),
        lambda: document.edit.set_thresholds(Thresholds(min_snr=100)),
        lambda: document.edit.add_integral(5.2, 4.8),
        lambda: document.edit.calibrate_integral(document.integrals[0].id, 2.0),
        lambda: document.edit.change_integral(document.integrals[0].id, 5.3, 4.8),
        lambda: document.edit.add_region(6.0, 2.0),
        lambda: document.reprocess.reference(7.0, 7.1),
        lambda: document.edit.restore_deleted(),
        lambda: document.edit.remove_integrals([document.integrals[0].id]),
        lambda: document.edit.remove_region(document.reviewed_regions[0].id),
    ]
    states = [document.state]
    for step in steps:
        step()
        states.append(document.state)
    assert document.undo_stack.count() == len(steps)
    for state in reversed(states[:-1]):
        document.undo_stack.undo()
        assert document.state is state
    for state in states[1:]:
        document.undo_stack.redo()
        assert document.state is state


def test_a_drag_is_one_undo_step(document, found) -> None:
    find(document, found)
    peak, gesture = near(document, 5.0), new_gesture()
    for ppm in (5.01, 5.02, 5.03):
        document.edit.move_peak(peak.id, ppm, gesture)
    assert document.undo_stack.count() == 2
    assert [t.reason for t in document.state.tombstones] == ["moved"]
    document.edit.move_peak(peak.id, 5.04, new_gesture())
    assert document.undo_stack.count() == 3
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.peaks.find(peak.id) == peak


def test_states_that_a_drag_went_through_are_not_kept(document, found) -> None:
    find(document, found)
    peak, gesture = near(document, 5.0), new_gesture()
    alive = []
    for ppm in (5.01, 5.02, 5.03):
        document.edit.move_peak(peak.id, ppm, gesture)
        gc.collect()
        alive.append(sum(type(known) is State for known in gc.get_objects()))
    assert alive == [alive[0]] * 3


def test_a_moved_peak_is_not_found_again_at_its_old_place(document, found) -> None:
    find(document, found)
    document.edit.move_peak(near(document, 5.0).id, 5.1)
    find(document, found)
    assert positions(document.peaks) == [7.26, 7.0, 5.1, 3.0, 1.2]
    document.edit.restore_deleted()
    assert positions(document.peaks) == [7.26, 7.0, 5.1, 3.0, 1.2]


def test_solvent_is_left_out_of_the_export_on_request(document, found) -> None:
    find(document, found)
    assert positions(document.export_peaks()) == [7.26, 7.0, 5.0, 3.0]
    export = document.export_peaks(leave_out_solvent=True)
    assert positions(export) == [7.0, 5.0, 3.0]
    provenance = export.provenance
    assert (provenance.finder, provenance.card_sha256) == ("quanv", "c0ffee")
    assert provenance.settings["min_snr"] == document.limits("quanv").min_snr
    assert provenance.settings["leave_out_solvent"] is True
    assert provenance.settings["edited"] is False
    document.edit.classify_peaks([near(document, 3.0).id], "impurity")
    assert positions(document.export_peaks(leave_out_solvent=True)) == [7.0, 5.0]
    assert positions(document.export_peaks()) == [7.26, 7.0, 5.0, 3.0]


def test_referencing_moves_everything_in_one_step(document, found) -> None:
    find(document, found)
    document.edit.delete_peaks([near(document, 3.0).id])
    document.edit.add_integral(5.2, 4.8)
    document.edit.add_region(6.0, 2.0)
    before, area = document.undo_stack.count(), document.integral_values()
    document.reprocess.reference(7.0, 7.5)
    assert document.undo_stack.count() == before + 1
    assert positions(document.peaks) == [7.76, 7.5, 5.5, 1.7]
    assert document.spectrum.axis.offset_ppm == pytest.approx(10.0)
    assert document.recipe.step(Reference).shift_ppm == pytest.approx(0.5)
    assert document.tombstones[0].ppm == pytest.approx(3.5)
    assert document.reviewed_regions[0].high_ppm == pytest.approx(6.5)
    values = document.integral_values()
    assert values.keys() == area.keys()
    assert [v[0] for v in values.values()] == pytest.approx([v[0] for v in area.values()])
    assert not document.has_stale_peaks
    document.undo_stack.undo()
    assert positions(document.peaks) == [7.26, 7.0, 5.0, 1.2]
    assert document.spectrum.axis.offset_ppm == 9.5


def test_a_solvent_line_is_recognised_once_the_reference_is_right(document, found) -> None:
    off = replace(found(), peaks=tuple(replace(p, peak_class="signal") for p in found()))
    document.reprocess.reference(7.0, 7.2)
    shifted = tuple(replace(p, ppm=p.ppm + 0.2) for p in off)
    document.edit.set_layer_results({"quanv": replace(off, peaks=shifted)})
    assert near(document, 7.46).peak_class == "signal"
    document.reprocess.reference(7.2, 7.0)
    assert near(document, 7.26).peak_class == "solvent"


def test_integrals_count_nuclei_from_the_one_that_was_set(document) -> None:
    first, second = document.edit.add_integral(7.1, 6.9), document.edit.add_integral(4.9, 5.1)
    assert document.integral_values()[first][1] is None
    document.edit.calibrate_integral(second, 3.0)
    values = document.integral_values()
    assert values[second][1] == pytest.approx(3.0)
    assert values[first][1] == pytest.approx(6.0, rel=0.02)
    document.edit.calibrate_integral(first, 1.0)
    assert document.integral_values()[second][1] == pytest.approx(0.5, rel=0.02)


def test_reviewed_regions_that_touch_become_one(document) -> None:
    for high, low in ((8.0, 7.0), (2.0, 1.0), (7.5, 5.0), (6.0, 1.5)):
        document.edit.add_region(low, high)
    assert [(r.high_ppm, r.low_ppm) for r in document.reviewed_regions] == [(8.0, 1.0)]


def test_closing_asks_only_after_a_persons_edits(document, found) -> None:
    assert not document.has_unsaved_edits
    find(document, found)
    assert not document.has_unsaved_edits
    document.edit.confirm_peaks([document.peaks.peaks[0].id])
    assert document.has_unsaved_edits
    document.mark_saved()
    assert not document.has_unsaved_edits
    document.undo_stack.undo()
    document.edit.delete_peaks([document.peaks.peaks[0].id])
    assert document.has_unsaved_edits


def test_with_a_file_every_difference_from_it_is_unsaved_and_undo_comes_back_to_it(
    document, found, tmp_path
) -> None:
    document.file = tmp_path / "a.nmrq"
    document.mark_saved()
    assert not document.has_unsaved_edits
    find(document, found)
    assert document.has_unsaved_edits
    document.undo_stack.undo()
    assert not document.has_unsaved_edits
    document.undo_stack.redo()
    saved = document.state
    document.edit.add_peak(4.0)
    document.mark_saved(saved)  # a save that ends after another edit
    assert document.has_unsaved_edits
    document.undo_stack.undo()
    assert not document.has_unsaved_edits


def test_signals_come_after_the_change_and_only_for_what_changed(document, found, qtbot) -> None:
    heard = []
    for name in ("layers", "peaks", "thresholds", "shown_peaks", "integrals", "regions"):
        getattr(document, f"{name}_changed").connect(lambda n=name: heard.append(n))
    seen = []
    document.peaks_changed.connect(lambda: seen.append(len(document.peaks)))
    find(document, found)
    assert heard == ["layers", "peaks", "shown_peaks"]
    assert seen == [5]
    heard.clear()
    document.edit.add_region(3, 2)
    assert heard == ["regions"]
    heard.clear()
    document.edit.set_thresholds(Thresholds(min_snr=9))
    assert heard == ["thresholds", "shown_peaks"]


def test_nothing_is_pushed_where_nothing_changes(document, found) -> None:
    find(document, found)
    peak = document.peaks.peaks[0]
    document.edit.delete_peaks(["not there"])
    document.edit.confirm_peaks([peak.id], False)
    document.edit.label_peak(peak.id, "")
    document.edit.move_peak(peak.id, peak.ppm)
    document.edit.move_peak("not there", 3.0)
    document.edit.set_thresholds(document.thresholds)
    document.edit.restore_deleted()
    document.reprocess.reference(7.0, 7.0)
    document.edit.remove_region("not there")
    assert document.undo_stack.count() == 1


def test_true_lines_follow_the_reference(spectrum, qapp) -> None:
    lines = (TrueLine(7.0, 2.0, 100.0),)
    dataset = DataSet(spectrum, spectrum_recipe(), ("1",), lines)
    document = Document(dataset, dataset.recipe.run(spectrum))
    document.reprocess.reference(7.0, 7.1)
    assert document.true_lines[0].ppm == pytest.approx(7.1)


def test_what_was_deleted_can_be_added_again_by_hand(document, found) -> None:
    find(document, found)
    document.edit.delete_peaks([near(document, 5.0).id])
    mine = document.edit.add_peak(5.0, reach_ppm=2 * HZ)
    find(document, found)
    assert document.peaks.find(mine) is not None
    assert positions(document.peaks) == [7.26, 7.0, 5.0, 3.0, 1.2]


def test_a_sign_is_kept_for_negative_lines(spectrum, qapp) -> None:
    turned = spectrum.with_data(-spectrum.data)
    dataset = DataSet(turned, spectrum_recipe(), ("1",))
    document = Document(dataset, dataset.recipe.run(turned))
    peak = add(document, 7.0 + HZ, reach_ppm=2 * HZ)
    assert peak.height == pytest.approx(-100, rel=0.02)
    assert peak.area < 0
