"""What is given to others: constraints, licences, the desktop, recipes, bundles."""

from __future__ import annotations

import importlib.util
import re
import struct
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from nmrquanv.session.licences import licences
from nmrquanv.version import __version__

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RECIPES = (
    LINUX / "nmrquanv.flatpak.yml",
    LINUX / "AppImageBuilder.yml",
    PACKAGING / "windows" / "nmrquanv.iss",
    PACKAGING / "macos" / "README.md",
)


def loaded(name: str) -> ModuleType:
    """Import a script of packaging/."""
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pinned() -> dict[str, tuple[Version, str]]:
    """Return the constraints: version and the text of each package."""
    text = (PACKAGING / "constraints.txt").read_text("utf-8")
    found = {}
    for one in loaded("constraints").requirements(text):
        name, version = re.match(r"([\w.-]+)==([\w.]+)", one).groups()
        found[canonicalize_name(name)] = (Version(version), one)
    return found


def needed(*extras: str) -> list[Requirement]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [r for r in map(Requirement, lines) if r.name not in ("nmrquanv", "torch")]


def test_constraints_hold_all_that_is_needed_by_version_and_hash() -> None:
    found = pinned()
    for wanted in needed("quantum", "study", "cluster", "notebook", "mcp"):
        version, text = found[canonicalize_name(wanted.name)]
        assert version in wanted.specifier, wanted
        assert "--hash=sha256:" in text, wanted
    assert all("--hash=sha256:" in text for _, text in found.values())


def test_constraints_name_no_local_build_and_no_address() -> None:
    for name, (_, text) in pinned().items():
        assert not re.search(r"\+|file:|://|@|/", text.partition("--hash")[0]), name
    assert not [name for name in pinned() if name.startswith(("nvidia", "triton", "cuda"))]


def test_torch_stands_by_version_with_its_index_told() -> None:
    text = (PACKAGING / "constraints-torch.txt").read_text("utf-8")
    (line,) = (x for x in text.splitlines() if not x.startswith("#"))
    (wanted,) = (Requirement(r) for r in PROJECT["optional-dependencies"]["train"])
    assert Version(line.removeprefix("torch==")) in wanted.specifier
    assert "https://download.pytorch.org/whl/cpu" in text


def test_licences_name_every_package_of_the_base() -> None:
    packages = loaded("licences").closure(PROJECT, [])
    assert len(packages) > 10
    text = licences()
    for package in packages:
        assert re.search(rf"^{re.escape(package.metadata['Name'])} [\d.]+: ", text, re.M), package
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "may be\nreplaced by other builds" in text


def test_a_licence_that_several_packages_bring_stands_once() -> None:
    assert licences().count("GNU LESSER GENERAL PUBLIC LICENSE\n") == 1


def test_the_desktop_is_told_the_same_everywhere() -> None:
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    types = ElementTree.parse(LINUX / "nmrquanv-document.xml").getroot()
    mime = {one.get("type") for one in types}
    endings = {one.get("pattern").removeprefix("*") for one in types.iter(f"{space}glob")}
    desktop = (LINUX / "nmrquanv.desktop").read_text("utf-8")
    assert f"MimeType={';'.join(sorted(mime))};" in desktop
    about = ElementTree.parse(LINUX / "nmrquanv.metainfo.xml").getroot()
    assert {one.text for one in about.iter("mediatype")} == mime
    assert about.findtext("project_license") == PROJECT["license"]
    windows = (PACKAGING / "windows" / "nmrquanv.iss").read_text("utf-8")
    assert all(f"Software\\Classes\\{ending}" in windows for ending in endings)
    spec = (PACKAGING / "pyinstaller" / "nmrquanv.spec").read_text("utf-8")
    assert all(f'"{ending[1:]}"' in spec for ending in endings)


def test_recipes_that_nobody_has_run_say_so() -> None:
    assert all("not built here" in path.read_text("utf-8").lower() for path in RECIPES)


def test_the_citation_names_this_version() -> None:
    assert f"\nversion: {__version__}\n" in (PACKAGING / "CITATION.cff").read_text("utf-8")


def test_the_sdist_holds_what_is_needed_to_build_and_test(tmp_path: Path) -> None:
    program = f"from hatchling.build import build_sdist; build_sdist({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True)
    (path,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "packaging/bundle.py"} <= names
    assert {"resources/models/quanv.safetensors", "tests/conftest.py"} <= names
    assert not [name for name in names if name.startswith((".venv", "build/", "dist/"))]
    assert path.stat().st_size < 40e6


@pytest.fixture
def bundle() -> ModuleType:
    return loaded("bundle")


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


def test_icons_of_other_systems_hold_a_picture_of_every_size() -> None:
    icons = loaded("icons")
    pictures = {16: b"\x89PNG small", 256: b"\x89PNG large one"}
    content = icons.ico(pictures)
    assert struct.unpack_from("<HHH", content) == (0, 1, 2)
    for number, (size, png) in enumerate(pictures.items()):
        side, *_, length, start = struct.unpack_from("<BBBBHHII", content, 6 + 16 * number)
        assert (side or 256, content[start : start + length]) == (size, png)
    whole = icons.icns({b"icp4": pictures[16]})
    assert struct.unpack_from(">4sI4sI", whole) == (b"icns", len(whole), b"icp4", len(whole) - 8)
