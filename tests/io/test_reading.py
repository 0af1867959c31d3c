"""Whatever path a user names: data, a choice, or a message that says what it is instead."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from nmrquanv.errors import FormatError, SeveralDataSetsError
from nmrquanv.io import data_sets, read, reading
from nmrquanv.io.data_set_search import Missed, Reach
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.spectrum import Fid


def refusal(path: Path | str, **choice: str) -> str:
    with pytest.raises(FormatError) as caught:
        read(path, **choice)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_every_path_of_the_real_data_gives_data_or_a_message(
    examples: Path, shared_data: Path | None
) -> None:
    n_read, messages = 0, list[str]()
    for path in sorted((shared_data or examples).rglob("*")):
        try:
            assert isinstance(read(path), DataSet)
            n_read += 1
        except FormatError as error:
            messages.append(str(error))
    assert n_read >= 50
    assert len(messages) >= (50 if shared_data else 2)
    assert all(str(shared_data or examples) in message for message in messages)


ODD = {
    "empty.jdx": "empty",
    "garbage.fid": "not recognised",
    "jcamp_2d_cosy.jdx": "JCAMP-DX (nD NMR SPECTRUM)",
    "jcamp_uv_not_nmr.jdx": "not an NMR spectrum",
    "truncated.jdf": "JEOL Delta, truncated: the header says 540672 bytes",
    "truncated.jdx": "the table holds 10059 numbers instead of 16384",
    "truncated_bruker_1r": "truncated: procs says SI = 32768",
    "truncated_bruker_fid": "truncated: acqus says TD = 16384",
    "truncated_bruker_fid_aligned": "truncated: acqus says TD = 16384 numbers, the file holds 6000",
    "truncated_varian.fid": "truncated",
    "varian_no_procpar.fid": "without its procpar",
    "../ground_truth/menthol.nmredata.sdf": "not all rows are numbers",
    "../MANIFEST.csv": "a text without columns",
}


def test_odd_files_are_called_by_name(shared_data: Path | None, tmp_path: Path) -> None:
    for name, words in ODD.items() if shared_data else ():
        assert words in refusal(shared_data / "odd" / name), name
    (tmp_path / "bruker_empty_expno").mkdir()
    assert "the folder is empty" in refusal(tmp_path / "bruker_empty_expno")


BEGINNINGS = {
    b"JEOL.NMR\x01\x01": "JEOL Delta, truncated",
    b"SORPATAD1.1V\xf8\x01": "Magritek Spinsolve (.1d) is not supported yet",
    b"SIMP\nNP=2048\nSW=20000\nTYPE=FID\nDATA\n2.0 0.0\n1.2 -0.5\n": "SIMPSON: not 2048 rows",
    b"UCSF NMR\0\2\1": "Sparky UCSF is not supported yet",
    bytes(8) + b"\x7b\x14\x16\x40" + bytes(2036): "NMRPipe data of 0 dimensions",
    b"\n##TITLE= x\n##DATA TYPE= NMR SPECTRUM\n##NPOINTS= 4\n": "holds no table of real numbers",
    b"##TITLE= x\n##DATA TYPE= LINK\n##DATA TYPE= INFRARED SPECTRUM\n": "not an NMR spectrum",
    b"##TITLE= Parameter file\n##DATATYPE= Parameter Values\n##$TD= 4\n": "open the whole Bruker",
    b"\x89PNG\r\n\x1a\n": "a PNG picture",
    b"%PDF-1.4\n": "a PDF document",
    b"PK\x03\x04": "zip archive that is damaged",
    b"\x7fELF\2": "a program",
    b"\0\1\2\3" * 100: "not recognised",
    b"": "the file is empty",
    b"\n \n": "not recognised",
}


@pytest.mark.parametrize(("beginning", "words"), BEGINNINGS.items(), ids=str)
@pytest.mark.parametrize("name", ["fid", "spectrum.csv", "1r"])
def test_formats_are_known_by_content_whatever_their_name(
    tmp_path: Path, beginning: bytes, words: str, name: str
) -> None:
    (tmp_path / name).write_bytes(beginning)
    assert words in refusal(tmp_path / name)


def test_folders_without_data_sets_say_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "notes.md").write_text("nothing")
    assert "holds no NMR data set" in refusal(tmp_path / "a")
    (tmp_path / "a" / "fid").write_bytes(b"\x12\x34" * 100)
    assert "data without parameters" in refusal(tmp_path / "a")
    shutil.rmtree(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "1.jdf").write_bytes(b"JEOL.NMR" + bytes(100))
    assert "JEOL" in refusal(tmp_path / "b")


def test_paths_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "nothing")
    assert "no path" in refusal("")
    assert "no path" in refusal("a\0b")
    refusal("x" * 5000)
    loop = tmp_path / "loop"
    try:
        loop.symlink_to(loop)
    except OSError:  # Windows without the right to make links
        return
    refusal(loop)


def test_pipes_and_devices_do_not_hang(tmp_path: Path, expno: Path) -> None:
    if sys.platform == "win32":
        assert "no such file" in refusal(tmp_path / "pipe")
        return
    os.mkfifo(tmp_path / "pipe")
    assert "device or pipe" in refusal(tmp_path / "pipe")
    assert "device or pipe" in refusal("/dev/zero")
    (expno / "pdata" / "1" / "procs").unlink()
    os.mkfifo(expno / "pdata" / "1" / "procs")
    assert "not a regular file" in refusal(expno, source="1")


@pytest.mark.parametrize("locked", ["fid", "acqus", "pdata"])
def test_what_may_not_be_read_is_named(
    expno: Path, locked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so the refusal of the system is put in."""

    def guarded(original: Callable[..., object]) -> Callable[..., object]:
        def open_or_refuse(path: object, *rest: object, **named: object) -> object:
            if Path(str(path)) == expno / locked:
                raise PermissionError(13, "Permission denied", str(path))
            return original(path, *rest, **named)

        return open_or_refuse

    monkeypatch.setattr(Path, "open", guarded(Path.open))
    monkeypatch.setattr(Path, "iterdir", guarded(Path.iterdir))
    monkeypatch.setattr("numpy.fromfile", guarded(__import__("numpy").fromfile))
    message = refusal(expno, source="fid")
    assert f"{expno / locked}: cannot be read (permission denied)" in message


