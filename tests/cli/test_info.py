"""``nmrquanv info``: what it says of real data sets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


def test_a_bruker_data_set(run_command: Run, examples: Path) -> None:
    path = examples / "bruker_1h_menthol" / "10"
    code, out, err = run_command("info", path, "--json")
    assert (code, err) == (0, "")
    facts = json.loads(out)
    assert (facts["vendor"], facts["nucleus"], facts["solvent"]) == ("Bruker", "1H", "CDCl3")
    assert (facts["source"], facts["sources"]) == ("1", ["fid", "1"])
    assert facts["points"] == 32768
    # acqus: SW_h; procs: SF and OFFSET
    assert facts["sf_mhz"] == pytest.approx(500.13, abs=0.01)
    assert facts["sw_hz"] == pytest.approx(9014.42, abs=0.01)
    assert facts["high_ppm"] == pytest.approx(15.18749, abs=1e-5)
    assert facts["domain"] == "frequency"


def test_the_fid_of_the_same_data_set(run_command: Run, examples: Path) -> None:
    path = examples / "bruker_1h_menthol" / "10"
    code, out, _ = run_command("info", path, "--source", "fid", "--json")
    facts = json.loads(out)
    assert code == 0
    assert (facts["source"], facts["domain"], facts["is_complex"]) == ("fid", "time", True)
    assert facts["group_delay_points"] > 60
    assert any(step["kind"] == "fourier_transform" for step in facts["recipe"]["steps"])


def test_for_a_person_it_names_every_fact_once(run_command: Run, examples: Path) -> None:
    code, out, err = run_command("info", examples / "bruker_1h_menthol" / "10")
    assert (code, err) == (0, "")
    for word in ("Bruker", "1 (of fid, 1)", "1H", "500.13", "CDCl3", "32768 complex", "15.1875"):
        assert out.count(word) >= 1, word


def test_a_text_without_field_says_so(run_command: Run, fluorine: Path) -> None:
    _, out, _ = run_command("info", fluorine)
    assert "not in the file" in out
    _, out, _ = run_command("info", fluorine, "--json")
    facts = json.loads(out)
    assert (facts["sf_mhz"], facts["sw_hz"], facts["nucleus"]) == (None, None, None)


def test_everything_odd_ends_in_one_line_or_a_description(
    run_command: Run, shared_data: Path | None, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "noise.fid").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "words.txt").write_text("no numbers here\n" * 50)
    odd = [tmp_path / "empty", tmp_path / "noise.fid", tmp_path / "words.txt", tmp_path / "gone"]
    if shared_data is not None:
        odd += sorted((shared_data / "odd").iterdir())
    for path in odd:
        code, out, err = run_command("info", path)
        assert code in (0, 2, 3), path
        assert "Traceback" not in err
        assert bool(out) == (code == 0), path
        if code == 3:
            assert err.count("\n") == 1, path
            assert path.name in err, path


def test_control_characters_of_a_title_do_not_reach_the_terminal(
    run_command: Run, examples: Path, tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / "10"
    shutil.copytree(examples / "bruker_1h_menthol" / "10", copy)
    (copy / "pdata" / "1" / "title").write_text("menthol\x1b[31m\nsecond line\x07")
    code, out, _ = run_command("info", copy)
    assert code == 0
    assert "\x1b" not in out
    assert "\x07" not in out
