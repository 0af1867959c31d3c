"""A theme is applied once: setting it anew would polish every widget that there is."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, QSizeF
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QCheckBox, QDialog, QRadioButton, QTabBar, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.dialogs.learning_curve import LearningCurve
from nmrquanv.gui.icons import _Drawing, icon
from nmrquanv.paths import resource


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


def contrast(first: QColor, second: QColor) -> float:
    """Return WCAG's contrast of two colours."""

    def luminance(colour: QColor) -> float:
        parts = colour.redF(), colour.greenF(), colour.blueF()
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_text_of_the_palette_can_be_read_also_what_is_greyed_out(qapp, name) -> None:
    look = theme.apply(name, qapp)
    palette, role, groups = qapp.palette(), QPalette.ColorRole, QPalette.ColorGroup
    pairs = (
        (role.WindowText, role.Window), (role.Text, role.Base), (role.Text, role.AlternateBase),
        (role.ButtonText, role.Button), (role.PlaceholderText, role.Base),
        (role.PlaceholderText, role.Window), (role.ToolTipText, role.ToolTipBase),
        (role.HighlightedText, role.Highlight), (role.Link, role.Base),
    )  # fmt: skip
    for group in (groups.Active, groups.Inactive, groups.Disabled):
        for ink, ground in pairs:
            colours = palette.color(group, ink), palette.color(group, ground)
            assert colours[0].alpha() == 255
            assert contrast(*colours) >= 4.5, (name, group, ink, ground)
    grounds = look.window, look.base, look.raised, look.plot
    for ink in (look.text, look.muted, look.accent, look.warning):
        assert min(contrast(QColor(ink), QColor(g)) for g in grounds) >= 4.5, (name, ink)
    for ink in (look.solvent, look.integral, look.multiplet):
        assert contrast(QColor(ink), QColor(look.plot)) >= 4.5, (name, ink)
    greyed = theme.mixed(look.line, look.window, 0.5)
    assert contrast(QColor(look.muted), QColor(greyed)) >= 4.5
    for mark in (look.quanv, look.cnn, look.classical, look.other, look.mine, look.region):
        assert contrast(QColor(mark), QColor(look.plot)) >= 3.0, (name, mark)
    theme.apply("light", qapp)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
@pytest.mark.parametrize("is_on", [False, True])
@pytest.mark.parametrize("is_enabled", [False, True])
def test_all_of_a_tick_box_is_seen_on_its_ground(
    qapp, qtbot, name, kind, is_on, is_enabled
) -> None:
    """Its frame as well as its tick: a tick alone looks like no box."""
    theme.apply(name, qapp)
    box = kind("Box")
    qtbot.addWidget(box)
    box.setChecked(is_on)
    box.setEnabled(is_enabled)
    box.show()
    qtbot.waitExposed(box)
    image = box.grab().toImage()
    ground = QColor(theme.current().window)
    side = min(18, image.width())
    seen = [
        (x, y)
        for x in range(side)
        for y in range(image.height())
        if contrast(image.pixelColor(x, y), ground) >= 3.0
    ]
    for places in zip(*seen, strict=True):
        assert max(places) - min(places) >= 12
    theme.apply("light", qapp)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_what_closes_a_tab_is_seen_and_shouts_at_nobody(qapp, qtbot, name) -> None:
    theme.apply(name, qapp)
    tabs = QTabBar()
    qtbot.addWidget(tabs)
    tabs.setTabsClosable(True)
    tabs.addTab("one")
    tabs.show()
    qtbot.waitExposed(tabs)
    button = tabs.tabButton(0, QTabBar.ButtonPosition.RightSide)
    image, ground = button.grab().toImage(), QColor(theme.current().window)
    inks = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    assert max(contrast(ink, ground) for ink in inks) >= 3.0
    assert not any(ink.alpha() > 100 and ink.red() > ink.blue() + 40 for ink in inks)
    theme.apply("light", qapp)


def test_the_learning_curve_follows_the_theme(qapp, qtbot) -> None:
    theme.apply("light", qapp)
    curve = LearningCurve()
    qtbot.addWidget(curve)
    curve.show()
    qtbot.waitExposed(curve)

    def ground() -> float:
        return curve.losses.grab().toImage().pixelColor(2, 2).lightnessF()

    assert ground() > 0.9
    theme.apply("dark", qapp)
    qtbot.waitUntil(lambda: ground() < 0.2)
    theme.apply("light", qapp)
    curve.close()


def test_dialogs_that_are_open_follow_the_theme(window, document, qtbot, settings) -> None:
    window.workspace._add([document])
    settings.theme = "light"
    names = ("settings", "export", "shortcuts", "palette", "keys", "published", "impurities")
    for name in names:
        window.actions_by_id[name].trigger()
    dialogs = [d for d in window.findChildren(QDialog) if d.isVisible()]
    assert len(dialogs) == len(names)

    def grounds() -> list[QColor]:
        return [d.grab().toImage().pixelColor(3, 3) for d in dialogs]

    assert all(ground.lightnessF() > 0.9 for ground in grounds())
    settings.theme = "dark"
    qtbot.waitUntil(lambda: all(ground.lightnessF() < 0.2 for ground in grounds()))
    for dialog in dialogs:
        dialog.close()
    settings.theme = "light"


def test_an_icon_that_is_greyed_out_is_the_same_drawing_in_another_colour(qapp) -> None:
    drawn = icon("find", "#ff0000")
    pale = QColor(theme.mixed(theme.current().muted, theme.current().window, 0.45))
    for side in (16, 48):
        normal, disabled = (
            drawn.pixmap(QSize(side, side), 1.0, mode).toImage()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
        )
        places = [(x, y) for x in range(side) for y in range(side)]
        seen = [(normal.pixelColor(x, y), disabled.pixelColor(x, y)) for x, y in places]
        assert [a.alpha() for a, _ in seen] == [b.alpha() for _, b in seen]
        inked = [(a, b) for a, b in seen if a.alpha() == 255]
        assert inked
        assert {a.name() for a, _ in inked} == {"#ff0000"}
        assert {b.name() for _, b in inked} == {pale.name()}


def test_icons_are_drawings_of_one_colour() -> None:
    """What is greyed out is drawn in one colour: another would be lost."""
    for path in resource("icons").glob("*.svg"):
        if path.stem != "nmrquanv":
            colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', path.read_text("utf-8")))
            assert colours <= {"currentColor", "none"}, path.name


def test_an_icon_is_drawn_when_it_is_shown_and_as_sharp_as_the_screen(qapp, monkeypatch) -> None:
    sizes: list[int] = []
    render = _Drawing._rendered

    def counted(drawing, size, colour):
        sizes.append(size.width())
        return render(drawing, size, colour)

    monkeypatch.setattr(_Drawing, "_rendered", counted)
    one = icon("find", "#123456")
    assert sizes == []
    for ratio in (1.0, 2.0, 1.0):
        assert one.pixmap(QSize(20, 20), ratio).deviceIndependentSize() == QSizeF(20, 20)
    assert sizes == [20, 40]
