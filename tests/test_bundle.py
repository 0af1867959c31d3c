"""The builds: nothing old is given away, each bundle holds what it should, and its licences."""

from __future__ import annotations

import importlib
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from nmrquanv.session.child_process import own_command_line

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
SCRIPTS = ("bundle", "constraints", "contents", "debian", "licences")


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The scripts of packaging/, imported anew as they import each other."""
    monkeypatch.syspath_prepend(PACKAGING)
    for name in SCRIPTS:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield {name: importlib.import_module(name) for name in SCRIPTS}
    for name in SCRIPTS:
        del sys.modules[name]


@pytest.fixture
def bundle(scripts: dict[str, ModuleType]) -> ModuleType:
    return scripts["bundle"]


def test_steps_are_told_and_an_unknown_one_is_usage(bundle, capsys) -> None:
    assert bundle.main(["fly"]) == 2
    assert all(f"\n{name} " in bundle.__doc__ for name in bundle.STEPS)
    assert "not known: fly" in capsys.readouterr().err


def test_a_step_that_fails_ends_the_run(bundle, monkeypatch, capsys) -> None:
    done: list[str] = []
    steps = {
        "first": lambda: bundle.run(sys.executable, "-c", "raise SystemExit(4)"),
        "second": lambda: done.append("second"),
    }
    monkeypatch.setattr(bundle, "STEPS", steps)
    assert bundle.main([]) == 1
    assert "SystemExit(4)' failed" in capsys.readouterr().err
    assert done == []


def test_a_program_that_fails_its_self_test_is_not_passed(bundle, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(bundle, "BUILD", tmp_path)
    program = tmp_path / "nmrquanv"
    program.write_text('#!/bin/sh\n[ "$1" = --self-test ] && exit 3\n')
    program.chmod(0o755)
    with pytest.raises(bundle.BundleError, match="ended with 3"):
        bundle.alone(program)


def test_parts_of_a_bundle_are_told_by_size(bundle, tmp_path, capsys) -> None:
    (tmp_path / "_internal" / "numpy").mkdir(parents=True)
    (tmp_path / "_internal" / "numpy" / "core.so").write_bytes(bytes(3_000_000))
    (tmp_path / "nmrquanv").write_bytes(bytes(1_000_000))
    bundle.tell_parts(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(": 4 MB")
    assert [line.split() for line in lines[1:]] == [
        ["3.0", "MB", "numpy"],
        ["1.0", "MB", "nmrquanv"],
    ]


class Builds:
    """Stands in for what builds: notes the commands, and writes what they would."""

    def __init__(self, bundle: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[list[str]] = []
        self.dist, self.build = folder / "dist", folder / "build"
        self.content = "the same"
        for place in (self.dist, self.build):
            place.mkdir()
        monkeypatch.setattr(bundle, "DIST", self.dist)
        monkeypatch.setattr(bundle, "BUILD", self.build)
        monkeypatch.setattr(bundle, "run", self.run)
        monkeypatch.setattr(bundle, "environment", lambda name, *words, **_: folder / name)
        monkeypatch.setattr(bundle, "alone", lambda program: self.ran.append(["alone", program]))

    def run(self, *words: object, **settings: str) -> None:
        told = [str(word) for word in words]
        self.ran.append(told)
        if "hatchling" in told:
            target = Path(told[-1])
            target.mkdir(exist_ok=True)
            (target / "nmrquanv-9.9-py3-none-any.whl").write_text(self.content)
            (target / "nmrquanv-9.9.tar.gz").write_text("")
        if "PyInstaller" in told:
            inner = Path(told[told.index("--distpath") + 1]) / "nmrquanv" / "_internal"
            (inner / "nmrquanv" / "resources").mkdir(parents=True)
            (inner / "nmrquanv" / "resources" / "licences.txt").write_text("")
        if "cyclonedx_py" in told:
            Path(told[-1]).write_text("{}")
        if "--build" in told:
            Path(told[-1]).write_text("")
        if "debootstrap" in told:
            (Path(told[-1]) / "tmp").mkdir(parents=True)

    def of(self, word: str) -> list[list[str]]:
        return [words for words in self.ran if any(word in w for w in map(str, words))]


@pytest.fixture
def builds(bundle: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builds:
    return Builds(bundle, tmp_path, monkeypatch)


def test_an_old_wheel_is_not_given_away(bundle, builds: Builds) -> None:
    old = builds.dist / "nmrquanv-0.0-py3-none-any.whl"
    old.write_text("")
    bundle.wheel()
    bundle.base()
    assert not old.exists()
    assert len(builds.of("hatchling")) == 2  # once, and once more to compare
    (forced,) = builds.of("--force-reinstall")
    assert forced[-1] == str(builds.dist / "nmrquanv-9.9-py3-none-any.whl")
    assert "--no-deps" in forced


def test_a_wheel_that_is_another_each_time_is_no_wheel(bundle, builds: Builds, monkeypatch) -> None:
    def run(*words: object, **settings: str) -> None:
        builds.content += "!"
        builds.run(*words, **settings)

    monkeypatch.setattr(bundle, "run", run)
    with pytest.raises(bundle.BundleError, match="different the second time"):
        bundle.wheel()


def test_a_package_wraps_a_bundle_of_this_run(bundle, builds: Builds) -> None:
    old = builds.dist / "lite" / "nmrquanv" / "nmrquanv"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    bundle.deb()
    assert not old.exists()
    assert len(builds.of("PyInstaller")) == 1
    bundle.lite()
    assert len(builds.of("PyInstaller")) == 1  # it is that of this run
    share = builds.build / "deb" / "usr" / "share"
    assert (share / "doc" / "nmrquanv" / "nmrquanv.cdx.json").is_file()
    control = (builds.build / "deb" / "DEBIAN" / "control").read_text()
    assert "Version: 9.9\n" in control


@pytest.mark.parametrize("kind", ["lite", "full"])
def test_each_bundle_is_looked_into_and_has_its_own_licences_and_parts(
    bundle, builds: Builds, kind: str
) -> None:
    bundle.STEPS[kind]()
    (looked,) = builds.of("contents.py")
    assert looked[2:] == [kind, str(builds.dist / kind / "nmrquanv"),
                          str(builds.build / f"work-{kind}")]  # fmt: skip
    (licences,) = builds.of("licences.py")
    assert licences[2:4] == ["--frozen", str(builds.build / f"work-{kind}")]
    assert licences[5:] == (["all"] if kind == "full" else [])
    assert (builds.dist / f"nmrquanv-{kind}.cdx.json").is_file()


def test_every_way_to_install_is_tried(bundle, builds: Builds) -> None:
    bundle.sdist()
    bundle.tools()
    tried = [str(Path(one[1]).relative_to(builds.build.parent)) for one in builds.of("alone")]
    assert tried == ["nmrquanv", "build/by-pipx/bin/nmrquanv", "build/by-uv/bin/nmrquanv"]
    assert [words[2:4] for words in builds.of("--python")] == [["pipx", "install"], ["uv", "tool"]]


def test_a_package_asks_for_all_that_a_window_loads(scripts) -> None:
    from nmrquanv.cli.window_libraries import LIBRARIES

    asked = [one.split()[0] for one in scripts["debian"].depends().split(", ")]
    assert set(LIBRARIES.values()) <= set(asked)
    assert len(asked) == len(set(asked))


def made_bundle(folder: Path, packed: list[str], *laid: str) -> tuple[Path, Path]:
    """Make a folder like a bundle, and PyInstaller's record of what it packed."""
    inner, work = folder / "nmrquanv" / "_internal", folder / "work"
    (inner / "nmrquanv" / "resources").mkdir(parents=True)
    (folder / "nmrquanv" / "nmrquanv").write_text("")
    for name in laid:
        (inner / name).mkdir()
    work.mkdir()
    toc = [(name, f"/x/{name}.py", "PYMODULE") for name in packed]
    (work / "PYZ-00.toc").write_text(repr(("/x/PYZ-00.pyz", toc)))
    return folder / "nmrquanv", work


