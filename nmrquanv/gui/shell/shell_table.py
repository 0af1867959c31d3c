"""The rows of the table of actions that are about the program itself, not about spectra."""

from __future__ import annotations

from nmrquanv.gui.action_spec import ActionSpec

SHELL: dict[str, ActionSpec] = {
    "palette": ActionSpec(
        "Find a &Command…", ("Ctrl+K",), "", "Type some letters of a command's name and run it"
    ),
    "settings": ActionSpec("Settin&gs…", ("Ctrl+,",), "settings", "Thresholds, theme, mouse wheel"),
    "shortcuts": ActionSpec(
        "S&hortcuts…", ("Ctrl+Alt+K",), "", "See and change the keys of every command"
    ),
    "theme_system": ActionSpec(
        "As the &System", (), "", "Follow the system's theme", True, "theme"
    ),
    "theme_light": ActionSpec("&Light", (), "", "Dark on white", True, "theme"),
    "theme_dark": ActionSpec("&Dark", (), "", "Light on black", True, "theme"),
    "larger": ActionSpec(
        "&Larger Letters", ("Ctrl+=", "Ctrl++"), "", "Make everything in the window larger"
    ),
    "smaller_letters": ActionSpec(
        "&Smaller Letters", ("Ctrl+-",), "", "Make everything in the window smaller"
    ),
    "usual_letters": ActionSpec(
        "&Usual Letters", ("Ctrl+0",), "", "Show letters in the size that the system says"
    ),
    "reset_layout": ActionSpec(
        "&Reset Layout", (), "", "Put panels and columns back where they stood at first"
    ),
    "keys": ActionSpec("&Mouse and Keys", ("F1",), "", "What mouse and keys do"),
    "guide": ActionSpec("&User Guide", ("Shift+F1",), "", "Read how it all is used"),
    "log": ActionSpec(
        "Show &Log…", (), "", "See what the program noted: warnings, errors, versions; no data"
    ),
    "about": ActionSpec("&About nmrquanv", (), "", "Version and licence"),
}
"""By id, as in ``menu_texts_and_keys.py``, of which they are part."""
