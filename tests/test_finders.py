"""One table of finders: nothing else spells their names out side by side."""

from __future__ import annotations

import re
from pathlib import Path

from nmrquanv.finders import BUILT_IN, FINDERS, NETWORKS, known_finder, stacked

ROOT = Path(__file__).resolve().parents[1]


def test_the_table_is_in_order_and_its_names_are_unique() -> None:
    assert BUILT_IN == ("quanv", "cnn", "classical")
    assert NETWORKS == ("quanv", "cnn")
    assert [known_finder(name) for name in BUILT_IN] == list(FINDERS)
    assert known_finder("mine") is None
    assert stacked(["mine", "classical", "a", "quanv"]) == ["quanv", "classical", "a", "mine"]


def test_no_other_place_lists_the_finders() -> None:
    listed = re.compile(r'"quanv",\s*"cnn"|"quanv":[^\n]*\n?[^\n]*"cnn":')
    places = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "nmrquanv").rglob("*.py")
        # the study's front ends and a card's kinds are other things that are called alike
        if not {"study", "bench"} & set(path.relative_to(ROOT / "nmrquanv").parts)
        and path.name not in ("finders.py", "cards.py")
        and listed.search(path.read_text(encoding="utf-8"))
    ]
    assert places == []


def test_no_other_place_lists_the_signs() -> None:
    listed = re.compile(r'"auto",\s*"positive"|"both",\s*"positive"')
    places = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "nmrquanv").rglob("*.py")
        if path.name != "finders.py" and listed.search(path.read_text(encoding="utf-8"))
    ]
    assert places == []
