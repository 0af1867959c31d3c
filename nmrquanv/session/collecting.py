"""Runs Python's collector of objects that hold each other in the GUI thread, and in no other.

Left to itself, Python runs it in whichever thread makes the object that is one too many. Documents
and windows that nobody uses any more are such circles; collected by the thread of a job, their Qt
objects are destroyed in the wrong thread, while events for them are under way. The program then
crashes, or crashes later and somewhere else.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

EVERY_MS, WHOLE_TURNS = 1000, 10
"""Time from one look at young objects to the next, and how many go by until all are looked at."""

_SOME = 0.1
"""Of the young objects that Python waits for: fewer new ones than that are no work done."""


class Collector(QObject):
    """Does in the turns of the event loop what Python does when objects are made.

    Parameters
    ----------
    parent : QObject
        Python collects by itself again when it is destroyed.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._turns, self._has_work = 0, False
        gc.disable()
        parent.destroyed.connect(gc.enable)
        timer = QTimer(self)
        timer.timeout.connect(self.collect_due)
        timer.start(EVERY_MS)

    @Slot()
    def collect_due(self) -> None:
        """Look through young objects where there are many, and now and then through all.

        A closed document of millions of points must not wait for long.
        """
        self._turns += 1
        young, many = gc.get_count()[0], gc.get_threshold()[0]
        self._has_work |= young > _SOME * many
        if self._has_work and self._turns >= WHOLE_TURNS:
            self._turns, self._has_work = 0, False
            gc.collect()
        elif young > many:
            gc.collect(1)


def collect_in_gui_thread() -> None:
    """See to it, once for an application, that other threads collect nothing from now on."""
    application = QCoreApplication.instance()
    if application is not None and application.findChild(Collector) is None:
        Collector(application)
