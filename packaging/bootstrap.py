#!/usr/bin/env python3
"""Set the program up from a checkout, and open it or test it.

    python3 packaging/bootstrap.py app [PATH...]      open the window
    python3 packaging/bootstrap.py test [PYTEST...]   run all checks and tests

Needs Python 3.11 or later and nothing else: everything is installed into ``.venv`` in the
checkout, with ``app --pinned`` the versions of the constraints and nothing else. The second run
finds it done and starts at once. The file keeps to syntax that old
Pythons can parse, so that they can say that they are too old.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
NODE_READERS = ROOT / "tests" / "node"
OLDEST_PYTHON = (3, 11)
CPU_TORCH = "https://download.pytorch.org/whl/cpu"
"""PyTorch's own index of builds without CUDA, which are 2 GB smaller than PyPI's for Linux."""

CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
BUILD_CONSTRAINTS = ROOT / "packaging" / "constraints-build.txt"
TORCH_CONSTRAINT = ROOT / "packaging" / "constraints-torch.txt"
BUILD_BACKEND = ("hatchling", "editables", "packaging", "pathspec", "pluggy", "trove-classifiers")
"""What makes an installation of the checkout."""

WINDOW_LIBRARIES = ROOT / "nmrquanv" / "cli" / "window_libraries.py"
"""The tables of shared libraries: the program's own, which needs nothing that is installed."""

CHECKS = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".")),
    ("mypy", ("-m", "mypy")),
    ("import-linter", ("-c", "import sys; from importlinter.cli import lint_imports_command as c;"
                             " sys.argv[0] = 'lint-imports'; c()")),
    ("pytest", ("-m", "pytest")),
)  # fmt: skip


MOST_PROCESSES = 4
"""That test side by side: each holds PyTorch and Qt, about a gigabyte."""

MEMORY, ROOM = Path("/dev/shm"), 4 << 30
"""Where Linux keeps files in memory, and how much must be free there, bytes, for those of tests:
thousands that are written safely, each of which would wait for the disk."""

EACH_FILE_IN_ONE = (
    *("--dist", "loadfile", "--no-loadscope-reorder"),  # the suite says what comes first
    *("--max-worker-restart", "0"),
)
"""A process that crashes fails its test, which is named, and ends the run: pytest-xdist to 3.8
waits for ever at the end where such a process was replaced."""

PINNED = "all pinned"
INSTALLING = "Installing into .venv (once; about 1.8 GB, a few minutes) ..."

ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""For what tests: threads of two processes that wait for each other take six times the work."""


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do."""


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Set nmrquanv up in .venv, and open or test it.")
    commands = parser.add_subparsers(dest="command", required=True)
    app = commands.add_parser("app", help="open the window")
    pinned = "install the versions of packaging/constraints.txt, checked by their hashes"
    app.add_argument("--pinned", action="store_true", help=pinned)
    app.add_argument("paths", nargs="*", metavar="PATH", help="data set to open")
    # Whatever follows is pytest's, options too: none of them begins with this.
    test = commands.add_parser(
        "test", help="run all checks and tests", prefix_chars="\0", add_help=False
    )
    test.add_argument("pytest", nargs="*", metavar="PYTEST", help="arguments for pytest")
    arguments = parser.parse_args(argv)
    try:
        check_python(sys.version_info[:2])
        if arguments.command == "test":
            install("all,test")
            provide_libraries(libraries("WIDGETS"))
            provide_node_readers()
            return run_checks(arguments.pytest)
        install_pinned() if arguments.pinned else install("all")
        if has_display():
            provide_libraries(libraries("LIBRARIES"))
            return run_python("-m", "nmrquanv", *arguments.paths)
        provide_libraries(libraries("WIDGETS"))
        return first_look(arguments.paths)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def check_python(version: tuple[int, ...]) -> None:
    """Raise a SetupError if this Python is too old."""
    if tuple(version) >= OLDEST_PYTHON:
        return
    newer = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11")
             if shutil.which(name)]  # fmt: skip
    advice = f"run this with {newer[0]} instead" if newer else "install it from python.org"
    raise SetupError(
        "nmrquanv needs Python {}.{} or later, and this is {}.{}: {}".format(
            *OLDEST_PYTHON, *version[:2], advice
        )
    )


