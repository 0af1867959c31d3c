"""The rows of the table of actions that are about the program itself, not about spectra."""

from __future__ import annotations

from nmrquanv.gui.action_spec import ActionSpec

SHELL: dict[str, ActionSpec] = {
    "palette": ActionSpec(
        "Find a &Command…", "Type some letters of a command's name and run it", ("Ctrl+K",)
    ),
    "settings": ActionSpec("Settin&gs…", "Thresholds, theme, mouse wheel", ("Ctrl+,",), "settings"),
    "shortcuts": ActionSpec(
        "S&hortcuts…", "See and change the keys of every command", ("Ctrl+Alt+K",)
    ),
    "theme_system": ActionSpec("As the &System", "Follow the system's theme", group="theme"),
    "theme_light": ActionSpec("&Light", "Dark on white", group="theme"),
    "theme_dark": ActionSpec("&Dark", "Light on black", group="theme"),
    "larger": ActionSpec(
        "&Larger Letters", "Make everything in the window larger", ("Ctrl+=", "Ctrl++")
    ),
    "smaller_letters": ActionSpec(
        "&Smaller Letters", "Make everything in the window smaller", ("Ctrl+-",)
    ),
    "usual_letters": ActionSpec(
        "&Usual Letters", "Show letters in the size that the system says", ("Ctrl+0",)
    ),
    "next_area": ActionSpec(
        "&Keys to Next Panel", "Give the keyboard to the next panel, tabs, tool bar, plot", ("F6",)
    ),
    "previous_area": ActionSpec(
        "Keys to Panel &Before", "Give the keyboard to the one before", ("Shift+F6",)
    ),
    "reset_layout": ActionSpec(
        "&Reset Layout", "Put panels and columns back where they stood at first"
    ),
    "keys": ActionSpec("&Mouse and Keys", "What mouse and keys do", ("F1",)),
    "guide": ActionSpec("&User Guide", "Read how it all is used", ("Shift+F1",)),
    "log": ActionSpec(
        "Show &Log…", "See what the program noted: warnings, errors, versions; no data"
    ),
    "about": ActionSpec("&About nmrquanv", "Version and licence"),
}
