"""What other programs may ask: answers as of the command line, nothing outside, all recorded."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from nmrquanv import interface
from nmrquanv.errors import ExportError, FormatError
from nmrquanv.io import read
from nmrquanv.serving.audit import Audit
from nmrquanv.serving.mcp_tools import MOST_POINTS, Questions, RefusedError

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


def test_a_model_is_no_path(tools: Questions, path: str) -> None:
    with pytest.raises(RefusedError, match="named, not given by a path"):
        tools.pick(path, "/tmp/model.json", None, None)
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
