"""Runs Python's collector of objects that hold each other in the GUI thread, and in no other.

Left to itself, Python runs it in whichever thread makes the object that is one too many. Documents
and windows that nobody uses any more are such circles; collected by the thread of a job, their Qt
objects are destroyed in the wrong thread, while events for them are under way. The program then
crashes, or crashes later and somewhere else.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

EVERY_MS, MOST_TURNS = 1000, 300
"""Time from one look at young objects to the next, and after how many all are looked at even if
the program never rests."""

_SOME, _REST = 0.1, 0.1
"""Of the young objects that Python waits for: fewer new ones than that are no work done. Of the
time: a thread that computes for less of it rests."""


class Collector(QObject):
    """Does in the turns of the event loop what Python does when objects are made.

    Parameters
    ----------
    parent : QObject
        Python collects by itself again when it is destroyed.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._turns, self._has_work, self._used_s = 0, False, 0.0
        gc.disable()
        parent.destroyed.connect(gc.enable)
        timer = QTimer(self)
        timer.timeout.connect(self.collect_due)
        timer.start(EVERY_MS)

    @Slot()
    def collect_due(self) -> None:
        """Look through young objects where there are many, and through all when work rests.

        A closed document of millions of points must not wait for long, and no edit for it.
        """
        young, many, used_s = gc.get_count()[0], gc.get_threshold()[0], time.thread_time()
        rests = used_s - self._used_s < _REST * EVERY_MS / 1000
        self._turns, self._used_s = self._turns + 1, used_s
        self._has_work |= young > _SOME * many or not rests
        if self._has_work and (rests or self._turns >= MOST_TURNS):
            gc.collect()
            self._turns, self._has_work = 0, False
        elif young > many:
            gc.collect(1)


def collect_in_gui_thread() -> None:
    """See to it, once for an application, that other threads collect nothing from now on."""
    application = QCoreApplication.instance()
    if application is not None and application.findChild(Collector) is None:
        Collector(application)
