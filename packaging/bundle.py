"""Build what is given to others, and try each of it: wheel, bundles, .deb, parts lists, documents.

    python3 packaging/bundle.py                  all of it (CI: .ci/bundle)
    python3 packaging/bundle.py wheel lite deb   some of it, in this order

wheel   wheel and sdist, into dist/; the wheel is built twice and must come out the same
base    the wheel in an environment without extras: nmrquanv --self-test
sdist   the sdist likewise, with pip
tools   the wheel with pipx and with uv tool install: nmrquanv --self-test of each
lite    a folder without PyTorch and PennyLane (PyInstaller): dist/lite; --self-test in it, alone
full    the same with every extra: dist/full
deb     a Debian package of dist/lite, installed and run in a clean system where debootstrap is
desktop what Linux desktops are told, judged by appstreamcli where it is installed
plugin  our reader inside SpectroChemPy, tested with that program
sbom    the parts of the base, as CycloneDX: dist/nmrquanv.cdx.json; bundles have theirs beside it
docs    the documentation, without warnings: build/documentation

Every run builds wheel and bundles anew: nothing is given away that an older run has left. What is
installed has the versions of constraints.txt, what builds those of constraints-build.txt.
Environments stand in build/ and are made once. Needs Python 3.11 or later and nothing else.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import debian
from constraints import HASHED, TOOLS, TORCH, pins
from contents import EXTRAS, NEVER

ROOT = Path(__file__).resolve().parents[1]
BUILD, DIST, PACKAGING = ROOT / "build", ROOT / "dist", ROOT / "packaging"
CPU_TORCH = "https://download.pytorch.org/whl/cpu"
PIP = ("-m", "pip", "install", "-qq", "--disable-pip-version-check")


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


def environment(name: str, *packages: object, is_pinned: bool = True) -> Path:
    """Return the interpreter of an environment with some packages, of the versions we pin."""
    folder = BUILD / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.EnvBuilder(with_pip=True, clear=True).create(folder)
    held = BUILD / "pins.txt"
    held.write_text("\n".join(pins(*(p.read_text() for p in (HASHED, TOOLS, TORCH)))) + "\n")
    run(python, *PIP, *(("-c", held) if is_pinned else ()), *packages)
    return python


def with_program(name: str, *packages: str, extra: str = "", is_pinned: bool = True) -> Path:
    """Return the interpreter of an environment with the program as it is built now.

    pip takes a wheel of the same version for the same: it is installed once more, by force.
    """
    wheel = built()[0]
    python = environment(name, *packages, f"{wheel}{extra}", is_pinned=is_pinned)
    run(python, *PIP, "--no-deps", "--force-reinstall", wheel)
    return python


@functools.cache
def built() -> tuple[Path, Path]:
    """Return wheel and sdist, built in this run."""
    for old in (*DIST.glob("nmrquanv-*.whl"), *DIST.glob("nmrquanv-*.tar.gz")):
        old.unlink()
    again = BUILD / "again"
    shutil.rmtree(again, ignore_errors=True)
    python = environment("hatch", "hatchling")
    run(python, "-m", "hatchling", "build", "-d", DIST)
    run(python, "-m", "hatchling", "build", "-t", "wheel", "-d", again)
    (wheel,), (sdist,) = DIST.glob("nmrquanv-*.whl"), DIST.glob("nmrquanv-*.tar.gz")
    digests = [hashlib.sha256(p.read_bytes()).hexdigest() for p in (wheel, again / wheel.name)]
    if digests[0] != digests[1]:
        raise BundleError(f"{wheel.name} came out different the second time")
    print(f"{digests[0]}  {wheel.name}")
    return wheel, sdist


def wheel() -> None:
    """Build wheel and sdist."""
    built()


def base() -> None:
    """Install the wheel without extras, and do the main job with it."""
    python = with_program("base")
    for name in (*EXTRAS, *NEVER):
        program = f"import importlib.util as u, sys; sys.exit(u.find_spec({name!r}) is not None)"
        if name != "tkinter":  # Python's own
            run(python, "-c", program)
    alone(python.parent / "nmrquanv")


def sdist() -> None:
    """Install the sdist without extras, and do the main job with it."""
    shutil.rmtree(BUILD / "sdist", ignore_errors=True)
    python = environment("sdist", built()[1])
    alone(python.parent / "nmrquanv")


def tools() -> None:
    """Install the wheel as a command of its own, with pipx and with uv."""
    python, wheel = environment("tools", "pipx", "uv"), built()[0]
    for name, words, home_is, commands_are in (
        ("pipx", ("pipx", "install"), "PIPX_HOME", "PIPX_BIN_DIR"),
        ("uv", ("uv", "tool", "install"), "UV_TOOL_DIR", "UV_TOOL_BIN_DIR"),
    ):
        home = BUILD / f"by-{name}"
        shutil.rmtree(home, ignore_errors=True)
        settings = {home_is: str(home / "home"), commands_are: str(home / "bin")}
        run(python, "-m", *words, "--python", python, wheel, **settings)
        alone(home / "bin" / "nmrquanv")


def lite() -> None:
    """Make the folder that needs no Python, without what no finder needs."""
    bundle("lite")


def full() -> None:
    """Make the folder with every extra."""
    bundle("full")


@functools.cache
def bundle(kind: str) -> Path:
    """Let PyInstaller make a folder in this run, and try it; return the folder."""
    if kind == "full" and sys.platform == "linux":
        environment("full", "--no-deps", "-r", TORCH, "--index-url", CPU_TORCH)
    extras = ["all"] if kind == "full" else []
    python = with_program(kind, "pyinstaller", "packaging", extra="[all]" if extras else "")
    run(python, PACKAGING / "icons.py")
    target, work = DIST / kind, BUILD / f"work-{kind}"
    for old in (target, work):
        shutil.rmtree(old, ignore_errors=True)
    words = ("--noconfirm", "--log-level", "WARN", "--distpath", target)
    spec = PACKAGING / "pyinstaller" / "nmrquanv.spec"
    run(python, "-m", "PyInstaller", *words, "--workpath", work, spec, NMRQUANV_BUNDLE=kind)
    folder = target / "nmrquanv"
    run(sys.executable, PACKAGING / "contents.py", kind, folder, work)
    for text in sorted(target.rglob("nmrquanv/resources/licences.txt")):
        run(python, PACKAGING / "licences.py", "--frozen", work, text, *extras)
    alone(folder / "nmrquanv")
    tell_parts(folder)
    parts_list(python, f"nmrquanv-{kind}")
    return folder


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
    source, version = bundle("lite"), built()[0].name.split("-")[1]
    (licences,) = source.rglob("nmrquanv/resources/licences.txt")
    tree, package = BUILD / "deb", DIST / f"nmrquanv_{version}_amd64.deb"
    debian.lay_out(tree, source, licences, DIST / "nmrquanv-lite.cdx.json", version)
    run("dpkg-deb", "--root-owner-group", "-Zzstd", "--build", tree, package)
    try_deb(package)


def try_deb(package: Path) -> None:
    """Install and run the package in a clean system; where none can be made, beside this one."""
    system = BUILD / "chroot"
    if shutil.which("debootstrap") and os.geteuid() == 0:
        if not (system / "bin").exists():
            run("debootstrap", "--variant=minbase", "stable", system)
        shutil.copy(package, system / "tmp" / "nmrquanv.deb")
        # one that an earlier run has left there, of the same version, would stay
        install = "apt-get update -qq; apt-get install -y -qq --no-install-recommends --reinstall"
        run("chroot", system, "sh", "-ec", f"{install} /tmp/nmrquanv.deb; nmrquanv --self-test",
            DEBIAN_FRONTEND="noninteractive", QT_QPA_PLATFORM="offscreen")  # fmt: skip
        return
    print("No debootstrap (or not root): unpacked and run beside this system instead")
    beside = BUILD / "unpacked"
    shutil.rmtree(beside, ignore_errors=True)
    run("dpkg-deb", "-x", package, beside)
    alone(beside / "opt" / "nmrquanv" / "nmrquanv")


def desktop() -> None:
    """Have the metainfo judged, where there is a judge."""
    if shutil.which("appstreamcli") is None:
        print("No appstreamcli (package appstream): the metainfo is not judged")
        return
    run("appstreamcli", "validate", "--no-net", PACKAGING / "linux" / "nmrquanv.metainfo.xml")


def plugin() -> None:
    """Test our reader inside SpectroChemPy, of whatever version the index has."""
    packages = ("spectrochempy>=1.1", "pytest>=9")
    python = with_program("plugin", *packages, is_pinned=False)
    test = ROOT / "tests" / "serving" / "test_spectrochempy_reader.py"
    run(python, "-m", "pytest", "-q", "--noconftest", "-c", os.devnull, "--rootdir", ROOT,
        "-p", "no:cacheprovider", test)  # fmt: skip


def sbom() -> None:
    """List the parts of the base."""
    parts_list(with_program("base"), "nmrquanv")


def parts_list(python: Path, name: str) -> None:
    """List what is installed in an environment; a bundle is made of its own, PyInstaller's too."""
    tool = environment("sbom", "cyclonedx-bom")
    run(tool, "-m", "cyclonedx_py", "environment", python, "--output-reproducible",
        "-o", DIST / f"{name}.cdx.json")  # fmt: skip


def docs() -> None:
    """Build the documentation; a warning is an error."""
    python = with_program("docs", "sphinx", "myst-parser")
    source = ROOT / "resources" / "help" / "docs"
    run(python, "-m", "sphinx", "-W", "--keep-going", "-q", source, BUILD / "documentation")


STEPS: dict[str, Callable[[], None]] = {
    "wheel": wheel,
    "base": base,
    "sdist": sdist,
    "tools": tools,
    "lite": lite,
    "full": full,
    "deb": deb,
    "desktop": desktop,
    "plugin": plugin,
    "sbom": sbom,
    "docs": docs,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
