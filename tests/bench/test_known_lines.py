"""Finders on the lines of known molecules: spin systems and lists, one row for each molecule."""

import json
import shutil

import pytest

from nmrquanv.bench.known_lines import lines_markdown, measure_lines
from nmrquanv.bench.placed_patterns import Held
from nmrquanv.cli.command_line import execute
from nmrquanv.errors import FormatError
from nmrquanv.io.known_data_sets import known_data_sets

LIST = """shift_ppm,multiplicity,J_Hz
0.8311,d,7.15
1.9844,dddd,"4.50,4.00,2.20,12.10"
9.5,d,7.0
"""
TABLE = """name,path,sample,ground_truth
menthol,menthol/10,menthol (again),ground_truth/other.csv
outside,../elsewhere,nothing,ground_truth/other.csv
"""


@pytest.fixture
def folder(tmp_path, examples):
    shutil.copytree(examples / "bruker_1h_menthol", tmp_path / "menthol")
    (tmp_path / "ground_truth").mkdir()
    (tmp_path / "ground_truth" / "menthol.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def test_a_finder_is_held_against_the_lines_of_a_molecule(folder):
    found = measure_lines([folder], ("classical", "quanv"))
    assert found.spectra == {"menthol": ("menthol/10",)}
    held = found.counts["classical"]["menthol"]
    assert held.patterns >= 1
    assert held.found == held.lines
    assert held.f1 == pytest.approx(2 * held.found / (held.lines + held.marks))
    assert found.between("classical", "quanv").n == 1
    told = lines_markdown(found)
    assert "Means over 1 molecules" in told
    assert str(folder) not in told


def test_spectra_of_one_sample_count_as_one_molecule(folder):
    shutil.copytree(folder / "menthol", folder / "second")
    (folder / "ground_truth" / "second.csv").write_text(LIST, encoding="utf-8")
    (folder / "ground_truth" / "other.csv").write_text(LIST, encoding="utf-8")
    table = TABLE + "second,second/10,menthol,\n"
    (folder / "MANIFEST.csv").write_text(table, encoding="utf-8")
    found = measure_lines([folder], ("classical",))
    assert found.spectra == {"menthol": ("menthol/10", "second/10")}
    alone = found.counts["classical"]["menthol"]
    (folder / "MANIFEST.csv").unlink()
    apart = measure_lines([folder], ("classical",)).counts["classical"]
    assert set(apart) == {"menthol", "second"}
    assert apart["menthol"] + apart["second"] == alone


def test_published_data_sets_have_lists_of_our_own(examples, tmp_path):
    samples = [known.sample for known in known_data_sets(examples)]
    wanted = {"(-)-menthol", "aspirin", "cyclosporin A", "caryophyllene oxide"}
    assert set(samples) == wanted
    aspirin = next(k for k in known_data_sets(examples) if k.sample == "aspirin")
    assert sorted(len(s.offset_hz) for s in aspirin.signals("1H", 300.13))[0] == 1
    shutil.copytree(examples / "bruker_1h_aspirin_fidonly", tmp_path / "mine")
    assert known_data_sets(tmp_path) == []


def test_several_molecules_of_one_spectrum_are_each_held_against_it(folder, monkeypatch):
    (folder / "own").mkdir()
    (folder / "own" / "a.csv").write_text(LIST, encoding="utf-8")
    rows = "path,sample,ground_truth\nmenthol/10,one,a.csv\nmenthol/10,other,a.csv\n"
    (folder / "own" / "MANIFEST.csv").write_text(rows, encoding="utf-8")
    monkeypatch.setattr("nmrquanv.io.known_data_sets.resource", lambda name: folder / "own")
    found = measure_lines([folder], ("classical",))
    assert set(found.spectra) == {"one", "other"}
    assert found.counts["classical"]["one"] == found.counts["classical"]["other"]


def test_what_shows_no_signal_is_told(folder):
    (folder / "ground_truth" / "menthol.csv").write_text("shift_ppm\n12.5\n", encoding="utf-8")
    with pytest.raises(FormatError, match="none of its 1 signals stands clear"):
        measure_lines([folder], ("classical",))
    (folder / "ground_truth" / "menthol.csv").unlink()
    with pytest.raises(FormatError, match="no lists"):
        measure_lines([folder], ("classical",))


def test_no_lines_have_no_f1():
    assert Held().f1 != Held().f1
    assert Held(lines=4, found=3, marks=6).f1 == pytest.approx(0.6)


def test_the_command_prints_tables_and_keeps_values(folder, capsys):
    target = folder / "out.json"
    words = ["bench", "lines", str(folder), "--models", "classical", "--json", str(target)]
    assert execute(words) == 0
    assert "| classical |" in capsys.readouterr().out
    values = json.loads(target.read_text())
    assert values["counts"]["classical"]["menthol"]["lines"] >= 2
    assert execute(["bench", "lines"]) == 2
    assert execute(["bench", "accuracy", str(folder)]) == 2
    assert "one or more" in capsys.readouterr().err
