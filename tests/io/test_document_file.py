"""Document files are checked before anything is made of them; every version stays readable."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import numpy as np
import pytest

from nmrquanv.errors import ExportError, FormatError
from nmrquanv.io import document_file
from nmrquanv.io.document_file import (
    MIGRATIONS,
    document_bytes,
    document_of,
    read_document,
    write_document,
)
from nmrquanv.io.document_form import VERSION, DocumentFile, Manifest
from nmrquanv.io.document_options import is_document_file
from nmrquanv.io.stored_data import StoredElsewhere, StoredFile
from nmrquanv.paths import resource
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.starting_recipe import spectrum_recipe

VERSIONS = Path(__file__).parents[1] / "data" / "documents"


def made_schema() -> dict[str, Any]:
    """Return the schema of the manifest's types; words of docstrings are no part of it."""
    made: dict[str, Any] = json.loads(json.dumps(_bare(msgspec.json.schema(Manifest))))
    return made


def _bare(value: Any) -> Any:
    """Leave out words, and empty objects as defaults: msgspec tells these from 0.23 on."""
    if isinstance(value, list):
        return [_bare(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {k: _bare(v) for k, v in value.items() if not _is_left_out(k, v)}


def _is_left_out(key: str, value: Any) -> bool:
    is_word = key in ("description", "title") and not isinstance(value, dict)
    return is_word or (key, value) == ("default", {})


@pytest.fixture
def content() -> bytes:
    return (VERSIONS / f"version-{VERSION}.nmrq").read_bytes()


def members_of(content: bytes) -> dict[str, bytes]:
    """Return what is in the file; when it was put there is another matter."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Return the file with its members changed."""
    members = members_of(content)
    change(members)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_values(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    def on_members(members: dict[str, bytes]) -> None:
        values = json.loads(members["manifest.json"])
        change(values)
        members["manifest.json"] = json.dumps(values).encode()

    return changed(content, on_members)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_file_of_every_version_opens(version: int) -> None:
    document = read_document(VERSIONS / f"version-{version}.nmrq")
    (spectrum,) = document.manifest.spectra
    assert spectrum.name == "example"
    assert [round(p.ppm, 2) for p in spectrum.peaks.peaks] == [4.0, 3.0, 2.0]
    assert [t.reason for t in spectrum.tombstones] == ["deleted"]
    assert document.arrays[spectrum.shown.points].shape == (spectrum.shown.axis.size,)


def test_every_older_version_has_its_step() -> None:
    assert sorted(MIGRATIONS) == list(range(1, VERSION))
    assert len(list(VERSIONS.glob("*.nmrq"))) == VERSION


def test_an_older_version_is_brought_up_step_by_step(content, monkeypatch) -> None:
    steps = {
        n: lambda values, n=n: values | {"saved": values["saved"] + str(n)}
        for n in range(VERSION, VERSION + 2)
    }
    monkeypatch.setattr(document_file, "VERSION", VERSION + 2)
    for number, step in steps.items():
        monkeypatch.setitem(MIGRATIONS, number, step)
    assert document_of(content, "x").manifest.saved.endswith(f"{VERSION}{VERSION + 1}")


def test_of_version_1_data_without_numbers_are_elsewhere_and_the_trace_stands_for_them() -> None:
    def leave_out(values: dict[str, Any]) -> None:
        values["spectra"][0]["data"]["fid"] = None

    old = (VERSIONS / "version-1.nmrq").read_bytes()
    whole = document_of(old, "x").manifest.spectra[0]
    (found,) = document_of(with_values(old, leave_out), "x").manifest.spectra
    assert found.data.trace == whole.shown
    assert found.data.elsewhere == StoredElsewhere(whole.data.recipe, whole.recipe)
    assert found.recipe == found.data.recipe == spectrum_recipe().to_dict()
    assert whole.data.elsewhere is None


def test_kinds_parents_and_notes_are_kept_and_peaks_of_version_2_are_lines(content) -> None:
    (now,) = document_of(content, "x").manifest.spectra
    assert [(p.kind, p.least_lines, p.peak_class, p.parent_ppm) for p in now.peaks.peaks] == [
        ("line", 1, "signal", None),
        ("unresolved", 3, "solvent", None),
        ("line", 1, "sideband", 4.0),
    ]
    assert now.peaks.provenance.notes == ("the trace is clipped: measure again with less gain",)
    (old,) = document_of((VERSIONS / "version-2.nmrq").read_bytes(), "x").manifest.spectra
    assert {(p.kind, p.least_lines, p.parent_ppm) for p in old.peaks.peaks} == {("line", 1, None)}
    assert old.peaks.provenance.notes == ()


@pytest.mark.parametrize("spectra", [None, 3, [3], [{"data": 3}], [{"data": {}}], [[]]])
def test_a_step_meets_anything_and_leaves_it_to_the_check(spectra: Any) -> None:
    old = (VERSIONS / "version-1.nmrq").read_bytes()
    with pytest.raises(FormatError, match=r"x: "):
        document_of(with_values(old, lambda values: values.update(spectra=spectra)), "x")


def test_the_files_that_were_read_lie_in_the_archive_as_they_were(content) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("data/0/acqus").startswith(b"##TITLE= made up")
    document = document_of(content, "x")
    held, told = document.manifest.spectra[0].data.files
    assert document.arrays[held.content].tobytes() == content_of(content, "data/0/acqus")
    assert told.content == ""


def content_of(content: bytes, member: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(member)


@pytest.mark.parametrize("spoilt", [b"", b"##TITLE= made up, and longer", None])
def test_a_file_in_it_that_is_not_the_one_that_was_stored_is_refused(content, spoilt) -> None:
    def spoil(members: dict[str, bytes]) -> None:
        if spoilt is None:
            members["data/0/acqus"] = members["data/0/acqus"].replace(b"up", b"uq")
        else:
            members["data/0/acqus"] = spoilt

    with pytest.raises(FormatError, match="is not the file that was stored"):
        document_of(changed(content, spoil), "x")


@pytest.mark.parametrize(
    "name", ["../acqus", "/etc/passwd", "a/../../b", "", "c:x", "a\\..\\b", "."]
)
def test_a_file_in_it_has_a_place_in_its_data_set_and_nowhere_else(content, name: str) -> None:
    def lead_out(values: dict[str, Any]) -> None:
        values["spectra"][0]["data"]["files"][0]["name"] = name

    with pytest.raises(FormatError, match="is no place in a data set"):
        document_of(with_values(content, lead_out), "x")


def test_a_newer_version_is_refused_by_name(content) -> None:
    newer = with_values(content, lambda v: v.update(schema=f"nmrquanv.document/{VERSION + 1}"))
    with pytest.raises(FormatError, match=rf"newer version.*version {VERSION + 1}.*update"):
        document_of(newer, "x.nmrq")


def test_what_is_written_is_read_back(content, tmp_path) -> None:
    document = document_of(content, "x")
    write_document(tmp_path / "a.nmrq", document)
    again = read_document(tmp_path / "a.nmrq")
    assert again.manifest == document.manifest
    assert all(np.array_equal(again.arrays[n], a) for n, a in document.arrays.items())
    written = (tmp_path / "a.nmrq").read_bytes()
    assert members_of(document_bytes(again)) == members_of(written)


def test_the_schema_is_that_of_the_types_and_the_file_obeys_it(content) -> None:
    schema = json.loads(resource(f"schemas/document-{VERSION}.schema.json").read_text())
    stands = {key: schema[key] for key in ("$ref", "$defs")}
    assert stands == made_schema(), f"python {Path(__file__).name} writes the schema anew"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        jsonschema.validate(json.loads(archive.read("manifest.json")), schema)


def _first(values: dict[str, Any]) -> dict[str, Any]:
    spectrum: dict[str, Any] = values["spectra"][0]
    return spectrum


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda v: v.update(schema="other/1"), "not a document"),
        (lambda v: v.update(schema=1), "not a document"),
        (lambda v: v.update(surprise=1), "surprise"),
        (lambda v: v.update(spectra=[]), "cannot be shown"),
        (lambda v: v.update(current=5), "cannot be shown"),
        (lambda v: _first(v)["shown"].update(points="../../etc/passwd"), "is missing"),
        (lambda v: _first(v)["shown"]["axis"].update(size=10**12), "points"),
        (lambda v: _first(v)["shown"]["axis"].update(sw_hz=-1), "sw_hz"),
        (lambda v: _first(v)["peaks"]["peaks"][0].update(ppm="4"), r"peaks\[0\]\.ppm"),
        (lambda v: _first(v)["peaks"]["peaks"][0].update(ids=1), "unknown"),
        (lambda v: _first(v)["thresholds"].update(min_height=3), "thresholds"),
        (lambda v: _first(v).update(found_on="x"), "found_on"),
        (lambda v: _first(v)["peaks"].update(peaks=2 * _first(v)["peaks"]["peaks"]), "share an id"),
        (lambda v: _first(v)["regions"][0].update(high_ppm=-9), "high to low"),
        (lambda v: _first(v)["data"].update(fid=None, trace=7), "trace"),
    ],
)
def test_values_that_cannot_be_are_refused(content, change, says) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        document_of(with_values(content, change), "x.nmrq")
    assert "x.nmrq" in str(caught.value)


def _spoil_array(members: dict[str, bytes]) -> None:
    stream = io.BytesIO()
    np.save(stream, np.array([1.0, np.nan]))
    for name in members:
        if name.endswith("-shown.npy"):
            members[name] = stream.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members.pop("manifest.json"),
        lambda members: members.update({"manifest.json": b"[" * 100_000}),
        lambda members: members.update({n: b"" for n in members if n.endswith(".npy")}),
        _spoil_array,
    ],
)
def test_members_that_cannot_be_are_refused(content, change) -> None:
    with pytest.raises(FormatError, match=r"x\.nmrq"):
        document_of(changed(content, change), "x.nmrq")


