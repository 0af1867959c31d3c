"""What is given to others: constraints, licences, the desktop, recipes."""

from __future__ import annotations

import importlib.util
import re
import shutil
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
    sys.path.append(str(PACKAGING))  # they import each other
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(PACKAGING))
    return module


def pinned(file: str = "constraints.txt") -> dict[str, tuple[Version, str]]:
    """Return the constraints: version and the text of each package."""
    text = (PACKAGING / file).read_text("utf-8")
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


def test_what_builds_is_pinned_by_hash_and_agrees_with_what_is_built() -> None:
    tools, program = pinned("constraints-build.txt"), pinned()
    assert set(loaded("constraints").BUILD) <= set(tools)
    assert set(loaded("bootstrap").BUILD_BACKEND) <= set(tools)
    assert all("--hash=sha256:" in text for _, text in tools.values())
    both = set(tools) & set(program)
    assert both
    assert {n: tools[n][0] for n in both} == {n: program[n][0] for n in both}


def test_a_bundle_is_looked_into_for_every_package_of_an_extra() -> None:
    named = {r.name for r in needed("quantum", "study", "cluster", "notebook", "mcp")}
    named -= {r.name for r in needed()}
    assert {"torch", "pynmrstar", *named} <= set(loaded("contents").EXTRAS)


def test_constraints_for_pip_s_option_have_versions_and_conditions_but_no_hashes() -> None:
    text = (
        "a==1 \\\n    --hash=sha256:00\nb==2 ; python_version < '3.12' \\\n    --hash=sha256:11\n"
    )
    pins = loaded("constraints").pins(text, "# made\na==1 \\\n    --hash=sha256:22\ntorch==2\n")
    assert pins == ["a==1", "b==2 ; python_version < '3.12'", "torch==2"]


@pytest.mark.parametrize("file", ["constraints.txt", "constraints-build.txt"])
def test_constraints_name_no_local_build_and_no_address(file: str) -> None:
    for name, (_, text) in pinned(file).items():
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
    whole = (PACKAGING / "constraints.txt").read_text("utf-8")
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(==[\w.]+)", whole, re.M):
        versions.setdefault(canonicalize_name(name), []).append(version)
    for package in packages:
        name = package.metadata["Name"]
        told = re.search(rf"^{re.escape(name)} ([\d.]+): ", text, re.M)
        assert told, name
        assert f"=={told[1]}" in versions[canonicalize_name(name)], name
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "may be\nreplaced by other builds" in text


def test_a_licence_that_several_packages_bring_stands_once() -> None:
    assert licences().count("GNU LESSER GENERAL PUBLIC LICENSE\n") == 1


def test_data_of_others_that_come_with_the_program_have_their_licence_told() -> None:
    """Every file that says whose it is by ``NAME, LICENCE`` or ``NAME VERSION (LICENCE``."""
    text, resources = licences(), ROOT / "resources"
    assert text.startswith(loaded("licences").ABOUT)  # a bundle's text begins so too
    spectra = (resources / "example_spectra" / "licences.txt").read_text("utf-8")
    told = [
        (name, licence)
        for folder in ("known_molecules", "training")
        for path in (resources / folder).iterdir()
        if path.suffix in (".json", ".xml", ".csv")
        for name, licence in re.findall(
            r"([\w-]+)(?:, | [\d.]+ \()(MIT|Apache-2\.0)", path.read_text("utf-8")
        )
    ]
    assert {"qiskit-ibm-runtime", "nmredata-data-test"} <= {name for name, _ in told}
    for name, licence in told:
        assert name in text or name in spectra, name
        full = {"MIT": "MIT License", "Apache-2.0": "Apache License\n"}[licence]
        assert full in text + spectra, name


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


def test_the_program_has_one_id_a_version_and_a_launcher_everywhere() -> None:
    about = ElementTree.parse(LINUX / "nmrquanv.metainfo.xml").getroot()
    app_id = about.findtext("id")
    assert len(app_id.split(".")) >= 3
    flatpak = (LINUX / "nmrquanv.flatpak.yml").read_text("utf-8")
    assert re.findall(r"^id: (\S+)$", flatpak, re.M) == [app_id]
    assert f"share/metainfo/{app_id}.metainfo.xml" in flatpak
    assert (
        about.findtext("launchable") == re.search(r"^rename-desktop-file: (\S+)$", flatpak, re.M)[1]
    )
    image = (LINUX / "AppImageBuilder.yml").read_text("utf-8")
    assert re.findall(r"^    id: (\S+)$", image, re.M) == [app_id]
    assert f"/{app_id}.metainfo.xml" in image
    assert app_id == loaded("debian").APP_ID
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shared = wheel["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert (
        shared["packaging/linux/nmrquanv.metainfo.xml"] == f"share/metainfo/{app_id}.metainfo.xml"
    )
    assert app_id in (PACKAGING / "macos" / "README.md").read_text("utf-8")
    assert next(one.get("version") for one in about.iter("release")) == __version__


@pytest.mark.skipif(shutil.which("appstreamcli") is None, reason="only on machines with AppStream")
def test_a_shop_takes_the_metainfo() -> None:
    words = ["appstreamcli", "validate", "--no-net", str(LINUX / "nmrquanv.metainfo.xml")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


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
