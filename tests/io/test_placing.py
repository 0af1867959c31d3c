"""What exports replace: each other, and nothing that nobody may have meant."""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nmrquanv import writing
from nmrquanv.errors import ExportError, OverwriteError
from nmrquanv.io.peak_tables import PeakExport, read_peaks
from nmrquanv.io.placing import Files, Placing, place
from nmrquanv.io.tables.formats import write_peaks
from nmrquanv.paths import resource
from nmrquanv.spectra.facts import SpectrumFacts
from nmrquanv.spectra.peaks import Peak, PeakList

OLD = PeakExport(PeakList((Peak(1.0, 2.0, finder="cnn"),)), SpectrumFacts(title="old"))
NEW = PeakExport(PeakList((Peak(3.0, 4.0, finder="cnn"),)), SpectrumFacts(title="new"))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


@pytest.mark.parametrize("operation", ["create", "write", "sync", "replace"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_table_and_its_provenance_stay_together_when_the_disk_is_full(
    tmp_path, monkeypatch, operation, nth
) -> None:
    path = tmp_path / "peaks.csv"
    write_peaks(path, OLD)
    before, calls = contents(tmp_path), 0
    real = getattr(writing.disk, operation)

    def full(*words):
        nonlocal calls
        calls += 1
        if calls == nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*words)

    monkeypatch.setattr(writing.disk, operation, full)
    with pytest.raises(ExportError, match=r"(?i)no space left.*choose another place"):
        write_peaks(path, NEW)
    assert contents(tmp_path) == before
    assert read_peaks(path) == OLD
    write_peaks(path, NEW)
    assert read_peaks(path) == NEW


def test_a_pair_that_does_not_agree_is_told(tmp_path) -> None:
    path = tmp_path / "peaks.csv"
    write_peaks(path, OLD)
    old = path.read_bytes()
    write_peaks(path, NEW)
    assert read_peaks(path).spectrum.notes == ()
    path.write_bytes(old)  # as a computer that stopped between the two would leave them
    assert "peaks.csv was changed after peaks.csv.json" in read_peaks(path).spectrum.notes[0]
    sidecar = tmp_path / "peaks.csv.json"
    content = json.loads(sidecar.read_text("utf-8"))
    del content["table_sha256"]  # of an earlier version
    sidecar.write_text(json.dumps(content))
    assert read_peaks(path).spectrum.notes == ()


@pytest.mark.parametrize(
    "text", ['{"a": 1}', "not JSON", '{"schema": "nmrquanv.peaks/1", "table": "other.csv"}']
)
def test_an_unrelated_file_beside_a_table_is_not_replaced_unasked(tmp_path, text) -> None:
    sidecar = tmp_path / "u.csv.json"
    sidecar.write_text(text)
    with pytest.raises(OverwriteError, match=r"u\.csv\.json' is not the provenance of u\.csv") as e:
        write_peaks(tmp_path / "u.csv", NEW)
    assert set(e.value.files) == {str(sidecar)}
    assert sidecar.read_text() == text
    assert not (tmp_path / "u.csv").exists()
    write_peaks(tmp_path / "u.csv", NEW, is_forced=True)
    assert read_peaks(tmp_path / "u.csv") == NEW


@pytest.mark.parametrize("name", ["u.csv", "u.csv.json"])
def test_a_write_protected_file_is_not_replaced_unasked(tmp_path, name) -> None:
    write_peaks(tmp_path / "u.csv", OLD)
    (tmp_path / name).chmod(0o444)
    with pytest.raises(OverwriteError, match="is write-protected"):
        write_peaks(tmp_path / "u.csv", NEW)
    assert read_peaks(tmp_path / "u.csv") == OLD
    write_peaks(tmp_path / "u.csv", NEW, is_forced=True)
    assert read_peaks(tmp_path / "u.csv") == NEW
    (tmp_path / name).chmod(0o644)


@pytest.mark.parametrize("opened", ["10", "10/pdata/1"])
@pytest.mark.parametrize("name", ["10/pdata/1/1r", "10/acqus", "10/notes.csv"])
def test_the_files_of_a_data_set_are_not_replaced_unasked(tmp_path, opened, name) -> None:
    shutil.copytree(resource("example_spectra") / "bruker_1h_menthol" / "10", tmp_path / "10")
    (tmp_path / "10" / "notes.csv").write_text("mine")
    target, placing = tmp_path / name, Placing(str(tmp_path / opened))
    before = target.read_bytes()
    with pytest.raises(OverwriteError, match="belongs to the measured data"):
        place(Files(target, b"new"), placing)
    assert target.read_bytes() == before
    place(Files(target, b"new"), replace(placing, is_forced=True))
    assert target.read_bytes() == b"new"


def test_new_files_and_earlier_lists_among_the_data_are_written(tmp_path) -> None:
    (tmp_path / "10").mkdir()
    for export in (OLD, NEW):
        facts = replace(export.spectrum, path=str(tmp_path / "10"))
        for ending in ("csv", "json"):
            write_peaks(tmp_path / "10" / f"peaks.{ending}", replace(export, spectrum=facts))
            assert read_peaks(tmp_path / "10" / f"peaks.{ending}").peaks == export.peaks


@pytest.mark.parametrize("name", ["data.csv", "link.csv"])
def test_the_text_file_that_was_measured_is_not_replaced_unasked(tmp_path, name) -> None:
    data = tmp_path / "data.csv"
    data.write_text("1,2\n")
    os.link(data, tmp_path / "link.csv")
    export = replace(NEW, spectrum=SpectrumFacts(path=str(data)))
    with pytest.raises(OverwriteError, match="belongs to the measured data"):
        write_peaks(tmp_path / name, export)
    assert data.read_text() == "1,2\n"
    write_peaks(tmp_path / "data.peaks.csv", export)