def python_of_venv() -> Path:
    """Return the interpreter in ``.venv``."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def clean_environment() -> dict[str, str]:
    """Return the environment without what would lead the new interpreter astray."""
    astray = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "VIRTUAL_ENV")
    # each process would compile the whole program anew
    astray += ("PYTHONDONTWRITEBYTECODE",)
    return {name: value for name, value in os.environ.items() if name not in astray}


def run_python(*arguments: str, **settings: str) -> int:
    """Run the interpreter in ``.venv`` in the foreground and return its exit code."""
    command = [str(python_of_venv()), *arguments]
    return subprocess.run(command, env={**clean_environment(), **settings}, check=False).returncode


def succeeds(*arguments: str) -> bool:
    """Run the interpreter in ``.venv`` without showing anything; tell whether it returned 0."""
    if not python_of_venv().exists():
        return False
    command = [str(python_of_venv()), *arguments]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, check=False)
    return done.returncode == 0


def stamp_of(extra: str) -> str:
    """Return what must be unchanged for an installation to be still good."""
    content = (ROOT / "pyproject.toml").read_bytes()
    if extra == PINNED:
        content += CONSTRAINTS.read_bytes() + TORCH_CONSTRAINT.read_bytes()
    parts = (content, str(ROOT).encode(), repr(sys.version_info[:3]).encode(), extra.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_installed(extra: str) -> bool:
    """Tell whether ``.venv`` has the program with this extra, as pyproject.toml has it now."""
    stamp = VENV / "nmrquanv-stamp"
    done = stamp.read_text().split() if stamp.exists() else []
    good = {stamp_of(extra)} | ({stamp_of("all,test")} if extra != PINNED else set())
    return bool(good & set(done)) and succeeds("-c", "import nmrquanv, PySide6")


def install(extra: str) -> None:
    """Make ``.venv`` and install the checkout with extras into it, unless that is done already."""
    if is_installed(extra):
        return
    make_venv()
    print(INSTALLING, flush=True)
    if sys.platform == "linux" and not succeeds("-c", "import torch"):
        install_cpu_torch()
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    pip_install("-e", target)
    (VENV / "nmrquanv-stamp").write_text(stamp_of(extra) + "\n")


def pip_install(*words: str) -> None:
    """Have pip install something into ``.venv``, or raise a SetupError."""
    quiet = ("-qq", "--disable-pip-version-check")  # errors alone: places that it does not find
    # among its settings' are warned of once for each package
    if run_python("-m", "pip", "install", *quiet, *words) != 0:
        raise SetupError("pip could not install nmrquanv: see its messages above")


def install_pinned() -> None:
    """Make ``.venv`` anew with the versions of the constraints, all but PyTorch by their hashes."""
    if is_installed(PINNED):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    make_venv()
    print(INSTALLING, flush=True)
    index = ("--index-url", CPU_TORCH) if sys.platform == "linux" else ()
    pip_install("--no-deps", "-r", str(TORCH_CONSTRAINT), *index)
    backend = VENV / "build-backend.txt"
    backend.write_text(chosen(BUILD_CONSTRAINTS.read_text(), BUILD_BACKEND))
    for held in (backend, CONSTRAINTS):
        pip_install("--require-hashes", "--no-deps", "-r", str(held))
    pip_install("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    (VENV / "nmrquanv-stamp").write_text(stamp_of(PINNED) + "\n")


def chosen(constraints: str, names: tuple[str, ...]) -> str:
    """Return the entries of some packages, each with the lines of its hashes."""
    kept, is_kept = [], False
    for line in constraints.splitlines():
        if not line.startswith((" ", "\t")):
            is_kept = line.partition("==")[0] in names
        kept += [line] if is_kept else []
    return "\n".join(kept) + "\n"


def make_venv() -> None:
    """Make ``.venv``; one whose interpreter or pip does not run is made anew."""
    if succeeds("-c", "import pip"):
        return
    if importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        install_packages([package], "Python's venv module lacks ensurepip")
    print(f"Making {VENV} ...", flush=True)
    try:
        venv.EnvBuilder(with_pip=True, clear=True).create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"cannot make {VENV}: {error}") from error


def install_cpu_torch() -> None:
    """Install PyTorch without CUDA; where its index is out of reach, PyPI's build comes later.

    By hand: ``pip install "torch>=2.6,<2.14" --index-url https://download.pytorch.org/whl/cpu``.
    """
    wanted = next(
        line.partition('"')[2].partition('"')[0]
        for line in (ROOT / "pyproject.toml").read_text().splitlines()
        if '"torch>' in line
    )
    index = ("--index-url", CPU_TORCH, "--retries", "0", "--timeout", "15")
    if not succeeds("-m", "pip", "install", wanted, *index):
        print(f"{CPU_TORCH} is out of reach: taking PyTorch from where pip looks otherwise.")


def has_display() -> bool:
    """Tell whether there is a screen to open a window on."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def libraries(table: str) -> dict[str, str]:
    """Return a table of the program: shared libraries, and the package that has each."""
    return dict(runpy.run_path(str(WINDOW_LIBRARIES))[table])


