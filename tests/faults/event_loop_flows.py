"""Flows for everything that is made and destroyed while the program runs.

Each runs in a real event loop (:mod:`driving`); ``python tests/faults/event_loop_flows.py [NAME
...]`` runs all or some. Ends with 0 when nothing went wrong; its last line names the flow in which
it crashed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import window_flows
from driving import MENTHOL, Driver, Stage, Steps, find_slowly, own_folder, shut_down, tell


def _opened(stage: Stage, *finders: str) -> Steps:
    """Open a spectrum, and find its peaks if finders are named."""
    yield stage.open()
    if finders:
        stage.settings.finders = list(finders)
        yield stage.find()


def open_close_open(stage: Stage) -> Steps:
    """Open a spectrum, close it, open another; undo and redo follow the one that is shown."""
    for _ in range(4):
        yield from _opened(stage)
        stage.document.edit.add_integral(3.5, 3.3)
        assert stage.window.undo.isEnabled()
        stage.close_document()
        yield None
        assert not stage.window.undo.isEnabled()
        assert stage.window.workspace.current is None


def close_one_of_several(stage: Stage) -> Steps:
    """Close documents in any order; the undo of those that stay goes on working."""
    for _ in range(3):
        yield from _opened(stage)
        stage.document.edit.add_integral(3.5, 3.3)
    workspace = stage.window.workspace
    for place in (1, 0):
        workspace.set_current(workspace.documents[place])
        yield None
        stage.close_document()
        yield None
        yield None
        assert stage.window.undo.isEnabled()
        stage.window.undo.trigger()
        assert not stage.document.integrals
        stage.window.redo.trigger()
        assert len(stage.document.integrals) == 1
    yield from _opened(stage)


def close_while_finding(stage: Stage) -> Steps:
    """Close the document that is being searched, then search the next one."""
    stage.settings.finders = ["classical"]
    for _ in range(3):
        yield from _opened(stage)
        stage.do("find")
        yield None
        stage.close_document()
        yield lambda: not stage.window.finding.is_running
    yield from _opened(stage, "classical")
    assert stage.document.layers


def close_while_processing(stage: Stage) -> Steps:
    """Close a document while its recipe runs, and one whose FID is being read."""
    from nmrquanv.spectra.recipe import ZeroFill

    for _ in range(3):
        yield stage.open()
        stage.do("show_fid")
        stage.close_document()
        yield None
        yield stage.open(MENTHOL / "fid")
        stage.document.reprocess.set_step(ZeroFill(262144))
        stage.close_document()
        yield None
        yield None
    yield from _opened(stage)
    stage.do("show_fid")
    yield lambda: stage.window.view.shows_fid


def close_while_opening(stage: Stage) -> Steps:
    """Close one document while others are still being read, and cancel those."""
    yield from _opened(stage)
    for _ in range(3):
        stage.window.opening.open_paths((str(MENTHOL),))
    stage.close_document()
    yield lambda: len(stage.window.workspace.documents) >= 2
    stage.close_document()
    stage.window.workspace.cancel_opening()
    yield lambda: not stage.window.workspace.is_opening


def close_the_window_at_work(stage: Stage) -> Steps:
    """Close the window while it searches, and open another in the same process."""
    stage.settings.finders = ["classical"]
    for _ in range(3):
        yield from _opened(stage)
        stage.do("find")
        yield None
        stage.close()
        yield None
        yield None
        stage.new_window()
        yield None
    yield from _opened(stage, "classical")


def panels_when_their_document_closes(stage: Stage) -> Steps:
    """Use every panel, the review, explanation, playground, twin and palette, then close."""
    from nmrquanv.gui.dialogs.explanation import ExplainDialog
    from nmrquanv.gui.shell.palette import Palette
    from nmrquanv.spectra.recipe import Phase

    yield from _opened(stage, "quanv", "classical")
    window, document = stage.window, stage.document
    for dock in window.docks.values():
        dock.raise_()
        yield None
    peaks = document.shown_peaks().peaks
    document.edit.set_thresholds(replace(document.thresholds, min_confidence=0.95))
    document.reprocess.set_step(Phase("manual", 1.0, 0.0))
    review = window.view_commands.reviewing
    review.step()
    yield None
    (review.accept if review.is_on else review.stop)()
    window.view.editing.select([peaks[0].id])
    for name in ("explain", "playground", "twin", "palette"):
        stage.do(name)
        yield None
    yield lambda: stage.shown(Palette)
    stage.shown(Palette)[0].close()
    stage.close_document()
    yield lambda: not stage.shown(ExplainDialog)
    yield None
    assert window.workspace.current is None


FLOWS = {
    flow.__name__: flow
    for flow in (
        open_close_open,
        close_one_of_several,
        close_while_finding,
        close_while_processing,
        close_while_opening,
        close_the_window_at_work,
        panels_when_their_document_closes,
        *window_flows.FLOWS,
    )
}


def main(names: Sequence[str]) -> int:
    """Run flows, all or the named ones; print a line of JSON before and after each."""
    driver = Driver(collects=True)
    n_faults = 0
    for name in names or FLOWS:
        tell(begins=name)
        driver.run(_with_a_window(FLOWS[name]))
        shut_down()
        tell(ended=name, faults=driver.faults)
        n_faults += len(driver.faults)
        driver.faults = []
    return 1 if n_faults else 0


def _with_a_window(flow: Callable[[Stage], Steps]) -> Steps:
    """Give a flow a window of its own, and close it at the end."""
    stage = Stage(own_folder(), find_slowly)
    try:
        yield from flow(stage)
    finally:
        stage.close()
    for _ in range(3):
        yield None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
