"""Write the licences of everything that comes with the program, as its packages bring them.

    python packaging/licences.py                        the base, into resources/licences.txt
    python packaging/licences.py FILE EXTRA...          with extras
    python packaging/licences.py --frozen WORK FILE EXTRA...
                                                        of a bundle: Python, PyInstaller's start
                                                        and libraries of the system too

Run in the environment whose packages are meant, with the versions of the constraints: that is what
``packaging/bundle.py`` does. WORK is PyInstaller's folder, with its records.
"""

from __future__ import annotations

import ast
import importlib.metadata as metadata
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from contents import entries
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "packaging" / "licence_texts"
TARGET = ROOT / "resources" / "licences.txt"
NAMES = ("licen", "copying", "notice")
LONGEST = 2_000_000
"""Letters of a text; PyTorch's, with all that it holds of others, has half a million."""

FROZEN_BY = ("pyinstaller", "pyinstaller-hooks-contrib")
"""Whose start and hooks a bundle holds."""

RULE = "=" * 78
ABOUT = """\
The program's own licence stands in LICENSE (MIT). It comes with the packages below, or has them
installed beside it, each under its own licence.

Qt (PySide6, shiboken6) is used under the GNU Lesser General Public License, version 3. It is linked
dynamically and unchanged: its libraries are files of their own in this installation, and may be
replaced by other builds of the same version. Its source is at https://download.qt.io/ and at
https://code.qt.io/ (qtbase, qtsvg, pyside-setup), by the version named below. What Qt itself holds
of others is listed at https://doc.qt.io/qt-6/licenses-used-in-qt.html.

Data of others come with the program too. The example spectra, and the lists in known_molecules that
follow a record of theirs: example_spectra/licences.txt. The calibrations in training/devices.json:
taken, abridged, from qiskit-ibm-runtime 0.51.0 (Copyright IBM), under the Apache License, version
2.0, whose text is below with safetensors.
"""


def closure(project: dict, extras: Iterable[str]) -> list[metadata.Distribution]:
    """Return the packages that the program needs here, with those that they need, by name."""
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    waiting = [Requirement(line) for line in lines]
    found: dict[str, metadata.Distribution] = {}
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found or name == "nmrquanv":
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of another platform
        for line in found[name].requires or []:
            needed = Requirement(line)
            chosen = wanted.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in chosen):
                waiting.append(needed)
    return [found[name] for name in sorted(found)]


def licence_name(package: metadata.Distribution) -> str:
    """Return what a package says its licence is."""
    said = package.metadata
    expression = said.get("License-Expression")
    if expression:
        return expression
    classes = [c.rsplit("::", 1)[-1].strip() for c in said.get_all("Classifier") or []
               if c.startswith("License ::")]  # fmt: skip
    text = (said.get("License") or "").strip()
    return "; ".join(classes) or (text if text and "\n" not in text else "see below")


def texts(package: metadata.Distribution) -> list[str]:
    """Return the licence texts that a package brings."""
    found = []
    for file in package.files or []:
        is_text = file.suffix.lower() not in (".py", ".pyc")
        if is_text and any(name in file.name.lower() for name in NAMES):
            text = Path(package.locate_file(file)).read_text("utf-8", errors="replace").strip()
            found.append(text if len(text) < LONGEST else f"(see {file})")
    return found


def of_python() -> list[str]:
    """Return Python's own licence, as a section of the text."""
    folder = Path(os.__file__).parent
    places = (folder / "LICENSE.txt", folder / "LICENSE", Path(sys.base_prefix) / "LICENSE.txt")
    text = next((p.read_text("utf-8") for p in places if p.is_file()), None)
    if text is None:
        raise FileNotFoundError(f"no licence of Python: looked for {', '.join(map(str, places))}")
    return [section(f"Python {sys.version.split()[0]}: Python-2.0"), text.strip() + "\n"]


def of_the_system(work: Path, own: Iterable[str] = (sys.prefix, sys.base_prefix)) -> list[str]:
    """Return the licences of libraries that PyInstaller took from the system (Debian, Ubuntu).

    Parameters
    ----------
    work : Path
        PyInstaller's folder: its record ``COLLECT-00.toc`` says where each file came from.
    own : iterable of str
        Folders of the environment and of its Python: their licences come from elsewhere.
    """
    roots = [os.path.realpath(folder) for folder in own]
    found: dict[str, list[str]] = {}
    for record in work.rglob("COLLECT-*.toc"):
        for name, source, kind in entries(ast.literal_eval(record.read_text("utf-8"))):
            real = os.path.realpath(source)
            if kind == "BINARY" and not any(Path(real).is_relative_to(root) for root in roots):
                found.setdefault(package_of(real) or "of no package", []).append(name)
    parts = []
    for package, names in sorted(found.items()):
        text = Path("/usr/share/doc", package.partition(":")[0], "copyright")
        told = text.read_text("utf-8", errors="replace") if text.is_file() else "(no text found)"
        parts += [section(f"{package} of the system: {', '.join(sorted(names))}"), told + "\n"]
    return parts


def package_of(path: str) -> str | None:
    """Return the Debian package that a file belongs to; None where nothing says so."""
    if shutil.which("dpkg-query") is None:
        return None
    for known in (path, path.removeprefix("/usr")):  # by which of both the package knows it
        words = ["dpkg-query", "-S", known]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(": ")[0].split(",")[0]
    return None


def section(title: str) -> str:
    """Return the head of a section."""
    return f"{RULE}\n{title}\n{RULE}\n"


def written(extras: Iterable[str], work: Path | None = None) -> str:
    """Return the whole text; a licence that several packages bring stands once.

    Parameters
    ----------
    extras : iterable of str
    work : Path or None
        PyInstaller's folder, for a bundle.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    parts, first = [ABOUT], {}
    parts += [
        f"{RULE}\nQt, PySide6, shiboken6: {text.stem}\n{RULE}\n\n{text.read_text()}"
        for text in sorted(TEXTS.glob("*.txt"), reverse=True)  # their packages lack them
    ]
    if work is not None:
        parts += of_python()
    more = FROZEN_BY if work is not None else ()
    for package in [*map(metadata.distribution, more), *closure(project, extras)]:
        name = f"{package.metadata['Name']} {package.version}"
        parts.append(section(f"{name}: {licence_name(package)}"))
        for text in texts(package):
            if text in first:
                parts.append(f"(the same text as of {first[text]})\n")
                continue
            first[text] = package.metadata["Name"]
            parts.append(text + "\n")
    if work is not None:
        parts += of_the_system(work)
    lines = "\n".join(parts).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def main(argv: list[str]) -> int:
    """Write the file."""
    work, argv = (Path(argv[1]), argv[2:]) if argv[:1] == ["--frozen"] else (None, argv)
    target, extras = (Path(argv[0]), argv[1:]) if argv else (TARGET, [])
    target.write_text(written(extras, work), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