def missing_packages(wanted: dict[str, str]) -> list[str]:
    """Return the packages of those shared libraries that cannot be loaded."""
    missing = []
    for name, package in wanted.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(package)
    return missing


def provide_libraries(wanted: dict[str, str]) -> None:
    """See to it that Qt's shared libraries are there (Linux only)."""
    if sys.platform != "linux":
        return
    missing = missing_packages(wanted)
    if missing:
        install_packages(missing, "Qt lacks shared libraries of the system")
        still = missing_packages(wanted)
        if still:
            raise SetupError(f"Qt's libraries still cannot be loaded: {' '.join(still)}")


def provide_node_readers() -> None:
    """Install the readers of ``tests/node``, if npm is there; without them their tests are skipped.

    npm writes its own list of what it has installed, which is newer than ours when all is done.
    """
    npm, folder = shutil.which("npm"), NODE_READERS
    lock, done = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if npm is None or (done.exists() and done.stat().st_mtime >= lock.stat().st_mtime):
        return
    print("Installing readers for the tests with npm ...", flush=True)
    words = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    if subprocess.run(words, cwd=folder, check=False).returncode:
        print("npm could not install them: what is read back with node is not tested", flush=True)


def install_packages(packages: list[str], why: str) -> None:
    """Install Debian or Ubuntu packages, or raise a SetupError that names them."""
    names = " ".join(packages)
    by_hand = (
        f"{why}. Install these packages (Debian, Ubuntu; elsewhere those of the same libraries),"
        f" then run this again:\n  sudo apt-get install {names}"
    )
    as_root = administrator()
    if shutil.which("apt-get") is None or as_root is None:
        raise SetupError(by_hand)
    print(f"{why}: installing {names} ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends"]):
        words = [*as_root, "apt-get", *command, *(packages if command[0] == "install" else [])]
        done = subprocess.run(words, env=environment, check=False)
        if done.returncode != 0 and command[0] == "install":
            raise SetupError(by_hand)
    importlib.invalidate_caches()


def administrator() -> list[str] | None:
    """Return what goes before a command to run it as root; None when that is not allowed."""
    if os.name != "nt" and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode:
        return None
    return [sudo, "-n"] if sudo else None


def run_checks(pytest_arguments: list[str]) -> int:
    """Run every check, also after one has failed, and say at the end which did."""
    failed = []
    with place_of_files() as place:
        settings = {**clean_environment(), "QT_QPA_PLATFORM": "offscreen", **place}
        for name, command in CHECKS:
            print(f"\n=== {name}", flush=True)
            more = (pytest_arguments or side_by_side()) if name == "pytest" else []
            code = subprocess.run(
                [str(python_of_venv()), *command, *more],
                cwd=ROOT,
                env={**ONE_THREAD, **settings},
                check=False,
            ).returncode
            if code != 0:
                failed.append(name)
    print("\nFailed: " + ", ".join(failed) if failed else "\nAll checks passed.", flush=True)
    return 1 if failed else 0


@contextmanager
def place_of_files() -> Iterator[dict[str, str]]:
    """Say where temporary files belong: in memory, where there is room; gone after the block."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="nmrquanv-tests-", dir=MEMORY) as folder:
        yield {"TMPDIR": folder}


def side_by_side() -> list[str]:
    """Return what lets the whole suite run in several processes, each file in one of them.

    There is one more than cores: now and then one of them waits, for a child or for an answer.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    count = min((usable or 1) + 1, MOST_PROCESSES)
    return ["-n", str(count), *EACH_FILE_IN_ONE] if (usable or 1) > 1 else []


def first_look(paths: list[str]) -> int:
    """Do the main job without a screen, and say where its results are."""
    example = ROOT / "resources" / "example_spectra" / "bruker_1h_menthol" / "10"
    path = paths[0] if paths else str(example)
    folder = ROOT / "build" / "first_look"
    folder.mkdir(parents=True, exist_ok=True)
    print(
        "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window opens.\n"
        f"Finding the peaks of {path} instead ...",
        flush=True,
    )
    code = run_python(
        str(Path(__file__).with_name("first_look.py")),
        path,
        str(folder),
        QT_QPA_PLATFORM="offscreen",
    )
    if code == 0:
        print(f"Peak list and picture of the spectrum are in {folder}")
    return code


if __name__ == "__main__":
    sys.exit(main())
