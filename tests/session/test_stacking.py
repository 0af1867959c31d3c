"""Each change of a stack is a step of its undo, with what was made of it elsewhere."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest

from nmrquanv.progress import silent_report
from nmrquanv.session import jobs
from nmrquanv.session.requests import processed
from nmrquanv.session.settings import Settings
from nmrquanv.session.stack import RegionSeries
from nmrquanv.session.stacking import Stacking
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.starting_recipe import spectrum_recipe
from nmrquanv.spectra.steps import Magnitude
from tests.session.test_stack import lorentzians, noisy

SPECTRA = (((7.0, 100.0), (3.0, 20.0)), ((7.0, 100.0), (3.02, 40.0)), ((7.0, 100.0),))


def opened(
    workspace: Workspace, name: str, *lines: tuple[float, float], is_magnitude: bool = False
) -> None:
    spectrum = lorentzians(*lines) if is_magnitude else noisy(lorentzians(*lines))
    result = processed(DataSet(spectrum, spectrum_recipe(), ("1",)), silent_report)
    workspace._add([workspace._new_document(name, result)])


@pytest.fixture
def workspace(qapp, tmp_path):
    workspace = Workspace(Settings(tmp_path / "settings.json"))
    for number, lines in enumerate(SPECTRA):
        opened(workspace, f"s{number}", *lines)
    yield workspace
    for document in workspace.documents:
        workspace.close(document)
    jobs.shut_down()
    workspace.deleteLater()


@pytest.fixture
def stacking(workspace) -> Stacking:
    stacking = Stacking(workspace, workspace)
    stacking.add_open()
    return stacking


def scaled(stacking: Stacking, number: int, scale: float) -> None:
    one = stacking.stack.traces[number].id
    changed = stacking.stack.changed(one, lambda t: replace(t, scale=scale))
    stacking.push("Change Scale", changed)


def test_what_the_stack_begins_with_is_no_step_and_changes_of_nothing_are_none(stacking) -> None:
    assert len(stacking.stack.traces) == 3
    assert not stacking.undo_stack.canUndo()
    scaled(stacking, 0, 1.0)
    assert not stacking.undo_stack.canUndo()


def test_steps_go_back_and_forth_in_their_order(stacking) -> None:
    scaled(stacking, 0, 3.0)
    stacking.push("Add Region", stacking.stack.with_region(3.3, 2.7))
    assert stacking.undo_stack.undoText() == "Add Region"
    stacking.undo_stack.undo()
    assert (stacking.stack.regions, stacking.stack.traces[0].scale) == ((), 3.0)
    stacking.undo_stack.undo()
    assert stacking.stack.traces[0].scale == 1.0
    stacking.undo_stack.redo()
    stacking.undo_stack.redo()
    assert (stacking.stack.regions, stacking.stack.traces[0].scale) == (((3.3, 2.7),), 3.0)


def test_a_removed_trace_comes_back_as_its_spectrum_is_by_then(stacking, workspace) -> None:
    first = stacking.stack.traces[0].id
    stacking.push("Remove Trace", stacking.stack.without(frozenset((first,))))
    document = workspace.documents[0]
    document.reprocess.reference(3.02, 3.5)
    stacking.undo_stack.undo()
    assert stacking.stack.traces[0].id == first
    assert stacking.stack.traces[0].spectrum is document.spectrum


def test_one_that_was_removed_is_added_again_as_the_same_one(stacking) -> None:
    first = stacking.stack.traces[0].id
    stacking.push("Remove Trace", stacking.stack.without(frozenset((first,))))
    assert stacking.add_open() == 1
    assert stacking.stack.traces[-1].id == first
    assert stacking.undo_stack.undoText() == "Add Open Spectra"
    stacking.undo_stack.undo()
    assert len(stacking.stack.traces) == 2


def test_steps_keep_nothing_of_a_spectrum_that_is_closed(stacking, workspace) -> None:
    scaled(stacking, 1, 2.0)
    scaled(stacking, 0, 3.0)
    gone = stacking.stack.traces[0].id
    known = weakref.ref(workspace.documents[0])
    workspace.close(workspace.documents[0])
    stacking.undo_stack.undo()
    stacking.undo_stack.undo()
    assert gone not in [t.id for t in stacking.stack.traces]
    assert [t.scale for t in stacking.stack.traces] == [1.0, 1.0]
    gc.collect()
    assert known() is None or known().is_closed
    stacks = [stacking.undo_stack.command(n) for n in range(stacking.undo_stack.count())]
    assert all(s.before.trace(gone) is None and s.after.trace(gone) is None for s in stacks)


def test_undo_closes_a_sum_and_redo_opens_it_again(stacking, workspace, qtbot) -> None:
    ids = [t.id for t in stacking.stack.traces]
    with qtbot.waitSignal(workspace.opened, timeout=120_000):
        stacking.open_sum((ids[1], ids[0]), (1.0, -1.0))
    assert (workspace.current.name, stacking.undo_stack.undoText()) == ("s1 − s0", "Difference")
    stacking.undo_stack.undo()
    assert [d.name for d in workspace.documents] == ["s0", "s1", "s2"]
    with qtbot.waitSignal(workspace.opened, timeout=120_000):
        stacking.undo_stack.redo()
    assert workspace.current.spectrum.trace.max() == pytest.approx(40.0, rel=0.02)


def test_a_sum_that_was_worked_with_stays_and_that_is_told(stacking, workspace, qtbot) -> None:
    ids = [t.id for t in stacking.stack.traces]
    with qtbot.waitSignal(workspace.opened, timeout=120_000):
        stacking.open_sum(ids[:2], (1.0, 1.0))
    workspace.current.edit.add_integral(7.2, 6.8)
    with qtbot.waitSignal(stacking.told) as told:
        stacking.undo_stack.undo()
    assert "worked with" in told.args[0]
    assert len(workspace.documents) == 4


def test_a_sum_of_what_is_closed_is_not_made_again(stacking, workspace, qtbot) -> None:
    ids = [t.id for t in stacking.stack.traces]
    with qtbot.waitSignal(workspace.opened, timeout=120_000):
        stacking.open_sum(ids[:2], (1.0, 1.0))
    stacking.undo_stack.undo()
    workspace.close(workspace.documents[0])
    with qtbot.waitSignal(stacking.told) as told:
        stacking.undo_stack.redo()
    assert "closed" in told.args[0]


@pytest.mark.parametrize(
    ("use", "seen"),
    [
        ("integrals", lambda d: [(i.high_ppm, i.low_ppm) for i in d.integrals]),
        ("searched", lambda d: list(d.thresholds.searched)),
        ("excluded", lambda d: list(d.thresholds.excluded)),
    ],
)
def test_regions_given_to_all_are_one_step_here_and_one_in_each(
    stacking, workspace, use, seen
) -> None:
    one = stacking.stack.traces[1].id
    stacking.push("Align", stacking.stack.changed(one, lambda t: replace(t, shift_ppm=-0.02)))
    stacking.push("Add Region", stacking.stack.with_region(3.3, 2.7))
    assert stacking.use_regions(use) == (3, "")
    assert [seen(d) for d in workspace.documents] == [
        [(pytest.approx(3.3 - shift), pytest.approx(2.7 - shift))] for shift in (0.0, -0.02, 0.0)
    ]
    stacking.undo_stack.undo()
    assert [seen(d) for d in workspace.documents] == [[], [], []]
    assert len(stacking.stack.regions) == 1
    stacking.undo_stack.redo()
    assert all(len(seen(d)) == 1 for d in workspace.documents)
    assert stacking.use_regions(use) == (0, "")


def test_what_was_edited_since_is_left_and_named(stacking, workspace, qtbot) -> None:
    stacking.push("Add Region", stacking.stack.with_region(3.3, 2.7))
    stacking.use_regions("integrals")
    workspace.documents[1].edit.add_integral(7.2, 6.8)
    with qtbot.waitSignal(stacking.told) as told:
        stacking.undo_stack.undo()
    assert "'s1'" in told.args[0]
    assert [len(d.integrals) for d in workspace.documents] == [0, 2, 0]


def test_magnitudes_get_no_integrals_and_that_is_told(stacking, workspace) -> None:
    workspace.close(workspace.documents[2])
    opened(workspace, "s2", *SPECTRA[2], is_magnitude=True)
    stacking.add_open()
    stacking.push("Add Region", stacking.stack.with_region(3.3, 2.7))
    count, refused = stacking.use_regions("integrals")
    assert count == 2
    assert refused.startswith("Not in 's2': ")
    assert [len(d.integrals) for d in workspace.documents] == [1, 1, 0]


def test_regions_of_magnitudes_have_heights_and_places_and_no_areas(
    workspace, stacking, qtbot
) -> None:
    """Under a baseline a magnitude has points below zero: the recipe tells."""
    document = workspace.documents[1]
    document.reprocess.set_step(Magnitude())
    qtbot.waitUntil(lambda: document.recipe.active(Magnitude) is not None)
    opened(workspace, "of magnitudes", (7.0, 100.0), (3.0, 5.0), is_magnitude=True)
    stacking.add_open()
    stacking.push("Add Region", stacking.stack.with_region(3.3, 2.7))

    def column(quantity: str) -> list[float | None]:
        series = RegionSeries.of(stacking.stack)
        return [series.value(row, 0, quantity) for row in range(4)]

    assert [value is None for value in column("area")] == [False, True, False, True]
    assert None not in (*column("height"), *column("shift"))
    document.undo_stack.undo()
    assert column("area")[1] is not None
