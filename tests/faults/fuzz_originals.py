"""Whole inputs of every format that is read, for ``fuzz_readers.py`` to damage."""

from __future__ import annotations

import base64
import json
import math
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from vendor_bytes import jcamp_fid, jdf, pipe_bytes

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
    said_once : str
        Pattern of lines that hold the only word on the axis, so that another believable number
        there cannot be told from the right one either.
    """

    write: Callable[[Path], object]
    opened: str = "."
    sources: tuple[str | None, ...] = (None,)
    is_text: bool = False
    said_once: str = ""


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


def phasefile(traces: list[np.ndarray | None], order: str = ">") -> bytes:
    """Return a phasefile of real traces; None for one that was never computed."""
    size = next(trace.size for trace in traces if trace is not None)
    head = struct.pack(
        ">6i2hi", len(traces), 1, size, 4, 4 * size, 4 * size + 28, 0xC1, 0x1 | 0x2 | 0x8, 1
    )
    for number, trace in enumerate(traces):
        status = 0 if trace is None else 0x1 | 0x2 | 0x8
        head += struct.pack(">4hi4f", 0, status, number, 0x1, 0, -12.0, 30.0, 0.0, 0.0)
        numbers = np.zeros(size) if trace is None else trace
        head += numbers.astype(order + "f4").tobytes()
    return head


def _varian_processed(folder: Path) -> None:
    _varian(folder)
    (folder / "datdir").mkdir()
    (folder / "datdir" / "phasefile").write_bytes(phasefile([spectrum().trace]))


def nmrml(*, spectrum_form: str = "float64", make: str = "Bruker", is_packed: bool = True) -> str:
    """Return an nmrML document with a FID and its spectrum."""
    made, whole = fid(), spectrum()

    def packed(data: np.ndarray) -> tuple[str, int]:
        raw = zlib.compress(data.tobytes()) if is_packed else data.tobytes()
        text = base64.b64encode(raw).decode()
        return text, len(text)

    stored = made.data.conj() if make == "Bruker" else made.data
    numbers, length = packed(stored.astype("<c16"))
    heights = whole.trace.astype("<f8")
    if spectrum_form == "complex128":  # pairs of shift and height, lowest ppm first
        heights = (whole.axis.all_ppm()[::-1] + 1j * whole.trace[::-1]).astype("<c16")
    trace, trace_length = packed(heights)
    high, low = whole.axis.limits_ppm
    flag = str(is_packed).lower()
    unit = 'unitName="megaHertz"'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<nmrML xmlns="http://nmrml.org/schema" version="1.0.rc1">
 <instrumentConfigurationList><instrumentConfiguration id="i">
  <cvParam cvRef="NMRCV" accession="NMR:1400198" name="{make} NMR instrument"/>
 </instrumentConfiguration></instrumentConfigurationList>
 <acquisition><acquisition1D><acquisitionParameterSet>
  <pulseSequence><userParam name="Pulse Program" value="zg30"/></pulseSequence>
  <groupDelay value="3.5"/>
  <DirectDimensionParameterSet decoupled="false" numberOfDataPoints="{2 * TD}">
   <acquisitionNucleus cvRef="CHEBI" accession="CHEBI_49637" name="hydrogen atom"/>
   <effectiveExcitationField value="{SF_MHZ}" {unit}/>
   <sweepWidth value="{SW_HZ}" unitName="hertz"/>
   <irradiationFrequency value="{made.sfo1_mhz}" {unit}/>
  </DirectDimensionParameterSet></acquisitionParameterSet>
  <fidData compressed="{flag}" encodedLength="{length}" byteFormat="Complex128">{numbers}</fidData>
 </acquisition1D></acquisition>
 <spectrumList><spectrum1D numberOfDataPoints="{whole.axis.size}" id="s">
  <spectrumDataArray compressed="{flag}" encodedLength="{trace_length}"
   byteFormat="{spectrum_form}">{trace}</spectrumDataArray>
  <xAxis unitName="parts per million" startValue="{high}" endValue="{low}"/>
 </spectrum1D></spectrumList>
</nmrML>
"""