def looked_into(kind: str, folder: Path, work: Path) -> tuple[int, str]:
    words = [sys.executable, PACKAGING / "contents.py", kind, folder, work]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_a_lite_bundle_holds_nothing_that_it_leaves_out(tmp_path: Path) -> None:
    right = made_bundle(tmp_path / "a", ["nmrquanv", "nmrquanv.cli.mcp", "scipy"], "numpy")
    assert looked_into("lite", *right) == (0, "")
    for number, (packed, laid) in enumerate(
        [("numba", ""), ("", "llvmlite"), ("pennylane.devices", ""), ("", "torch-2.13.0.dist-info"),
         ("", "onnxruntime")]
    ):  # fmt: skip
        wrong = made_bundle(
            tmp_path / str(number),
            ["nmrquanv", *([packed] if packed else [])],
            *filter(None, [laid]),
        )
        code, told = looked_into("lite", *wrong)
        name = (packed or laid).split(".")[0].split("-")[0]
        assert (code, told) == (1, f"{wrong[0]}: holds {name}\n")


def test_a_full_bundle_holds_every_extra(tmp_path: Path) -> None:
    extras = ["pennylane", "dask", "distributed", "mcp", "pynmrstar"]
    laid = ("torch", "pandas", "matplotlib")
    assert looked_into("full", *made_bundle(tmp_path / "a", ["nmrquanv", *extras], *laid))[0] == 0
    lacking = made_bundle(tmp_path / "b", ["nmrquanv", *extras[1:]], *laid, "numba")
    code, told = looked_into("full", *lacking)
    assert code == 1
    assert "holds numba" in told
    assert "lacks pennylane" in told


