"""A batch: the same numbers as one by one, in any order, gone on with after any end."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from nmrquanv import find_peaks, read
from nmrquanv.batch.batch_run import BatchOutcome, execute
from nmrquanv.batch.plan import LOG, MANIFEST, SUMMARY, found_below
from nmrquanv.batch.report_files import COLUMNS
from nmrquanv.batch.wanted import Wanted
from nmrquanv.errors import ExportError, ModelError
from nmrquanv.pool import Pool, Said
from nmrquanv.spectra.thresholds import Thresholds
from tests.batch.conftest import PLACES, Here

CLASSICAL = Wanted(model="classical")


def batch(folder: Path, output: Path, workers: Any = None, **more: Any) -> BatchOutcome:
    wanted, told = more.pop("wanted", CLASSICAL), more.pop("told", [])
    plan = found_below([folder], output)
    return execute(plan, wanted, output, workers or Here(), told.append, **more)


def rows(output: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((output / SUMMARY).read_text("utf-8").splitlines()))


def numbers(path: Path) -> list[dict[str, Any]]:
    """Return the peaks of a result without their identities, which are new each time."""
    return [{**peak, "id": ""} for peak in json.loads(path.read_text("utf-8"))["peaks"]]


def results(output: Path) -> dict[str, list[dict[str, Any]]]:
    return {place: numbers(output / f"{place}.json") for place in PLACES}


def test_the_numbers_are_those_of_one_search(spectra: Path, tmp_path: Path) -> None:
    outcome = batch(spectra, tmp_path / "out")
    assert (len(outcome.records), outcome.failures, outcome.left) == (4, [], 0)
    for place, found in results(tmp_path / "out").items():
        alone = find_peaks(read(spectra / place), "classical")
        assert [p["ppm"] for p in found] == [p.ppm for p in alone.peaks]
        assert [p["height"] for p in found] == [p.height for p in alone.peaks]


@pytest.mark.slow
def test_order_and_number_of_processes_change_nothing(spectra: Path, tmp_path: Path) -> None:
    one, other, many = tmp_path / "one", tmp_path / "other", tmp_path / "many"
    batch(spectra, one, Here())
    batch(spectra, other, Here(count=4))  # the last first
    batch(spectra, many, Pool(2))
    assert results(one) == results(other) == results(many)
    assert rows(one) == rows(other) == rows(many)
    assert (one / SUMMARY).read_bytes() == (many / SUMMARY).read_bytes()


def test_the_table_tells_every_spectrum(spectra: Path, tmp_path: Path) -> None:
    (spectra / "h" / "broken.jdx").write_text("##TITLE= x\n##JCAMP-DX= 5.01\n##END=\n")
    (spectra / "h" / "=cmd.jdx").write_bytes((spectra / "g.jdx").read_bytes())
    outcome = batch(spectra, tmp_path / "out")
    found = rows(tmp_path / "out")
    assert tuple(found[0]) == COLUMNS
    assert [row["state"] for row in found].count("done") == 5
    (failed,) = [row for row in found if row["state"] == "failed"]
    assert failed["data_set"].endswith("broken.jdx")
    assert failed["message"]
    assert failed["output"] == ""
    assert [record.failure.kind for record in outcome.failures if record.failure] == ["input"]
    assert {row["peaks"] for row in found if row["state"] == "done"} == {"3"}


def test_the_manifest_says_what_made_the_results(spectra: Path, tmp_path: Path) -> None:
    import hashlib

    output = tmp_path / "out"
    batch(spectra, output, wanted=Wanted(model="classical", form="csv", polarity="positive"))
    manifest = json.loads((output / MANIFEST).read_text("utf-8"))
    assert manifest["wanted"]["polarity"] == "positive"
    assert manifest["packages"]["numpy"]
    assert manifest["counts"] == {"done": 4, "failed": 0, "left": 0}
    for one in manifest["spectra"]:
        data = (spectra / one["task"]["name"]).read_bytes()
        assert [f["sha256"] for f in one["inputs"]] == [hashlib.sha256(data).hexdigest()]
        assert len(one["outputs"]) == 2  # the table and its sidecar
        for name, sha256 in one["outputs"].items():
            assert hashlib.sha256((output / name).read_bytes()).hexdigest() == sha256


def test_what_is_done_is_not_done_again(spectra: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    ended: list[int] = []
    told: list[dict[str, Any]] = []

    def enough() -> bool:
        ended.append(1)
        return len([e for e in told if e["event"] == "spectrum"]) >= 2

    first = batch(spectra, output, told=told, should_stop=enough)
    assert (first.left, len(first.records)) == (2, 2)
    assert [row["state"] for row in rows(output)] == ["done", "done", "left", "left"]
    workers = Here()
    second = batch(spectra, output, workers)
    assert (second.known, second.left, len(workers.given)) == (2, 0, 2)
    third = Here()
    assert batch(spectra, output, third).known == 4
    assert third.given == []
    whole = tmp_path / "whole"
    batch(spectra, whole)
    assert results(output) == results(whole)
    assert rows(output) == rows(whole)


@pytest.mark.parametrize("what", ["data", "result", "wish", "cut", "nothing"])
def test_what_does_not_hold_any_more_is_searched_again(
    spectra: Path, tmp_path: Path, what: str
) -> None:
    output, wanted = tmp_path / "out", CLASSICAL
    batch(spectra, output)
    if what == "data":
        path = spectra / "g.jdx"
        path.write_text(path.read_text().replace("1000", "1001") + "\n")
    elif what == "result":
        (output / "g.jdx.json").write_text("{}")
    elif what == "wish":
        wanted = Wanted(model="classical", thresholds=Thresholds(min_snr=50.0))
    elif what == "cut":
        log = output / LOG
        log.write_bytes(log.read_bytes()[:-40])
    workers = Here()
    batch(spectra, output, workers, wanted=wanted)
    again = {"data": ["g.jdx"], "result": ["g.jdx"], "wish": list(PLACES), "nothing": []}
    assert workers.given == again.get(what, ["h/i.jdx"])
    after = Here()
    batch(spectra, output, after, wanted=wanted)
    assert after.given == []


def test_a_failed_one_is_tried_again(spectra: Path, tmp_path: Path) -> None:
    path = spectra / "g.jdx"
    content = path.read_bytes()
    path.write_bytes(b"##TITLE= cut\n")
    assert len(batch(spectra, tmp_path / "out").failures) == 1
    path.write_bytes(content)
    workers = Here()
    assert batch(spectra, tmp_path / "out", workers).failures == []
    assert workers.given == ["g.jdx"]


def test_a_spectrum_that_kills_its_process_costs_no_other(spectra: Path, tmp_path: Path) -> None:
    def before(key: str) -> Said | None:
        return Said("lost", key, "its process ended with code -9") if key == "g.jdx" else None

    workers = Here(before=before)
    outcome = batch(spectra, tmp_path / "out", workers)
    assert workers.given.count("g.jdx") == 2
    (failed,) = outcome.failures
    assert "2 times" in (failed.failure.message if failed.failure else "")
    assert len(outcome.records) == 4


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="only on systems with signals")
def test_a_killed_process_loses_nothing(spectra: Path, tmp_path: Path) -> None:
    pool = Pool(2)
    killed: list[int] = []

    def kill(event: dict[str, Any]) -> None:
        if event["event"] == "spectrum" and not killed:
            busy = [w.process.pid for w in pool._workers if w.is_busy and w.process.pid]
            killed.extend(busy[:1])
            for pid in busy[:1]:
                os.kill(pid, signal.SIGKILL)

    plan = found_below([spectra], tmp_path / "out")
    outcome = execute(plan, CLASSICAL, tmp_path / "out", pool, kill)
    assert killed
    assert (len(outcome.records), outcome.failures) == (4, [])
    batch(spectra, tmp_path / "whole")
    assert results(tmp_path / "out") == results(tmp_path / "whole")


def test_an_unknown_model_is_told_before_anything_starts(spectra: Path, tmp_path: Path) -> None:
    workers = Here()
    with pytest.raises(ModelError, match="oracle"):
        batch(spectra, tmp_path / "out", workers, wanted=Wanted(model="oracle"))
    assert workers.given == []


def test_another_model_of_the_name_is_not_taken_for_it(spectra: Path, tmp_path: Path) -> None:
    from nmrquanv.batch.one_search import search

    (task, *_) = found_below([spectra], tmp_path / "out").tasks
    answer = search(task, CLASSICAL, tmp_path / "x.json", "another")
    assert answer.failure is not None
    assert "another one" in answer.failure.message


def test_two_runs_into_one_folder_do_not_meet(spectra: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    plan = found_below([spectra], output)

    def again(event: dict[str, Any]) -> None:
        if event["event"] == "start":
            with pytest.raises(ExportError, match="another running copy"):
                execute(plan, CLASSICAL, output, Here(), lambda event: None)

    assert len(execute(plan, CLASSICAL, output, Here(), again).records) == 4


def test_progress_tells_the_time_that_is_left(
    spectra: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nmrquanv.batch.batch_run._TELL_S", 0.0)
    told: list[dict[str, Any]] = []
    batch(spectra, tmp_path / "out", told=told)
    shares = [(e["done"], e["total"]) for e in told if e["event"] == "progress"]
    assert shares == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert all("left" in e["text"] for e in told if e["event"] == "progress")


KILLED = """
import sys
from pathlib import Path
from nmrquanv.batch.batch_run import execute
from nmrquanv.batch.plan import found_below
from nmrquanv.batch.wanted import Wanted
from tests.batch.conftest import Here
folder, output = map(Path, sys.argv[1:])
def tell(event):
    if event["event"] == "spectrum":
        print("one", flush=True)
        sys.stdin.readline()
