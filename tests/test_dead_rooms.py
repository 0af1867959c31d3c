"""Nothing is kept for tests alone: what no other line of the program names is nobody's."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
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


ASKED_FOR_BY_A_TABLE = {
    "cli": {"run"},
    "io": {"FILES", "FORMAT", "recognise", "data_sets_at", "outline"},
    "study/experiments": {"summarise"},
}
"""What the modules of a folder have in common, and what a table or a name given by hand calls."""

BY_HAND = {
    "nmrquanv.session.scripted": "Session",
    "nmrquanv.interface": "explain",
    "nmrquanv.models.circuits": "qnode",
}
"""What scripts and notebooks begin with; the circuit as it is defined, for tests to compare."""


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


def module_of(path: Path) -> str:
    """Return what a file is called where it is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def read_from(tree: ast.Module, modules: set[str]) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of all that a module takes from others."""
    called = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for entry in node.names:
                whole = f"{node.module}.{entry.name}"
                if whole in modules:
                    called[entry.asname or entry.name].add(whole)
                else:
                    yield node.module, entry.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from ((module, node.attr) for module in called[node.value.id])


def at_the_top(part: ast.stmt) -> list[str]:
    """Return what a statement at a module's top defines."""
    if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [part.name]
    targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def left_alone(sources: dict[str, str]) -> set[tuple[str, str]]:
    """Return (module, name) of what stands at a module's top and no other line asks for."""
    trees = {module: ast.parse(source) for module, source in sources.items()}
    taken = defaultdict(set)
    for tree in trees.values():
        for module, name in read_from(tree, set(trees)):
            taken[module].add(name)
    found = set()
    for module, tree in trees.items():
        inside = [
            {node.id for node in ast.walk(part) if isinstance(node, ast.Name)} for part in tree.body
        ]
        named = Counter(name for names in inside for name in names)
        for part, names in zip(tree.body, inside, strict=True):
            for name in at_the_top(part):
                is_named = named[name] > (name in names) or name in taken[module]
                if not is_named and not name.startswith("__"):
                    found.add((module, name))
    return found


def test_whatever_stands_at_a_modules_top_is_asked_for() -> None:
    sources = {
        module_of(path): path.read_text("utf-8")
        for place in ("nmrquanv", "packaging")
        for path in (ROOT / place).rglob("*.py")
    }
    found = {
        (module, name)
        for module, name in left_alone(sources)
        if module.startswith("nmrquanv.")
        and name not in SEEN_FROM_OUTSIDE
        and BY_HAND.get(module) != name
        and name not in ASKED_FOR_BY_A_TABLE.get("/".join(module.split(".")[1:-1]), ())
    }
    assert found == {("nmrquanv.serving.spectrochempy_reader", "Plugin")}  # an entry point


def test_what_only_its_own_module_defines_is_found() -> None:
    sources = {
        "a": "def used():\n    return 1\n\n\ndef idle():\n    return idle()\n\n\nTHREE = 3\n",
        "b": "from a import used\n",
    }
    assert left_alone(sources) == {("a", "idle"), ("a", "THREE")}
