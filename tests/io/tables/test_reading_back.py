"""Lists of other formats, read by us: our own, real ones of other programs, and damaged ones."""

from __future__ import annotations

import contextlib
import json
import random
import re
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

import nmrquanv as nq
from nmrquanv.errors import ExportError, FormatError, LackingError
from nmrquanv.io import peak_tables
from nmrquanv.io.peak_tables import MAX_PEAKS, peak_export
from nmrquanv.io.tables import formats, nmrium
from nmrquanv.io.tables.formats import FORMATS, read_peaks, write_peaks
from nmrquanv.spectra.peaks import Peak, PeakList

READ = [form for form in FORMATS if form.name not in ("csv", "json", "journal")]
by_name = pytest.mark.parametrize("form", READ, ids=lambda form: form.name)


@by_name
def test_what_we_wrote_we_read(form, export, tmp_path) -> None:
    path = tmp_path / f"p{form.ending}"
    write_peaks(path, export)
    back = read_peaks(path).peaks
    half = 0.5 * 10.0 / 4096 if form.name == "bruker" else 0.0
    np.testing.assert_allclose(back.positions_ppm() + half, [7.26, 3.5001234, 1.25], atol=3e-5)
    scale = 0.3 if form.name == "bruker" else 1.0
    heights = np.array([peak.height for peak in back])
    np.testing.assert_allclose(heights, scale * np.array([100.0, 10.0, -50.0]), rtol=1e-4)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("tsv", {"snr", "fwhm_hz", "confidence", "peak_class", "finder", "area", "source"}),
        ("xlsx", {"snr", "fwhm_hz", "confidence", "peak_class", "finder", "area", "source"}),
        ("jcamp", {"snr", "fwhm_hz", "confidence", "peak_class", "area", "source"}),
        ("nmrpipe", {"confidence", "finder"}),
        ("nmredata", {"fwhm_hz"}),
        ("nmrium", {"fwhm_hz", "peak_class"}),
        ("bruker", {"peak_class"}),
    ],
)
def test_what_a_format_keeps_comes_back(name, fields, export, tmp_path) -> None:
    (form,) = (form for form in FORMATS if form.name == name)
    path = tmp_path / f"p{form.ending}"
    write_peaks(path, export)
    for peak, old in zip(read_peaks(path).peaks.peaks[:2], export.peaks, strict=False):
        for field in fields:
            known, was = getattr(peak, field), getattr(old, field)
            assert known == (pytest.approx(was, rel=1e-3) if isinstance(was, float) else was), field


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("name", ["csv", "tsv", "bruker", "sparky", "nmrpipe", "jcamp", "nmredata"])
def test_lists_of_windows_programs_are_read_in_their_encoding(
    name, encoding, export, tmp_path
) -> None:
    (form,) = (form for form in FORMATS if form.name == name)
    path = tmp_path / f"p{form.ending}"
    write_peaks(path, export)
    text = path.read_bytes().decode("utf-8").replace("\0", "")
    path.write_bytes(text.encode("utf-8"))
    wanted = read_peaks(path).peaks
    path.write_bytes(text.encode(encoding))
    back = read_peaks(path).peaks
    assert np.array_equal(back.positions_ppm(), wanted.positions_ppm())
    assert [peak.label for peak in back] == [peak.label for peak in wanted]


@pytest.mark.parametrize("form", [f for f in FORMATS if f.is_read], ids=lambda form: form.name)
def test_lists_too_long_to_be_read_are_not_written(form, export, tmp_path, monkeypatch) -> None:
    long = PeakList(tuple(Peak(n / MAX_PEAKS, 1.0, id=str(n)) for n in range(MAX_PEAKS + 1)))
    path = tmp_path / f"p{form.ending}"
    with pytest.raises(ExportError, match=f"{re.escape(path.name)}.*{MAX_PEAKS}.*thresholds"):
        write_peaks(path, replace(export, peaks=long))
    for module, name in (
        (formats, "MAX_JSON_BYTES"), (peak_tables, "MAX_TABLE_BYTES"), (nmrium, "MAX_BYTES")
    ):  # fmt: skip
        monkeypatch.setattr(module, name, 100)
    with pytest.raises(ExportError, match=r"read again.* CSV"):
        write_peaks(path, export)
    assert not list(tmp_path.iterdir())


def test_the_python_interface_reads_them(export, tmp_path) -> None:
    write_peaks(tmp_path / "p.jdx", export)
    peaks = nq.read_peaks(tmp_path / "p.jdx")
    assert (len(peaks), peaks.origin.facts.sf_mhz) == (3, 500.0)
    assert peaks.to_records()[0]["hz"] == pytest.approx(3630.0, abs=0.01)


