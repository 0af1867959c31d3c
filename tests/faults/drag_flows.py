"""Rows dragged by the mouse into another order, as the window system does it; started by a test.

``python tests/faults/drag_flows.py`` needs a display: the offscreen platform ends a drag at once.
Presses, moves and releases go to the window, so that Qt's own loop of a drag is in between. What
became of each drag is a line of JSON, and so is every fault.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from driving import EXAMPLES, MENTHOL, SECOND, Driver, Stage, Steps, own_folder, shut_down, tell
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QWidget

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MOVES, BETWEEN_MS, STANDS_S = 8, 15, 0.6
ABOVE, BELOW = 0.15, 0.85
"""Where in a row something is dropped: in its upper or its lower half."""


class Drag:
    """Press, moves and release, each in a turn of whichever loop runs then.

    Parameters
    ----------
    view : QAbstractItemView
    start, end : QPoint, pixels of its rows
    gives_up : bool
        Esc is pressed before the button is let go.
    """

    def __init__(
        self, view: QAbstractItemView, start: QPoint, end: QPoint, *, gives_up: bool = False
    ) -> None:
        self.is_over, self._view, self.began = False, view, False
        window = view.window().windowHandle()
        way = [start + (end - start) * (k / MOVES) for k in range(1, MOVES + 1)]
        self._deeds: list[Callable[[], object]] = [
            lambda: QTest.mousePress(window, LEFT, PLAIN, self._at(start)),
            *(lambda p=point: QTest.mouseMove(window, self._at(p)) for point in way),
        ]
        if gives_up:
            self._deeds.append(lambda: QTest.keyClick(window, Qt.Key.Key_Escape))
        self._deeds.append(lambda: QTest.mouseRelease(window, LEFT, PLAIN, self._at(end)))
        QTimer.singleShot(BETWEEN_MS, self._next)

    def _at(self, point: QPoint) -> QPoint:
        return self._view.viewport().mapTo(self._view.window(), point)

    def _next(self) -> None:
        self.began = self.began or self._view.state() == QAbstractItemView.State.DraggingState
        if not self._deeds:
            self.is_over = True
            return
        deed = self._deeds.pop(0)
        QTimer.singleShot(BETWEEN_MS, self._next)
        deed()  # the move that begins the drag comes back when it has ended


def settled(view: QWidget) -> Callable[[], bool]:
    """Return a function that tells when a view has stood still: docks are laid out a while later.

    Windows of an X server are also shown only a while after they are asked for.
    """
    seen: list[tuple[float, object]] = []

    def is_settled() -> bool:
        window = view.window()
        where = view.mapTo(window, QPoint()), view.size(), view.isVisible(), window.isActiveWindow()
        if not seen or seen[-1][1] != where:
            seen.append((time.monotonic(), where))
        return view.isVisible() and time.monotonic() - seen[-1][0] > STANDS_S

    return is_settled


def place(view: QAbstractItemView, row: int, share: float = 0.5, column: int = 0) -> QPoint:
    """Return a place in a row: its middle across, a share of its height from the top."""
    box = view.visualRect(view.model().index(row, column))
    return QPoint(box.center().x(), box.top() + round(share * box.height()))


def steps_are_dragged(stage: Stage) -> Steps:
    """Drag steps of a FID's recipe: to a place, to a wrong one, out of the list, and give it up."""
    yield stage.open(SECOND)
    view, document = stage.window.processing.steps, stage.document
    yield lambda: view.count() > 5
    yield settled(stage.window.view)
    stage.window.docks["processing"].raise_()  # the layout of the docks has raised others
    yield lambda: stage.window.processing.is_in_view
    yield settled(view)

    def say(what: str, drag: Drag) -> None:
        order = [type(step).__name__ for step in document.reprocess.wanted_recipe.steps]
        current = getattr(view.kind(), "__name__", "")
        undo, told = document.undo_stack.undoText(), stage.window.processing.state_text.text()
        tell(what=what, order=order, undo=undo, began=drag.began, current=current, told=told)

    for what, row, end, gives_up in (
        ("up", 6, place(view, 4, ABOVE), False),
        ("refused", 1, place(view, 3, BELOW), False),
        ("outside", 4, QPoint(-300, 200), False),
        ("given up", 4, place(view, 6, BELOW), True),
    ):
        drag = Drag(view, place(view, row), end, gives_up=gives_up)
        yield lambda drag=drag: drag.is_over
        yield lambda: not document.processing.is_running
        say(what, drag)
    stage.close_document()


def traces_are_dragged(stage: Stage) -> Steps:
    """Drag rows of the table of traces: one to the end, two together, one that is not chosen."""
    for path in (MENTHOL, SECOND, EXAMPLES / "bruker_1h_cyclosporin" / "1"):
        yield stage.open(path)
    stage.do("stack")
    page = stage.window.side_pages.stack
    assert page is not None
    view, stacking = page.table, page.stacking
    yield lambda: view.rowCount() == 3
    yield settled(view)
    first = {trace.id: str(number) for number, trace in enumerate(stacking.stack.traces[::-1])}

    def say(what: str, drag: Drag) -> None:
        order = [first[trace.id] for trace in stacking.stack.traces[::-1]]
        chosen = [first[one] for one in view.selected_ids()]
        undo = stacking.undo_stack.undoText()
        tell(what=what, order=order, undo=undo, chosen=chosen, began=drag.began)

    for what, row, end in (
        ("to the end", 0, place(view, 2, BELOW)),
        ("back", 2, place(view, 0, ABOVE)),
        ("beside", 1, QPoint(-200, 10)),
    ):
        view.clearSelection()
        drag = Drag(view, place(view, row, column=1), end)
        yield lambda drag=drag: drag.is_over
        say(what, drag)
    view.clearSelection()
    for row, held in ((0, PLAIN), (1, Qt.KeyboardModifier.ControlModifier)):
        QTest.mouseClick(view.viewport(), LEFT, held, place(view, row, column=1))
    drag = Drag(view, place(view, 1, column=1), place(view, 2, BELOW))
    yield lambda: drag.is_over
    say("two together", drag)


FLOWS = {"steps": steps_are_dragged, "traces": traces_are_dragged}


def main(name: str) -> int:
    """Run one of the flows; tell what became of its drags, and its faults."""
    driver, stage = Driver(), Stage(own_folder())
    driver.run(FLOWS[name](stage))
    stage.close()
    shut_down()
    tell(faults=driver.faults)
    return bool(driver.faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
