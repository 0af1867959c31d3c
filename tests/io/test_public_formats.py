"""nmrML, NMRium's files and VnmrJ's phasefile: axes, direction and sign; damage is refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, outline, read
from nmrquanv.io.peak_tables import peak_export
from nmrquanv.io.tables import nmrium as nmrium_table
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.spectrum import Fid, Spectrum


def require_same_spectrum(got: Spectrum | Fid, wanted: Spectrum, digits: float = 1e-6) -> None:
    assert isinstance(got, Spectrum)
    points = got.axis.point(wanted.axis.all_ppm())
    assert np.allclose(points, np.arange(wanted.axis.size), atol=0.1)
    assert got.axis.sf_mhz == pytest.approx(wanted.axis.sf_mhz, rel=1e-9)
    assert np.abs(got.trace - wanted.trace).max() < digits * np.abs(wanted.trace).max()


# nmrML


def written(folder: Path, text: str, name: str = "a.nmrML") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("make", ["Bruker", "Varian"])
def test_an_nmrml_fid_turns_as_its_instruments_do(
    tmp_path: Path, originals: ModuleType, make: str
) -> None:
    path = written(tmp_path, originals.nmrml(make=make))
    data, wanted = read(path, source="fid"), originals.fid()
    assert isinstance(data.data, Fid)
    assert np.allclose(data.data.data, wanted.data)
    assert np.allclose(data.data.axis.all_ppm(), wanted.axis.all_ppm(), atol=1e-6)
    assert data.data.group_delay_points == 3.5
    assert (data.sample.nucleus, data.sample.pulse_program) == ("1H", "zg30")
    assert data.sources == ("fid", "spectrum")
    assert data.source.notes == ()
    assert data_sets(tmp_path) == (str(path),)
    assert outline(path, source="fid").source == data.source


@pytest.mark.parametrize("form", ["float64", "complex128"])
@pytest.mark.parametrize("is_packed", [True, False])
def test_an_nmrml_spectrum_of_heights_or_pairs(
    tmp_path: Path, originals: ModuleType, form: str, is_packed: bool
) -> None:
    text = originals.nmrml(spectrum_form=form, is_packed=is_packed)
    data = read(written(tmp_path, text))
    assert data.source.kind == "spectrum"
    require_same_spectrum(data.data, originals.spectrum())


def test_an_edge_that_is_a_point_beyond_the_last_one(tmp_path: Path, originals: ModuleType) -> None:
    """So the converters of nmrML write it; the sweep tells."""
    wanted = originals.spectrum()
    low = wanted.axis.limits_ppm[1]
    beyond = low - wanted.axis.point_ppm
    text = originals.nmrml().replace(f'endValue="{low}"', f'endValue="{beyond}"')
    require_same_spectrum(read(written(tmp_path, text)).data, wanted)


def test_nmrglue_decodes_the_same_numbers(tmp_path: Path, originals: ModuleType) -> None:
    """Its reader needs a package for XML that is not installed: only its numbers are compared."""
    from xml.etree import ElementTree

    from nmrglue.fileio import nmrml

    path = written(tmp_path, originals.nmrml())
    array = ElementTree.parse(path).getroot().find(".//{*}fidData")
    assert array is not None
    found = {f"@{name}": value for name, value in array.attrib.items()} | {"#text": array.text}
    theirs = nmrml._get_nmrml_data(found, None)
    assert np.array_equal(theirs.conj(), read(path, source="fid").data.data)


BOMB = "<a>" * 100
DAMAGED_NMRML = [
    ("<nmrML ", "<!DOCTYPE x [<!ENTITY e 'e'>]><nmrML ", "entities"),
    ("<acquisition>", BOMB + "<acquisition>", "levels"),
    ("<acquisition>", "<b/>" * 30_000 + "<acquisition>", "elements"),
    ("</nmrML>", "", "cut or damaged"),
    ('byteFormat="float64"', 'byteFormat="object"', "not known"),
    ('name="sweep', 'name="', None),
    ('compressed="true"', 'compressed="false"', "no size of data|axis|impossibl|not finite"),
    ('startValue="', 'startValue="x', "without an axis"),
    ("<fidData", "<fidDate", "cut or damaged"),
]


@pytest.mark.parametrize(("old", "new", "why"), DAMAGED_NMRML)
def test_damaged_nmrml_is_refused(
    tmp_path: Path, originals: ModuleType, old: str, new: str, why: str | None
) -> None:
    path = written(tmp_path, originals.nmrml().replace(old, new))
    if why is None:
        read(path)
        return
    with pytest.raises(FormatError, match=why):
        read(path)


def test_a_packed_bomb_is_refused(tmp_path: Path, originals: ModuleType) -> None:
    import base64
    import zlib

    packer = zlib.compressobj(9)
    raw = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    text = originals.nmrml()
    start = text.index(">", text.index("<fidData")) + 1
    text = text[:start] + base64.b64encode(raw).decode() + text[text.index("</fidData>") :]
    with pytest.raises(FormatError, match="unpacks to too much"):
        read(written(tmp_path, text), source="fid")


# NMRium


def test_nmriums_file_opens(tmp_path: Path, originals: ModuleType) -> None:
    path = written(tmp_path, originals.nmrium(), "a.nmrium")
    data = read(path)
    require_same_spectrum(data.data, originals.spectrum())
    assert np.allclose(data.data.data, originals.spectrum().data)
    assert data.sample.solvent == "CDCl3"
    assert (data.sources, data.source.notes) == (("spectrum",), ())
    assert data_sets(tmp_path) == (str(path),)


def test_the_archive_that_we_write_for_nmrium_opens(tmp_path: Path, originals: ModuleType) -> None:
    spectrum = originals.spectrum()
    made = nmrium_table.content(peak_export(spectrum, None, PeakList()))
    (tmp_path / "a.nmrium.zip").write_bytes(made)
    data = read(tmp_path / "a.nmrium.zip")
    assert data.source.format == "NMRium"
    require_same_spectrum(data.data, spectrum, 1e-7)
    assert data.source.path.startswith(str(tmp_path))


def test_an_archive_of_nmrium_with_the_vendors_files_gives_those(
    tmp_path: Path, expno: Path
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(".mimetype", "chemical/x-nmrium+zip")
        archive.writestr("META-INF/NMRIUM_ARCHIVE", "")
        archive.writestr("state.json", json.dumps({"version": 14, "data": {"spectra": []}}))
        for file in expno.rglob("*"):
            if file.is_file():
                archive.write(file, f"data/10/{file.relative_to(expno)}")
    (tmp_path / "b.nmrium.zip").write_bytes(buffer.getvalue())
    assert read(tmp_path / "b.nmrium.zip").source.format == "Bruker"


def test_what_nmrium_would_do_on_opening_is_said(tmp_path: Path, originals: ModuleType) -> None:
    state = json.loads(originals.nmrium())
    shown = state["data"]["spectra"][0]
    shown["filters"] = [{"name": "phaseCorrection"}, {"name": "shiftX", "enabled": False}]
    state["data"]["spectra"] = [shown, shown]
    path = written(tmp_path, json.dumps(state), "a.nmrium")
    data = read(path, source="spectrum 2")
    assert data.sources == ("spectrum 1", "spectrum 2")
    assert data.source.notes == ("NMRium's filters are not applied: phaseCorrection",)


DAMAGED_NMRIUM = [
    ({"isFid": True}, "only FIDs"),
    ({"originFrequency": 1e9}, "impossible"),
]


@pytest.mark.parametrize(("info", "why"), DAMAGED_NMRIUM)
def test_what_nmriums_file_cannot_give_is_said(
    tmp_path: Path, originals: ModuleType, info: dict[str, object], why: str
) -> None:
    with pytest.raises(FormatError, match=why):
        read(written(tmp_path, originals.nmrium(**info), "a.nmrium"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{}", "no numbers"),
        ('{"spectra": [{"data": {"x": [1, 2], "re": [1, 2]}}]}', "lacks shifts or heights"),
        ('{"spectra": [{"data": {"x": "a", "re": {"0": 1}}}]}', "lacks shifts or heights"),
        ('{"spectra": [{"data": {"x": [1,2,3,4,5,6,7,9.5], "re": [1,2,3,4,5,6,7,8]}}]}', "equally"),
        ("{", "damaged"),
    ],
)
def test_damaged_files_of_nmrium_are_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        read(written(tmp_path, text, "a.nmrium"))


# VnmrJ's phasefile


@pytest.fixture
def processed(tmp_path: Path, originals: ModuleType) -> Path:
    originals.ORIGINALS["Varian, processed"].write(tmp_path / "a.fid")
    return tmp_path / "a.fid"


@pytest.mark.parametrize("order", [">", "<"])
def test_a_phasefile_lies_on_the_axis_of_the_fids_transform(
    processed: Path, originals: ModuleType, order: str
) -> None:
    wanted = originals.spectrum()
    (processed / "datdir" / "phasefile").write_bytes(originals.phasefile([wanted.trace], order))
    data = read(processed, source="phasefile")
    assert isinstance(data.data, Spectrum)
    assert np.abs(data.data.trace - wanted.trace).max() < 1e-6 * np.abs(wanted.trace).max()
    fid = read(processed, source="fid").data
    assert np.allclose(data.data.axis.all_ppm()[::2], fid.axis.all_ppm(), atol=1e-9)
    assert data.sources == ("fid", "phasefile")
    assert read(processed).source.kind == "fid"
    assert read(processed / "datdir" / "phasefile").source.kind == "phasefile"
    assert ("little-endian" in " ".join(data.source.notes)) == (order == "<")


def test_a_folder_with_only_a_phasefile_opens_and_is_listed(processed: Path) -> None:
    (processed / "fid").unlink()
    assert read(processed).source.kind == "phasefile"
    assert data_sets(processed.parent) == (str(processed),)


def test_a_phasefile_is_read_by_nmrglue(processed: Path, originals: ModuleType) -> None:
    from nmrglue.fileio import varian

    with (processed / "datdir" / "phasefile").open("rb") as stream:
        header = varian.fileheader2dic(varian.get_fileheader(stream))
        block = varian.get_nblocks(stream, 1, header["np"], 1, varian.find_dtype(header), False)
    assert header["S_SPEC"]
    assert np.array_equal(block[0].astype(float), originals.spectrum().trace.astype("f4"))


def test_only_traces_that_were_computed_are_sources(processed: Path, originals: ModuleType) -> None:
    trace = originals.spectrum().trace
    content = originals.phasefile([None, trace, None, 2 * trace])
    (processed / "datdir" / "phasefile").write_bytes(content)
    assert read(processed).sources == ("fid", "phasefile 2", "phasefile 4")
    second = read(processed, source="phasefile 4").data.data.real
    assert np.allclose(second, 2 * trace, rtol=1e-6, atol=1e-3 * np.abs(trace).max())
    with pytest.raises(FormatError, match="no source 'phasefile 1'"):
        read(processed, source="phasefile 1")


def test_a_cut_phasefile_is_no_source(processed: Path) -> None:
    path = processed / "datdir" / "phasefile"
    path.write_bytes(path.read_bytes()[:2000])
    assert read(processed).sources == ("fid",)
