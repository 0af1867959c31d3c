"""Finders on measured spectra: the figures of a folder, with and without lists."""

import json
import shutil

import pytest

from nmrquanv.bench.real import Counts, measure_real, real_markdown
from nmrquanv.cli.command_line import execute
from nmrquanv.errors import FormatError

LIST = """# from the record of menthol
shift_ppm,multiplicity,J_Hz,nH,assignment
0.8311,d,7.15,3,Me10
1.9844,dddd,"4.50,4.00,2.20,12.10",1,H5eq
9.5,d,7.0,1,not there
"""


@pytest.fixture
def folder(tmp_path, examples):
    shutil.copytree(examples / "bruker_1h_menthol", tmp_path / "menthol")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "fid").write_bytes(b"no data")
    (tmp_path / "ground_truth").mkdir()
    (tmp_path / "ground_truth" / "menthol.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def test_a_folder_gives_its_figures_for_every_finder(folder):
    found = measure_real(folder, ("classical", "quanv"))
    assert list(found.counts) == ["classical", "quanv"]
    for name in found.counts:
        whole = found.total(name)
        assert whole == found.counts[name]["menthol/10"]
        assert whole.tops == 85
        assert whole.tall_unmarked == 0
        assert whole.patterns >= 1
        assert whole.found == whole.lines
        assert whole.exact == whole.patterns
        assert whole.surplus == 0
    table = real_markdown(found)
    assert "| menthol/10 | quanv | 85 |" in table
    assert str(folder) not in table


def test_a_spectrum_without_a_list_is_held_against_its_trace_alone(folder):
    shutil.rmtree(folder / "ground_truth")
    whole = measure_real(folder, ("classical",)).total("classical")
    assert whole.tops == 85
    assert (whole.patterns, whole.lines) == (0, 0)


def test_counts_add_up():
    assert Counts(tops=1, surplus=2) + Counts(tops=3, found=4) == Counts(4, surplus=2, found=4)


def test_a_folder_without_spectra_is_told(tmp_path):
    with pytest.raises(FormatError, match="no data set here"):
        measure_real(tmp_path, ("classical",))


def test_the_command_writes_the_figures(folder, capfdbinary):
    words = ["bench", "real", str(folder), "--models", "classical", "--json"]
    assert execute(words) == 0
    out, _ = capfdbinary.readouterr()
    assert json.loads(out)["totals"]["classical"]["tops"] == 85


def test_the_command_asks_for_a_folder(tmp_path, capsys):
    for words in (["real"], ["accuracy", str(tmp_path)], ["real", str(tmp_path / "none")]):
        assert execute(["bench", *words]) == 2
    assert "FOLDER" in capsys.readouterr().err
