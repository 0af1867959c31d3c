"""Every format, read back by a program that is not ours where there is one."""

from __future__ import annotations

import csv
import io
import re
import xml.dom.minidom
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import nmrglue
import numpy as np
import openpyxl
import pandas
import pytest
import xmlschema

import nmrquanv as nq
from nmrquanv.errors import ExportError, OverwriteError
from nmrquanv.interface import export_of
from nmrquanv.io.peak_tables import (
    COLUMNS,
    ExportedIntegral,
    PeakExport,
    peak_export,
    read_peaks,
)
from nmrquanv.io.tables.formats import FORMATS, format_named, format_of, write_peaks
from nmrquanv.io.tables.formats import read_peaks as read_any
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance

SHIFTS = [7.2600012, 3.50012345, 1.25]
SCHEMA = Path(__file__).with_name("peaklist.xsd")


def written(name: str, export: PeakExport) -> bytes:
    return format_named(name).content(export)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_is_found_by_its_ending_and_written_whole(form, export, tmp_path) -> None:
    path = tmp_path / f"Peaks{form.ending.upper()}"
    assert format_of(path) == form
    write_peaks(path, export)
    assert path.stat().st_size > 0
    assert {p.name for p in tmp_path.iterdir() if "part" in p.name} == set()
    empty = replace(export, peaks=PeakList((), export.peaks.provenance))
    assert form.content(empty)


def test_an_unknown_ending_names_all_that_are_known(export, tmp_path) -> None:
    with pytest.raises(ExportError, match=r"\.csv, .*\.nmrium\.zip"):
        write_peaks(tmp_path / "peaks.doc", export)


@pytest.mark.parametrize(
    "form", [f for f in FORMATS if not f.ending.endswith((".zip", ".xlsx"))], ids=lambda f: f.name
)
def test_no_number_that_is_written_is_minus_zero(form, export) -> None:
    at_zero = Peak(-4e-9, 5.0, fwhm_hz=1.0, area=3.0, ppm_err=1e-4, finder="quanv", top_ppm=-3e-9)
    facts = replace(export.spectrum, high_ppm=-1e-9)
    near = replace(export, peaks=PeakList((at_zero,), export.peaks.provenance), spectrum=facts)
    text = form.content(near).decode()
    assert not re.search(r"(?<![\d.eE])-0\.0+(?![\d.])(?!e)", text)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_place_that_cannot_be_written_is_named(form, export, tmp_path) -> None:
    with pytest.raises(ExportError, match="cannot write"):
        write_peaks(tmp_path / "gone" / f"peaks{form.ending}", export)


@pytest.mark.parametrize("name", ["bruker", "nmrpipe", "nmredata", "nmrium", "journal"])
def test_what_a_format_needs_and_a_list_lacks_is_named(name, peaks) -> None:
    with pytest.raises(ExportError, match="choose another format"):
        written(name, PeakExport(peaks))


def test_tabs_part_the_columns_of_the_csv_table(export) -> None:
    rows = list(csv.DictReader(io.StringIO(written("tsv", export).decode()), delimiter="\t"))
    assert tuple(rows[0]) == COLUMNS
    assert [row["ppm"] for row in rows] == ["7.2600012"[:8], "3.50012", "1.25"]
    assert rows[0]["height"] == "100.0"
    assert rows[2]["label"].startswith("'=HYPERLINK")
    assert (rows[2]["snr"], rows[2]["confirmed"]) == ("", "false")


