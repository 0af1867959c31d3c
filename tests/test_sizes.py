"""Modules that one reads at a sitting, and functions that one sees at a glance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "nmrquanv"
MAX_MODULE, MAX_FUNCTION = 300, 40

# What is still longer, until it is divided by meaning: nothing is added here, and what has become
# short leaves.
LONG_MODULES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Yield name and lines of every function, without its docstring and decorators."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            said = ast.get_docstring(node, clean=False) is not None
            words = (first.end_lineno or first.lineno) - first.lineno + 1 if said else 0
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1 - words


def long_modules() -> dict[str, int]:
    sizes = {named(path): len(path.read_bytes().splitlines()) for path in modules()}
    return {name: size for name, size in sizes.items() if size > MAX_MODULE}


def long_functions() -> dict[str, int]:
    return {
        f"{named(path)}:{name}": size
        for path in modules()
        for name, size in functions(path.read_text(encoding="utf-8"))
        if size > MAX_FUNCTION
    }


def test_modules_are_short() -> None:
    long = long_modules()
    assert {name: size for name, size in long.items() if name not in LONG_MODULES} == {}


def test_functions_are_short() -> None:
    long = long_functions()
    assert {name: size for name, size in long.items() if name not in LONG_FUNCTIONS} == {}


def test_what_has_become_short_has_left_the_lists() -> None:
    assert LONG_MODULES - set(long_modules()) == set()
    assert LONG_FUNCTIONS - set(long_functions()) == set()


@pytest.mark.parametrize(("lines", "size"), [(40, 41), (41, 42)])
def test_a_docstring_does_not_count(lines: int, size: int) -> None:
    body = "\n".join("    x = 1" for _ in range(lines))
    source = f'@property\ndef f():\n    """Say.\n\n    More.\n    """\n{body}\n'
    assert list(functions(source)) == [("f", size)]
