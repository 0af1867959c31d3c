"""Build what is given to others, and try each of it: wheel, bundles, .deb, parts list, documents.

    python3 packaging/bundle.py                  all of it (CI: .ci/bundle)
    python3 packaging/bundle.py wheel lite deb   some of it, in this order

wheel   wheel and sdist, into dist/
base    the wheel in a fresh environment, without extras: nmrquanv --self-test
lite    a folder without PyTorch and PennyLane (PyInstaller): dist/lite; --self-test in it, alone
full    the same with every extra: dist/full
deb     a Debian package of dist/lite, installed and run in a clean system where debootstrap is
sbom    the parts of the base, as CycloneDX: dist/nmrquanv.cdx.json
docs    the documentation, without warnings: build/documentation

Environments stand in build/ and are made once. Needs Python 3.11 or later and nothing else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD, DIST, PACKAGING = ROOT / "build", ROOT / "dist", ROOT / "packaging"
CPU_TORCH = "https://download.pytorch.org/whl/cpu"
DEPENDS = (
    "libgl1, libegl1, libx11-6, libxkbcommon-x11-0, libdbus-1-3, libfontconfig1, libxcb-cursor0"
)
"""What Qt loads of the system; bootstrap.py has the whole list."""


class BundleError(Exception):
    """A step failed; the message says which."""


def main(argv: list[str]) -> int:
    """Do the steps that are named, or all."""
    unknown = set(argv) - set(STEPS)
    if unknown:
        sys.stderr.write(f"{__doc__}\nnot known: {', '.join(sorted(unknown))}\n")
        return 2
    for name in argv or STEPS:
        print(f"\n=== {name}", flush=True)
        try:
            STEPS[name]()
        except BundleError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    print("\nAll steps went well.")
    return 0


def run(*words: object, **settings: str) -> None:
    """Run a command in the checkout, shown; its failure ends the step."""
    command = [str(word) for word in words]
    if subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=False).returncode:
        raise BundleError(f"'{' '.join(command)}' failed")


def environment(name: str, *packages: str) -> Path:
    """Return the interpreter of an environment with some packages."""
    folder = BUILD / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.EnvBuilder(with_pip=True, clear=True).create(folder)
    run(python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *packages)
    return python


def the_wheel() -> Path:
    """Return the wheel, built if it is not there."""
    found = sorted(DIST.glob("nmrquanv-*.whl"), key=lambda path: path.stat().st_mtime)
    if not found:
        wheel()
        return the_wheel()
    return found[-1]


def wheel() -> None:
    """Build wheel and sdist."""
    run(environment("hatch", "hatchling>=1.27"), "-m", "hatchling", "build", "-d", DIST)


def base() -> None:
    """Install the wheel without extras, and do the main job with it."""
    python = environment("base", "--force-reinstall", str(the_wheel()))
    for name in ("torch", "pennylane"):
        program = f"import importlib.util as u, sys; sys.exit(u.find_spec({name!r}) is not None)"
        run(python, "-c", program)
    alone(python.parent / "nmrquanv")


def lite() -> None:
    """Make the folder that needs no Python, without what no finder needs."""
    bundle("lite", str(the_wheel()))


def full() -> None:
    """Make the folder with every extra."""
    if sys.platform == "linux":
        environment("full", "torch", "--index-url", CPU_TORCH)
    bundle("full", f"{the_wheel()}[all]")


def bundle(kind: str, *packages: str) -> None:
    """Let PyInstaller make a folder, and try it."""
    python = environment(kind, "pyinstaller>=6.10", "packaging", *packages)
    run(python, PACKAGING / "icons.py")
    folder = DIST / kind
    words = ("--noconfirm", "--log-level", "WARN", "--distpath", folder)
    spec = PACKAGING / "pyinstaller" / "nmrquanv.spec"
    run(python, "-m", "PyInstaller", *words, "--workpath", BUILD / f"work-{kind}", spec,
        NMRQUANV_BUNDLE=kind)  # fmt: skip
    alone(folder / "nmrquanv" / "nmrquanv")
    tell_parts(folder / "nmrquanv")


def alone(program: Path) -> None:
    """Do the main job with a program that finds nothing of ours or of Python's around it."""
    settings = {"PATH": "/usr/bin:/bin", "HOME": str(BUILD), "QT_QPA_PLATFORM": "offscreen",
                "LANG": "C.UTF-8"}  # fmt: skip
    done = subprocess.run([str(program), "--self-test"], env=settings, cwd="/", check=False)
    if done.returncode:
        raise BundleError(f"{program} --self-test ended with {done.returncode}")