def test_a_workbook_holds_numbers_as_numbers_and_no_formula(export) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", export)))
    head, *rows = book["Peaks"].iter_rows()
    assert tuple(cell.value for cell in head) == COLUMNS
    table = [dict(zip(COLUMNS, (cell.value for cell in row), strict=True)) for row in rows]
    np.testing.assert_allclose([row["ppm"] for row in table], SHIFTS, atol=3e-5)
    assert [row["hz"] for row in table] == pytest.approx([3630.0, 1750.06, 625.0], abs=0.02)
    assert table[2]["label"].startswith("=HYPERLINK")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "b"}
    assert all(cell.hyperlink is None for row in rows for cell in row)
    told = dict(book["Provenance"].iter_rows(min_row=2, values_only=True))
    assert (told["finder"], told["spectrum sha256"][:4]) == ("quanv", "0123")
    assert (told["sf_mhz"], told["note"]) == (500, "1i missing")
    assert book["Integrals"]["D2"].value == 1


def test_bruker_files_of_topspin_and_ours_keep_to_one_schema(export, examples) -> None:
    schema = xmlschema.XMLSchema(SCHEMA)
    real = list(examples.glob("**/peaklist.xml"))
    assert len(real) >= 4
    for path in real:
        schema.validate(path)
    schema.validate(io.BytesIO(written("bruker", export)))
    root = ET.fromstring(written("bruker", export))
    header = root.find(".//PeakList1DHeader").attrib
    assert (header["name"], header["expNo"], header["procNo"]) == ("menthol", "10", "1")
    half_a_point = 0.5 * 10.0 / 4096
    shifts = [float(peak.get("F1")) for peak in root.iter("Peak1D")]
    np.testing.assert_allclose(shifts, np.array(SHIFTS) - half_a_point, atol=1e-6)
    heights = [float(peak.get("intensity")) for peak in root.iter("Peak1D")]
    assert heights == pytest.approx([30.0, 3.0, -15.0], rel=1e-5)
    words = [peak.get("annotation") for peak in root.iter("Peak1D")]
    assert words[:2] == ["solvent", None]
    assert "<b>&amp;</b>" in words[2]
    assert xml.dom.minidom.parseString(written("bruker", export))


def test_bruker_positions_are_those_of_topspin_to_a_fraction_of_a_point(examples) -> None:
    data = nq.read(examples / "bruker_1h_menthol")
    peaks = nq.find_peaks(data, "classical", thresholds=nq.Thresholds(min_snr=1000))
    ours = np.array(
        [
            float(p.get("F1"))
            for p in ET.fromstring(written("bruker", export_of(peaks))).iter("Peak1D")
        ]
    )
    (real,) = examples.glob("bruker_1h_menthol/**/peaklist.xml")
    listed = [
        (float(p.get("F1")), float(p.get("intensity"))) for p in ET.parse(real).iter("Peak1D")
    ]
    tall = sorted(listed, key=lambda peak: -peak[1])[:20]
    nearest = np.array([ours[np.abs(ours - ppm).argmin()] - ppm for ppm, _ in tall])
    assert isinstance(peaks.origin.spectrum, nq.Spectrum)
    point = peaks.origin.spectrum.axis.point_ppm
    assert np.abs(nearest).max() < 0.02 * point


def test_nmrglue_reads_the_table_of_nmrpipe(export, tmp_path) -> None:
    path = tmp_path / "peaks.tab"
    write_peaks(path, export)
    comments, forms, table = nmrglue.pipe.read_table(str(path))
    assert table.dtype.names[:6] == ("INDEX", "X_AXIS", "X_PPM", "XW", "HEIGHT", "CONFIDENCE")
    assert len(forms) == len(table.dtype.names)
    np.testing.assert_allclose(table["X_PPM"], SHIFTS, atol=1e-6)
    points = 1 + (10.0 - np.array(SHIFTS)) / (10.0 / 4096)
    np.testing.assert_allclose(table["X_AXIS"], points, atol=1e-3)
    np.testing.assert_allclose(table["XW"], [2.0 / (5000 / 4096)] * 2 + [-666.0], atol=1e-3)
    np.testing.assert_allclose(table["HEIGHT"], [100.0, 10.0, -50.0], rtol=1e-5)
    np.testing.assert_allclose(table["CONFIDENCE"], [0.98, 0.61, -666.0])
    assert table["ASS"][0] == b"None"
    assert any(line.startswith("REMARK finder: quanv") for line in comments)
    assert any(re.match(r"DATA X_AXIS 1H 1 4096 10\.0+ppm 0\.002\d+ppm", c) for c in comments)


