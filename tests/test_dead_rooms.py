"""Nothing is kept for tests alone: what no other line of the program names is nobody's."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WHERE_IT_MAY_BE_NAMED = ("nmrquanv", "packaging", "README.md", "pyproject.toml", "resources/help")

SEEN_FROM_OUTSIDE = {
    "is_all_safe": "tests kill the program once all is written",
    "plugin_info": "SpectroChemPy asks its plug-ins for it",
    "placed_labels": "tests read where labels stand in the plot",
}
BY_NAME = re.compile(r"_(rename|delete|roll_back|import_|undo)$")
"""Methods that the dialog of models takes by its buttons' names."""

NAMED_BY_QT = re.compile(r"[a-z]+[A-Z]\w*$|__\w+__$|extra_repr$")
"""What Qt, pyqtgraph or torch call: our own names have no capitals within."""


def texts() -> Iterator[tuple[Path, str]]:
    for place in WHERE_IT_MAY_BE_NAMED:
        path = ROOT / place
        for found in [path] if path.is_file() else sorted(path.rglob("*")):
            if found.suffix in {".py", ".md", ".toml", ".ipynb"}:
                yield found, found.read_text(encoding="utf-8")


def defined(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def unnamed(sources: dict[Path, str]) -> dict[str, str]:
    """Return each function and class that nothing names but its definition, with its place."""
    named = Counter(word for text in sources.values() for word in re.findall(r"\w+", text))
    inside = {path: text for path, text in sources.items() if (ROOT / "nmrquanv") in path.parents}
    return {
        name: path.relative_to(ROOT).as_posix()
        for path, text in inside.items()
        if path.suffix == ".py"
        for name in defined(text)
        if named[name] == 1 and not NAMED_BY_QT.match(name) and not BY_NAME.match(name)
    }


def test_nothing_is_kept_for_tests_alone() -> None:
    found = unnamed(dict(texts()))
    assert {name: at for name, at in found.items() if name not in SEEN_FROM_OUTSIDE} == {}
    assert set(SEEN_FROM_OUTSIDE) - set(found) == set()


def test_a_function_that_nobody_calls_is_found() -> None:
    path = ROOT / "nmrquanv" / "made_up.py"
    source = "def used():\n    return 1\n\n\ndef idle():\n    return used()\n"
    assert unnamed({path: source}) == {"idle": "nmrquanv/made_up.py"}
