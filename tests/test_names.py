"""One word per thing: no two modules bear a name by accident."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "nmrquanv"

MIRRORS = {
    # the same thing on several floors: its mathematics, its running, its panel, its command
    "bench",
    "circuits",
    "comparison",
    "confidence",
    "events",
    "impurities",
    "integrals",
    "models",
    "multiplets",
    "processing",
    "published",
    "recovery",
    "report",
    "retraining",
    "saving",
    "self_test",
    "settings",
    "simulate",
    "study",
    "thresholds",
    "train",
    "training",
    # a change of the circuit, and the experiment that asks what it does
    "entanglement",
    "gate_dropout",
    # the text, and its file
    "journal",
}


FORMATS = ["nmrquanv/io", "nmrquanv/io/tables"]
"""A format's spectra and its peak lists bear one name."""


def places() -> dict[str, list[str]]:
    """Return the folders in which each name stands: modules and packages."""
    found = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        named = path.parent if path.stem == "__init__" else path
        if named != PACKAGE:
            found[named.stem].append(named.parent.relative_to(PACKAGE.parent).as_posix())
    return found


def test_a_name_stands_twice_only_where_floors_mirror_each_other() -> None:
    twice = {name: where for name, where in places().items() if len(where) > 1}
    assert {n: w for n, w in twice.items() if n not in MIRRORS and w != FORMATS} == {}


def test_what_is_no_mirror_any_more_leaves_the_list() -> None:
    found = places()
    assert [name for name in MIRRORS if len(found.get(name, ())) < 2] == []


def test_no_two_classes_bear_one_name() -> None:
    """What a module keeps to itself, with an underscore, may be called as elsewhere."""
    found = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for part in ast.parse(path.read_text("utf-8")).body:
            if isinstance(part, ast.ClassDef) and not part.name.startswith("_"):
                found[part.name].append(path.relative_to(PACKAGE).as_posix())
    assert {name: where for name, where in found.items() if len(where) > 1} == {}