def tell_parts(folder: Path) -> None:
    """Print how large a folder is and what it consists of."""
    sizes: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            part = path.relative_to(folder).parts
            name = part[1] if len(part) > 2 else part[0]
            sizes[name] = sizes.get(name, 0) + path.stat().st_size
    print(f"{folder}: {sum(sizes.values()) / 1e6:.0f} MB")
    for name, size in sorted(sizes.items(), key=lambda one: -one[1])[:10]:
        print(f"  {size / 1e6:6.1f} MB  {name}")


def deb() -> None:
    """Wrap dist/lite in a Debian package, and install and run it in a clean system."""
    source = DIST / "lite" / "nmrquanv"
    if not source.exists():
        lite()
    version = the_wheel().name.split("-")[1]
    tree = BUILD / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(source, tree / "opt" / "nmrquanv", symlinks=True)
    share = tree / "usr" / "share"
    for origin, target in (
        (PACKAGING / "linux" / "nmrquanv.desktop", "applications/nmrquanv.desktop"),
        (PACKAGING / "linux" / "nmrquanv.metainfo.xml", "metainfo/nmrquanv.metainfo.xml"),
        (PACKAGING / "linux" / "nmrquanv-document.xml", "mime/packages/nmrquanv-document.xml"),
        (ROOT / "resources" / "icons" / "nmrquanv.svg",
         "icons/hicolor/scalable/apps/nmrquanv.svg"),
        (ROOT / "resources" / "licences.txt", "doc/nmrquanv/copyright"),
    ):  # fmt: skip
        (share / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(origin, share / target)
    (tree / "usr" / "bin").mkdir()
    (tree / "usr" / "bin" / "nmrquanv").symlink_to("/opt/nmrquanv/nmrquanv")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control(version))
    package = DIST / f"nmrquanv_{version}_amd64.deb"
    run("dpkg-deb", "--root-owner-group", "-Zzstd", "--build", tree, package)
    try_deb(package)


def control(version: str) -> str:
    """Return what dpkg is told of the package."""
    return (
        f"Package: nmrquanv\nVersion: {version}\nArchitecture: amd64\nSection: science\n"
        "Priority: optional\nMaintainer: The nmrquanv developers <nobody@localhost>\n"
        f"Depends: {DEPENDS}\n"
        "Description: Find peaks in 1D NMR spectra\n"
        " A quanvolutional network, a classical one and classical picking side by side.\n"
    )


def try_deb(package: Path) -> None:
    """Install and run the package in a clean system; where none can be made, beside this one."""
    system = BUILD / "chroot"
    if shutil.which("debootstrap") and os.geteuid() == 0:
        if not (system / "bin").exists():
            run("debootstrap", "--variant=minbase", "stable", system)
        shutil.copy(package, system / "tmp" / "nmrquanv.deb")
        install = "apt-get update -qq; apt-get install -y -qq --no-install-recommends"
        run("chroot", system, "sh", "-ec", f"{install} /tmp/nmrquanv.deb; nmrquanv --self-test",
            DEBIAN_FRONTEND="noninteractive", QT_QPA_PLATFORM="offscreen")  # fmt: skip
        return
    print("No debootstrap (or not root): unpacked and run beside this system instead")
    beside = BUILD / "unpacked"
    shutil.rmtree(beside, ignore_errors=True)
    run("dpkg-deb", "-x", package, beside)
    alone(beside / "opt" / "nmrquanv" / "nmrquanv")


def sbom() -> None:
    """List the parts of the base."""
    tool = environment("sbom", "cyclonedx-bom>=5")
    python = environment("base", str(the_wheel()))
    run(tool, "-m", "cyclonedx_py", "environment", python, "--output-reproducible",
        "-o", DIST / "nmrquanv.cdx.json")  # fmt: skip


def docs() -> None:
    """Build the documentation; a warning is an error."""
    python = environment("docs", "sphinx>=8", "myst-parser>=4", str(the_wheel()))
    source = ROOT / "resources" / "help" / "docs"
    run(python, "-m", "sphinx", "-W", "--keep-going", "-q", source, BUILD / "documentation")


STEPS: dict[str, Callable[[], None]] = {
    "wheel": wheel,
    "base": base,
    "lite": lite,
    "full": full,
    "deb": deb,
    "sbom": sbom,
    "docs": docs,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
