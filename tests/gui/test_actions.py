from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from nmrquanv.gui import actions, theme
from nmrquanv.gui.icons import icon


def test_no_two_actions_share_a_shortcut() -> None:
    keys = Counter(
        QKeySequence(text).toString() for spec in actions.TABLE.values() for text in spec.shortcuts
    )
    taken = {"Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y", *(f"Ctrl+{n}" for n in range(1, 10))}
    assert all(count == 1 for count in keys.values())
    assert not taken & keys.keys()
    assert "" not in keys


def test_the_bindings_that_spectroscopists_expect_are_there() -> None:
    expected = {
        "pick_tool": "P", "integral_tool": "I", "region_tool": "R", "layer_quanv": "Q",
        "layer_cnn": "W", "full_view": "F", "taller": "*", "smaller": "/", "delete": "Del",
        "rest": "Esc", "open_file": "Ctrl+O", "copy": "Ctrl+C", "previous_view": "Backspace",
    }  # fmt: skip
    for name, keys in expected.items():
        assert keys in actions.TABLE[name].shortcuts
    assert "Alt+Left" in actions.TABLE["previous_view"].shortcuts


def test_menus_and_lists_name_actions_that_exist() -> None:
    rows = [row for menu in actions.MENUS.values() for row in menu]
    named = [row for row in rows if row != "-" and not row.startswith("<")]
    assert set(named) <= actions.TABLE.keys()
    assert set(actions.NEEDS_DOCUMENT) <= actions.TABLE.keys()
    assert len(named) == len(set(named))


def test_every_action_has_a_tip_and_every_icon_a_file(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = actions.make_actions(parent)
    actions.show_icons(made)
    for name, spec in actions.TABLE.items():
        assert spec.tip, name
        assert made[name].icon().isNull() != bool(spec.icon), name


def test_icons_follow_the_theme(qapp) -> None:
    def ink() -> set[str]:
        image = icon("find").pixmap(64, 64).toImage()
        places = ((x, y) for x in range(64) for y in range(64))
        return {c.name() for x, y in places if (c := image.pixelColor(x, y)).alpha() == 255}

    theme.apply("dark", qapp)
    assert theme.DARK.text in ink()
    theme.apply("light", qapp)
    assert theme.LIGHT.text in ink()


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_both_themes_have_enough_contrast() -> None:
    """WCAG: 4.5 for text, 3 for marks."""
    for look in (theme.LIGHT, theme.DARK):
        ground = _luminance(look.plot)

        def contrast(colour: str, ground=ground) -> float:
            a, b = sorted((_luminance(colour), ground))
            return (b + 0.05) / (a + 0.05)

        for colour in (look.text, look.muted, look.trace, look.accent, look.solvent):
            assert contrast(colour) >= 4.4, (look.name, colour)
        for colour in (look.quanv, look.cnn, look.classical, look.other, look.integral):
            assert contrast(colour) >= 3.0, (look.name, colour)
