"""A Debian package of a bundle: where its files lie, and what dpkg is told of it."""

from __future__ import annotations

import platform
import runpy
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
APP_ID = "io.example.nmrquanv"
"""As the metainfo has it: it is published in a shop under a domain of the publisher's."""


def depends() -> str:
    """Return what the package needs of the system: what a window loads, by the program's own table.

    A bundle runs with the C library that it was made with, or a newer one.
    """
    table = runpy.run_path(str(ROOT / "nmrquanv" / "cli" / "window_libraries.py"))["LIBRARIES"]
    name, version = platform.libc_ver()
    needed = [f"libc6 (>= {version})"] if name == "glibc" else []
    return ", ".join([*needed, *dict.fromkeys(table.values())])


def control(version: str) -> str:
    """Return what dpkg is told of the package."""
    return (
        f"Package: nmrquanv\nVersion: {version}\nArchitecture: amd64\nSection: science\n"
        "Priority: optional\nMaintainer: The nmrquanv developers <nobody@localhost>\n"
        f"Depends: {depends()}\n"
        "Description: Find peaks in 1D NMR spectra\n"
        " A quanvolutional network, a classical one and classical picking side by side.\n"
    )


def lay_out(tree: Path, bundle: Path, licences: Path, parts: Path, version: str) -> None:
    """Lay a package's files out in an empty folder.

    Parameters
    ----------
    tree : Path
        Is made anew.
    bundle : Path
        The program with all that it needs.
    licences, parts : Path
        Of this bundle: its texts, its parts list.
    version : str
    """
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(bundle, tree / "opt" / "nmrquanv", symlinks=True)
    share, linux = tree / "usr" / "share", PACKAGING / "linux"
    for origin, target in (
        (linux / "nmrquanv.desktop", "applications/nmrquanv.desktop"),
        (linux / "nmrquanv.metainfo.xml", f"metainfo/{APP_ID}.metainfo.xml"),
        (linux / "nmrquanv-document.xml", "mime/packages/nmrquanv-document.xml"),
        (ROOT / "resources" / "icons" / "nmrquanv.svg",
         "icons/hicolor/scalable/apps/nmrquanv.svg"),
        (licences, "doc/nmrquanv/copyright"),
        (parts, "doc/nmrquanv/nmrquanv.cdx.json"),
    ):  # fmt: skip
        (share / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(origin, share / target)
    (tree / "usr" / "bin").mkdir()
    (tree / "usr" / "bin" / "nmrquanv").symlink_to("/opt/nmrquanv/nmrquanv")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control(version))