def test_a_bundle_without_a_record_is_not_passed(tmp_path: Path) -> None:
    folder, work = made_bundle(tmp_path, ["scipy"])
    assert looked_into("lite", folder, work)[0] == 1
    assert looked_into("lite", tmp_path / "nothing", work)[0] == 1
    assert looked_into("light", folder, work)[0] == 2


def test_licences_of_a_bundle_name_python_and_the_systems_libraries(
    scripts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    licences = scripts["licences"]
    library = tmp_path / "system" / "libz.so.1"
    library.parent.mkdir()
    library.write_text("")
    toc = [("libz.so.1", str(library), "BINARY"), ("x.py", "/elsewhere/x.py", "DATA"),
           ("own.so", str(Path(sys.prefix, "own.so")), "BINARY")]  # fmt: skip
    (tmp_path / "COLLECT-00.toc").write_text(repr((toc,)))
    monkeypatch.setattr(licences, "package_of", lambda path: {str(library): "base-files"}.get(path))
    text = "".join(licences.of_the_system(tmp_path))
    assert "base-files of the system: libz.so.1\n" in text
    assert "own.so" not in text
    assert "x.py" not in text
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in "".join(licences.of_python()).upper()


def spec_for(platform: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict]]:
    """Run the recipe of the bundle as if on a system, and return what it makes of each kind."""
    made: dict[str, list[dict]] = {}

    def maker(name: str):
        def make(*words: object, **more: object) -> SimpleNamespace:
            made.setdefault(name, []).append({"words": words, **more})
            return SimpleNamespace(pure=[], scripts=[], binaries=[], datas=[])

        return make

    class Version(ModuleType):
        def __getattr__(self, name: str):
            return maker(name)

    hooks = ModuleType("PyInstaller.utils.hooks")
    hooks.collect_submodules = lambda name: [name, f"{name}.training", f"{name}.cli"]
    win32 = ModuleType("PyInstaller.utils.win32")
    win32.versioninfo = Version("PyInstaller.utils.win32.versioninfo")
    for module in (ModuleType("PyInstaller"), ModuleType("PyInstaller.utils"), hooks, win32):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys, "path", list(sys.path))
    spec = PACKAGING / "pyinstaller" / "nmrquanv.spec"
    names = ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")
    exec(compile(spec.read_text("utf-8"), str(spec), "exec"),
         {"SPECPATH": str(spec.parent), **{name: maker(name) for name in names}})  # fmt: skip
    return made


def test_windows_has_a_window_without_a_console_and_a_version(scripts, monkeypatch) -> None:
    made = spec_for("win32", monkeypatch)
    assert [(one["name"], one["console"]) for one in made["EXE"]] == [
        ("nmrquanv", True), ("nmrquanv-window", False),
    ]  # fmt: skip
    assert all(one["version"] is not None for one in made["EXE"])
    facts = dict(one["words"] for one in made["StringStruct"] if len(one["words"]) == 2)
    assert (
        facts["ProductVersion"] == runpy.run_path(ROOT / "nmrquanv" / "version.py")["__version__"]
    )
    scripts_run = [Path(one["words"][0][0]) for one in made["Analysis"]]
    assert all(path.is_file() for path in scripts_run)
    assert "{app}\\nmrquanv-window.exe" in (PACKAGING / "windows" / "nmrquanv.iss").read_text(
        "utf-8"
    )


def test_a_mac_s_program_is_no_background_one(scripts, monkeypatch) -> None:
    made = spec_for("darwin", monkeypatch)
    assert [one["console"] for one in made["EXE"]] == [False]
    assert made["BUNDLE"][0]["bundle_identifier"] == scripts["debian"].APP_ID


def test_linux_has_one_program_and_leaves_out_what_is_looked_for(scripts, monkeypatch) -> None:
    made = spec_for("linux", monkeypatch)
    assert [(one["name"], one["console"]) for one in made["EXE"]] == [("nmrquanv", True)]
    (analysis,) = made["Analysis"]
    contents = scripts["contents"]
    assert {*contents.NEVER, *contents.EXTRAS} <= set(analysis["excludes"])
    assert "nmrquanv.training" not in analysis["hiddenimports"]


def test_a_window_s_own_program_asks_the_command_line_beside_it(monkeypatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    for name in ("nmrquanv-window", "nmrquanv"):
        monkeypatch.setattr(sys, "executable", f"/opt/nmrquanv/{name}")
        assert own_command_line("study") == ["/opt/nmrquanv/nmrquanv", "study"]
