"""Whole inputs of every format that is read, for ``fuzz_readers.py`` to damage."""

from __future__ import annotations

import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nmrquanv.io.jcamp_out import spectrum_jcamp
from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Fid, Sample, Source, Spectrum

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "example_spectra"
SF_MHZ, SW_HZ, TD = 400.13, 4000.0, 512


@dataclass(frozen=True, slots=True)
class Original:
    """How one format is written whole.

    Parameters
    ----------
    write : function
        Makes a folder with the input in it.
    opened : str
        What of it is opened.
    sources : tuple of str or None
    is_text : bool
        The format does not say how many points it holds, and the MHz only once, so that another
        believable number cannot be told from the right one.
    """

    write: Callable[[Path], object]
    opened: str = "."
    sources: tuple[str | None, ...] = (None,)
    is_text: bool = False


def fid() -> Fid:
    """Three lines with noise, a delay and a reference off the transmitter."""
    axis = Axis(TD, SW_HZ, SF_MHZ, 9.0)
    t_s = np.arange(TD) / SW_HZ
    rng = np.random.default_rng(7)
    data = rng.normal(size=TD) + 1j * rng.normal(size=TD)
    for hz, height in ((610.0, 1000.0), (-912.5, 400.0), (100.0, 250.0)):
        data += height * np.exp((2j * np.pi * hz - 20.0) * t_s)
    sfo1_mhz = axis.sf_mhz * (1 + axis.offset_ppm * 1e-6) - axis.sw_hz * 0.5e-6
    return Fid(data, axis, sfo1_mhz, 3.5, Sample("1H", "CDCl3", "lines"), Source("", "fid", ""))


def spectrum() -> Spectrum:
    """Its spectrum."""
    made = fid()
    data = np.fft.fftshift(np.fft.fft(made.data, 2 * TD))
    return Spectrum(data, made.axis.resized(2 * TD), made.sample, time_points=TD)


def _bruker(folder: Path) -> None:
    write_bruker(folder, fid(), spectrum(), "lines")


def _varian(folder: Path) -> None:
    folder.mkdir()
    numbers = np.conj(fid().data).astype(np.complex64).view(np.float32)
    body = numbers.astype(">f4").tobytes()
    size = len(body)
    header = struct.pack(">6i2hi", 1, 1, numbers.size, 4, size, size + 28, 0, 0x19, 1)
    (folder / "fid").write_bytes(header + bytes(28) + body)
    values = {"reffrq": 399.9, "rfl": 1200.0, "rfp": 0.0, "sfrq": 399.90032, "tof": 320.0,
              "sw": SW_HZ, "rp": 30.0, "lp": -12.0, "lb": 0.7, "fn": 2048, "lsfid": 0,
              "np": 2 * TD, "arraydim": 1, "at": TD / SW_HZ}  # fmt: skip
    lines = []
    for name, value in values.items():
        lines += [f"{name} 1 1 1e9 -1e9 0 2 1 0 1 64", f"1 {value} ", "0 "]
    for name, text in {"tn": "H1", "solvent": "cdcl3", "seqfil": "s2pul"}.items():
        lines += [f"{name} 2 2 8 0 0 2 1 8 1 64", f'1 "{text}" ', "0 "]
    (folder / "procpar").write_text("\n".join(lines) + "\n")
    (folder / "text").write_text("a sample\n")


def _text(head: str, row: str, decimal: str = ".") -> Callable[[Path], None]:
    """Return what writes a text of rows ``row.format(ppm, intensity, hz, number)``."""

    def write(folder: Path) -> None:
        folder.mkdir()
        made = spectrum()
        ppm = made.axis.ppm(np.arange(made.axis.size))
        rows = [row.format(a, y, a * SF_MHZ, i + 1)
                for i, (a, y) in enumerate(zip(ppm, made.trace, strict=True))]  # fmt: skip
        text = "\n".join(rows).replace(".", decimal)
        (folder / "a.txt").write_text(head + text + "\n")

    return write


def _totxt(folder: Path) -> None:
    folder.mkdir()
    made = spectrum()
    high, low = made.axis.limits_ppm
    head = f"# LEFT = {high} ppm. RIGHT = {low} ppm.\n# SIZE = {made.axis.size} (points)\n"
    (folder / "a.txt").write_text(head + "\n".join(f"{y:.1f}" for y in made.trace) + "\n")


def _aspirin(folder: Path) -> None:
    shutil.copytree(EXAMPLES / "bruker_1h_aspirin_fidonly" / "1", folder)


def _zip(folder: Path) -> None:
    folder.mkdir()
    _bruker(folder / "10")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for path in sorted((folder / "10").rglob("*")):
            archive.write(path, str(path.relative_to(folder)))
    shutil.rmtree(folder / "10")


def _jcamp(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.jdx").write_bytes(spectrum_jcamp(spectrum()))


def _jcamp_fid(folder: Path) -> None:
    folder.mkdir()
    made = fid()
    stored = np.round(made.data.conj() * 100)
    size, last = stored.size, (stored.size - 1) / SW_HZ
    lines = ["##TITLE= fid", "##JCAMPDX= 6.0", "##DATA TYPE= NMR FID", "##DATA CLASS= NTUPLES",
             f"##.OBSERVE FREQUENCY= {made.sfo1_mhz}", f"##$SFO1= {made.sfo1_mhz}",
             f"##$SF= {SF_MHZ}", f"##$BF1= {SF_MHZ}", f"##$SW_h= {SW_HZ}", "##$GRPDLY= 3.5",
             "##NTUPLES= NMR FID", "##SYMBOL= X, R, I", f"##VAR_DIM= {size}, {size}, {size}",
             "##UNITS= SECONDS, ARBITRARY UNITS, ARBITRARY UNITS", "##FACTOR= 1, 1, 1",
             "##FIRST= 0, 0, 0", f"##LAST= {last}, 0, 0"]  # fmt: skip
    for symbol, part in (("R", stored.real), ("I", stored.imag)):
        lines += [f"##DATA TABLE= (X++({symbol}..{symbol})), XYDATA"]
        lines += [str(i) + "".join(f"{int(v):+d}" for v in part[i : i + 16])
                  for i in range(0, size, 16)]  # fmt: skip
    (folder / "a.jdx").write_text("\n".join([*lines, "##END NTUPLES= NMR FID", "##END=", ""]))


ORIGINALS: dict[str, Original] = {
    "Bruker": Original(_bruker, sources=("fid", "1", None)),
    "Bruker, real": Original(_aspirin),
    "Varian": Original(_varian),
    "CSV": Original(_text("ppm,intensity\n", "{0:.5f},{1:.3f}"), "a.txt", is_text=True),
    "spreadsheet": Original(
        _text("MHz: 400.13\nppm;intensity\n", "{0:.5f};{1:.3f}", ","),
        "a.txt",
        is_text=True,
    ),
    "convbin2asc": Original(
        _text("title\n", "{3}, {1:.0f}, {2:.4f}, {0:.6f}"), "a.txt", is_text=True
    ),
    "Hz": Original(_text("##freq 400.13\n", "{2:.3f} {1:.2f}"), "a.txt", is_text=True),
    "totxt": Original(_totxt, "a.txt"),
    "JCAMP-DX": Original(_jcamp, "a.jdx"),
    "JCAMP-DX, FID": Original(_jcamp_fid, "a.jdx"),
    "zip": Original(_zip, "a.zip"),
}
"""One row a format."""
