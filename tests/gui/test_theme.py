"""A theme is applied once: setting it anew would polish every widget that there is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from nmrquanv.gui import theme


class Heard(QObject):
    """Counts how often a widget is given a style."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        self.times += event.type() == QEvent.Type.StyleChange
        return False


def test_the_same_theme_again_touches_no_widget(qapp, qtbot) -> None:
    theme.apply("light", qapp)
    widget, heard = QWidget(), Heard()
    qtbot.addWidget(widget)
    widget.show()
    widget.installEventFilter(heard)
    assert theme.apply("light", qapp) is theme.current()
    assert heard.times == 0
    assert theme.apply("dark", qapp) is not theme.LIGHT
    assert heard.times > 0
    theme.apply("light", qapp)