def _nmrml(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.nmrML").write_text(nmrml())


def nmrium(**info: object) -> str:
    """Return NMRium's file of a spectrum."""
    whole = spectrum()
    facts = {"nucleus": "1H", "isFid": False, "originFrequency": SF_MHZ, "solvent": "CDCl3",
             "name": "lines", "dimension": 1, **info}  # fmt: skip
    parts = {"x": whole.axis.all_ppm()[::-1].tolist(), "re": whole.trace[::-1].tolist(),
             "im": whole.data.imag[::-1].tolist()}  # fmt: skip
    shown = {"id": "1", "data": parts, "info": facts, "filters": []}
    return json.dumps({"version": 14, "data": {"spectra": [shown]}}, indent=1)


def _nmrium(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.nmrium").write_text(nmrium())


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
    (folder / "a.jdx").write_text(jcamp_fid(fid()))


def _jcamp_real(folder: Path) -> None:
    """Two channels in turn, half a dwell time apart."""
    folder.mkdir()
    (folder / "a.jdx").write_text(jcamp_fid(fid(), is_in_turn=True))


def jeol_parameters() -> dict[str, object]:
    """Return those that a JEOL file is read by."""
    made = fid().axis
    return {"x_freq": SF_MHZ * 1e6, "x_sweep": SW_HZ, "x_domain": "Proton", "solvent": "CDCl3",
            "x_offset": made.offset_ppm - SW_HZ / SF_MHZ / 2, "orders": "2 9 5", "factors": "4  2",
            "digital_filter": "TRUE", "experiment": "single_pulse"}  # fmt: skip


def _jeol(folder: Path) -> None:
    folder.mkdir()
    content = jdf(fid().data.conj(), jeol_parameters(), is_fid=True, title="lines")
    (folder / "a.jdf").write_bytes(content)


def _jeol_spectrum(folder: Path) -> None:
    folder.mkdir()
    content = jdf(spectrum().data.conj(), jeol_parameters(), is_fid=False, title="lines")
    (folder / "a.jdf").write_bytes(content)


def _pipe(folder: Path) -> None:
    folder.mkdir()
    made = fid()
    (folder / "a.fid").write_bytes(pipe_bytes(made.data.conj(), made.axis, is_fid=True))


def _pipe_spectrum(folder: Path) -> None:
    folder.mkdir()
    made = spectrum()
    (folder / "a.ft1").write_bytes(pipe_bytes(made.data.conj(), made.axis, is_fid=False))


def _spinsolve(folder: Path) -> None:
    folder.mkdir()
    made = fid()
    times = np.arange(TD, dtype="<f4") / SW_HZ
    parts = made.data.astype(np.complex64).view("<f4")
    header = b"SORPATAD1.1V" + struct.pack("<5I", 504, TD, 1, 1, 1)
    (folder / "data.1d").write_bytes(header + times.tobytes() + parts.tobytes())
    lowest = made.axis.offset_ppm * SF_MHZ - SW_HZ
    values = {"Solvent": '"CDCl3"', "Sample": '"lines"', "Custom": '""', "b1Freq": SF_MHZ,
              "bandwidth": SW_HZ / 1000, "lowestFrequency": lowest, "rxChannel": '"1H"',
              "empty": "", "Protocol": '"1D"'}  # fmt: skip
    text = "\n".join(f"{name:<30}= {value}" for name, value in values.items())
    (folder / "acqu.par").write_text(text + "\n")


def simpson_text(data: np.ndarray, kind: str) -> str:
    """Return a text of SIMPSON."""
    rows = [f"{value.real:.6f} {value.imag:.6f}" for value in data]
    head = ["SIMP", f"NP={data.size}", f"SW={SW_HZ}", f"TYPE={kind}", "DATA"]
    return "\n".join([*head, *rows, "END", ""])


def simpson_packed(data: np.ndarray, kind: str) -> str:
    """Return a file of SIMPSON whose numbers are packed, written one number after the other."""
    octets = bytearray()
    for value in np.stack([data.real, data.imag], axis=1).ravel().tolist():
        mantissa, exponent = math.frexp(float(np.float32(value)))
        word = int(abs(mantissa) * (1 << 23)) | (exponent + 127) << 23 | (value < 0) << 31
        octets += word.to_bytes(4, "little")
    octets += bytes(-len(octets) % 3)
    text = ""
    for at in range(0, len(octets), 3):
        one, two, three = octets[at : at + 3]
        sixes = (one & 63, one >> 6 << 4 | two & 15, two >> 4 << 2 | three & 3, three >> 2)
        text += "".join(chr(33 + six) for six in sixes)
    rows = [text[at : at + 64] for at in range(0, len(text), 64)]
    head = ["SIMP", f"NP={data.size}", f"SW={SW_HZ}", f"TYPE={kind}", "FORMAT=BINARY", "DATA"]
    return "\n".join([*head, *rows, "END", ""])


def _simpson_packed(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.fid").write_text(simpson_packed(fid().data.conj(), "FID"))


def _spinsolve_spectrum(folder: Path) -> None:
    """Both: its spectrum lies on the FID's axis, lowest ppm first."""
    _spinsolve(folder)
    data, size = spectrum().data, 2 * TD
    numbers = np.roll(data, -1)[::-1].astype(
        np.complex64
    )  # the last point is the first, a sweep on
    ppm = fid().axis.offset_ppm - SW_HZ / SF_MHZ * (1 - np.arange(size) / size)
    header = b"SORPATAD1.1V" + struct.pack("<5I", 504, size, 1, 1, 1)
    (folder / "spectrum.1d").write_bytes(header + ppm.astype("<f4").tobytes() + numbers.tobytes())


def _bruker_real(folder: Path) -> None:
    """A FID of real numbers, two channels in turn."""
    _bruker(folder)
    times_s = np.arange(4 * TD) / (2 * SW_HZ)
    both = np.exp((2j * np.pi * 610.0 - 20.0) * times_s) * 1e6
    numbers = np.where(np.arange(4 * TD) % 2 == 0, both.real, both.imag)
    numbers.astype("<i4").tofile(folder / "fid")
    lines = [
        line
        for line in (folder / "acqus").read_text().split("\n")
        if line.partition("=")[0] not in {"##$AQ_mod", "##$TD", "##$DTYPA", "##$BYTORDA"}
    ]
    said = ["##$AQ_mod= 2", f"##$TD= {4 * TD}", "##$DTYPA= 0", "##$BYTORDA= 0"]
    (folder / "acqus").write_text("\n".join([lines[0], *said, *lines[1:]]))


def _bruker_rows(folder: Path) -> None:
    """Three FIDs in ``ser`` with a list of delays."""
    _bruker(folder)
    numbers = (folder / "fid").read_bytes()
    (folder / "fid").unlink()
    shutil.rmtree(folder / "pdata")
    (folder / "ser").write_bytes(numbers * 3)
    (folder / "vdlist").write_text("10m\n0.5\n2s\n")


def _simpson(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.fid").write_text(simpson_text(fid().data.conj(), "FID"))


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
    "JCAMP-DX, real FID": Original(_jcamp_real, "a.jdx", said_once=r"(?m)^##\$AQ_mod=.*$"),
    "JEOL": Original(_jeol, "a.jdf"),
    "JEOL, spectrum": Original(_jeol_spectrum, "a.jdf"),
    "NMRPipe": Original(_pipe, "a.fid"),
    "NMRPipe, spectrum": Original(_pipe_spectrum, "a.ft1"),
    "Spinsolve": Original(_spinsolve, said_once=r"(?m)^(lowestFrequency|b1Freq)\b.*$"),
    "SIMPSON": Original(_simpson, "a.fid", said_once=r"(?m)^SW=.*$"),
    "SIMPSON, packed": Original(_simpson_packed, "a.fid", said_once=r"(?m)^SW=.*$"),
    "Spinsolve, spectrum": Original(
        _spinsolve_spectrum,
        sources=("fid", "spectrum"),
        said_once=r"(?m)^(lowestFrequency|b1Freq)\b.*$",
    ),
    "Bruker, real numbers": Original(_bruker_real, sources=("fid",)),
    "Bruker, rows": Original(_bruker_rows, sources=("row 1", "row 3")),
    "Varian, processed": Original(_varian_processed, sources=("phasefile",)),
    "nmrML": Original(
        _nmrml,
        "a.nmrML",
        sources=("fid", "spectrum"),
        said_once=r"(?m)^.*<(xAxis|sweepWidth|irradiation|effective).*$",
    ),
    "NMRium": Original(_nmrium, "a.nmrium", said_once=r'(?m)^.*"originFrequency".*$'),
    "zip": Original(_zip, "a.zip"),
}
"""One row a format."""
