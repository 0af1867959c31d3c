"""The user guide says what is so: its commands and keys exist, its pictures are the window."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeySequence, QTextDocument

from nmrquanv.gui.shell.guide import Guide
from nmrquanv.gui.shell.palette_entries import entries_of
from nmrquanv.session.guide_pages import chapters, documentation, guide_folder

ROOT = Path(__file__).resolve().parents[3]
IN_DOCS = re.compile(r"(?<!\*)\*([A-Z][^*>\n]+ > [^*\n]+)\*(?!\*)(?:\s+\(([^)]+)\))?")
COMMAND = re.compile(r"\*\*([^*]+? > [^*]+?)\*\*(?:\s+\(([^)]+)\))?")
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


def test_the_guide_has_chapters_with_titles_in_order() -> None:
    found = chapters()
    assert len(found) >= 8
    assert found[0].title == "First steps"
    assert all(c.title and c.text.startswith(f"# {c.title}\n") for c in found)


def test_the_documentation_is_shown_too_without_what_only_sphinx_can_lay_out() -> None:
    pages = documentation()
    parts = list(dict.fromkeys(page.part for page in pages))
    assert parts == ["Learn", "Do", "Look up", "Understand", "Extend"]
    written = list((ROOT / "resources/help/docs").glob("*/*.md"))
    assert len(pages) == len(written)
    assert not [p.title for p in pages if "{doc}" in p.text or "{eval-rst}" in p.text]
    python = next(page.text for page in pages if page.title == "Python")
    assert "`nq.find_peaks(data, model)`" in python
    assert "auto" not in python
    assert "follows" not in python
    assert "*File formats*" in next(p.text for p in pages if p.title.endswith("other programs"))


def test_every_command_of_the_guide_is_in_the_menus_with_its_keys(window) -> None:
    entries = entries_of(window.menuBar(), window.shell._actions, has_spectrum=False)
    keys = {f"{e.menu} > {e.title}": [k.toString() for k in e.action.shortcuts()] for e in entries}
    menus = {e.menu for e in entries}
    named = [m for chapter in chapters() for m in COMMAND.findall(chapter.text)]
    assert len(named) > 30
    in_docs = [m for page in documentation() for m in IN_DOCS.findall(page.text)]
    assert len(in_docs) >= 4
    in_readme = re.findall(r"\*(\w+), ([A-Z][^*]+)\*", (ROOT / "README.md").read_text("utf-8"))
    named += [*in_docs, *((f"{menu} > {' '.join(said.split())}", "") for menu, said in in_readme)]
    assert len(in_readme) == 3
    for command, told in named:
        assert {command, f"{command}…"} & {*keys, *menus}, command
        if told:
            assert QKeySequence(told).toString() in keys[command], (command, told)


def test_the_table_of_what_the_window_does_names_what_there_is(window) -> None:
    page = (ROOT / "resources/help/docs/reference/window.md").read_text("utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 15
    entries = entries_of(window.menuBar(), window.shell._actions, has_spectrum=False)
    known = {e.title.rstrip("…") for e in entries} | {e.menu for e in entries}
    known |= {dock.windowTitle() for dock in window.docks.values()}
    for _, use, tried in rows:
        for name in re.findall(r"\*([^*]+)\*", use):
            assert set(name.split(", ")) <= known, name
        tests = re.findall(r"`([\w/.]+)`", tried)
        assert tests
        assert all((ROOT / "tests" / test).is_file() for test in tests), tests


def test_every_picture_is_there_small_and_made_by_the_script() -> None:
    named = {name for chapter in chapters() for name in PICTURE.findall(chapter.text)}
    there = {path.name for path in guide_folder().glob("*.png")}
    assert named == there
    script = (ROOT / "packaging" / "guide_pictures.py").read_text(encoding="utf-8")
    assert all(f'"{name}"' in script for name in named)
    for name in named:
        image = QImage(str(guide_folder() / name))
        assert image.width() == 700
        assert (guide_folder() / name).stat().st_size < 130_000


def test_readme_s_picture_shows_the_default_thresholds_and_the_networks_that_there_are() -> None:
    """``python packaging/guide_pictures.py --readme`` makes it anew where they have changed."""
    script = runpy.run_path(str(ROOT / "packaging" / "guide_pictures.py"))
    image = QImage(str(ROOT / "resources" / "help" / "window.png"))
    assert image.text(script["SHOWS"]) == script["shown"]()
    assert (image.width(), image.height()) == script["README_SIZE"]


def test_the_script_makes_the_pictures_from_the_real_window(tmp_path) -> None:
    script = ROOT / "packaging" / "guide_pictures.py"
    done = subprocess.run(
        [sys.executable, script, tmp_path], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    made = sorted(path.name for path in tmp_path.glob("*.png"))
    assert made == sorted(path.name for path in guide_folder().glob("*.png"))
    for name in made:
        image = QImage(str(tmp_path / name))
        colours = {image.pixel(x, y) for x in range(0, 700, 7) for y in range(0, image.height(), 7)}
        assert len(colours) > 8, name


@pytest.fixture
def guide(window, qtbot) -> Guide:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    (found,) = window.findChildren(Guide)
    qtbot.waitExposed(found)
    return found


def test_the_guide_opens_beside_the_window_and_shows_its_pictures(guide, window) -> None:
    assert not guide.isModal()
    assert guide.height() <= window.height()
    document = guide.text.document()
    kind = QTextDocument.ResourceType.ImageResource
    assert "Ctrl+K" in guide.text.toPlainText()
    from PySide6.QtCore import QUrl

    picture = guide.text.loadResource(kind.value, QUrl("window.png"))
    assert picture is not None
    assert document.size().width() > 300
    guide.close()


def test_words_are_found_in_every_chapter(guide, qtbot) -> None:
    qtbot.keyClicks(guide.field, "trapezium or satellites nobody wrote")
    qtbot.keyClick(guide.field, Qt.Key.Key_Return)
    assert guide.told.text() == "Not found"
    guide.field.clear()
    qtbot.keyClicks(guide.field, "published")
    qtbot.keyClick(guide.field, Qt.Key.Key_Return)
    assert guide.list.currentItem().text() == "Integrals and multiplets"
    assert guide.text.textCursor().selectedText() == "Published"
    assert guide.told.text() == ""
    guide.field.clear()
    qtbot.keyClicks(guide.field, "many-spectra nobody wrote")
    qtbot.keyClick(guide.field, Qt.Key.Key_Return)
    guide.field.clear()
    qtbot.keyClicks(guide.field, "recognise")
    qtbot.keyClick(guide.field, Qt.Key.Key_Return)
    assert guide.list.currentItem().text() == "Add a reader"
    guide.close()


def test_the_script_can_be_imported_without_drawing() -> None:
    names = runpy.run_path(str(ROOT / "packaging" / "guide_pictures.py"))
    assert callable(names["main"])