execute(found_below([folder], output), Wanted(model="classical"), output, Here(), tell)
"""


@pytest.mark.slow
def test_a_killed_run_is_gone_on_with(spectra: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-c", KILLED, str(spectra), str(tmp_path / "out")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=Path(__file__).parents[2], **pipes) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"one"
        child.kill()
    assert not (tmp_path / "out" / SUMMARY).exists()
    workers = Here()
    assert batch(spectra, tmp_path / "out", workers).known == 1
    assert len(workers.given) == 3
    batch(spectra, tmp_path / "whole")
    assert results(tmp_path / "out") == results(tmp_path / "whole")


DASK = """
import json, os, signal, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
from distributed import LocalCluster
from nmrquanv.batch.batch_run import execute
from nmrquanv.batch.plan import found_below
from nmrquanv.batch.wanted import Wanted
from nmrquanv.cluster import ClusterPool

if __name__ == "__main__":
    folder, output = map(Path, sys.argv[1:])
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True,
                      dashboard_address=None, silence_logs=50) as cluster:
        killed = []
        def tell(event):
            if event["event"] == "spectrum" and not killed:
                nanny = next(iter(cluster.workers.values()))
                killed.append(nanny.pid)
                os.kill(nanny.pid, signal.SIGKILL)
        pool = ClusterPool(cluster.scheduler_address)
        plan = found_below([folder], output)
        outcome = execute(plan, Wanted(model="classical"), output, pool, tell)
    print(json.dumps({"killed": len(killed), "done": len(outcome.records),
                      "failed": len(outcome.failures), "left": outcome.left}), flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="only on systems with signals")
def test_a_dask_cluster_finishes_everything_though_a_worker_dies(
    spectra: Path, tmp_path: Path
) -> None:
    words = [sys.executable, "-c", DASK, str(spectra), str(tmp_path / "out")]
    (tmp_path / "run.py").write_text(DASK)
    words = [sys.executable, str(tmp_path / "run.py"), *words[3:]]
    root = str(Path(__file__).parents[2])
    began = time.monotonic()
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
        env=os.environ | {"PYTHONPATH": root},
    )
    assert done.returncode == 0, done.stderr
    end = json.loads(done.stdout.splitlines()[-1])
    assert end == {"killed": 1, "done": 4, "failed": 0, "left": 0}, time.monotonic() - began
    batch(spectra, tmp_path / "whole")
    assert results(tmp_path / "out") == results(tmp_path / "whole")
    assert rows(tmp_path / "out") == rows(tmp_path / "whole")
