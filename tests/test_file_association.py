"""What a desktop is told of documents: that they are ours, and what opens them."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINUX = ROOT / "packaging" / "linux"
MIME = "application/x-nmrquanv"
ASK = """
import sys
from PySide6.QtCore import QMimeDatabase
database = QMimeDatabase()
for path in sys.argv[1:]:
    kind = database.mimeTypeForFile(path)
    print(kind.name(), kind.inherits("application/zip"))
"""


def test_the_desktop_entry_starts_the_program_with_the_files() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(LINUX / "nmrquanv.desktop")
    told = dict(entry["Desktop Entry"])
    command, what = told["Exec"].split()
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert command in {**scripts.get("scripts", {}), **scripts.get("gui-scripts", {})}
    assert what == "%F"
    assert told["MimeType"] == f"{MIME};{MIME}-model;"
    assert (ROOT / "resources" / "icons" / f"{told['Icon']}.svg").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: the desktop's own database")
def test_documents_and_models_are_known_by_name_and_no_other_archive_is(
    tmp_path: Path,
) -> None:
    packages = tmp_path / "mime" / "packages"
    packages.mkdir(parents=True)
    shutil.copy(LINUX / "nmrquanv-document.xml", packages)
    newest = sorted((ROOT / "tests" / "data" / "documents").glob("*.nmrq"))[-1]
    paths = [tmp_path / name for name in ("Aspirin.NMRQ", "mine.nmrqmodel", "other.zip")]
    for path in paths:
        shutil.copy(newest, path)
    done = subprocess.run(
        [sys.executable, "-c", ASK, *map(str, paths)],
        env=os.environ | {"XDG_DATA_HOME": str(tmp_path)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.split() == [MIME, "True", f"{MIME}-model", "True", "application/zip", "True"]
