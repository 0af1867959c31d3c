"""Readers of third parties: an example package, and what becomes of one that fails."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, outline, read
from nmrquanv.spectra.spectrum import Spectrum

EXAMPLE = Path(__file__).parent / "example_reader"

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a package on the path as an installer does: module and metadata."""

    def put(name: str, version: str, module: str, code: str) -> None:
        site = tmp_path / "site" / name
        (site / f"{name}.dist-info").mkdir(parents=True)
        (site / f"{module}.py").write_text(code)
        (site / f"{name}.dist-info" / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        (site / f"{name}.dist-info" / "entry_points.txt").write_text(
            f"[nmrquanv.readers]\n{name} = {module}\n"
        )
        monkeypatch.syspath_prepend(str(site))

    return put


@pytest.fixture
def example(install: Install) -> None:
    """Install the example package, as its pyproject says."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    ((_, module),) = project["entry-points"]["nmrquanv.readers"].items()
    code = (EXAMPLE / f"{module}.py").read_text()
    install(project["name"], project["version"], module, code)


@pytest.fixture
def strange_file(tmp_path: Path) -> Path:
    path = tmp_path / "study" / "a.lines"
    path.parent.mkdir()
    path.write_text("LINES\n400.13\n9.0\n10.0\n" + "\n".join(f"{i % 17}" for i in range(400)))
    return path


@pytest.mark.usefixtures("example")
def test_a_package_of_thirty_lines_adds_a_format(strange_file: Path) -> None:
    assert len((EXAMPLE / "nmrquanv_lines.py").read_text().splitlines()) <= 30
    data = read(strange_file)
    assert isinstance(data.data, Spectrum)
    assert data.data.axis.limits_ppm == pytest.approx((9.0, -0.975))
    assert data.data.trace[18] == 1
    assert data.source.format == "Lines (read by nmrquanv-lines of nmrquanv-lines 0.3)"
    assert data.source.path == str(strange_file)
    assert data.source.sha256
    assert data.sources == ("spectrum",)
    assert data_sets(strange_file.parent) == (str(strange_file),)
    assert read(strange_file.parent).sample.title == "a"
    assert outline(strange_file).source == data.source
    with pytest.raises(FormatError, match="no source 'fid'"):
        read(strange_file, source="fid")


@pytest.mark.usefixtures("example")
def test_the_environment_turns_all_of_them_off(
    strange_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NMRQUANV_NO_PLUGINS", "1")
    with pytest.raises(FormatError, match="a text without columns"):
        read(strange_file)
    assert data_sets(strange_file.parent) == ()


BAD = {
    "raises_on_import": "raise RuntimeError('no licence')",
    "raises_when_asked": "FORMAT = 'x'\ndef recognise(path): raise KeyError('k')",
    "raises_on_read": "FORMAT = 'x'\ndef recognise(path): return True\n"
    "def read(path): raise ValueError('bad\\nvalue')",
    "returns_text": "FORMAT = 'x'\ndef recognise(path): return True\ndef read(path): return 'x'",
    "returns_nothing": "FORMAT = 'x'\ndef recognise(path): return True\n"
    "def read(path): return None",
    "has_an_impossible_axis": "FORMAT = 'x'\nfrom nmrquanv.spectra.spectrum import Spectrum\n"
    "from nmrquanv.spectra.axis import Axis\nimport numpy as np\n"
    "def recognise(path): return True\n"
    "def read(path): return Spectrum(np.ones(9), Axis(9, 1e9, 1e-3, 0))",
    "has_only_zeros": "FORMAT = 'x'\nfrom nmrquanv.spectra.spectrum import Spectrum\n"
    "from nmrquanv.spectra.axis import Axis\nimport numpy as np\n"
    "def recognise(path): return True\n"
    "def read(path): return Spectrum(np.zeros(9), Axis(9, 1e3, 400, 0))",
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.usefixtures("example")
def test_one_that_fails_is_named_and_the_others_go_on(
    install: Install, strange_file: Path, tmp_path: Path, bad: str
) -> None:
    install(f"a-{bad}", "2.0", bad, BAD[bad])
    data = read(strange_file)
    assert "nmrquanv-lines 0.3" in data.source.format
    assert any(f"a-{bad} 2.0" in note for note in data.source.notes)
    other = tmp_path / "other.bin"
    other.write_bytes(bytes(range(256)))
    with pytest.raises(FormatError, match="not recognised") as caught:
        read(other)
    assert f"a-{bad} 2.0" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_built_in_format_is_never_shadowed(install: Install, expno: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    install(
        "greedy", "1", "greedy_reader",
        f"FORMAT = 'greedy'\ndef recognise(path):\n    open({str(asked)!r}, 'a').write(str(path))\n"
        "    return True\ndef read(path): return None",
    )  # fmt: skip
    table = tmp_path / "table.csv"
    np.savetxt(table, np.column_stack((np.linspace(9, 0, 100), np.arange(100))), delimiter=",")
    for path in (expno, expno / "fid", expno / "pdata" / "1" / "1r", table):
        assert read(path).source.format in {"Bruker", "text"}
    assert not asked.exists()
