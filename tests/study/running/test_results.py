"""Results on disk: small, whole or absent, and never trusted when damaged."""

import json
import math

import pytest

from nmrquanv.paths import resource
from nmrquanv.study.running.results import NETWORKS, path_of, read_results, write_result
from nmrquanv.study.running.specs import RunSpec


def test_a_result_comes_back(tmp_path, make_result):
    spec = RunSpec("quanv", measures=("entanglement",))
    made = make_result(spec)
    write_result(tmp_path, spec.key(), made)
    found = read_results(tmp_path, [spec, RunSpec("cnn")])
    assert len(found) == 1
    assert found.value(spec, "f1_4") == round(made["metrics"]["best"]["f1_4"], 6)
    assert found.get(RunSpec("cnn")) is None
    assert [p.name for p in (tmp_path / "runs").iterdir()] == [f"{spec.key()}.json"]


def test_a_full_run_stays_small(tmp_path, make_result):
    spec = RunSpec("quanv", measures=("entanglement", "real"))
    made = make_result(spec)
    line = {"train_loss": 1 / 3, "val_loss": 1 / 7, "val_f1": 2 / 3}
    made["curve"] = [{"epoch": i} | line for i in range(1, 101)]
    measured = made["extra"]["entanglement"]
    measured["change"] = [round(v, 4) for v in measured["change"]]
    measured["f1"] = [round(min(v, 1.0), 4) for v in measured["f1"]]
    write_result(tmp_path, spec.key(), made)
    assert path_of(tmp_path, spec.key()).stat().st_size < 22_000
    (back,) = read_results(tmp_path, [spec]).all()
    assert len(back["curve"]) == 100
    for row, told in zip(back["curve"], made["curve"], strict=True):
        assert row == pytest.approx(told, rel=1e-5)


def test_a_curve_in_rows_is_read_too_and_one_with_a_gap_is_damaged(tmp_path, make_result):
    spec = RunSpec("cnn")
    made = make_result(spec)
    path = path_of(tmp_path, spec.key())
    write_result(tmp_path, spec.key(), made)
    told = json.loads(path.read_text())
    assert set(told["curve"]) == {"epoch", "train_loss", "val_loss", "val_f1"}
    (columns,) = read_results(tmp_path, [spec]).all()
    path.write_text(json.dumps(told | {"curve": columns["curve"]}))
    (rows,) = read_results(tmp_path, [spec]).all()
    assert rows["curve"] == columns["curve"]
    told["curve"]["val_loss"].pop()
    path.write_text(json.dumps(told))
    assert spec not in read_results(tmp_path, [spec])


def test_the_whole_bundled_study_has_room_in_twelve_megabytes():
    home = resource("help/study")
    files = (p for p in home.rglob("*") if p.is_file() and p.parent.name != NETWORKS)
    assert sum(p.stat().st_size for p in files) < 12e6


def test_what_is_not_finite_is_null(tmp_path):
    write_result(tmp_path, "k", {"metrics": {"best": {"f1_4": math.nan, "n": 3, "b": True}}})
    found = json.loads(path_of(tmp_path, "k").read_text())
    assert found["metrics"]["best"] == {"f1_4": None, "n": 3, "b": True}


def test_a_damaged_file_is_a_run_not_done(tmp_path, make_result):
    spec = RunSpec("cnn")
    path = path_of(tmp_path, spec.key())
    for text in ("", "{", "[]", '{"metrics": 3}', "\x00"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        assert spec not in read_results(tmp_path, [spec])
    write_result(tmp_path, spec.key(), make_result(spec))
    assert spec in read_results(tmp_path, [spec])


def test_no_interval_leaves_what_shares_can_be(make_result):
    from nmrquanv.study.running.results import Results

    made = {}
    cells = [[RunSpec(f, epochs=1, seed=s) for s in range(3)] for f in ("quanv", "cnn")]
    for specs, levels in zip(cells, ((0.0, 0.02, 0.3), (0.9, 0.8, 0.4)), strict=True):
        for spec, level in zip(specs, levels, strict=True):
            made[spec.key()] = make_result(spec)
            made[spec.key()]["metrics"] = {"best": {"f1_4": level, "mae_points": level}}
    share, error = (Results(made).pair(*cells, name) for name in ("f1_4", "mae_points"))
    assert share.relative.low == share.difference.low == -1.0
    assert error.relative.low < -1.0
    assert share.relative.mean == error.relative.mean


def test_pairs_without_both_are_left_out(make_result):
    from nmrquanv.study.running.results import Results

    quanv, cnn = ([RunSpec(f, seed=i) for i in range(4)] for f in ("quanv", "cnn"))
    have = [*quanv, *cnn[1:]]
    results = Results({s.key(): make_result(s) for s in have})
    pair = results.pair(quanv, cnn, "f1_4")
    assert pair is not None
    assert pair.n == 3
    assert pair.difference.mean < 0
    assert results.pair(quanv[:1], cnn[:1], "f1_4") is None
