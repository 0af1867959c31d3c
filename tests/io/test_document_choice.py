"""What a person wants in a document file: measured files or links, with names or without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.io import document_choice
from nmrquanv.io.document_choice import completed, prepared
from nmrquanv.io.document_data import Packed, dataset_of
from nmrquanv.io.document_file import document_bytes, document_of, read_document
from nmrquanv.io.document_form import DocumentFile, StoredPeaks
from nmrquanv.io.document_options import AUTO, Choice
from nmrquanv.spectra.peaks import Provenance
from nmrquanv.spectra.spectrum import Fid
from nmrquanv.spectra.user_marks import LoggedEdit

FILE = Path(__file__).parents[1] / "data" / "documents" / "version-3.nmrq"
HERE = Path("/data/mine.nmrq")


@pytest.fixture
def one() -> Packed:
    document = read_document(FILE)
    return Packed(document.manifest.spectra[0], document.arrays)


def is_whole(one: Packed) -> bool:
    return set(one.stored.arrays()) == set(one.arrays)


def test_by_itself_everything_at_hand_is_embedded_and_its_place_is_told(one) -> None:
    ready = prepared(one, AUTO, HERE)
    assert ready.stored.data.fid is not None
    assert [bool(f.content) for f in ready.stored.data.files] == [True, False]
    assert ready.stored.data.beside == "example/1"
    assert is_whole(ready)


@pytest.mark.parametrize("choice", [Choice("linked"), AUTO])
def test_linked_or_too_large_the_trace_stays_and_the_hashes(one, choice, monkeypatch) -> None:
    if choice is AUTO:
        monkeypatch.setattr(document_choice, "KEPT_BYTES", 1000)
    ready = prepared(one, choice, HERE)
    stored = ready.stored
    assert stored.data.fid is None
    assert stored.data.trace == stored.shown
    assert not any(f.content for f in stored.data.files)
    assert [f.sha256 for f in stored.data.files] == [f.sha256 for f in one.stored.data.files]
    assert stored.data.elsewhere.shown == one.stored.recipe
    assert is_whole(ready)
    shown = one.arrays[one.stored.shown.points]
    assert np.array_equal(dataset_of(ready).spectrum().data, shown)
    assert prepared(ready, choice, HERE).stored == stored


def test_however_large_they_are_they_are_embedded_if_that_is_wanted(one, monkeypatch) -> None:
    monkeypatch.setattr(document_choice, "KEPT_BYTES", 10)
    assert prepared(one, Choice("embedded"), HERE).stored.data.fid is not None


def test_without_names_the_file_says_nothing_of_paths_and_persons(one) -> None:
    home, user = str(Path.home()), "jane.doe"
    path = f"{home}/Jane Doe's spectra/aspirin/10"
    settings = {"file": f"{path}/peaklist.xml", "of": {"finder": "TopSpin"}, "n": [3, "/a/b/c d"]}
    stored = one.stored
    source = replace(
        stored.data.source, path=path, notes=(f"{path}/pdata/1/1i is missing", "in /mnt/x/y/z")
    )
    list_of = StoredPeaks((), Provenance("x", settings=settings))
    stored = replace(
        stored,
        data=replace(stored.data, source=source),
        edits=(LoggedEdit("2026-01-01T00:00:00+00:00", user, "Add Peak"),),
        layers={"x": list_of},
        notes=(f"{path}: phase was not found",),
    )
    whole = prepared(Packed(stored, one.arrays), AUTO, HERE)
    bare = prepared(Packed(stored, one.arrays), Choice(has_names=False), HERE)

    def content(ready: Packed) -> bytes:
        manifest = replace(read_document(FILE).manifest, spectra=(ready.stored,))
        return document_bytes(DocumentFile(manifest, ready.arrays))

    told = str(document_of(content(bare), "x").manifest)
    assert user in str(document_of(content(whole), "x").manifest)
    for word in (user, "Jane", home, "somebody", "/a/b", "/home/", "aspirin"):
        assert word not in told.replace("'nmrquanv.document", ""), word
    assert "peaklist.xml" in told
    assert "1i is missing" in told
    assert isinstance(dataset_of(bare).data, Fid)
    assert bare.stored.data.files == ()
    assert not any("file" in name for name in bare.arrays)


def test_files_too_large_to_be_kept_are_read_again_when_they_are_wanted(one, tmp_path) -> None:
    from nmrquanv.io.source_files import read_with_files

    example = Path(__file__).parents[2] / "resources/example_spectra/bruker_1h_menthol/10"
    dataset = read_with_files(example)
    files = tuple(
        replace(one.stored.data.files[0], name=f.name, size_bytes=f.size_bytes, sha256=f.sha256,
                content="")
        for f in dataset.files
    )  # fmt: skip
    source = replace(one.stored.data.source, path=str(example))
    told = replace(one.stored, data=replace(one.stored.data, files=files, source=source))
    given = Packed(told, {n: a for n, a in one.arrays.items() if "file" not in n})
    assert completed(given, AUTO) == (given, "")
    whole, note = completed(given, Choice("embedded"))
    assert note == ""
    assert is_whole(whole)
    for file in whole.stored.data.files:
        assert whole.arrays[file.content].tobytes() == (example / file.name).read_bytes()
    gone = replace(told, data=replace(told.data, source=replace(source, path=str(tmp_path / "x"))))
    same, note = completed(Packed(gone, given.arrays), Choice("embedded"))
    assert same.stored == gone
    assert "not in the document" in note
    other = replace(files[0], sha256="00" * 32)
    changed = replace(told, data=replace(told.data, files=(other, *files[1:])))
    _, note = completed(Packed(changed, given.arrays), Choice("embedded"))
    assert "has changed since it was read" in note
