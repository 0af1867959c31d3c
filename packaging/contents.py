"""What a bundle may hold, and whether a folder that was made holds it.

    python3 packaging/contents.py lite FOLDER WORK      exit code 1 names what should not be there
    python3 packaging/contents.py full FOLDER WORK      or what should be and is not

FOLDER is the bundle, WORK PyInstaller's own folder: modules of pure Python lie packed in the
program, and its record ``PYZ-00.toc`` says which. ``pyinstaller/nmrquanv.spec`` leaves out by the
same names. Needs Python 3.11 or later and nothing else.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

EXTRAS = (
    *("torch", "pennylane", "matplotlib", "pynmrstar", "pandas"),
    *("distributed", "dask", "mcp"),
)
"""What no finder needs: in the full bundle alone."""

NEVER = ("tkinter", "numba", "llvmlite", "onnxruntime", "IPython", "pytest", "hypothesis")
"""In no bundle."""

KINDS = ("lite", "full")


def main(argv: list[str]) -> int:
    """Say what is wrong with a bundle."""
    if len(argv) != 3 or argv[0] not in KINDS:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    found = wrong(argv[0], Path(argv[1]), Path(argv[2]))
    for line in found:
        sys.stderr.write(f"{argv[1]}: {line}\n")
    return 1 if found else 0


def wrong(kind: str, folder: Path, work: Path) -> list[str]:
    """Return what is wrong with a bundle, a sentence each; nothing of a right one."""
    if not folder.is_dir():
        return ["there is no such folder"]
    packed = modules(work)
    if "nmrquanv" not in packed:
        return [f"{work} has no record of what was packed: no PYZ-00.toc that names our program"]
    held = packed | files(folder)
    barred = NEVER if kind == "full" else (*NEVER, *EXTRAS)
    said = [f"holds {name}" for name in barred if name.lower() in held]
    if kind == "full":
        said += [f"lacks {name}" for name in EXTRAS if name not in held]
    return said


def files(folder: Path) -> set[str]:
    """Return the names of packages that lie in a bundle, beside the program or in its inner folder.

    A package shows itself by its folder, its module or its description (``numba-0.66.dist-info``).
    """
    places = [
        *folder.iterdir(),
        *(p for inner in folder.glob("_internal") for p in inner.iterdir()),
    ]
    return {path.name.lower().split("-")[0].split(".")[0] for path in places}


def modules(work: Path) -> set[str]:
    """Return the names of packages that PyInstaller packed into the program."""
    return {
        entry[0].split(".")[0].lower()
        for record in work.rglob("PYZ-*.toc")
        for entry in entries(ast.literal_eval(record.read_text("utf-8")))
    }


def entries(value: object) -> Iterator[tuple[str, str, str]]:
    """Yield the entries of one of PyInstaller's records: name in the bundle, source, kind."""
    if isinstance(value, tuple) and len(value) == 3 and all(isinstance(v, str) for v in value):
        yield value
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from entries(inner)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
