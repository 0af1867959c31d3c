"""What programs in JavaScript that are not ours read in our files.

They are in ``tests/node`` (``npm ci`` there, or ``packaging/bootstrap.py test``, installs them).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.io.peak_tables import peak_export
from nmrquanv.io.spectra_formats import SpectrumExport, spectrum_format, write_spectrum
from nmrquanv.io.tables.formats import write_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList

READERS = Path(__file__).resolve().parents[2] / "node"
SHIFTS, HEIGHTS = [7.2600012, 3.50012345, 1.25], [100.0, 10.0, -50.0]

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (READERS / "node_modules" / "nmredata").is_dir(),
    reason="only on machines with node and the readers of tests/node",
)


def read(what: str, path: Path) -> dict:
    done = subprocess.run(
        ["node", str(READERS / "read.mjs"), what, str(path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("is_complex", [True, False])
@pytest.mark.parametrize("has_hz", [True, False])
def test_jcampconverter_reads_spectra_and_their_axis(spectrum, tmp_path, is_complex, has_hz):
    axis = replace(spectrum.axis, has_hz=has_hz)
    spectrum = spectrum.with_data(spectrum.data if is_complex else spectrum.trace, axis)
    path = tmp_path / "s.jdx"
    write_spectrum(path, SpectrumExport(spectrum), spectrum_format("jcamp"))
    (block,) = read("jcamp", path)["blocks"]
    assert block["title"] == "menthol é"
    parts = [spectrum.data.real, spectrum.data.imag][: 2 if is_complex else 1]
    assert len(block["spectra"]) == len(parts)
    for shown, part in zip(block["spectra"], parts, strict=True):
        assert "PPM" in shown["xUnits"]
        np.testing.assert_allclose(shown["x"], axis.all_ppm(), atol=1e-7)
        np.testing.assert_allclose(shown["y"], part, atol=1e-6)


def test_jcampconverter_reads_a_reference_far_from_the_transmitter(spectrum, tmp_path) -> None:
    axis = Axis(4096, 40000.0, 150.9, -12.3)
    path = tmp_path / "s.jdx"
    export = SpectrumExport(replace(spectrum, axis=axis))
    write_spectrum(path, export, spectrum_format("jcamp"))
    shown = read("jcamp", path)["blocks"][0]["spectra"][0]
    np.testing.assert_allclose(shown["x"], axis.all_ppm(), atol=0.001 * axis.point_ppm)


def test_jcampconverter_reads_what_was_found_and_what_was_made_of_it(export, peaks, tmp_path):
    path = tmp_path / "p.jdx"
    write_peaks(path, replace(export, automatic=PeakList(peaks.peaks[:2], peaks.provenance)))
    link = read("jcamp", path)["blocks"][0]
    spectrum, auto, edit = link["children"]
    assert spectrum["dataType"] == "NMR SPECTRUM"
    assert auto["meta"]["NQCATEGORY"] == "AUTO_PEAK"
    assert edit["meta"]["NQCATEGORY"] == "EDIT_PEAK"
    assert "finder: quanv" in edit["meta"]["NQPROVENANCE"]
    for table, count in ((auto, 2), (edit, 3)):
        (shown,) = table["spectra"]
        np.testing.assert_allclose(shown["x"], SHIFTS[:count], atol=3e-5)
        np.testing.assert_allclose(shown["y"], HEIGHTS[:count], rtol=1e-4)
        assert shown["observeFrequency"] == 500


def test_nmrium_opens_the_archive_with_spectrum_and_peaks(export, spectrum, tmp_path) -> None:
    path = tmp_path / "p.nmrium.zip"
    write_peaks(path, export)
    (shown,) = read("nmrium", path)["spectra"]
    ppm = spectrum.axis.all_ppm()[::-1]
    np.testing.assert_allclose(shown["data"]["x"], ppm, atol=1e-3 * spectrum.axis.point_ppm)
    np.testing.assert_allclose(shown["data"]["re"], spectrum.trace[::-1])
    np.testing.assert_allclose(shown["data"]["im"], spectrum.data.imag[::-1])
    info = shown["info"]
    assert (info["nucleus"], info["originFrequency"], info["isComplex"]) == ("1H", 500, True)
    values = shown["peaks"]["values"]
    np.testing.assert_allclose([peak["x"] for peak in values], SHIFTS, atol=3e-5)
    np.testing.assert_allclose([peak["y"] for peak in values], HEIGHTS, rtol=1e-5)
    assert [peak["kind"] for peak in values] == ["solvent", "signal", "signal"]
    assert [peak["shape"]["fwhm"] for peak in values] == [2, 2, 0]
    assert shown["meta"]["finder"] == "quanv"


def test_the_reader_of_nmredata_finds_every_signal(export, tmp_path) -> None:
    path = tmp_path / "p.sdf"
    write_peaks(path, export)
    found = read("nmredata", path)
    assert found["molecules"] == 1
    tags = found["tags"]
    assert tags["VERSION"]["data"][0]["value"] == "1.1"
    assert tags["SOLVENT"]["data"][0]["value"] == "CDCl3"
    lines = tags["1D_1H"]["data"]
    assert lines[0]["value"] == {"larmor": "500.000000"}
    signals = [line["value"] for line in lines if "delta" in line["value"]]
    np.testing.assert_allclose([float(s["delta"]) for s in signals], SHIFTS, atol=1e-5)
    assert any("finder: quanv" in comment for comment in tags["1D_1H"]["headComment"])


def test_the_reader_of_nmredata_finds_classes_and_couplings(spectrum, tmp_path) -> None:
    shifts = (4.014, 4.007, 3.993, 3.986)
    lines = [Peak(ppm, 50.0, 100.0, 1.0, 50.0, 1e-5, 0.9, "quanv") for ppm in shifts]
    write_peaks(tmp_path / "p.sdf", peak_export(spectrum, None, PeakList(tuple(lines))))
    (signal,) = [
        line["value"]
        for line in read("nmredata", tmp_path / "p.sdf")["tags"]["1D_1H"]["data"]
        if "delta" in line["value"]
    ]
    assert (float(signal["delta"]), signal["multiplicity"]) == (pytest.approx(4.0), "dd")
    assert [one["coupling"] for one in signal["jCoupling"]] == [10.5, 3.5]