def test_what_is_no_document_is_refused(tmp_path) -> None:
    for name, data in (("a", b"no zip"), ("b", b""), ("c", b"PK\x03\x04")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FormatError, match=name):
            read_document(tmp_path / name)
    assert is_document_file("A.NMRQ")
    assert not is_document_file("a.json")


def test_a_place_that_cannot_be_written_is_named_and_keeps_its_file(content, tmp_path) -> None:
    document = document_of(content, "x")
    assert isinstance(document, DocumentFile)
    with pytest.raises(ExportError, match=r"no/a\.nmrq"):
        write_document(tmp_path / "no" / "a.nmrq", document)


def _with_files(document: DocumentFile, count: int) -> DocumentFile:
    """Return a document with so many embedded files of one byte."""
    (one,) = document.manifest.spectra
    arrays = {n: a for n, a in document.arrays.items() if isinstance(one.arrays()[n], Axis)}
    digest = hashlib.sha256(b"x").hexdigest()
    files = tuple(StoredFile(f"f{n}", 1, digest, f"0-file{n}") for n in range(count))
    one = replace(one, data=replace(one.data, files=files))
    held = {file.content: np.frombuffer(b"x", np.uint8) for file in files}
    return DocumentFile(replace(document.manifest, spectra=(one,)), {**arrays, **held})


