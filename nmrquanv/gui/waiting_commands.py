"""Commands on a whole spectrum that are asked for while it is still being read: they wait for it.

Whoever opens a spectrum and presses Ctrl+F at once means that one, not the one that is shown until
then. Who goes back to a spectrum that is open means that again: nothing waits then. What takes
something away (Close, Revert, Delete) and what is pointed at acts on what is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QAction

from nmrquanv.gui.actions import WAITS_FOR_OPENING, Slots
from nmrquanv.gui.shell.own_keys import plain
from nmrquanv.gui.status_bar import ElidedLabel, StatusBar
from nmrquanv.session.workspace import Workspace


class WaitingCommands(QObject):
    """Does commands now, or once everything that is being opened is there.

    Parameters
    ----------
    workspace : Workspace
    actions : mapping of str to QAction
        Of the window's table, by id: their texts say what waits.
    status : StatusBar
        Gets a notice as long as something waits.
    """

    def __init__(
        self, workspace: Workspace, actions: Mapping[str, QAction], status: StatusBar
    ) -> None:
        super().__init__(status)
        self._workspace, self._actions, self._status = workspace, actions, status
        self._deeds: dict[str, Callable[[], object]] = {}
        self._has_opened = False
        self.notice = ElidedLabel(status)
        status.add_notice(self.notice)
        workspace.opened.connect(self._on_opened)
        workspace.openings_ended.connect(self._on_openings_ended)
        self._show()

    def waiting(self, slots: Slots) -> Slots:
        """Return what actions do; those on a whole spectrum wait where one is awaited."""
        wait = {
            name: partial(self._ask, name, slots[name])
            for name in slots
            if name in WAITS_FOR_OPENING
        }
        return {**slots, **wait}

    def _ask(self, name: str, do: Callable[[], object]) -> None:
        if self._workspace.is_awaited:
            self._deeds[name] = do  # asked for twice it is done once
            self._show()
        else:
            do()

    @Slot()
    def _on_opened(self, *_: object) -> None:
        self._has_opened = True

    @Slot()
    def _on_openings_ended(self) -> None:
        """Do what waits; where nothing was opened, say that it is not done."""
        deeds, told = tuple(self._deeds.values()), self._told()
        has_opened, self._has_opened = self._has_opened, False
        self._deeds.clear()
        self._show()
        if has_opened:
            # a turn later: what follows the opening has shown it everywhere
            for do in deeds:
                QTimer.singleShot(0, self, do)
        elif deeds:
            self._status.announce(f"Nothing was opened; not done: {told}")

    def _told(self) -> str:
        return ", ".join(plain(self._actions[name].text()).rstrip("…") for name in self._deeds)

    def _show(self) -> None:
        self.notice.setText(f"Then: {self._told()}")
        self.notice.setToolTip(self.notice.text())
        self.notice.setVisible(bool(self._deeds))
