"""How the window looks and how the mouse wheel works: what the settings say, at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from nmrquanv.gui import theme
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.shell.scale import STEP, USUAL, apply_scale
from nmrquanv.gui.view_state import AxisUnit
from nmrquanv.session.settings import Settings
from nmrquanv.session.settings_table import THEMES


class Appearance(QObject):
    """Applies theme, size, numbers and wheel of the settings, and follows them.

    Parameters
    ----------
    settings : Settings
    actions : dict of str to QAction
        Of the window's table, by id.
    view : SpectrumView
    show_icons : callable
        Draws the window's icons in the theme in use.
    parent : QObject
    """

    def __init__(
        self,
        settings: Settings,
        actions: dict[str, QAction],
        view: SpectrumView,
        show_icons: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings, self._actions = settings, actions
        self._view, self._show_icons = view, show_icons
        for choice in THEMES:
            actions[f"theme_{choice}"].triggered.connect(
                lambda _=False, c=choice: setattr(settings, "theme", c)
            )
        for name, step in (("larger", STEP), ("smaller_letters", -STEP)):
            actions[name].triggered.connect(lambda _=False, by=step: self._rescale(by))
        actions["usual_letters"].triggered.connect(lambda: setattr(settings, "ui_scale", USUAL))
        # the size after the theme: with the style sheet that there is, widgets take their letters
        for name in ("theme", "ui_scale", "wheel_preset", "label_decimals", "axis_unit"):
            self._on_setting_changed(name)
        settings.changed.connect(self._on_setting_changed)
        state = view.state
        state.unit_changed.connect(lambda: setattr(settings, "axis_unit", state.unit))

    @Slot()
    def apply_theme(self) -> None:
        """Give the application the theme that the settings choose, or the system's."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(self._settings.theme, app)
        self._show_icons()

    def _rescale(self, by: int) -> None:
        self._settings.ui_scale += by

    @Slot(str)
    def _on_setting_changed(self, name: str) -> None:
        settings = self._settings
        if name == "theme":
            self._actions[f"theme_{settings.theme}"].setChecked(True)
            self.apply_theme()
        elif name == "wheel_preset":
            self._view.view_box.is_wheel_zoom = settings.wheel_preset == "zoom"
        elif name == "ui_scale":
            if apply_scale(settings.ui_scale, self._view.window()):
                self._show_icons()
        elif name == "label_decimals":
            self._view.state.set_decimals(settings.label_decimals)
        elif name == "axis_unit":
            self._view.state.set_unit(cast("AxisUnit", settings.axis_unit))