def test_topspins_own_list_lies_on_the_lines_of_its_spectrum(examples, tmp_path) -> None:
    (path,) = examples.glob("bruker_1h_menthol/**/peaklist.xml")
    listed = nq.read_peaks(path)
    spectrum = nq.read(path.parent).data
    tall = sorted(listed, key=lambda peak: -peak.height)[:20]
    found = nq.find_peaks(spectrum, "classical").positions_ppm()
    apart = [float(np.abs(found - peak.ppm).min()) for peak in tall]
    assert max(apart) < 0.02 * spectrum.axis.point_ppm
    assert listed.origin.facts.sf_mhz == spectrum.axis.sf_mhz
    shutil.copy(path, tmp_path)
    alone = nq.read_peaks(tmp_path / "peaklist.xml")
    assert "half a point" in alone.origin.facts.notes[0]
    shift = np.median(listed.positions_ppm() - alone.positions_ppm())
    assert shift == pytest.approx(0.5 * spectrum.axis.point_ppm)


NMRPIPE = """REMARK Peak-Picking Table
DATA  X_AXIS HN 1 4096 12.0ppm -1.0ppm
VARS   INDEX X_AXIS X_PPM XW HEIGHT CONFIDENCE
FORMAT %5d %9.3f %9.4f %7.3f %+e %4.3f

    1  1000.100    8.8262   5.000 +1.0e+05 0.990
    2  2000.500    5.6520   5.000 -2.0e+04 0.500
"""
JCAMP = """##TITLE= peaks of another program $$ a comment
##JCAMP-DX= 4.24
##DATA TYPE= NMR PEAK TABLE
##.OBSERVE FREQUENCY= 400.0
##XUNITS= HZ
##YUNITS= ARBITRARY UNITS
##NPOINTS= 3
##PEAK TABLE= (XY..XY)
2904.0,100.0 1600.0,50.0
400.0, 25.0
##END=
"""
NMREDATA = """

  0  0  0  0  0  0  0  0  0  0999 V2000
M  END
>  <NMREDATA_VERSION>
1.1\\

>  <NMREDATA_1D_1H>
Larmor=500.130000\\
Spectrum_Location=file:nmr/10/1/pdata/1/\\
3.4302, S=dddd, J=10.9, L=H4, E=1.02\\
1.60-1.70, L=H1, E=2.0;a multiplet\\
-0.0500-0.0500, I=5\\
-0.4, S=s, L=H9\\

$$$$
"""


@pytest.mark.parametrize(
    ("name", "text", "peaks"),
    [
        ("p.tab", NMRPIPE, [(8.8262, 1e5), (5.652, -2e4)]),
        ("p.jdx", JCAMP, [(7.26, 100.0), (4.0, 50.0), (1.0, 25.0)]),
        ("p.sdf", NMREDATA, [(3.4302, 1.02), (1.65, 2.0), (0.0, 5.0), (-0.4, 1.0)]),
        (
            "p.list",
            "      Assignment         w1\n\n   H4-H4   3.43\n  ?  1.2\n",
            [(3.43, 1), (1.2, 1)],
        ),
    ],
)
def test_lists_as_other_programs_write_them(name, text, peaks, tmp_path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    back = read_peaks(tmp_path / name).peaks
    np.testing.assert_allclose([(p.ppm, p.height) for p in back], peaks, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.xml", "<PeakList><PeakList1D></PeakList>", "mismatched tag"),
        ("a.xml", '<!DOCTYPE x [<!ENTITY a "b">]><PeakList>&a;</PeakList>', "entities"),
        ("a.xml", "<html/>", "'html', not 'PeakList'"),
        ("a.xml", '<PeakList><Peak1D F1="1"/></PeakList>', "lacks 'intensity'"),
        ("a.xml", '<PeakList><Peak1D F1="nan" intensity="1"/></PeakList>', "finite"),
        ("a.tab", "VARS INDEX\n 1\n", "X_PPM and HEIGHT"),
        ("a.tab", "VARS X_PPM HEIGHT\n 1\n", "zip"),
        ("a.list", "nothing\n", "header"),
        ("a.list", "", "header"),
        ("a.list", "Assignment w1 w2\n\n? 1 2\n", "header"),
        ("a.jdx", "##TITLE=x\n##END=\n", "no peak table"),
        ("a.jdx", "##PEAK TABLE=(XYM)\n1,2,s\n##END=\n", "form"),
        ("a.jdx", "##XUNITS=HZ\n##PEAKTABLE=(XY..XY)\n1,2\n##END=\n", "frequency"),
        ("a.sdf", "nothing", "no tag"),
        ("a.sdf", ">  <NMREDATA_1D_1H>\n1.5.2, S=d\\\n", "float"),
        ("a.tsv", "x\ty\n1\t2\n", "ppm"),
        ("a.nmrium.zip", "no zip", "damaged"),
        ("a.tsv", "ppm\theight\tsource\n1\t2\tmagic\n", "source"),
    ],
)
def test_damaged_lists_are_refused_and_say_why(name, text, says, tmp_path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(FormatError, match=says) as told:
        read_peaks(tmp_path / name)
    assert name in str(told.value)


@by_name
def test_mutated_files_are_read_or_refused(form, export, tmp_path) -> None:
    rng = random.Random(f"peaks {form.name}")
    path = tmp_path / f"p{form.ending}"
    whole = form.content(export)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randint(1, 40)]
                case 2:
                    data[at:at] = data[at : at + rng.randint(1, 60)]
                case _:
                    data[at : at + 1] = rng.choice([b"-", b"1e999", b"nan", b"\n##", b"<", b"\0"])
        path.write_bytes(data)
        with contextlib.suppress(FormatError):
            peaks = read_peaks(path).peaks
            assert all(np.isfinite([peak.ppm, peak.height]).all() for peak in peaks)


