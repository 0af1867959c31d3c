"""Runs Python's collector of objects that hold each other in the GUI thread, and in no other.

Left to itself, Python runs it in whichever thread makes the object that is one too many. Documents
and windows that nobody uses any more are such circles; collected by the thread of a job, their Qt
objects are destroyed in the wrong thread, while events for them are under way. The program then
crashes, or crashes later and somewhere else.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

EVERY_MS = 1000


class Collector(QObject):
    """Does in the turns of the event loop what Python does when objects are made.

    Parameters
    ----------
    parent : QObject
        Python collects by itself again when it is destroyed.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        parent.destroyed.connect(gc.enable)
        timer = QTimer(self)
        timer.timeout.connect(self.collect_due)
        timer.start(EVERY_MS)

    @Slot()
    def collect_due(self) -> None:
        """Look through the oldest generation that is due, and the younger ones with it."""
        due = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if True in due:
            gc.collect(max(number for number, is_due in enumerate(due) if is_due))


def collect_in_gui_thread() -> None:
    """See to it, once for an application, that other threads collect nothing from now on."""
    application = QCoreApplication.instance()
    if application is not None and application.findChild(Collector) is None:
        Collector(application)
