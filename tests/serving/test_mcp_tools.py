"""What other programs may ask: answers as of the command line, nothing outside, all recorded."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from nmrquanv import interface
from nmrquanv.errors import ExportError, FormatError, NmrQuanvError, RefusedError
from nmrquanv.guarded import confined
from nmrquanv.io import read
from nmrquanv.serving.audit import Audit
from nmrquanv.serving.mcp_tools import MOST_POINTS, Questions

DEPT = "bruker_dept135_caryophyllene_oxide"


@pytest.fixture
def tools(examples: Path, tmp_path: Path) -> Questions:
    home = tmp_path / "spectra"
    shutil.copytree(examples / DEPT, home / DEPT)
    return Questions((Path(os.path.realpath(home)),), Audit(tmp_path / "record" / "audit.jsonl"))


@pytest.fixture
def path(tools: Questions) -> str:
    return str(tools.allowed[0] / DEPT / "12")


def lines(tools: Questions) -> list[dict]:
    return [json.loads(line) for line in tools.audit.path.read_text("utf-8").splitlines()]


def test_folders_list_their_data_sets(tools: Questions, path: str) -> None:
    (folder,) = tools.folders()["folders"]
    assert folder["path"] == str(tools.allowed[0])
    assert [Path(found) for found in folder["data_sets"]] == [Path(path)]


def test_info_is_that_of_the_command_line(tools: Questions, path: str, run_command) -> None:
    code, out, _ = run_command("info", path, "--json")
    assert code == 0
    assert tools.info(path) == json.loads(out)


def test_peaks_are_those_of_the_command_line(tools: Questions, path: str, run_command) -> None:
    code, out, _ = run_command("pick", path, "--model", "classical", "-o", "-")
    assert code == 0
    told, wanted = tools.pick(path, "classical", None, None), json.loads(out)
    assert [peak["ppm"] for peak in told["peaks"]] == [peak["ppm"] for peak in wanted["peaks"]]
    part = tools.pick(path, "classical", 60.0, 20.0)["peaks"]
    assert 0 < len(part) < len(told["peaks"])
    assert all(20.0 <= peak["ppm"] <= 60.0 for peak in part)


def test_points_are_the_spectrums_and_no_extreme_is_lost(tools: Questions, path: str) -> None:
    spectrum = interface.processed(read(path)).spectrum
    near = tools.read(path, 60.0, 59.0, MOST_POINTS)
    span = spectrum.axis.span(60.0, 59.0)
    np.testing.assert_allclose(near["intensity"], spectrum.trace[span])
    whole = tools.read(path, None, None, 500)
    assert whole["is_thinned"]
    assert len(whole["ppm"]) == len(whole["least"]) == 250
    assert max(whole["greatest"]) == spectrum.trace.max()
    assert min(whole["least"]) == spectrum.trace.min()


def test_nothing_outside_is_read(tools: Questions, path: str, examples: Path) -> None:
    outside = str(examples / "bruker_1h_menthol" / "10")
    link = Path(path).parent / "13"
    link.symlink_to(outside)
    for way in (outside, f"{path}/../../../../etc", "/", str(link), str(Path(path).parent)):
        with pytest.raises(RefusedError, match="may be read"):
            tools.info(way)
    link.unlink()
    (Path(path) / "fid.bak").symlink_to("/etc/hostname")
    with pytest.raises(RefusedError, match="is a link out of the folders"):
        tools.pick(path, "classical", None, None)


@pytest.mark.parametrize("name", ["acqus", "fid"])
def test_files_above_the_path_are_held_to_the_folders_too(
    tools: Questions, path: str, tmp_path: Path, name: str
) -> None:
    inner = f"{path}/pdata/1"
    assert tools.info(inner)["nucleus"] == "13C"
    elsewhere = shutil.move(Path(path) / name, tmp_path / name)
    (Path(path) / name).symlink_to(elsewhere)
    for asked in (inner, f"{inner}/1r", f"{path}/pdata"):
        with pytest.raises(RefusedError, match=f"{name}' is a link out of the folders"):
            tools.info(asked)
        with pytest.raises(RefusedError, match=f"{name}' is a link out of the folders"):
            tools.pick(asked, "classical", None, None)


@pytest.mark.parametrize("allowed", ["pdata", "pdata/1"])
def test_nothing_above_an_allowed_folder_is_read(
    tools: Questions, path: str, allowed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(path) / allowed
    opened: list[Path] = []

    def noting(file: Path, *words: object, **more: object):
        opened.append(file)
        return really(file, *words, **more)

    really = Path.open
    monkeypatch.setattr(Path, "open", noting)
    narrow = Questions((folder,), tools.audit)
    with pytest.raises(NmrQuanvError):
        narrow.info(f"{path}/pdata/1")
    with pytest.raises(NmrQuanvError):
        narrow.read(f"{path}/pdata/1/1r", None, None, 100)
    assert not [file for file in opened if file.name in ("acqus", "fid", "acqu")]


def test_a_phasefile_gives_nothing_of_the_folder_above(tools: Questions, tmp_path: Path) -> None:
    home = tmp_path / "one.fid"
    (home / "datdir").mkdir(parents=True)
    (home / "procpar").write_text("")
    (home / "datdir" / "phasefile").write_bytes(bytes(64))
    wide, narrow = (Questions((f,), tools.audit) for f in (home, home / "datdir"))
    with pytest.raises(FormatError, match="procpar"):
        wide.info(str(home / "datdir" / "phasefile"))
    with pytest.raises(FormatError) as refused:
        narrow.info(str(home / "datdir" / "phasefile"))
    assert "procpar:" not in str(refused.value)


def test_a_link_to_a_folder_with_a_link_out_is_not_followed(
    tools: Questions, path: str, tmp_path: Path
) -> None:
    """The first link stays inside, so that only what reads finds the second one."""
    other = tmp_path / "spectra" / "other"
    shutil.move(path, other)
    Path(path).symlink_to(other)
    shutil.move(other / "acqus", tmp_path / "acqus")
    (other / "acqus").symlink_to(tmp_path / "acqus")
    with pytest.raises(RefusedError, match="may be read"):
        tools.info(str(Path(path).parent))
    with confined(tools.allowed), pytest.raises(RefusedError, match="leads out of the folders"):
        read(path)


def test_an_archive_is_read_and_one_that_a_link_leads_to_is_not(
    tools: Questions, path: str, tmp_path: Path
) -> None:
    shutil.make_archive(str(tmp_path / "kept"), "zip", Path(path).parent)
    link = Path(path).parent / "link.zip"
    link.symlink_to(tmp_path / "kept.zip")
    with pytest.raises(RefusedError):
        tools.info(f"{link}/12")
    with confined(tools.allowed), pytest.raises(RefusedError):
        read(f"{link}/12")
    link.unlink()
    shutil.copy(tmp_path / "kept.zip", link)
    assert tools.info(f"{link}/12/pdata/1")["nucleus"] == "13C"


def test_a_document_gives_what_it_holds_and_not_what_it_links_to(
    tools: Questions, path: str, tmp_path: Path
) -> None:
    own = Path(path).parent / "mine.nmrq"
    newest = sorted((Path(__file__).parents[1] / "data" / "documents").glob("*.nmrq"))[-1]
    shutil.copy(newest, tmp_path / "outside.nmrq")
    own.symlink_to(tmp_path / "outside.nmrq")
    with confined(tools.allowed), pytest.raises(RefusedError):
        read(own)
    own.unlink()
    shutil.copy(newest, own)
    assert tools.read(str(own), None, None, 10)["ppm"]


def test_a_model_is_no_path(
    tools: Questions, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    for name in ("/tmp/model.json", "model.json", "model"):
        with pytest.raises(RefusedError, match="named, not given by a path"):
            tools.pick(path, name, None, None)
    with pytest.raises(FormatError, match="both high_ppm and low_ppm"):
        tools.pick(path, "classical", 4.0, None)


def test_every_question_is_recorded_with_its_end(tools: Questions, path: str) -> None:
    tools.info(path)
    with pytest.raises(RefusedError):
        tools.info("/")
    with pytest.raises(FormatError):
        tools.info(path + "/nothing")
    told = lines(tools)
    assert [line["outcome"] for line in told] == [
        *("asked", "answered"), *("asked", "refused"), *("asked", "failed"),
    ]  # fmt: skip
    assert told[0]["asked"] == {"path": path}
    assert all(line["process"] == os.getpid() and line["when"] for line in told)
    assert "may be read" in told[3]["why"]


def test_what_cannot_be_recorded_is_not_answered(
    tools: Questions, path: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    deaf = Questions(tools.allowed, Audit(tmp_path / "file" / "audit.jsonl"))
    with pytest.raises(ExportError, match="nothing is answered"):
        deaf.info(path)