@by_name
def test_a_missing_file_is_named(form, tmp_path) -> None:
    with pytest.raises(FormatError, match="gone"):
        read_peaks(tmp_path / f"gone{form.ending}")


def test_workbooks_of_other_programs_and_hostile_ones(export, tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["made elsewhere"])
    sheet = book.create_sheet("Shifts")
    for row in (["label", "ppm", "height"], ["a", 7.26, 100], [None] * 3, ["=1+1", 1.25, 50]):
        sheet.append(row)
    book.save(tmp_path / "other.xlsx")
    back = read_peaks(tmp_path / "other.xlsx").peaks
    assert [(p.ppm, p.height) for p in back] == [(7.26, 100.0), (1.25, 50.0)]
    write_peaks(tmp_path / "p.xlsx", export)
    assert read_peaks(tmp_path / "p.xlsx").spectrum.nucleus == export.spectrum.nucleus
    with zipfile.ZipFile(tmp_path / "p.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet_name = "xl/worksheets/sheet1.xml"
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha">]>' + members[sheet_name].split(b"?>", 1)[1]
    endless = re.sub(rb'ref="[^"]*"', b'ref="A1:XFD1048576"', members[sheet_name], count=1)
    unknown = members[sheet_name].replace(b"UTF-8", b"UTF-x-8")
    for name, content, said in (
        ("encoding", unknown, "unknown encoding"),
        ("entities", laughs, "declares a document type"),
        ("bomb", b" " * (65 << 20), "unpacks to more than"),
        ("cut", members[sheet_name][:-200], "is not a peak list"),
        ("wide", endless, None),
    ):
        path = tmp_path / f"{name}.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, old in members.items():
                archive.writestr(member, content if member == sheet_name else old)
        if said is None:
            assert len(read_peaks(path).peaks) == 3
            continue
        with pytest.raises(FormatError, match=said):
            read_peaks(path)


@pytest.mark.parametrize("lacks", ["nucleus", "frequency"])
def test_no_nucleus_or_frequency_is_invented_for_nmrium(lacks, spectrum, peaks, tmp_path) -> None:
    axis, nucleus = spectrum.axis, spectrum.sample.nucleus
    known = replace(axis, has_hz=lacks != "frequency")
    sample = replace(spectrum.sample, nucleus="" if lacks == "nucleus" else nucleus)
    export = peak_export(replace(spectrum, axis=known, sample=sample), None, peaks)
    with pytest.raises(LackingError, match="nucleus and MHz"):
        write_peaks(tmp_path / "p.nmrium.zip", export)


def test_an_archive_of_nmrium_without_a_frequency_is_read(export, tmp_path) -> None:
    path = tmp_path / "p.nmrium.zip"
    write_peaks(path, export)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    state = json.loads(members["state.json"])
    for name in ("originFrequency", "baseFrequency"):
        del state["data"]["spectra"][0]["info"][name]
    members["state.json"] = json.dumps(state).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert read_peaks(path).spectrum.sf_mhz is None


@pytest.mark.parametrize("is_old", [False, True])
def test_peaks_of_a_state_of_nmrium_alone_are_read_and_none_is_written(
    export, tmp_path, is_old
) -> None:
    """What NMRium saves as ``.nmrium``; its older states have no ``data`` around the spectra."""
    write_peaks(tmp_path / "p.nmrium.zip", export)
    with zipfile.ZipFile(tmp_path / "p.nmrium.zip") as archive:
        state = json.loads(archive.read("state.json"))
    path = tmp_path / "p.nmrium"
    state["data"]["spectra"].insert(0, {"info": {"isFid": True}, "data": {}})
    path.write_text(json.dumps(state["data"] if is_old else state))
    found, archived = read_peaks(path).peaks, read_peaks(tmp_path / "p.nmrium.zip").peaks
    assert [(p.ppm, p.height) for p in found] == [(p.ppm, p.height) for p in archived]
    state["data"]["spectra"][1]["peaks"]["values"] = []
    path.write_text(json.dumps(state))
    with pytest.raises(FormatError, match="without peaks"):
        read_peaks(path)
    with pytest.raises(ExportError):
        write_peaks(tmp_path / "q.nmrium", export)