def test_several_data_sets_are_offered_in_natural_order(
    expno: Path, tmp_path: Path, varian: Callable[..., Path]
) -> None:
    import numpy as np

    for number in ("2", "1", "more/3"):
        shutil.copytree(expno, tmp_path / "study" / number)
    varian(np.arange(256) + 1j).rename(tmp_path / "study" / "old sample")
    with pytest.raises(SeveralDataSetsError) as caught:
        read(tmp_path / "study")
    names = [str(Path(c).relative_to(tmp_path / "study")) for c in caught.value.choices]
    assert names == ["1", "2", os.path.join("more", "3"), "old sample"]
    assert data_sets(tmp_path / "study") == caught.value.choices
    for choice in caught.value.choices:
        assert isinstance(read(choice), DataSet)


def test_a_data_set_behind_thousands_of_folders_is_found_or_the_search_says_where_it_ended(
    expno: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = tmp_path / "archive"
    for number in range(5_100):
        (parent / str(number)).mkdir(parents=True)
    target = parent / "99999"
    expno.rename(target)
    assert data_sets(parent) == (str(target),)
    monkeypatch.setattr(reading, "NEAR", Reach(4, 1_000))
    for ask in (read, data_sets):
        with pytest.raises(FormatError, match="first 1000 folders below it: choose a folder"):
            ask(parent)


def test_a_parent_of_one_data_set_opens_it(expno: Path, tmp_path: Path) -> None:
    data = read(tmp_path, source="fid")
    assert isinstance(data.data, Fid)
    assert data.source.path == str(expno)
    assert data_sets(tmp_path) == data_sets(expno) == data_sets(expno / "fid") == (str(expno),)


def test_a_text_spectrum_inside_a_bruker_folder_is_read_as_text(expno: Path) -> None:
    table = expno / "mine.csv"
    table.write_text("\n".join(f"{i / 100},{i % 9}" for i in range(200)))
    assert read(table).source.format == "text"
    assert data_sets(table) == (str(table),)


def test_links_to_files_and_data_sets_are_found_and_others_told(
    tmp_path: Path, expno: Path, originals: ModuleType
) -> None:
    originals._jeol(tmp_path / "store")
    study = tmp_path / "study"
    study.mkdir()
    try:
        (study / "a.jdf").symlink_to(tmp_path / "store" / "a.jdf")
        (study / "11").symlink_to(expno)
        (study / "round").symlink_to(study)
        (study / "gone").symlink_to(tmp_path / "nowhere")
    except OSError:  # Windows without the right to make links
        return
    missed = Missed()
    assert data_sets(study, missed=missed) == (str(study / "11"), str(study / "a.jdf"))
    assert list(missed.closed) == [str(study / "round")]
    assert "a link" in missed.closed[str(study / "round")]
    assert read(study / "11").source.kind == "1"
    for name in ("11", "a.jdf"):
        (study / name).unlink()
    assert "links to folders, which are not searched: choose round" in refusal(study)
