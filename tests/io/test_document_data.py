"""A document file is read like any other data: by the interface, the command line, the lists."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.cli import execute
from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, read
from nmrquanv.io.document_data import sources
from nmrquanv.io.document_file import read_document, write_document
from nmrquanv.io.document_form import DocumentFile
from nmrquanv.io.stored_data import StoredElsewhere
from nmrquanv.spectra.data_files import NOT_AT_HAND
from nmrquanv.spectra.spectrum import Fid
from nmrquanv.spectra.starting_recipe import spectrum_recipe

FILE = Path(__file__).parents[1] / "data" / "documents" / "version-3.nmrq"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A file with the same spectrum twice, under two names."""
    document = read_document(FILE)
    (one,) = document.manifest.spectra
    spectra = (one, replace(one, name="other"))
    manifest = replace(document.manifest, spectra=spectra, current=1)
    write_document(tmp_path / "two.nmrq", DocumentFile(manifest, document.arrays))
    return tmp_path / "two.nmrq"


def test_the_data_come_with_the_recipe_that_showed_them() -> None:
    document = read_document(FILE)
    (stored,) = document.manifest.spectra
    dataset = read(FILE)
    assert isinstance(dataset.data, Fid)
    assert dataset.sample.nucleus == "1H"
    assert dataset.source.sha256 == "ab" * 32
    shown = document.arrays[stored.shown.points]
    # a later version's baseline may differ a little from the one that was stored
    np.testing.assert_allclose(dataset.spectrum().data, shown, rtol=0, atol=1e-3 * abs(shown).max())
    assert nq.read(FILE).spectrum().axis == stored.shown.axis


def test_each_spectrum_of_a_file_is_a_source(two) -> None:
    assert sources(two) == ("1", "2")
    assert read(two).sources == ("1", "2")
    assert read(two, source="1").sample == read(two).sample
    with pytest.raises(FormatError, match=r"no spectrum '3': it has 2"):
        read(two, source="3")
    assert data_sets(two) == (str(two),)
    assert str(two) in data_sets(two.parent)


def test_data_that_are_not_embedded_are_the_shown_trace_with_a_note(tmp_path) -> None:
    document = read_document(FILE)
    (one,) = document.manifest.spectra
    trace = spectrum_recipe().to_dict()
    gone = StoredElsewhere(one.data.recipe, one.recipe)
    data = replace(one.data, fid=None, trace=one.shown, recipe=trace, elsewhere=gone)
    bare = replace(one, data=data, recipe=trace)
    manifest = replace(document.manifest, spectra=(bare,))
    write_document(tmp_path / "bare.nmrq", DocumentFile(manifest, document.arrays))
    dataset = read(tmp_path / "bare.nmrq")
    assert np.array_equal(dataset.spectrum().data, document.arrays[one.shown.points])
    assert NOT_AT_HAND in dataset.source.notes


def test_pick_searches_each_spectrum_anew_and_never_writes_the_file(two, tmp_path) -> None:
    before = two.read_bytes()
    out = tmp_path / "out"
    arguments = ["pick", str(two), "--model", "classical", "--output-dir", str(out)]
    assert execute([*arguments, "--format", "json"]) == 0
    assert sorted(p.name for p in out.iterdir()) == ["two_1.json", "two_2.json"]
    found = json.loads((out / "two_1.json").read_text())["peaks"]
    assert {4.0, 3.0, 2.0} <= {round(peak["ppm"], 1) for peak in found}
    assert two.read_bytes() == before
    one = ["--source", "2", "--model", "classical", "-o", str(out / "b.json")]
    assert execute(["pick", str(two), *one]) == 0


def test_a_damaged_document_is_an_unreadable_input(tmp_path, capsys) -> None:
    shutil.copy(FILE, tmp_path / "a.nmrq")
    with (tmp_path / "a.nmrq").open("r+b") as stream:
        stream.truncate(3000)
    assert execute(["pick", str(tmp_path / "a.nmrq"), "-o", str(tmp_path / "b.json")]) == 3
    assert "a.nmrq" in capsys.readouterr().err
