"""``nmrquanv pick``: what it finds, writes and says."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.batch.plan import output_names
from nmrquanv.cli import execute
from nmrquanv.guarded import plain
from nmrquanv.io.peak_tables import read_peaks
from nmrquanv.io.tables.formats import FORMATS
from nmrquanv.paths import resource
from nmrquanv.spectra.thresholds import PROGRAM
from nmrquanv.version import __version__

Run = Callable[..., tuple[int, str, str]]
SCHEMA = json.loads(resource("schemas/peaks-2.schema.json").read_text("utf-8"))
CLASSICAL = ("--model", "classical")
FLUORINE_PPM = (-75.0, -100.3, -120.5)


def positions(text: str) -> list[float]:
    return [peak["ppm"] for peak in json.loads(text)["peaks"]]


def test_a_list_for_older_programs_is_written_when_asked_for(
    run_command: Run, fluorine: Path
) -> None:
    old = json.loads(resource("schemas/peaks-1.schema.json").read_text("utf-8"))
    told = {}
    for version in ("1", "2"):
        code, out, err = run_command("pick", fluorine, *CLASSICAL, "--schema", version, "-o", "-")
        assert (code, err) == (0, "")
        told[version] = json.loads(out)
    jsonschema.validate(told["1"], old)
    jsonschema.validate(told["2"], SCHEMA)
    assert "kind" not in told["1"]["peaks"][0]
    assert told["2"]["peaks"][0]["kind"] == "line"
    code, _, err = run_command("pick", fluorine, *CLASSICAL, "--schema", "3", "-o", "-")
    assert code == 2
    assert "--schema" in err


def test_what_to_know_of_a_spectrum_is_told_on_standard_error_and_in_the_list(
    run_command: Run, examples: Path
) -> None:
    path = examples / "bruker_13c_caryophyllene_oxide/11"
    code, out, err = run_command("pick", path, *CLASSICAL, "-o", "-")
    assert code == 0
    notes = json.loads(out)["provenance"]["notes"]
    assert [note.partition(":")[0].split(" by ")[0] for note in notes] == [
        "lines are 1.8 points broad",
        "the baseline rolls",
    ]
    assert [line.partition(": note: ")[2] for line in err.splitlines()] == notes
    assert nq.find_peaks(nq.read(path), "classical").notes == tuple(notes)


def test_standard_output_is_pure_json_by_the_schema(run_command: Run, fluorine: Path) -> None:
    code, out, err = run_command("pick", fluorine, *CLASSICAL, "-o", "-")
    assert (code, err) == (0, "")
    content = json.loads(out)
    jsonschema.validate(content, SCHEMA)
    np.testing.assert_allclose(positions(out), FLUORINE_PPM, atol=0.005)
    assert [peak["height"] > 0 for peak in content["peaks"]] == [True, False, True]
    assert content["spectrum"]["sf_mhz"] is None
    assert all(p["hz"] is None and p["fwhm_hz"] is None for p in content["peaks"])
    assert content["provenance"]["program_version"] == __version__
    settings = content["provenance"]["settings"]
    assert {**settings, **plain(asdict(PROGRAM)), "polarity": "auto"} == settings


def test_with_the_field_given_a_text_has_hz(run_command: Run, fluorine: Path) -> None:
    words = ("--sf-mhz", 376.5, "--nucleus", "19F", "-o", "-")
    _, out, _ = run_command("pick", fluorine, *CLASSICAL, *words)
    content = json.loads(out)
    assert (content["spectrum"]["sf_mhz"], content["spectrum"]["nucleus"]) == (376.5, "19F")
    for peak in content["peaks"]:
        assert peak["hz"] == pytest.approx(peak["ppm"] * 376.5)


@pytest.mark.parametrize("words", [["--region=-60:-110"], ["--region", "-60:-110"]])
def test_a_negative_region(run_command: Run, fluorine: Path, words: list[str]) -> None:
    code, out, err = run_command("pick", fluorine, *CLASSICAL, *words, "-o", "-")
    assert (code, err) == (0, "")
    np.testing.assert_allclose(positions(out), FLUORINE_PPM[:2], atol=0.005)


def test_a_region_outside_the_spectrum_is_usage(run_command: Run, fluorine: Path) -> None:
    code, out, err = run_command("pick", fluorine, *CLASSICAL, "--region", "9:1", "-o", "-")
    assert (code, out) == (2, "")
    assert "-50.000 to -150.000 ppm" in err


def test_thresholds_and_polarity(run_command: Run, fluorine: Path) -> None:
    def found(*words: object) -> list[float]:
        code, out, _ = run_command("pick", fluorine, *CLASSICAL, *words, "-o", "-")
        assert code == 0
        return [round(ppm, 1) for ppm in positions(out)]

    assert found("--min-height", "50%") == [-75.0, -100.3]
    assert found("--min-snr", 800) == [-75.0]
    assert found("--polarity", "positive") == [-75.0, -120.5]
    assert found("--polarity", "negative") == [-100.3]
    assert found("--max-peaks", 2) == [-75.0, -100.3]


def test_regions_searched_and_excluded(run_command: Run, fluorine: Path) -> None:
    def found(*words: object) -> list[float]:
        code, out, _ = run_command("pick", fluorine, *CLASSICAL, *words, "-o", "-")
        assert code == 0
        return [round(ppm, 1) for ppm in positions(out)]

    assert found("--exclude", "-70:-80") == [-100.3, -120.5]
    assert found("--search=-70:-80", "--search", "-115:-125") == [-75.0, -120.5]
    assert found("--search", "-60:-110", "--exclude", "-70:-80") == [-100.3]
    code, _, err = run_command("pick", fluorine, *CLASSICAL, "--search", "9:1", "-o", "-")
    assert code == 2
    assert "lies outside the spectrum" in err


def test_satellites_are_left_out_unless_asked_for(run_command: Run, tmp_path: Path) -> None:
    ppm = np.linspace(4.0, 2.0, 16384)
    half_width = 0.5 / 400
    trace = np.random.default_rng(0).normal(0, 0.01, ppm.size)
    for place, height in ((3.0, 100.0), (3.16, 0.54), (2.84, 0.54), (2.6, 0.6)):
        trace += height / (1 + ((ppm - place) / half_width) ** 2)
    path = tmp_path / "methyl.csv"
    np.savetxt(path, np.column_stack((ppm, trace)), "%.9f", ",")
    words = (path, *CLASSICAL, "--sf-mhz", 400, "--nucleus", "1H", "-o", "-")

    def classes(*more: object) -> dict[float, str]:
        code, out, err = run_command("pick", *words, *more)
        assert (code, err) == (0, "")
        content = json.loads(out)
        jsonschema.validate(content, SCHEMA)
        assert content["provenance"]["settings"]["shows_satellites"] is bool(more)
        return {round(p["ppm"], 2): p["class"] for p in content["peaks"]}

    assert classes() == {3.0: "signal", 2.6: "signal"}
    assert classes("--satellites") == {
        3.16: "satellite",
        3.0: "signal",
        2.84: "satellite",
        2.6: "signal",
    }


def test_an_empty_list_is_done_too(run_command: Run, fluorine: Path) -> None:
    code, out, err = run_command("pick", fluorine, *CLASSICAL, "--min-snr", 1e9, "-o", "-")
    assert (code, err) == (0, "")
    assert json.loads(out)["peaks"] == []
    code, out, _ = run_command(
        "pick", fluorine, *CLASSICAL, "--min-snr", 1e9, "--format", "csv", "-o", "-"
    )
    assert code == 0
    assert out.count("\n") == 1
    assert out.startswith("id,ppm,")


def test_files_by_their_ending(run_command: Run, fluorine: Path, tmp_path: Path) -> None:
    for name in ("peaks.json", "peaks.csv"):
        code, out, err = run_command("pick", fluorine, *CLASSICAL, "-o", tmp_path / name)
        assert (code, out, err) == (0, "", "")
    table, whole = read_peaks(tmp_path / "peaks.csv"), read_peaks(tmp_path / "peaks.json")
    assert table.spectrum == whole.spectrum
    assert table.peaks.provenance == whole.peaks.provenance
    rows = list(csv.DictReader((tmp_path / "peaks.csv").read_text("utf-8").splitlines()))
    shown = [float(r["ppm"]) for r in rows]
    np.testing.assert_allclose(shown, whole.peaks.positions_ppm(), rtol=0, atol=6e-4)
    assert max(len(r["ppm"].partition(".")[2]) for r in rows) <= 6


def test_of_several_paths_the_others_go_on(
    run_command: Run, fluorine: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x00\x01 not a spectrum")
    folder = tmp_path / "out" / "deep"
    code, out, err = run_command("pick", broken, fluorine, *CLASSICAL, "--output-dir", folder)
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert str(broken) in err
    assert [path.name for path in folder.iterdir()] == ["fluorine.json"]


def test_several_data_sets_are_listed_and_none_is_guessed(
    run_command: Run, examples: Path, tmp_path: Path
) -> None:
    for number, name in ((10, "bruker_1h_menthol"), (11, "bruker_13c_caryophyllene_oxide")):
        shutil.copytree(examples / name / str(number), tmp_path / "both" / str(number))
    for command in (["info"], ["pick", *CLASSICAL, "-o", "-"]):
        code, out, err = run_command(command[0], tmp_path / "both", *command[1:])
        assert (code, out) == (2, "")
        listed = [Path(line.strip()) for line in err.splitlines()[1:]]
        assert listed == [tmp_path / "both" / "10", tmp_path / "both" / "11"]


def test_no_such_model_is_usage(run_command: Run, fluorine: Path) -> None:
    code, out, err = run_command("pick", fluorine, "--model", "oracle", "-o", "-")
    assert (code, out) == (2, "")
    assert "oracle" in err
    assert err.count("\n") == 1


def test_a_place_that_cannot_be_written_to_is_usage(
    run_command: Run, fluorine: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken.json").mkdir()
    code, _, err = run_command("pick", fluorine, *CLASSICAL, "-o", tmp_path / "taken.json")
    assert code == 2
    assert "taken.json" in err
    code, _, err = run_command("pick", fluorine, *CLASSICAL, "--output-dir", fluorine)
    assert code == 2
    assert "cannot make the folder" in err


def test_the_source_can_be_chosen(run_command: Run, examples: Path) -> None:
    path = examples / "bruker_1h_menthol" / "10"
    for source in ("fid", "1"):
        code, out, _ = run_command("pick", path, *CLASSICAL, "--source", source, "-o", "-")
        assert code == 0
        spectrum = json.loads(out)["spectrum"]
        assert spectrum["source"] == source
        kinds = [step["kind"] for step in spectrum["recipe"]["steps"]]
        assert ("fourier_transform" in kinds) == (source == "fid"), kinds
    code, _, err = run_command("pick", path, *CLASSICAL, "--source", "7", "-o", "-")
    assert code == 3
    assert "7" in err


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/menthol/10", "menthol_10"),
        ("/data/menthol/10/pdata/1", "menthol_10_pdata_1"),
        ("/data/menthol/10/fid", "menthol_10_fid"),
        ("/data/mixed_4", "mixed_4"),
        ("/data/varian.fid", "varian"),
        ("/10", "10"),
    ],
)
def test_names_in_the_output_folder(path: str, name: str) -> None:
    assert output_names([Path(path)]) == [name]


def test_names_in_the_output_folder_never_meet() -> None:
    paths = [Path("/a/x"), Path("/b/X"), Path("/c/x"), Path("/a/x_2")]
    names = output_names(paths)
    assert names[0] == "x"
    assert len({name.casefold() for name in names}) == 4


def test_the_classical_finder_starts_without_torch_and_qt(examples: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from nmrquanv.cli import execute\n"
        "code = execute(sys.argv[1:])\n"
        "slow = {'torch', 'pennylane', 'PySide6', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(code or (f'imported {slow}' if slow else 0))"
    )
    path = examples / "bruker_1h_menthol" / "10"
    for words in (["info", path], ["pick", path, *CLASSICAL, "-o", tmp_path / "peaks.json"]):
        done = subprocess.run(
            [sys.executable, "-c", program, *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="only on systems with pipes that break")
def test_a_reader_that_goes_away_gets_no_traceback(examples: Path) -> None:
    path = examples / "bruker_1h_menthol" / "10"
    words = [sys.executable, "-m", "nmrquanv", "info", str(path), "--json"]
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(words, stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert done.returncode == 141
    assert done.stderr == b""


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_by_ending_in_a_folder_and_on_standard_output(
    run_command: Run, fluorine: Path, tmp_path: Path, capsysbinary, form
) -> None:
    words = (fluorine, *CLASSICAL, "--sf-mhz", 376.5, "--nucleus", "19F")
    path = tmp_path / f"peaks{form.ending}"
    assert run_command("pick", *words, "-o", path)[0] == 0
    folder = tmp_path / "out"
    assert run_command("pick", *words, "--format", form.name, "--output-dir", folder)[0] == 0
    assert (folder / f"fluorine{form.ending}").stat().st_size > 60
    assert execute(["pick", *map(str, words), "--format", form.name, "-o", "-"]) == 0
    shown = capsysbinary.readouterr().out
    assert shown[:10] == path.read_bytes()[:10]  # then a zip has its time


def test_a_list_that_lacks_what_a_format_needs_is_told_and_the_others_go_on(
    run_command: Run, fluorine: Path, tmp_path: Path, examples: Path
) -> None:
    words = (fluorine, examples / "bruker_13c_caryophyllene_oxide", *CLASSICAL)
    code, _, err = run_command("pick", *words, "--format", "nmredata", "--output-dir", tmp_path)
    assert code == 2
    assert "not known" in err
    assert len(list(tmp_path.glob("*.sdf"))) == 1


def test_a_data_sets_own_list_is_replaced_only_with_the_flag(
    run_command: Run, tmp_path: Path, examples: Path
) -> None:
    shutil.copytree(examples / "bruker_13c_caryophyllene_oxide", tmp_path / "set")
    (path,) = tmp_path.glob("set/**/peaklist.xml")
    before = path.read_bytes()
    words = ("pick", tmp_path / "set", *CLASSICAL, "-o", path)
    code, _, err = run_command(*words)
    assert (code, path.read_bytes()) == (2, before)
    assert "own peak list" in err
    assert "or give --overwrite" in err
    code, out, err = run_command(*words, "--overwrite")
    assert (code, out) == (0, "")
    assert all(": note: " in line for line in err.splitlines())
    assert path.with_name("peaklist.xml.bak").read_bytes() == before
    assert b"nmrquanv" in path.read_bytes()


def test_files_that_nobody_may_have_meant_are_replaced_only_when_told_to(
    run_command: Run, fluorine: Path, tmp_path: Path
) -> None:
    words = ["pick", str(fluorine), "--model", "classical"]
    sidecar = tmp_path / "out.csv.json"
    sidecar.write_text('{"mine": 1}')
    code, _, err = run_command(*words, "-o", str(tmp_path / "out.csv"))
    assert code == 2
    assert "out.csv.json' is not the provenance of out.csv" in err
    assert "or give --overwrite" in err
    assert sidecar.read_text() == '{"mine": 1}'
    assert not (tmp_path / "out.csv").exists()
    assert run_command(*words, "-o", str(tmp_path / "out.csv"), "--overwrite")[0] == 0
    assert read_peaks(tmp_path / "out.csv").spectrum.path == str(fluorine)


def test_the_measured_file_is_not_replaced_by_its_peaks(
    run_command: Run, fluorine: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data.csv"
    data.write_bytes(fluorine.read_bytes())
    words = ["pick", str(data), "--model", "classical", "--format", "csv"]
    for place in (["-o", str(data)], ["--output-dir", str(tmp_path)]):
        code, _, err = run_command(*(words if "-o" not in place else words[:4]), *place)
        assert code == 2
        assert "belongs to the measured data" in err
        assert "or give --overwrite" in err
        assert data.read_bytes() == fluorine.read_bytes()
