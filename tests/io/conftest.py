"""Small data sets of every kind, made fresh, and the real ones that have both FID and 1r."""

from __future__ import annotations

import importlib.util
import shutil
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Fid, Sample, Source, Spectrum

SetParameter = Callable[[Path, str, object], None]


@pytest.fixture(scope="session")
def originals() -> ModuleType:
    """Give the module that writes whole inputs of every format, for the harness of damages too."""
    path = Path(__file__).resolve().parents[1] / "faults" / "fuzz_originals.py"
    spec = importlib.util.spec_from_file_location("fuzz_originals", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz_originals"] = module
    sys.path.insert(0, str(path.parent))  # what stands beside it
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module


@pytest.fixture
def set_parameter() -> SetParameter:
    """Change a line of a Bruker parameter file: ``set_parameter(path, key, value)``."""
    return _set_parameter


def _set_parameter(path: Path, key: str, value: object | None) -> None:
    """Change one ``##$KEY=`` line of a Bruker parameter file; None takes the line out."""
    lines = [
        line
        for line in path.read_text(encoding="utf-8").split("\n")
        if not line.startswith(f"##${key}=")
    ]
    if value is not None:
        lines.insert(1, f"##${key}= {value}")
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="session")
def small_fid() -> Fid:
    """256 points with three decaying lines, a group delay and a reference off BF1."""
    axis = Axis(256, 2000.0, 400.13, 4.0)
    t_s = np.arange(256) / axis.sw_hz
    data = np.zeros(256, dtype=np.complex128)
    for hz, height in ((610.0, 1000.0), (-312.5, 400.0), (100.0, -250.0)):
        data += height * np.exp((2j * np.pi * hz - 20.0) * t_s)
    sfo1_mhz = axis.sf_mhz * (1 + axis.offset_ppm * 1e-6) - axis.sw_hz * 0.5e-6
    sample = Sample("1H", "CDCl3", "three lines", "zg30")
    return Fid(data, axis, sfo1_mhz, 3.5, sample, Source("", "fid", "simulated"))


@pytest.fixture(scope="session")
def small_spectrum(small_fid: Fid) -> Spectrum:
    """Its spectrum, zero-filled to 1024 points, without the delay."""
    data = np.fft.fftshift(np.fft.fft(small_fid.data, 1024))
    return Spectrum(data, small_fid.axis.resized(1024), small_fid.sample, time_points=256)


@pytest.fixture
def expno(tmp_path: Path, small_fid: Fid, small_spectrum: Spectrum) -> Path:
    """A small Bruker data set to change at will."""
    return write_bruker(tmp_path / "10", small_fid, small_spectrum, "three lines")


@pytest.fixture(scope="session")
def both_kinds(examples: Path, shared_data: Path | None) -> list[Path]:
    """Real EXPNO folders that hold a FID and its 1r and 1i."""
    found = sorted((shared_data or examples).glob("bruker_*/*/fid"))
    folders = [fid.parent for fid in found if (fid.parent / "pdata" / "1" / "1r").is_file()]
    assert len(folders) >= 4
    return folders


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Path]:
    """Copy a data set so that it can be changed."""

    def copy(folder: Path) -> Path:
        target = tmp_path / "copy" / folder.name
        shutil.copytree(folder, target, copy_function=shutil.copyfile)
        for path in (target, *target.rglob("*")):
            path.chmod(0o755)
        return target

    return copy


PROCPAR = {
    "reffrq": 399.9,
    "rfl": 1000.0,
    "rfp": 0.0,
    "sfrq": 399.9008,
    "tof": 250.0,
    "sw": 4000.0,
    "rp": 30.0,
    "lp": -12.0,
    "lb": 0.7,
    "fn": 2048,
    "lsfid": 0,
    "np": 512,
    "arraydim": 1,
}
"""A sweep from -2.5 to 7.5 ppm whose middle is sfrq: 399.9 MHz (1 + 2000/2 Hz)."""


@pytest.fixture
def varian(tmp_path: Path) -> Callable[..., Path]:
    """Write a Varian folder: ``varian(data, kind="f4", inactive=("lb",), rfl=...)``."""

    def write(
        data: np.ndarray, kind: str = "f4", inactive: tuple[str, ...] = (), **values: object
    ) -> Path:
        folder = tmp_path / "sample.fid"
        folder.mkdir(exist_ok=True)
        numbers = np.empty(2 * data.size)
        numbers[0::2], numbers[1::2] = data.real, data.imag
        body = numbers.astype(">" + kind).tobytes()
        status = 0x1 | 0x10 | {"f4": 0x8, "i4": 0x4, "i2": 0x0}[kind]
        header = struct.pack(
            ">6i2hi", 1, 1, numbers.size, int(kind[1]), len(body), len(body) + 28, 0, status, 1
        )
        (folder / "fid").write_bytes(header + bytes(28) + body)
        entries = {**PROCPAR, **values}
        lines = []
        for name, value in entries.items():
            if value is None:
                continue
            active = 0 if name in inactive else 1
            lines += [f"{name} 1 1 1e9 -1e9 0 2 1 0 {active} 64", f"1 {value} ", "0 "]
        for name, value in {"tn": "H1", "solvent": "cdcl3", "seqfil": "s2pul"}.items():
            lines += [f"{name} 2 2 8 0 0 2 1 8 1 64", f'1 "{value}" ', "0 "]
        (folder / "procpar").write_text("\n".join(lines) + "\n")
        (folder / "text").write_text("a sample\nfrom Z\u00fcrich\n", encoding="cp1252")
        return folder

    return write
