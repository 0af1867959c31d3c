"""Light, dark and system look of the window, and the colours of everything that is drawn.

A *theme* is one frozen set of colours. The window gets them as a palette and a style sheet, the
plot and its layers read them by name, so that both change together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from nmrquanv.finders import CLASSICAL, CNN, QUANV
from nmrquanv.gui.focus_ring import FocusRing
from nmrquanv.paths import resource


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour of one look, as ``#rrggbb``.

    Notes
    -----
    Layer colours are those of Okabe and Ito, which people with colour-blindness tell apart; on
    a dark ground the same hues stand lighter. Each layer has a shape of its own as well.
    """

    name: Literal["light", "dark"]
    window: str
    base: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    warning: str
    plot: str
    trace: str
    quanv: str
    cnn: str
    classical: str
    other: str
    mine: str
    true_line: str
    integral: str
    region: str
    multiplet: str
    solvent: str


LIGHT = Theme(
    name="light",
    window="#f3f5f7",
    base="#ffffff",
    raised="#ffffff",
    line="#d3d9e0",
    text="#1b2430",
    muted="#586474",
    accent="#0b6bcb",
    on_accent="#ffffff",
    warning="#9a5b00",
    plot="#ffffff",
    trace="#1b2a3a",
    quanv="#0072b2",
    cnn="#d55e00",
    classical="#009e73",
    other="#7a52c7",
    mine="#a3156b",
    true_line="#cc79a7",
    integral="#8a3ffc",
    region="#b57c00",
    multiplet="#a3316f",
    solvent="#6b7785",
)
DARK = Theme(
    name="dark",
    window="#1b1f25",
    base="#252b34",
    raised="#262c34",
    line="#3a424d",
    text="#e8edf2",
    muted="#a3aebb",
    accent="#4da3ff",
    on_accent="#0b1622",
    warning="#f2b457",
    plot="#14171c",
    trace="#e3eaf1",
    quanv="#4db4f0",
    cnn="#ff8a4a",
    classical="#2fcf9f",
    other="#b79bff",
    mine="#ff86c3",
    true_line="#e39ac4",
    integral="#bf9dff",
    region="#e5b23c",
    multiplet="#f08fc0",
    solvent="#8b97a5",
)

_TICK_BOX = "0.9em"
"""Its side, in the height of letters."""

_state: dict[str, Theme] = {"current": LIGHT}


def current() -> Theme:
    """Return the theme in use."""
    return _state["current"]


def layer_colour(finder: str, look: Theme | None = None) -> QColor:
    """Return the colour of a finder's layer in a theme; a user's own models share one colour."""
    theme = look or current()
    known = {QUANV: theme.quanv, CNN: theme.cnn, CLASSICAL: theme.classical}
    return QColor(known.get(finder, theme.other))


def resolve(choice: str, app: QApplication) -> Theme:
    """Return the theme that ``"light"``, ``"dark"`` or ``"system"`` means on this machine."""
    if choice == "system":
        is_dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if is_dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def apply(choice: str, app: QApplication) -> Theme:
    """Give the whole application a theme and return it."""
    theme = resolve(choice, app)
    sheet = _style_sheet(theme)
    if _state["current"] is theme and app.styleSheet() == sheet:
        return theme
    _state["current"] = theme
    # with a style sheet the style is Qt's own around Fusion; setting it anew polishes every widget
    if app.style().metaObject().className() not in ("QFusionStyle", "QStyleSheetStyle"):
        app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setStyleSheet(sheet)
    if app.findChild(FocusRing) is None:
        FocusRing(app)
    return theme


def _palette(theme: Theme) -> QPalette:
    """Return the palette of a theme, with its disabled colours."""
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.on_accent,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.PlaceholderText: theme.muted,
        role.Mid: theme.line,
        role.Midlight: theme.line,
        role.Light: theme.raised,
        role.Dark: theme.line,
        role.Accent: theme.accent,
    }.items():
        palette.setColor(which, QColor(colour))
    # what is greyed out says something too: it can be read, and is no paler than that
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return palette


def _style_sheet(theme: Theme) -> str:
    """Return what a palette cannot say: borders, spacing, the one prominent button.

    Separators of docks are wider than a pixel: Qt lays a widget of its own over thinner ones and
    forgets it each time that a dock is hidden. It makes the title of a dock as high as its letters
    and twice the room above them, so that the line below is taken from the room there. Fusion
    frames what is ticked darker than a dark ground, so tick boxes are drawn anew.
    """
    return f"""
    QMainWindow::separator {{ background: {theme.window}; width: 4px; height: 4px; }}
    QMainWindow::separator:hover {{ background: {theme.accent}; }}
    QToolBar {{ background: {theme.window}; border: 0; border-bottom: 1px solid {theme.line};
        spacing: 2px; padding: 3px 6px; }}
    QToolBar::separator {{ background: {theme.line}; width: 1px; margin: 5px 5px; }}
    QToolBar QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 4px; }}
    QToolBar QToolButton:hover {{ background: {theme.raised}; border-color: {theme.line}; }}
    QToolBar QToolButton:checked:disabled {{ background: transparent; border-color: transparent; }}
    QToolBar QToolButton:checked:enabled {{ background: {mixed(theme.accent, theme.window, 0.22)};
        border-color: {theme.accent}; }}
    QToolBar QToolButton#find_button {{ background: {theme.accent}; color: {theme.on_accent};
        font-weight: 600; padding: 5px 24px 5px 10px; border-color: {theme.accent}; }}
    QToolBar QToolButton#find_button:hover {{
        background: {mixed(theme.text, theme.accent, 0.12)}; }}
    QToolBar QToolButton#find_button:disabled {{ color: {theme.muted};
        background: {mixed(theme.line, theme.window, 0.5)}; border-color: {theme.line}; }}
    QToolBar QToolButton#find_button::menu-button {{ border: 0; width: 20px;
        border-left: 1px solid {mixed(theme.on_accent, theme.accent, 0.45)}; }}
    QFrame#focus_ring {{ border: 2px solid {theme.accent}; border-radius: 4px; }}
    QStatusBar {{ border-top: 1px solid {theme.line}; }}
    QStatusBar::item {{ border: 0; }}
    QMenuBar {{ background: {theme.window}; }}
    QToolTip {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.line};
        padding: 3px; }}
    QDockWidget::title {{ background: {theme.window}; padding: 5px 8px 4px;
        border-bottom: 1px solid {theme.line}; }}
    {_tick_boxes(theme)}
    {_tabs(theme)}
    {_close_buttons(theme)}
    QHeaderView::section {{ background: {theme.window}; color: {theme.muted}; border: 0;
        border-bottom: 1px solid {theme.line}; padding: 3px 6px; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QTableView {{ gridline-color: {theme.line}; border: 0; }}
    """


