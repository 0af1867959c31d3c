"""All that the user can do, as one table: id, text, shortcut, icon, tip.

The window makes one ``QAction`` of each and connects it; menus, tool bar and help sheet are made
from the same table, so that they never disagree. Single letters work while the mouse is
anywhere in the window: Qt gives them to a text field that has the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from nmrquanv.gui.icons import icon
from nmrquanv.gui.menu_texts_and_keys import TABLE

MENUS: dict[str, tuple[str, ...]] = {
    "&File": (
        "open_file", "open_folder", "<recent>", "<examples>", "open_synthetic", "-", "save",
        "save_as", "save_together", "revert", "recover", "-", "remove_from_file", "put_back",
        "find_data", "-", "import_text", "import_peaks", "export", "export_history", "-",
        "close", "quit",
    ),
    "&Edit": (
        "<undo>", "<redo>", "-", "copy", "copy_figure", "select_all", "delete", "confirm",
        "restore", "-", "settings", "shortcuts",
    ),
    "&View": (
        "full_view", "fit_height", "previous_view", "taller", "smaller", "-", "show_fid", "-",
        "labels", "solvents", "multiplets", "threshold_line", "fit", "true_lines", "-",
        "<layers>", "<axis>", "-", "next_spectrum", "previous_spectrum", "stack", "-", "circuit",
        "study", "-", "<panels>", "reset_layout", "<theme>", "<letters>",
    ),
    "&Peaks": (
        "find", "find_in_view", "batch", "twin", "-", "zoom_tool", "pick_tool", "integral_tool",
        "multiplet_tool", "region_tool", "reference_tool", "exclude_tool", "search_tool", "-",
        "next_peak", "next_doubt",
        "previous_doubt", "-", "explain",
    ),
    "&Analysis": (
        "find_multiplets", "add_multiplet", "-", "integrate", "impurities", "-", "journal",
        "published", "report", "-", "reference_offers", "save_recipe", "load_recipe",
        "apply_recipe", "use_on_others",
    ),
    "&Models": ("models", "retrain", "playground"),
    "&Help": ("palette", "-", "guide", "keys", "-", "log", "about"),
}  # fmt: skip
"""Menus from left to right; ``-`` separates, ``<name>`` is what the window makes itself."""

SUBMENUS: dict[str, tuple[str, tuple[str, ...]]] = {
    "<layers>": ("&Layers", ("layer_quanv", "layer_cnn", "layer_classical")),
    "<axis>": ("A&xis", ("axis_ppm", "axis_hz", "axis_points")),
    "<panels>": ("Pa&nels", ("next_area", "previous_area", "-")),
    "<theme>": ("T&heme", ("theme_system", "theme_light", "theme_dark")),
    "<letters>": ("Letter Si&ze", ("larger", "smaller_letters", "usual_letters")),
}
"""Menus in them, which make those short enough for a small screen with large letters."""

SHOWN_TOOLS = (
    "zoom_tool", "pick_tool", "integral_tool", "multiplet_tool", "region_tool", "reference_tool",
)  # fmt: skip
"""In the tool bar; the others are in the menu alone."""
TOOLS = (*SHOWN_TOOLS, "exclude_tool", "search_tool")
NEEDS_DOCUMENT = (
    *TOOLS, "save", "save_as", "save_together", "revert", "import_peaks", "export", "close",
    "delete", "confirm", "select_all", "restore", "copy", "find", "find_in_view", "next_peak",
    "next_doubt", "previous_doubt", "explain", "full_view", "fit_height", "previous_view", "taller",
    "smaller", "show_fid", "next_spectrum", "previous_spectrum", "find_multiplets", "add_multiplet",
    "journal", "published", "integrate", "impurities", "report", "twin", "fit",
    "save_recipe", "load_recipe",
    "apply_recipe", "use_on_others", "axis_ppm", "axis_hz", "axis_points",
    "reference_offers",
    "copy_figure",
    "export_history",
)  # fmt: skip

WAITS_FOR_OPENING = (
    "save", "save_as", "save_together", "import_peaks", "export", "export_history", "copy",
    "copy_figure", "find", "twin", "find_multiplets", "integrate", "impurities", "journal",
    "published", "report", "reference_offers", "save_recipe", "load_recipe", "apply_recipe",
    "use_on_others", "stack",
)  # fmt: skip
"""Those on a whole spectrum: while one is being read they wait for it."""

MOUSE: tuple[tuple[str, str], ...] = (
    ("Wheel", "Vertical scale, about the baseline (Ctrl: in big steps)"),
    ("Shift + wheel, or wheel on the axis", "Horizontal zoom at the cursor"),
    ("Drag", "Zoom into a range (Ctrl: into a box)"),
    ("Right or middle drag, Space + drag", "Move along at the same width"),
    ("Double click", "Whole sweep at the same vertical scale"),
    ("Click on a mark", "Select its peak (Ctrl: one more; of two, how far they are apart is said)"),
    ("Shift or Alt held with it", "In Pick and Reference: the place exactly, not the nearest top"),
    ("Right click", "Menu of what is under the mouse"),
)
"""What the mouse does in the plot, for the help sheet."""


Slots = Mapping[str, Callable[[], object]]
"""What actions do, by their names."""


def make_actions(parent: QWidget) -> dict[str, QAction]:
    """Return the actions of the table, by id, owned by a window and known to it; without icons."""
    groups: dict[str, QActionGroup] = {}
    actions: dict[str, QAction] = {}
    for name, spec in TABLE.items():
        action = QAction(spec.text, parent)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setCheckable(spec.is_checkable or bool(spec.group))
        action.setToolTip(told_tip(spec.tip, spec.shortcuts))
        action.setStatusTip("")
        if spec.group:
            group = groups.setdefault(spec.group, QActionGroup(parent))
            group.addAction(action)
        actions[name] = action
        parent.addAction(action)
    return actions


def connect_actions(actions: Mapping[str, QAction], slots: Slots) -> None:
    """Let each action do what is said of it, however it is triggered."""
    for name, do in slots.items():
        actions[name].triggered.connect(lambda _=False, do=do: do())


def told_tip(tip: str, keys: Sequence[str]) -> str:
    """Return the tool tip of an action with its first key."""
    return f"{tip} ({keys[0]})" if keys else tip


def show_icons(actions: dict[str, QAction]) -> None:
    """Draw the icons in the colours of the theme in use."""
    for name, spec in TABLE.items():
        if spec.icon:
            actions[name].setIcon(icon(spec.icon))