def test_what_could_not_be_opened_again_is_not_saved_and_leaves_the_old_file(
    content, tmp_path
) -> None:
    document = document_of(content, "x")
    path = tmp_path / "a.nmrq"
    path.write_bytes(content)
    shown = document.manifest.spectra[0].shown.points
    endless = np.broadcast_to(np.float64(0.0), document_file.MAX_BYTES // 8)
    large = DocumentFile(document.manifest, {**document.arrays, shown: endless})
    with pytest.raises(ExportError, match=r"a\.nmrq.*512\.. MiB.*linked data"):
        write_document(path, large)
    arrays = len(_with_files(document, 0).arrays)
    with pytest.raises(ExportError, match=r"a\.nmrq.*4095.*fewer spectra"):
        write_document(path, _with_files(document, 4096 - arrays))
    assert path.read_bytes() == content
    write_document(path, _with_files(document, 4095 - arrays))
    assert len(read_document(path).arrays) == 4095


def test_sizes_at_the_limit_are_refused_or_open(content, monkeypatch) -> None:
    document = document_of(content, "x")
    limits = range(len(content) - 1000, 3 * len(content), 97)
    refused = 0
    for limit in limits:
        monkeypatch.setattr(document_file, "MAX_BYTES", limit)
        try:
            written = document_bytes(document)
        except ExportError:
            refused += 1
            continue
        assert len(written) <= limit
        assert document_of(written, "x").manifest == document.manifest
    assert 0 < refused < len(limits)


def write_schema() -> None:
    """Write the schema anew, after a field was added to a type of the manifest."""
    title = f"manifest.json of a document file (.nmrq) of nmrquanv, version {VERSION}"
    told = "Numbers lie beside it as arrays/NAME.npy; 'points' names them."
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    schema |= {"description": told, **made_schema()}
    path = resource("schemas") / f"document-{VERSION}.schema.json"
    path.write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schema()
