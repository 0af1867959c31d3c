"""Lists of signals become lines on the trace, and kept networks answer for them later."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.spectra.signals import first_order
from nmrquanv.study.data.listed_signals import LISTED, measure_listed, read_listed
from nmrquanv.study.data.real_windows import measure_answers, real_windows
from nmrquanv.study.data.study_metrics import Answers
from nmrquanv.study.experiments import real_spectra
from nmrquanv.study.running import runs as study_runs
from nmrquanv.study.running.kept_networks import add_listed, finder_of
from nmrquanv.study.running.results import Results, network_path, read_results, write_result
from nmrquanv.study.running.specs import RunSpec

HEAD = "# by hand\nshift_ppm,multiplicity,J_Hz,nH,assignment\n"
ASPIRIN = '8.038,dd,"7.8,1.7",1,H6\n7.06,d,8.1(H4),1,H3\n2.27,s,,3,CH3\n7.5,m,,1,?\n'


@pytest.fixture
def listed_folder(tmp_path, examples):
    """Return a function that makes a folder with aspirin's spectrum and the given list."""

    def make(text):
        folder = tmp_path / "mine"
        if not folder.exists():
            shutil.copytree(examples / "bruker_1h_aspirin_fidonly", folder / "aspirin")
        (folder / "ground_truth").mkdir(exist_ok=True)
        (folder / "ground_truth" / "aspirin.csv").write_text(text)
        return folder

    return make


@pytest.mark.parametrize(
    ("multiplicity", "couplings", "offset", "weight"),
    [
        ("", (), [0.0], [1.0]),
        ("s", (), [0.0], [1.0]),
        ("d", (7.0,), [-3.5, 3.5], [0.5, 0.5]),
        ("t", (6.0,), [-6.0, 0.0, 6.0], [0.25, 0.5, 0.25]),
        ("dd", (10.0, 2.0), [-6.0, -4.0, 4.0, 6.0], [0.25] * 4),
        ("q", (2.0,), [-3.0, -1.0, 1.0, 3.0], [0.125, 0.375, 0.375, 0.125]),
    ],
)
def test_multiplets_are_expanded_to_first_order(multiplicity, couplings, offset, weight):
    signal = first_order(multiplicity, couplings)
    np.testing.assert_allclose(signal.offset_hz, offset)
    np.testing.assert_allclose(signal.weight, weight)


@pytest.mark.parametrize(("multiplicity", "couplings"), [("m", ()), ("d", ()), ("dd", (7.0,))])
def test_a_multiplet_without_its_couplings_has_no_lines(multiplicity, couplings):
    assert first_order(multiplicity, couplings) is None


def test_lines_of_a_list_lie_on_tops_of_the_trace(listed_folder):
    listed = read_listed(listed_folder(HEAD + ASPIRIN))
    assert listed.left_out == {}
    count, shown = listed.signals["aspirin"]
    assert count == 4  # the "m" too, which has no lines to look for
    assert shown >= 2
    spectra = listed.windows.spectra
    assert spectra.is_line.sum() >= 4
    for trace, place in zip(
        spectra.traces, np.where(spectra.is_line, spectra.points, np.nan), strict=True
    ):
        for x in place[np.isfinite(place)]:
            i = round(float(x))
            assert trace[i] > max(trace[i - 3], trace[i + 3])


def test_known_lines_are_found_or_not_and_chance_is_told(listed_folder):
    listed = read_listed(listed_folder(HEAD + ASPIRIN))
    spectra = listed.windows.spectra
    truth = np.where(spectra.is_line, spectra.points, np.inf)

    def told(position):
        score = np.where(np.isfinite(position), 1.0, -np.inf)
        return measure_listed(Answers(position, score), 0.5, listed)

    right = told(truth)
    assert right["recall_4"] == 1.0
    assert 0.0 < right["chance_4"] < 0.4
    assert right["right"] == right["lines"] == right["spectra"]["aspirin"]["lines"]
    nothing = told(np.full(truth.shape, np.inf))
    assert (nothing["recall_4"], nothing["chance_4"]) == (0.0, 0.0)
    everywhere = told(np.tile(np.arange(0.0, 200.0, 4.0), (len(truth), 1)))
    assert (everywhere["recall_4"], everywhere["chance_4"]) == (1.0, 1.0)


def test_a_signal_that_the_trace_does_not_show_is_left_out(listed_folder):
    folder = listed_folder(HEAD + "9.6,d,7.0,1,nothing there\n")
    with pytest.raises(FormatError, match=r"no data set shows a listed signal .*none of its 1"):
        read_listed(folder)
    both = read_listed(listed_folder(HEAD + ASPIRIN + "9.6,d,7.0,1,nothing there\n"))
    alone = read_listed(listed_folder(HEAD + ASPIRIN))
    assert both.signals["aspirin"] == (5, alone.signals["aspirin"][1])
    assert both.data_hash == alone.data_hash


def test_a_list_without_its_data_set_is_named(listed_folder):
    folder = listed_folder(HEAD + ASPIRIN)
    (folder / "ground_truth" / "gone.csv").write_text(HEAD + "1.0,s,,1,x\n")
    listed = read_listed(folder)
    assert "no data set of this name" in listed.left_out["gone"]


