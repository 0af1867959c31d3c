"""All settings that there are, what each may be; no Qt, so that the command line can ask too.

``NMRQUANV_SETTINGS`` names another file than the user's.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from nmrquanv.finders import NETWORKS, POLARITIES
from nmrquanv.paths import user_settings
from nmrquanv.session.settings_file import (
    SettingsFile,
    binary,
    choice,
    flag,
    number,
    text,
    text_lists,
    texts,
    whole,
)
from nmrquanv.spectra.thresholds import LIMITS, Thresholds

MAX_RECENT = 10
MAX_DECIMALS = 4
MIN_SCALE, MAX_SCALE = 70, 250
"""Of letters, in percent of the system's."""
THEMES = ("system", "light", "dark")
AXIS_UNITS = ("ppm", "hz", "points")
WHEEL_PRESETS = ("vertical", "zoom")
"""What the wheel does over the plot: vertical scale (default), or horizontal zoom."""

MOST_PEAKS = 100_000
"""Greatest maximum number of peaks that can be asked for."""

_MAX_SNR = 1e6
TABLE = {
    "theme": choice(*THEMES),
    "wheel_preset": choice(*WHEEL_PRESETS),
    "polarity": choice(*POLARITIES),
    "label_decimals": whole(0, 0, MAX_DECIMALS),
    "axis_unit": choice(*AXIS_UNITS),
    "finders": texts(*NETWORKS),
    "min_snr": number(None, 0, _MAX_SNR),
    "min_height": number(None, 0, 1),
    "min_confidence": number(None, 0, 1),
    "max_peaks": whole(None, 1, MOST_PEAKS),
    "shows_satellites": flag(False),
    "leaves_out_solvent": flag(False),
    "last_folder": text(),
    "study_folder": text(),
    "recent_files": texts(),
    "journal_style": text(),
    "journal_template": texts(),
    "shortcuts": text_lists(),
    "ui_scale": whole(100, MIN_SCALE, MAX_SCALE),
    "peak_columns": texts(),
    "export_folder": text(),
    "save_folder": text(),
    "window_geometry": binary(),
    "window_state": binary(),
}

_log = logging.getLogger(__name__)


def chosen_path() -> Path | None:
    """Return the file that the environment names, if it does."""
    named = os.environ.get("NMRQUANV_SETTINGS")
    return Path(named) if named else None


def usual_path() -> Path:
    """Return the user's file."""
    return user_settings() / "settings.json"


def thresholds_in(file: SettingsFile) -> Thresholds:
    """Return what a file of settings says of thresholds."""
    said = {name: file[name] for name in LIMITS}
    said["max_peaks"] = None if said["max_peaks"] is None else int(said["max_peaks"])
    return Thresholds(**said, shows_satellites=file["shows_satellites"])


def saved_thresholds() -> Thresholds:
    """Return what the user's settings say of thresholds, without a window."""
    file = SettingsFile(chosen_path() or usual_path(), TABLE)
    for problem in file.problems:
        _log.warning("%s", problem)
    return thresholds_in(file)
