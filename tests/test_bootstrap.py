"""The set-up script: what it says and does where something is missing."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def no_rights(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "administrator", lambda: None)


def test_an_old_python_can_parse_it_and_is_told_that_it_is_too_old(bootstrap: ModuleType) -> None:
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 7))
    with pytest.raises(bootstrap.SetupError, match=r"needs Python 3\.11 or later.* 3\.9"):
        bootstrap.check_python((3, 9))
    bootstrap.check_python((3, 11))
    bootstrap.check_python((4, 0))


def test_every_import_is_of_the_standard_library() -> None:
    names = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SCRIPT.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names <= set(sys.stdlib_module_names)


@pytest.mark.usefixtures("no_rights")
def test_missing_libraries_of_qt_are_named_as_packages(bootstrap: ModuleType) -> None:
    if sys.platform != "linux":
        assert bootstrap.provide_libraries({"libnothing.so": "libnothing1"}) is None
        return
    with pytest.raises(bootstrap.SetupError, match=r"sudo apt-get install libnothing1$"):
        bootstrap.provide_libraries({"libc.so.6": "libc6", "libnothing.so.1": "libnothing1"})


@pytest.mark.usefixtures("no_rights")
def test_a_python_without_ensurepip_is_told_which_package_has_it(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / "venv")
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(bootstrap.SetupError, match=r"apt-get install python3\.\d+-venv"):
        bootstrap.make_venv()


def test_an_installation_is_done_again_only_when_the_project_file_changes(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('dependencies = [\n  "torch>=2.6",\n]\n')
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    (tmp_path / ".venv").mkdir()
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "succeeds", lambda *words: True)
    monkeypatch.setattr(bootstrap, "run_python", lambda *words: ran.append(words) or 0)
    bootstrap.install("all,test")
    assert ran[0][3] == "-qq"  # pip's warnings of places that it does not find are no one's concern
    assert ran.pop()[-2:] == ("-e", f"{tmp_path}[all,test]")
    bootstrap.install("all,test")
    bootstrap.install("all")  # the tests' installation holds the program too
    assert ran == []
    project.write_text('dependencies = [\n  "torch>=2.7",\n]\n')
    bootstrap.install("all")
    assert ran.pop()[-2:] == ("-e", f"{tmp_path}[all]")


def test_a_pinned_installation_takes_the_constraints_and_nothing_else(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    (tmp_path / ".venv").mkdir()
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "succeeds", lambda *words: True)
    monkeypatch.setattr(bootstrap, "make_venv", lambda: (tmp_path / ".venv").mkdir(exist_ok=True))
    monkeypatch.setattr(bootstrap, "run_python", lambda *words: ran.append(words) or 0)
    bootstrap.install_pinned()
    torch, backend, program, ours = ran
    assert all("--no-deps" in words for words in ran)
    assert str(bootstrap.TORCH_CONSTRAINT) in torch
    assert "--require-hashes" in backend
    assert program[-3:] == ("--no-deps", "-r", str(bootstrap.CONSTRAINTS))
    assert "--require-hashes" in program
    assert ours[-3:] == ("--no-build-isolation", "-e", str(ROOT))
    held = Path(backend[-1]).read_text("utf-8")
    assert {line.split("==")[0] for line in held.splitlines() if "==" in line} == set(
        bootstrap.BUILD_BACKEND
    )
    assert held.count("--hash=sha256:") >= len(bootstrap.BUILD_BACKEND)
    ran.clear()
    bootstrap.install_pinned()
    assert ran == []
    bootstrap.install("all,test")  # which a pinned one is not
    assert ran[-1][-1] == f"{ROOT}[all,test]"


def test_a_failed_installation_is_not_taken_for_a_good_one(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('  "torch>=2.6",\n')
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(bootstrap, "succeeds", lambda *words: True)
    monkeypatch.setattr(bootstrap, "run_python", lambda *words: 1)
    with pytest.raises(bootstrap.SetupError, match="pip could not install"):
        bootstrap.install("all")
    assert not bootstrap.is_installed("all")


def test_all_checks_run_even_when_one_fails(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    checks = (("first", ("-c", "raise SystemExit(3)")), ("second", ("-c", "print('ran')")))
    monkeypatch.setattr(bootstrap, "CHECKS", checks)
    monkeypatch.setattr(bootstrap, "python_of_venv", lambda: Path(sys.executable))
    assert bootstrap.run_checks([]) == 1
    out = capfd.readouterr().out
    assert "ran" in out
    assert out.strip().endswith("Failed: first")


def test_the_whole_suite_runs_side_by_side_and_a_part_as_it_was_asked_for(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "CHECKS", (("pytest", ("-m", "pytest")),))
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    def run(
        words: list[str], env: dict[str, str], **_: object
    ) -> subprocess.CompletedProcess[bytes]:
        ran.append(words[3:])
        assert env["OMP_NUM_THREADS"] == "1"  # or they wait for each other's threads
        assert "PYTHONDONTWRITEBYTECODE" not in env  # or each child compiles the program
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(6)), raising=False)
    assert bootstrap.run_checks([]) == 0
    assert bootstrap.run_checks(["tests/io", "-x"]) == 0
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3})
    assert bootstrap.run_checks([]) == 0
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 4})
    assert bootstrap.run_checks([]) == 0
    each_file = ["--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0"]
    assert ran == [["-n", "4", *each_file], ["tests/io", "-x"], [], ["-n", "3", *each_file]]


def test_temporary_files_of_tests_are_in_memory_where_there_is_room(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ask = "import tempfile; open('told', 'w').write(tempfile.gettempdir())"
    monkeypatch.setattr(bootstrap, "CHECKS", (("one", ("-c", ask)),))
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "python_of_venv", lambda: Path(sys.executable))
    (memory := tmp_path / "memory").mkdir()
    monkeypatch.setattr(bootstrap, "MEMORY", memory)
    for room, is_there in ((0, True), (1 << 60, False)):
        monkeypatch.setattr(bootstrap, "ROOM", room)
        assert bootstrap.run_checks([]) == 0
        told = Path((tmp_path / "told").read_text())
        assert told.is_relative_to(memory) == is_there
    assert list(memory.iterdir()) == [], "nothing stays in memory"


def test_a_process_that_crashes_ends_the_tests_by_name(bootstrap, tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"test_{name}.py").write_text("def test_one(): pass\ndef test_two(): pass\n")
    (tmp_path / "test_bad.py").write_text("import os\ndef test_it(): os._exit(3)\n")
    words = [sys.executable, "-m", "pytest", "-n", "2", *bootstrap.EACH_FILE_IN_ONE]
    run = subprocess.run(
        [*words, "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path,
    )  # fmt: skip
    assert run.returncode == 1
    assert "crashed while running 'test_bad.py::test_it'" in run.stdout


def test_ci_runs_what_readme_tells_a_person_to_run() -> None:
    assert "python3 packaging/bootstrap.py test" in (ROOT / ".ci" / "run").read_text("utf-8")
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "python3 packaging/bootstrap.py app" in readme
    assert "python3 packaging/bootstrap.py test" in readme


def test_a_command_that_it_does_not_know_is_usage() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "fly"], capture_output=True, check=False)
    assert done.returncode == 2


def test_the_readers_of_node_are_installed_once_and_only_where_npm_is(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "NODE_READERS", tmp_path)
    (tmp_path / "package-lock.json").write_text("{}")
    ran: list[list[str]] = []

    def run(words: list[str], **more: object) -> subprocess.CompletedProcess[str]:
        ran.append(words)
        (tmp_path / "node_modules").mkdir()
        (tmp_path / "node_modules" / ".package-lock.json").write_text("{}")
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    bootstrap.provide_node_readers()
    assert ran == []
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/bin/npm")
    bootstrap.provide_node_readers()
    bootstrap.provide_node_readers()
    assert [words[:2] for words in ran] == [["/bin/npm", "ci"]]


@pytest.mark.parametrize("words", [["-x", "tests/io"], ["tests/io", "-k", "a or b"], []])
def test_what_follows_test_is_for_pytest(bootstrap: ModuleType, monkeypatch, words) -> None:
    heard: list[list[str]] = []
    for name in ("install", "provide_libraries", "provide_node_readers"):
        monkeypatch.setattr(bootstrap, name, lambda *_: None)
    monkeypatch.setattr(bootstrap, "run_checks", lambda given: heard.append(given) or 0)
    assert bootstrap.main(["test", *words]) == 0
    assert heard == [words]
