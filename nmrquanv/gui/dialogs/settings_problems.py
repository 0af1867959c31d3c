"""Tells when settings could not be used, or cannot be kept."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.session.settings import Settings


class SettingsProblems(QObject):
    """Tells over a window what was wrong with the settings, and later what goes wrong."""

    def __init__(self, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._window = settings, window
        settings.save_failed.connect(self._on_save_failed)
        if settings.problems:
            QTimer.singleShot(0, self, self._tell)

    @Slot(str)
    def _on_save_failed(self, reason: str) -> None:
        show_error("Settings are not kept", NmrQuanvError(reason), self._window)

    def _tell(self) -> None:
        told = NmrQuanvError(";\n".join(self._settings.problems) + ".")
        show_error("Some settings could not be used", told, self._window)
