"""Write the licences of everything that is shipped with the program, as its packages bring them.

    python packaging/licences.py                    the base, into resources/licences.txt
    python packaging/licences.py FILE EXTRA...      with extras: what a full bundle carries

Run in the environment whose packages are shipped.
"""

from __future__ import annotations

import importlib.metadata as metadata
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "packaging" / "licence_texts"
TARGET = ROOT / "resources" / "licences.txt"
NAMES = ("licen", "copying", "notice")
LONGEST = 120_000
RULE = "=" * 78
ABOUT = """\
The program's own licence stands in LICENSE (MIT). It is shipped with the packages below, each
under its own licence.

Qt (PySide6, shiboken6) is used under the GNU Lesser General Public License, version 3. It is linked
dynamically and unchanged: its libraries are files of their own in this installation, and may be
replaced by other builds of the same version. Its source is at https://download.qt.io/ and at
https://code.qt.io/ (qtbase, qtsvg, pyside-setup), by the version named below.
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


def written(extras: Iterable[str]) -> str:
    """Return the whole text; a licence that several packages bring stands once."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    parts, first = [ABOUT], {}
    parts += [
        f"{RULE}\nQt, PySide6, shiboken6: {text.stem}\n{RULE}\n\n{text.read_text()}"
        for text in sorted(TEXTS.glob("*.txt"), reverse=True)  # their packages lack them
    ]
    for package in closure(project, extras):
        title = f"{package.metadata['Name']} {package.version}: {licence_name(package)}"
        parts.append(f"{RULE}\n{title}\n{RULE}\n")
        for text in texts(package):
            if text in first:
                parts.append(f"(the same text as of {first[text]})\n")
                continue
            first[text] = package.metadata["Name"]
            parts.append(text + "\n")
    lines = "\n".join(parts).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def main(argv: list[str]) -> int:
    """Write the file."""
    target, extras = (Path(argv[0]), argv[1:]) if argv else (TARGET, [])
    target.write_text(written(extras), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