def test_a_sparky_list_is_a_table_of_three_columns(export) -> None:
    table = pandas.read_csv(
        io.StringIO(written("sparky", export).decode()), sep=r"\s+", skiprows=2, header=None
    )
    np.testing.assert_allclose(table[1], SHIFTS, atol=1e-6)
    np.testing.assert_allclose(table[2], [100.0, 10.0, -50.0], rtol=1e-5)
    assert list(table[0][:2]) == ["?", "?"]


def test_nmrglue_reads_both_peak_tables_of_jcamp(export, peaks, spectrum, tmp_path) -> None:
    found = PeakList(peaks.peaks[:2], peaks.provenance)
    path = tmp_path / "peaks.jdx"
    write_peaks(path, replace(export, automatic=found))
    outer, values = nmrglue.jcampdx.read(str(path))
    np.testing.assert_allclose(values, spectrum.trace, atol=1e-7)
    blocks = outer["_datatype_NMRPEAKTABLE"]
    assert blocks[1]["$NQINTEGRALS"][0].splitlines()[1].startswith("7.4000 7.1000 314.0 1.0 =HYPER")
    assert "$NQINTEGRALS" not in blocks[0]
    assert 'recipe: {"version": 1, "steps": []}' in blocks[1]["$NQPROVENANCE"]
    assert [block["$NQCATEGORY"][0] for block in blocks] == ["AUTO_PEAK", "EDIT_PEAK"]
    for block, count in zip(blocks, (2, 3), strict=True):
        lines = block["PEAKTABLE"][0].splitlines()
        rows = [[float(number) for number in line.split(",")] for line in lines[1:]]
        np.testing.assert_allclose([row[0] for row in rows], SHIFTS[:count], atol=3e-5)
        assert [row[1] for row in rows] == pytest.approx([100.0, 10.0, -50.0][:count])
        assert block["NPOINTS"] == [str(count)]
        assert block[".OBSERVEFREQUENCY"] == ["500.0"]
        assert block[".OBSERVENUCLEUS"] == ["^1H"]


def test_without_a_layer_the_automatic_table_has_what_no_person_touched(export) -> None:
    text = written("jcamp", export).decode()
    auto, edit = text.split("##TITLE=")[3:]
    assert "##NPOINTS= 2" in auto
    assert "##NPOINTS= 3" in edit


def test_nmredata_keeps_its_lines_and_no_word_begins_a_comment_or_tag(export) -> None:
    text = written("nmredata", export).decode()
    tags = dict(re.findall(r"^>  <NMREDATA_(\w+)>\n((?:.*\\\n)+)\n", text, flags=re.MULTILINE))
    assert set(tags) == {"VERSION", "LEVEL", "SOLVENT", "1D_1H"}
    assert text.count("$$$$") == 1
    assert text.count("\n>  <") == 4
    lines = [line.removesuffix("\\") for line in tags["1D_1H"].splitlines()]
    signals = [line.split(" ;")[0] for line in lines if re.match(r"-?\d", line)]
    assert signals == [
        "7.260001, I=100.0, W=2.00",
        "3.50012, S=s, I=10.0, W=2.00",
        "1.2500, S=s, I=-50.0",
    ]
    assert "Larmor=500.000000" in lines
    assert all(line.count(";") <= 1 and "\\" not in line for line in lines)