def _tick_boxes(theme: Theme) -> str:
    """Return how tick boxes and radio buttons look, ticked or not, to be pressed or not."""
    tick = resource(f"icons/tick_{theme.name}.png").as_posix()
    kinds = ("QCheckBox", "QGroupBox", "QAbstractItemView")

    def box(state: str, looks: str) -> str:
        chosen = ", ".join(f"{kind}::indicator{state}" for kind in kinds)
        return f"{chosen} {{ {looks} }}"

    return "\n    ".join(
        (
            box("", f"width: {_TICK_BOX}; height: {_TICK_BOX}; border-radius: 3px;"),
            box(":unchecked", f"border: 1px solid {theme.muted}; background: {theme.base};"),
            box(
                ":checked",
                f"border: 1px solid {theme.accent}; background: {theme.accent};"
                f' image: url("{tick}");',
            ),
            box(":checked:disabled", f"border-color: {theme.muted}; background: {theme.muted};"),
            # in a row that is chosen the ground is the box's own colour
            f"QAbstractItemView::indicator:checked {{ border-color: {theme.on_accent}; }}",
            f"""QRadioButton::indicator {{ width: {_TICK_BOX}; height: {_TICK_BOX};
        border-radius: 0.48em; }}
    QRadioButton::indicator:unchecked {{ border: 1px solid {theme.muted};
        background: {theme.base}; }}
    QRadioButton::indicator:checked {{ border: 1px solid {theme.accent};
        background: {_dot(theme.on_accent, theme.accent)}; }}
    QRadioButton::indicator:checked:disabled {{ border-color: {theme.muted};
        background: {_dot(theme.on_accent, theme.muted)}; }}""",
        )
    )


def _dot(dot: str, ground: str) -> str:
    """Return the middle of a radio button that is on: a dot, whatever its size."""
    stops = ((0.0, dot), (0.45, dot), (0.55, ground), (1.0, ground))
    told = ", ".join(f"stop: {place} {colour}" for place, colour in stops)
    return f"qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5, {told})"


def _tabs(theme: Theme) -> str:
    """Return how tabs look: Fusion cuts the feet of letters on those that are not chosen."""
    behind = mixed(theme.text, theme.window, 0.09)
    return f"""QTabBar::tab {{ background: {behind}; color: {theme.text}; padding: 4px 11px;
        border: 1px solid {theme.line}; margin-right: -1px; }}
    QTabBar::tab:last, QTabBar::tab:only-one {{ margin-right: 0; }}
    QTabBar::tab:hover {{ background: {theme.window}; }}
    QTabBar::tab:disabled {{ color: {theme.muted}; }}
    QTabBar::tab:selected {{ background: {theme.raised}; }}
    QTabBar::tab:top {{ border-bottom: 0; border-top: 3px solid transparent; }}
    QTabBar::tab:bottom {{ border-top: 0; border-bottom: 3px solid transparent; }}
    QTabBar::tab:top:selected {{ border-top-color: {theme.accent}; }}
    QTabBar::tab:bottom:selected {{ border-bottom-color: {theme.accent}; }}"""


def _close_buttons(theme: Theme) -> str:
    """Return how tabs and docks are closed: Fusion's are red on tabs, and unseen on dark docks.

    Qt draws the icon of a dock's button in the size of the system's small icons at most; so it is
    its ground, which is as large as the button (``docks.py``), and the icon is empty.
    """
    cross = resource(f"icons/close_{theme.name}.png").as_posix()
    empty = resource("icons/empty.png").as_posix()
    under_mouse = f"background: {mixed(theme.text, theme.window, 0.2)};"
    return f"""QTabBar::close-button {{ image: url("{cross}"); border-radius: 3px; }}
    QDockWidget {{ titlebar-close-icon: url("{empty}"); }}
    QDockWidget::close-button {{ image: url("{cross}"); border-radius: 3px; padding: 0; }}
    QTabBar::close-button:hover, QDockWidget::close-button:hover {{ {under_mouse} }}"""


def mixed(first: str, second: str, share: float) -> str:
    """Return the colour that holds ``share`` of the first and the rest of the second."""
    a, b = QColor(first), QColor(second)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return "#" + "".join(f"{round(share * x + (1 - share) * y):02x}" for x, y in pairs)
