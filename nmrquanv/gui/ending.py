"""The end about which nobody asks: a signal of the system, or the desktop's logout.

What is not saved is written where the next start finds it, background work is left alone, and the
program is gone within two seconds, whatever still runs.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Slot
from PySide6.QtWidgets import QApplication, QWidget

from nmrquanv.gui.closing import Closing
from nmrquanv.session.work import Work

_log = logging.getLogger(__name__)
LIMIT_S = 1.2
"""After everything is written: what is still being computed then is of no use to anyone."""

_NAMES = ("SIGTERM", "SIGHUP", "SIGINT")  # Windows has no SIGHUP
_INTERRUPTED = 128 + signal.SIGINT
"""What shells say of a program that Ctrl+C has ended."""


class Ending(QObject):
    """Listens to the system on behalf of a window.

    Qt's loop does not come back to Python when a signal arrives. So Python writes its number into
    a socket, and Qt tells when there is something to be read.
    """

    def __init__(self, work: Work, closing: Closing, window: QWidget) -> None:
        super().__init__(window)
        self._work, self._closing, self._window = work, closing, window
        self._heard, self._told = socket.socketpair()
        for end in (self._heard, self._told):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_heard)
        self._before: dict[int, Any] = {}
        self._fd_before = -1

    def install(self, app: QApplication) -> None:
        """Begin to listen; called from the main thread."""
        self._fd_before = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is not None:
                self._before[number] = signal.signal(number, _do_nothing)
        # before the desktop goes on: it may end this process when all have answered
        app.commitDataRequest.connect(self._on_logout, Qt.ConnectionType.DirectConnection)

    def uninstall(self) -> None:
        """Give back what was taken."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()
        self._heard.close()
        self._told.close()

    @Slot()
    def _on_heard(self, *_: object) -> None:
        numbers = set(self._heard.recv(64)) & set(self._before)
        if numbers:
            self.end(_INTERRUPTED if numbers == {signal.SIGINT} else 0)

    @Slot()
    def _on_logout(self, *_: object) -> None:
        """Write what is not saved; the window may then be closed without a question."""
        self._closing.expect_logout()
        self._work.recovery.autosave.write_now()

    def end(self, code: int) -> None:
        """Keep everything for the next start, and end the program."""
        _log.info("the system asks the program to end")
        self._work.leave()
        timer = threading.Timer(LIMIT_S, os._exit, (code,))
        timer.daemon = True
        timer.start()
        self._closing.agree()
        self._window.close()
        QApplication.exit(code)


def _do_nothing(_number: int, _frame: object) -> None:
    """Stand in the place of the system's own answer, which ends the process."""
