"""Peak lists written and read back: the schema, round trips, and what spreadsheets do."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import get_args

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmrquanv.errors import ExportError, FormatError
from nmrquanv.io import peak_schema
from nmrquanv.io.peak_schema import NEWEST, VERSIONS
from nmrquanv.io.peak_tables import (
    ExportedIntegral,
    PeakExport,
    SpectrumFacts,
    files_of,
    peak_export,
    peaks_csv,
    peaks_json,
    read_peaks,
)
from nmrquanv.io.tables.cells import step_ppm
from nmrquanv.io.tables.formats import write_peaks
from nmrquanv.paths import resource
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakClass, PeakKind, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum
from nmrquanv.version import __version__

HASH = "0123456789abcdef" * 4
SCHEMAS = {
    n: json.loads(resource(f"schemas/peaks-{n}.schema.json").read_text("utf-8")) for n in VERSIONS
}
SCHEMA = SCHEMAS[NEWEST]

NUMBERS = st.floats(-1e9, 1e9)
POSITIVE = st.none() | st.floats(0, 1e9)
STRUCTURE = st.one_of(
    st.just({}),
    st.sampled_from(["line", "top", "broad"]).map(lambda kind: {"kind": kind}),
    st.integers(2, 99).map(lambda n: {"kind": "unresolved", "least_lines": n}),
)
PEAKS = st.builds(
    lambda structure, **rest: Peak(**rest, **structure),
    structure=STRUCTURE,
    top_ppm=st.none() | NUMBERS,
    parent_ppm=st.none() | NUMBERS,
    ppm=NUMBERS,
    height=NUMBERS,
    snr=POSITIVE,
    fwhm_hz=POSITIVE,
    area=st.none() | NUMBERS,
    ppm_err=POSITIVE,
    confidence=st.none() | st.floats(0, 1),
    finder=st.text(min_size=1),
    source=st.sampled_from(["model", "added", "moved"]),
    is_confirmed=st.booleans(),
    peak_class=st.sampled_from(get_args(PeakClass)),
    label=st.text(),
    id=st.uuids().map(str),
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
EXPORTS = st.builds(
    PeakExport,
    peaks=st.builds(
        PeakList,
        peaks=st.lists(PEAKS, max_size=4, unique_by=lambda p: p.id).map(tuple),
        provenance=st.builds(
            Provenance,
            finder=st.text(min_size=1),
            card_sha256=st.none() | st.just(HASH),
            settings=st.dictionaries(st.text(), JSON_VALUES, max_size=3),
            program_version=st.text(),
            notes=st.lists(st.text(), max_size=2).map(tuple),
        ),
        sigma=POSITIVE,
    ),
    spectrum=st.builds(
        SpectrumFacts,
        path=st.none() | st.text(),
        sha256=st.none() | st.just(HASH),
        nucleus=st.none() | st.text(),
        sf_mhz=st.none() | st.floats(1, 1500),
        points=st.none() | st.integers(2, 2**20),
        recipe=st.none() | st.dictionaries(st.text(), JSON_VALUES, max_size=2),
        notes=st.lists(st.text(), max_size=2).map(tuple),
    ),
    integrals=st.lists(
        st.builds(ExportedIntegral, NUMBERS, NUMBERS, st.none() | NUMBERS, st.none() | NUMBERS),
        max_size=2,
    ).map(tuple),
)


def require_alike(one: Peak, other: Peak, facts: SpectrumFacts) -> None:
    """Hold a peak that was written against the one before: no digit that means something goes."""
    for name in ("ppm", "top_ppm", "parent_ppm"):
        place, wanted = getattr(one, name), getattr(other, name)
        assert (place is None) == (wanted is None)
        assert place is None or abs(place - wanted) <= max(0.5 * step_ppm(other, facts), 5e-7)
    for name in ("height", "snr", "fwhm_hz", "area", "ppm_err", "confidence"):
        got, wanted = getattr(one, name), getattr(other, name)
        assert (got is None) == (wanted is None)
        assert got is None or math.isclose(got, wanted, rel_tol=6e-5)
    rest = ["finder", "source", "is_confirmed", "peak_class", "label", "id", "kind", "least_lines"]
    assert all(getattr(one, name) == getattr(other, name) for name in rest)


def spectrum(*, has_hz: bool = True) -> Spectrum:
    """Return 1024 points of nothing, 10 ppm wide at 500 MHz."""
    return Spectrum(
        np.zeros(1024, complex),
        Axis(1024, 5000.0, 500.0, 10.0, has_hz),
        Sample("1H", "CDCl3", "menthol"),
        Source("/data/menthol/10", "1", "Bruker", HASH, ("1i missing",)),
    )


def two_peaks() -> PeakList:
    strong = Peak(7.26, 200.0, 50.0, 1.5, 470.0, 1e-5, 0.98, "quanv", peak_class="solvent")
    inverted = Peak(1.25, -100.0, 25.0, 2.0, -300.0, 2e-5, 0.9, "quanv", label="CH2, inverted")
    return PeakList((inverted, strong), Provenance("quanv", HASH, {"polarity": "both"}), 4.0)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(export=EXPORTS, ending=st.sampled_from([".json", ".csv"]))
def test_what_is_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory, export: PeakExport, ending: str
) -> None:
    path = tmp_path_factory.mktemp("tables") / f"peaks{ending}"
    write_peaks(path, export)
    back = read_peaks(path)
    if ending == ".json":
        assert back == export
    assert replace(back, peaks=PeakList()) == replace(export, peaks=PeakList())
    assert (back.peaks.provenance, back.peaks.sigma) == (
        export.peaks.provenance, export.peaks.sigma)  # fmt: skip
    # rounding to a tenth of their errors may turn two peaks around
    for one, other in zip(
        *(sorted(x.peaks, key=attrgetter("id")) for x in (back, export)), strict=True
    ):
        require_alike(one, other, export.spectrum)
    for file in path.parent.glob("*.json"):
        jsonschema.validate(json.loads(file.read_text("utf-8")), SCHEMA)


def test_schema_itself_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for version, schema in SCHEMAS.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        peak = schema["$defs"]["peak"]
        assert set(peak["properties"]) == set(peak["required"]) == set(peak_schema.COLUMNS[version])
    kinds, classes = (SCHEMA["$defs"]["peak"]["properties"][n]["enum"] for n in ("kind", "class"))
    assert tuple(kinds) == get_args(PeakKind)
    assert tuple(classes) == get_args(PeakClass)


def test_a_list_from_before_satellites_were_classed_reads_and_is_valid(tmp_path: Path) -> None:
    export = PeakExport(replace(two_peaks(), provenance=Provenance("quanv", HASH, {"min_snr": 6})))
    content = json.loads(peaks_json(export))
    jsonschema.validate(content, SCHEMA)
    path = tmp_path / "old.json"
    path.write_text(json.dumps(content), "utf-8")
    assert read_peaks(path) == export
    content["peaks"][0]["class"] = "satellite"
    content["provenance"]["settings"]["shows_satellites"] = True
    jsonschema.validate(content, SCHEMA)
    path.write_text(json.dumps(content), "utf-8")
    assert read_peaks(path).peaks.peaks[0].peak_class == "satellite"
    content["provenance"]["settings"]["shows_satellites"] = "yes"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, SCHEMA)


def structured() -> PeakExport:
    """Return a list in which every kind and an explained line stand, with a note."""
    peaks = (
        Peak(7.3, 9.0, 90.0, kind="unresolved", least_lines=3, top_ppm=7.301),
        Peak(5.1, 3.0, 30.0, kind="broad", top_ppm=5.1),
        Peak(4.2, 2.0, 20.0, kind="top", top_ppm=4.2),
        Peak(3.9, 0.1, 8.0, peak_class="sideband", parent_ppm=4.0),
        Peak(4.0, 50.0, 500.0, peak_class="signal"),
        Peak(3.8, 0.2, 9.0, peak_class="satellite", parent_ppm=4.0),
    )
    known = Provenance("quanv", HASH, {}, "0.1.0", ("the trace is clipped: measure again",))
    return PeakExport(PeakList(peaks, known, 0.1), SpectrumFacts(notes=("1i missing",)))


@pytest.mark.parametrize("ending", [".json", ".csv"])
def test_a_list_written_for_older_programs_is_of_version_1_and_says_no_more(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"old{ending}"
    write_peaks(path, replace(structured(), schema=1))
    about = json.loads((path if ending == ".json" else tmp_path / "old.csv.json").read_text())
    jsonschema.validate(about, SCHEMAS[1])
    assert about["schema"] == "nmrquanv.peaks/1"
    assert about["spectrum"]["notes"] == ["1i missing", "the trace is clipped: measure again"]
    back = read_peaks(path)
    # version 1 has no word for a sideband: rather than as a signal it is left out
    assert [p.ppm for p in back.peaks] == [7.3, 5.1, 4.2, 4.0, 3.8]
    assert {(p.kind, p.least_lines, p.top_ppm, p.parent_ppm) for p in back.peaks} == {
        ("line", 1, None, None)
    }
    assert back.peaks.peaks[-1].peak_class == "satellite"
    if ending == ".csv":
        header = path.read_text().splitlines()[0].split(",")
        assert tuple(header) == peak_schema.COLUMNS[1]


def test_a_list_of_a_version_to_come_is_refused_by_name(tmp_path: Path) -> None:
    content = json.loads(peaks_json(structured())) | {"schema": "nmrquanv.peaks/3"}
    (tmp_path / "new.json").write_text(json.dumps(content))
    with pytest.raises(FormatError, match=r"peaks/3'.*update the program"):
        read_peaks(tmp_path / "new.json")


def test_what_kind_and_number_of_lines_contradict_is_refused(tmp_path: Path) -> None:
    for kind, least in (("line", 3), ("unresolved", 1), ("blob", 1)):
        content = json.loads(peaks_json(structured()))
        content["peaks"][0] |= {"kind": kind, "least_lines": least}
        (tmp_path / "bad.json").write_text(json.dumps(content))
        with pytest.raises(FormatError, match=r"cannot read a peak list|unresolved"):
            read_peaks(tmp_path / "bad.json")


def test_json_says_what_the_issue_asks_for_highest_ppm_first() -> None:
    content = json.loads(peaks_json(peak_export(spectrum(), {"steps": []}, two_peaks())))
    assert content["schema"] == "nmrquanv.peaks/2"
    assert [p["ppm"] for p in content["peaks"]] == [7.26, 1.25]
    inverted = content["peaks"][1]
    assert inverted["hz"] == pytest.approx(625.0)
    # relative to the tallest line outside solvent and water, so to itself
    assert inverted["height_rel"] == -1.0
    assert content["peaks"][0]["height_rel"] == 2.0
    assert content["provenance"] == {
        "finder": "quanv",
        "card_sha256": HASH,
        "settings": {"polarity": "both"},
        "program_version": __version__,
        "notes": [],
    }
    facts = content["spectrum"]
    assert (facts["sigma"], facts["sf_mhz"], facts["points"]) == (4.0, 500.0, 1024)
    assert (facts["high_ppm"], facts["source"], facts["notes"]) == (10.0, "1", ["1i missing"])


def test_without_the_spectrometer_frequency_every_value_in_hz_is_null() -> None:
    export = peak_export(
        spectrum(has_hz=False), None, two_peaks(), [ExportedIntegral(3.0, 2.0, 12.0, 2.0)]
    )
    content = json.loads(peaks_json(export))
    for peak in content["peaks"]:
        assert (peak["hz"], peak["fwhm_hz"], peak["area"]) == (None, None, None)
        assert peak["ppm_err"] is not None
    assert content["spectrum"]["sf_mhz"] is None
    assert content["integrals"][0]["area"] is None
    jsonschema.validate(content, SCHEMA)


def test_values_that_are_not_finite_are_never_written() -> None:
    broken = replace(two_peaks().peaks[0], snr=math.inf, ppm_err=math.nan, area=-math.inf)
    settings_ = {"min_snr": math.nan, "region": (np.float64(7.0), np.inf)}
    export = PeakExport(PeakList((broken,), Provenance("quanv", None, settings_), math.nan))
    content = json.loads(peaks_json(export))
    jsonschema.validate(content, SCHEMA)
    assert content["peaks"][0]["snr"] is None
    assert content["provenance"]["settings"] == {"min_snr": None, "region": [7.0, None]}
    assert not {"nan", "inf", "-inf"} & set(peaks_csv(export).lower().replace("\n", ",").split(","))


@pytest.mark.parametrize(
    "label", ["=1+1", "+1", "-CH2-", "@home", "\tx", "'quoted", 'a "b", c', "two\nlines", "é β ¹H"]
)
def test_a_label_cannot_break_a_table_or_run_in_a_spreadsheet(tmp_path: Path, label: str) -> None:
    peaks = PeakList((replace(two_peaks().peaks[0], label=label),))
    path = tmp_path / "peaks.csv"
    write_peaks(path, PeakExport(peaks))
    raw = path.read_bytes()
    assert b"\r\n" not in raw
    (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8"), newline=""))
    assert None not in row
    assert not row["label"].startswith(("=", "+", "-", "@", "\t"))
    assert read_peaks(path).peaks == peaks


def test_a_csv_table_edited_in_a_spreadsheet_still_reads(tmp_path: Path) -> None:
    path = tmp_path / "peaks.csv"
    path.write_bytes("\ufeffppm,height,comment\r\n7.26,5,x\r\n1.5,-2,\r\n".encode())
    peaks = read_peaks(path).peaks
    assert [(p.ppm, p.height, p.snr) for p in peaks] == [(7.26, 5.0, None), (1.5, -2.0, None)]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.json", "{", "is damaged"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", "[]", "Expected `object`"),
        ("a.json", "{}", "lacks 'peaks'"),
        ("a.json", '{"peaks": [], "schema": "other/1"}', "other/1"),
        ("a.json", '{"peaks": [{"ppm": "x", "height": 1}]}', "not a peak list"),
        ("a.csv", "a,b\n1,2\n", "no columns 'ppm' and 'height'"),
        ("a.csv", "ppm,height,source\n1,2,robot\n", "robot"),
        ("a.csv", "ppm,height\n" + "1,2\n" * 50_001, "at most 50000"),
        ("a.csv", "id,ppm,height\nx,1,2\nx,2,3\n", "share an id"),
        ("a.csv", b"\xff\xfe\x00", "not a peak list"),
        ("a.txt", "ppm", ".json or .csv"),
    ],
)
def test_damaged_tables_are_refused_by_name(
    tmp_path: Path, name: str, content: str | bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FormatError, match=says) as caught:
        read_peaks(path)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_table_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"gone\.csv.*no such file"):
        read_peaks(tmp_path / "gone.csv")


def test_an_export_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.json or \.csv"):
        files_of(tmp_path / "peaks.xlsx", PeakExport(two_peaks()))
    with pytest.raises(ExportError, match="nowhere"):
        write_peaks(tmp_path / "nowhere" / "peaks.json", PeakExport(two_peaks()))
    (tmp_path / "peaks.json").mkdir()
    with pytest.raises(ExportError, match="another place"):
        write_peaks(tmp_path / "peaks.json", PeakExport(two_peaks()))
    assert [p.name for p in tmp_path.iterdir()] == ["peaks.json"]


def test_an_export_replaces_the_file_that_a_link_points_to(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    link.symlink_to(real)
    export = PeakExport(two_peaks())
    write_peaks(link, export)
    assert link.is_symlink()
    assert read_peaks(real) == export