def test_nmredata_groups_multiplets_and_reads_their_lines_again(spectrum, tmp_path) -> None:
    """A doublet of 7 Hz, its nuclei by an integral, and a singlet."""
    made = [
        Peak(ppm, height, 100.0, 1.0, height, 1e-5, 0.9, "quanv", id=name)
        for name, ppm, height in (("a", 4.007, 50.0), ("b", 3.993, 50.0), ("c", 2.0, 80.0))
    ]
    integrals = [ExportedIntegral(4.1, 3.9, 100.0, 3.0)]
    export = peak_export(spectrum, None, PeakList(tuple(made), Provenance("quanv")), integrals)
    write_peaks(tmp_path / "p.sdf", export)
    text = (tmp_path / "p.sdf").read_text("utf-8")
    assert re.search(r"^4\.00000\d*, S=d, J=7\.00, N=3, I=50\.0 ;lines 4\.007", text, re.MULTILINE)
    assert re.search(r"^2\.0000\d*, S=s, I=80\.0, W=1\.00", text, re.MULTILINE)
    back = read_any(tmp_path / "p.sdf").peaks
    assert [peak.ppm for peak in back] == pytest.approx([4.007, 3.993, 2.0], abs=1e-6)
    assert [(peak.height, peak.fwhm_hz) for peak in back] == [(50, 1), (50, 1), (80, 1)]


def test_a_line_of_two_multiplets_stands_in_both_in_nmredata_and_comes_back_once(
    spectrum, tmp_path
) -> None:
    """A doublet of 8 Hz and a triplet of 4.9 Hz, one line of each in one place."""
    lines = ((2.0276, 0.5), (2.0178, 1.0), (2.008, 1.5), (1.992, 1.0))
    made = [Peak(ppm, 40 * x, 900.0, 1.0, 40 * x, 1e-5, 0.9, "quanv") for ppm, x in lines]
    export = peak_export(spectrum, None, PeakList(tuple(made), Provenance("quanv")))
    write_peaks(tmp_path / "p.sdf", export)
    text = (tmp_path / "p.sdf").read_text("utf-8")
    assert re.search(r"S=t, J=4\.9.*2\.0080\d* 20\.\d* 1\.00 shared", text)
    assert re.search(r"S=d, J=8\.0.*2\.0080\d* 40\.\d* 1\.00 shared", text)
    back = read_any(tmp_path / "p.sdf").peaks
    assert [peak.height for peak in back] == pytest.approx([20, 40, 60, 40], rel=1e-3)


def test_an_archive_of_nmrium_has_its_mark_first_and_finite_numbers(export, spectrum) -> None:
    with zipfile.ZipFile(io.BytesIO(written("nmrium", export))) as archive:
        assert archive.namelist()[0] == ".mimetype"
        assert archive.getinfo(".mimetype").compress_type == zipfile.ZIP_STORED
        assert archive.read(".mimetype") == b"chemical/x-nmrium+zip"


def test_our_own_forms_read_back(export, tmp_path) -> None:
    for name in ("a.csv", "a.json"):
        write_peaks(tmp_path / name, export)
        back = read_peaks(tmp_path / name)
        assert back.spectrum == export.spectrum
        positions = [peak.ppm for peak in export.peaks]
        assert [peak.ppm for peak in back.peaks] == pytest.approx(positions, abs=1e-5)
        if name.endswith("json"):
            assert back == export
    assert (tmp_path / "a.csv.json").exists()


def test_a_data_sets_own_list_is_replaced_only_on_demand_and_kept(export, tmp_path) -> None:
    path = tmp_path / "peaklist.xml"
    write_peaks(path, export)  # nothing is lost yet
    (tmp_path / "procs").touch()
    path.write_text("a person's work")
    with pytest.raises(OverwriteError, match="own peak list"):
        write_peaks(path, export)
    assert path.read_text() == "a person's work"
    write_peaks(path, export, is_forced=True)
    first = path.read_bytes()
    write_peaks(path, replace(export, peaks=PeakList()), is_forced=True)
    assert (tmp_path / "peaklist.xml.bak").read_text() == "a person's work"
    assert (tmp_path / "peaklist.xml.bak2").read_bytes() == first
    assert b"Peak1D F1" in first
    assert b"Peak1D F1" not in path.read_bytes()
