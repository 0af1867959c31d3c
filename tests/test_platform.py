"""What the program stands on: Qt's binding, the wheel's content, and rules for the whole tree."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from nmrquanv.paths import resource
from nmrquanv.version import __version__

ROOT = Path(__file__).resolve().parents[1]
MAX_MODEL_BYTES = 2 * 1024**2
MAX_WHEEL_BYTES = 25 * 1024**2
MAX_LINES = 400


def tracked_files() -> list[Path]:
    """Return the project's own files; without git, all below the folders that hold them."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode == 0:
        return [path for name in done.stdout.splitlines() if (path := ROOT / name).is_file()]
    folders = ("nmrquanv", "resources", "tests", "packaging")
    return [path for name in folders for path in (ROOT / name).rglob("*") if path.is_file()]


@pytest.mark.slow
def test_qt_does_not_lose_references_to_none() -> None:
    """PySide6 6.12.0 aborts on Python 3.11 after some thousand void calls ("none_dealloc")."""
    program = (
        "from PySide6.QtWidgets import QApplication, QWidget\n"
        "app = QApplication([])\n"
        "widget = QWidget()\n"
        "for _ in range(20_000):\n"
        "    widget.update()\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr.decode()


def test_nobody_claims_more_than_was_measured() -> None:
    claim = re.compile(rb"quantum[\s_-]+" + b"advantage", re.IGNORECASE)
    assert [str(f) for f in tracked_files() if claim.search(f.read_bytes())] == []


def test_no_path_of_one_machine_stands_in_the_project() -> None:
    texts = [f for f in tracked_files() if f.suffix in {".py", ".md", ".toml", ".json", ".svg"}]
    machine = re.compile(rb"(?<![\w.])/(work|root|home/\w+)/")
    assert texts
    assert [str(f) for f in texts if machine.search(f.read_bytes())] == []


def test_modules_stay_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked_files()
        if path.suffix == ".py" and (count := len(path.read_bytes().splitlines())) > MAX_LINES
    }
    assert long == {}


def test_bundled_models_are_small_and_each_has_its_card() -> None:
    folder = resource("models")
    weights = sorted(folder.glob("*.safetensors"))
    assert {"quanv", "cnn"} <= {path.stem for path in weights}
    for path in weights:
        card = path.with_suffix(".json")
        assert card.is_file(), path
        assert path.stat().st_size + card.stat().st_size <= MAX_MODEL_BYTES, path


def test_bundled_spectra_have_their_licence() -> None:
    licences = resource("example_spectra/licences.txt").read_text("utf-8")
    for folder in resource("example_spectra").iterdir():
        assert folder.is_file() or folder.name in licences, folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    program = f"from hatchling.build import build_wheel; build_wheel({str(folder)!r})"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_program_and_its_resources(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        scripts = archive.read(entry).decode()
    source = ROOT / "resources"
    kept = {path for path in tracked_files() if path.is_relative_to(source)}
    assert kept
    assert {f"nmrquanv/resources/{path.relative_to(source).as_posix()}" for path in kept} <= names
    assert "nmrquanv = nmrquanv.cli:main" in scripts
    assert "[gui_scripts]\nnmrquanv-window = nmrquanv.gui.app:main" in scripts
    shared = {name.partition(".data/data/share/")[2] for name in names}
    assert {
        "applications/nmrquanv.desktop",
        "metainfo/io.example.nmrquanv.metainfo.xml",
        "mime/packages/nmrquanv-document.xml",
        "icons/hicolor/scalable/apps/nmrquanv.svg",
    } <= shared
    assert not [name for name in names if name.startswith(("tests/", "packaging/"))]
    assert wheel.stat().st_size < MAX_WHEEL_BYTES


def test_the_program_runs_from_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    program = (
        "import sys, nmrquanv; from nmrquanv.paths import resource; from nmrquanv.cli import main\n"
        "assert str(resource('schemas')).startswith(sys.argv.pop()), resource('schemas')\n"
        "path = resource('example_spectra/bruker_1h_menthol/10')\n"
        "sys.argv = ['nmrquanv', 'info', str(path)]\n"
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(site)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Bruker" in done.stdout


def test_version_is_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["hatch"]["version"]["path"] == "nmrquanv/version.py"
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"## [{__version__}]" in changelog


def test_every_place_that_the_map_names_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:nmrquanv|resources|tests|packaging)/[\w./-]*)`", text)
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists()] == []