def test_what_was_left_out_does_not_say_where_the_folder_is(listed_folder):
    folder = listed_folder(HEAD + ASPIRIN)
    (folder / "ground_truth" / "broken.csv").write_text(HEAD + "1.0,s,,1,x\n")
    (folder / "broken.txt").write_text("no spectrum")
    told = read_listed(folder).left_out["broken"]
    assert "broken.txt" in told
    assert str(folder) not in told


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("ppm;what\n1;2\n", "aspirin.csv: no column 'shift_ppm'"),
        ("", "aspirin.csv: no column 'shift_ppm'"),
        (HEAD + "up,d,7.0,1,x\n", "aspirin.csv: signal 1 has no shift in ppm, but 'up'"),
    ],
)
def test_a_damaged_list_is_named(listed_folder, text, match):
    with pytest.raises(FormatError, match=match):
        read_listed(listed_folder(text))


def test_a_folder_without_lists_is_named(tmp_path):
    with pytest.raises(FormatError, match="no lists of signals: expected ground_truth"):
        read_listed(tmp_path)


@pytest.mark.parametrize("head", ["slots", "dense"])
def test_a_kept_network_answers_as_it_did(tmp_path, listed_folder, monkeypatch, head):
    """A network that is read back says of the bundled windows what it said when it was trained."""
    monkeypatch.setattr(study_runs, "HELD_OUT", 30)
    spec = RunSpec("quanv", head=head, spectra=32, epochs=1, measures=("real",))
    unkept = replace(spec, seed=1)
    small = study_runs.held_out.__wrapped__
    monkeypatch.setattr(study_runs, "held_out", lambda preset, count=30: small(preset, 30))
    result = study_runs.run(spec)
    write_result(tmp_path, spec.key(), result)
    write_result(tmp_path, unkept.key(), {k: v for k, v in result.items() if k != "weights"})
    listed = read_listed(listed_folder(HEAD + ASPIRIN))
    assert add_listed(tmp_path, [spec, unkept], listed) == 1
    told = read_results(tmp_path, [spec]).get(spec)["extra"]
    assert told[LISTED]["lines"] == listed.windows.spectra.is_line.sum()
    assert told["real"]["right"] == result["extra"]["real"]["right"]
    answers = finder_of(tmp_path, spec)(real_windows().spectra)
    again = measure_answers(answers, result["metrics"]["best"]["threshold"])
    assert again["f1_4"] == pytest.approx(result["extra"]["real"]["f1_4"], abs=1e-3)
    network_path(tmp_path, spec.key()).unlink()  # what is known is not asked again
    assert add_listed(tmp_path, [spec], listed) == 1


def test_pickers_answer_too(tmp_path, listed_folder, monkeypatch):
    small = study_runs.held_out.__wrapped__

    def held_out(preset, count=30):
        return small(preset, 30)

    monkeypatch.setattr(study_runs, "held_out", held_out)
    monkeypatch.setattr("nmrquanv.study.running.kept_networks.held_out", held_out)
    spec = RunSpec("second_derivative", spectra=1, epochs=1, measures=("real",))
    write_result(tmp_path, spec.key(), study_runs.run(spec))
    listed = read_listed(listed_folder(HEAD + ASPIRIN))
    assert add_listed(tmp_path, [spec], listed) == 1
    told = read_results(tmp_path, [spec]).get(spec)["extra"][LISTED]
    assert told["recall_4"] > 0.6 > told["chance_4"]


CARBONS = (
    151.82,
    112.76,
    63.76,
    59.84,
    50.75,
    48.75,
    39.77,
    34.03,
    30.20,
    29.88,
    27.20,
    21.63,
    17.01,
)


def test_most_signals_of_a_real_list_are_found_on_the_trace(tmp_path, examples, shared_data):
    folder, name = shared_data, "bruker_13c_caryophyllene_oxide"
    if folder is None:  # the checkout stands alone: the same spectrum, which is bundled
        folder = tmp_path
        shutil.copytree(examples / name, folder / name)
        (folder / "ground_truth").mkdir()
        rows = "".join(f"{ppm},,,,C\n" for ppm in CARBONS)
        (folder / "ground_truth" / f"{name}.csv").write_text(HEAD + rows)
    count, shown = read_listed(folder).signals[name]
    assert count >= len(CARBONS)
    assert shown >= 0.7 * count


def test_the_report_tells_what_was_found_beside_chance(standard, make_result):
    cells = real_spectra.networks(standard)
    one = {"recall_4": 0.5, "chance_4": 0.15, "lines": 8, "windows": 5, "shown": 3, "signals": 4}
    told = one | {"spectra": {"urine": one}, "left_out": {"gone": "why"}, "data_hash": "a"}
    results = {s.key(): make_result(s) for s in cells[0].specs[:3]}
    for result in list(results.values())[:2]:
        result["extra"][LISTED] = told
    tables = real_spectra.summarise(Results(results), standard).tables
    assert len(tables) == 3
    assert tables[2].columns == ("", "runs", "found", "by chance", "urine")
    (row,) = tables[2].rows
    assert row[0] == cells[0].label
    assert row[1] == 2
    assert row[2].startswith("0.500")
    assert row[3:] == ("0.150", "0.50")
    assert "urine, 8 lines of 3 signals" in tables[2].note
    assert "gone" in tables[2].note
    older = told | {"spectra": {"wine": one}, "data_hash": "b"}  # asked before about others
    list(results.values())[2]["extra"][LISTED] = older
    tables = real_spectra.summarise(Results(results), standard).tables
    assert [t.columns[-1] for t in tables[2:]] == ["urine", "wine"]
    plain = real_spectra.summarise(Results({}), standard)
    assert len(plain.tables) == 2
