"""Runs over processes: each once, failures told, deaths survived, an end in good order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nmrquanv.progress import words
from nmrquanv.study.running.estimate import Pace, seconds
from nmrquanv.study.running.results import path_of, read_results, write_result
from nmrquanv.study.running.schedule import execute
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.workers import Message

SPECS = [RunSpec("cnn", spectra=100 * (i + 1), epochs=1, seed=i) for i in range(5)]

FAKE = """
import os, sys, time
from pathlib import Path

MARKS = Path(os.environ["MARKS"])


def run(spec, report):
    report(1, 2, "half")
    mark = MARKS / f"{spec.key()}-{len(list(MARKS.glob(spec.key() + '-*')))}"
    mark.write_text(str(os.getpid()))
    how = os.environ.get(f"SEED_{spec.seed}", "")
    first = mark.name.endswith("-0")
    if how == "dies" or (how == "dies once" and first):
        os._exit(9)
    if how == "fails":
        raise ValueError("no\\nsuch thing")
    if how == "waits":
        time.sleep(60)
    return {"spec": spec.to_dict(), "metrics": {"best": {"f1_4": 0.5}}, "seconds": 0.1,
            "extra": {}, "curve": []}
"""

LOCAL = """
import json, sys, threading
from pathlib import Path
import fake_runs
from nmrquanv.study.running.schedule import execute
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.workers import LocalWorkers

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    specs = [RunSpec.from_dict(v) for v in json.loads(sys.argv[2])]
    events = []
    def emit(event):
        events.append(event)
        print(json.dumps(event), flush=True)
    outcome = execute(specs, folder, LocalWorkers(2, fake_runs.run), emit)
    print(json.dumps({"finished": outcome.finished, "failed": outcome.failed,
                      "left": outcome.left}), flush=True)
"""


class Fakes:
    """Workers without processes: what they say is decided beforehand."""

    def __init__(self, count: int = 2, say=None) -> None:
        self.count, self.started, self.is_stopped = count, [], False
        self._say = say or (lambda spec: Message("done", spec.key(), result(spec)))
        self._going: list[RunSpec] = []

    def start(self, spec: RunSpec) -> None:
        assert len(self._going) < self.count
        self.started.append(spec)
        self._going.append(spec)

    def wait(self, seconds: float) -> list[Message]:
        return [self._say(self._going.pop(0))] if self._going else []

    def stop(self) -> None:
        self.is_stopped = True


def result(spec: RunSpec) -> dict:
    told = {"metrics": {"best": {"f1_4": 0.5}}, "extra": {}, "curve": []}
    return {"spec": spec.to_dict(), "seconds": 1.0, **told}


def test_every_run_is_done_once_seed_by_seed_the_longest_first(tmp_path):
    workers, events = Fakes(), []
    outcome = execute([*SPECS, *SPECS], tmp_path, workers, events.append)
    assert outcome.finished == 5
    assert outcome.left == 0
    assert workers.started == SPECS
    sizes = [RunSpec("cnn", spectra=n, epochs=1, seed=s) for n in (100, 300) for s in (0, 1)]
    execute(sizes, tmp_path / "two", again := Fakes(), lambda event: None)
    assert [(s.seed, s.spectra) for s in again.started] == [(0, 300), (0, 100), (1, 300), (1, 100)]
    assert workers.is_stopped
    assert len(read_results(tmp_path, SPECS)) == 5
    assert [e["event"] for e in events if e["event"] != "progress"] == ["run"] * 5
    assert events[-1]["text"].startswith("5 of 5 runs")


def test_finished_runs_are_not_repeated(tmp_path):
    for spec in SPECS[:3]:
        write_result(tmp_path, spec.key(), result(spec))
    workers = Fakes()
    assert execute(SPECS, tmp_path, workers, lambda e: None).finished == 2
    assert set(workers.started) == set(SPECS[3:])


def test_a_failed_run_is_told_and_the_others_go_on(tmp_path):
    def say(spec):
        if spec.seed == 2:
            return Message("failed", spec.key(), "ValueError: no")
        return Message("done", spec.key(), result(spec))

    events = []
    outcome = execute(SPECS, tmp_path, Fakes(say=say), events.append)
    assert outcome.failed == {SPECS[2].key(): "ValueError: no"}
    assert outcome.finished == 4
    assert not path_of(tmp_path, SPECS[2].key()).exists()
    assert [e["message"] for e in events if e["event"] == "failed"] == ["ValueError: no"]


def test_a_lost_worker_gets_its_run_a_second_try_but_no_third(tmp_path):
    deaths = []

    def say(spec):
        if spec.seed == 0 or (spec.seed == 1 and deaths.count(1) == 0):
            deaths.append(spec.seed)
            return Message("lost", spec.key(), "its process ended with code -9")
        return Message("done", spec.key(), result(spec))

    outcome = execute(SPECS, tmp_path, Fakes(say=say), lambda e: None)
    assert deaths.count(0) == 2
    assert outcome.finished == 4
    assert list(outcome.failed) == [SPECS[0].key()]


def test_no_run_starts_that_would_end_too_late(tmp_path):
    long, short = RunSpec("quanv"), RunSpec("cnn", spectra=10, epochs=1)
    workers = Fakes()
    limit = time.monotonic() + (seconds(long) + seconds(short)) / 2
    outcome = execute([long, short], tmp_path, workers, lambda e: None, deadline=limit)
    assert workers.started == [short]
    assert (outcome.finished, outcome.left) == (1, 1)


def test_what_goes_on_at_the_deadline_is_given_up(tmp_path):
    workers = Fakes(say=lambda spec: Message("progress", spec.key(), 0.5))
    started = time.monotonic()
    limit = started + 1.25 * seconds(SPECS[0]) + 0.2
    workers.wait = lambda s: time.sleep(0.01) or []
    outcome = execute(SPECS[:1], tmp_path, workers, lambda e: None, deadline=limit)
    assert outcome.left == 1
    assert workers.is_stopped
    assert limit <= time.monotonic() < limit + 1
    assert time.monotonic() - started < 10


def test_stop_ends_it_and_a_fault_too(tmp_path):
    workers = Fakes()
    outcome = execute(SPECS, tmp_path, workers, lambda e: None, should_stop=lambda: True)
    assert outcome.is_stopped
    assert outcome.left == 5
    assert workers.is_stopped

    def fault(event):
        raise BrokenPipeError

    workers = Fakes()
    with pytest.raises(BrokenPipeError):
        execute(SPECS, tmp_path, workers, fault)
    assert workers.is_stopped


def test_the_pace_is_learnt():
    pace = Pace()
    assert pace.factor == 1.0
    for _ in range(1000):
        pace.learn(SPECS[0], 3 * seconds(SPECS[0]))
    assert pace.seconds(SPECS[1]) == pytest.approx(3 * seconds(SPECS[1]), rel=0.1)
    short = Pace()
    short.learn(SPECS[0], 0.1)
    assert short.factor > 0.9
    assert [words(x) for x in (3, 600, 12_000)] == ["3 s", "10 min", "3 h 20 min"]


def start(tmp_path: Path, program: str, *arguments: str, **how: str) -> subprocess.Popen:
    (tmp_path / "fake_runs.py").write_text(FAKE)
    (tmp_path / "program.py").write_text(program)
    marks = tmp_path / "marks"
    marks.mkdir()
    roots = os.pathsep.join([str(tmp_path), *sys.path])
    environment = os.environ | {"MARKS": str(marks), "PYTHONPATH": roots} | how
    return subprocess.Popen(
        [sys.executable, str(tmp_path / "program.py"), str(tmp_path), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def specs_json() -> str:
    return json.dumps([s.to_dict() for s in SPECS])


def tries(tmp_path: Path, seed: int) -> int:
    return len(list((tmp_path / "marks").glob(SPECS[seed].key() + "-*")))


@pytest.mark.slow
def test_processes_do_the_runs_and_survive_death_and_failure(tmp_path):
    how = {"SEED_1": "dies once", "SEED_2": "fails", "SEED_3": "dies"}
    with start(tmp_path, LOCAL, specs_json(), **how) as child:
        out, err = child.communicate(timeout=120)
    assert child.returncode == 0, err
    end = json.loads(out.splitlines()[-1])
    assert (end["finished"], end["left"]) == (3, 0)
    assert end["failed"] == {
        SPECS[2].key(): "ValueError: no such thing",
        SPECS[3].key(): "its process ended with code 9",
    }
    assert [tries(tmp_path, i) for i in range(5)] == [1, 2, 1, 2, 1]
    assert len(read_results(tmp_path, SPECS)) == 3


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with signals")
def test_workers_end_when_the_study_is_killed(tmp_path):
    with start(tmp_path, LOCAL, specs_json(), **{f"SEED_{i}": "waits" for i in range(5)}) as child:
        marks = tmp_path / "marks"
        deadline = time.monotonic() + 60
        while len(written := [p for p in marks.iterdir() if p.read_text()]) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        pids = [int(p.read_text()) for p in written]
        child.send_signal(signal.SIGKILL)
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")


DASK = """
import json, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
import fake_runs
from distributed import LocalCluster
from nmrquanv.study.running.schedule import execute
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.workers import DaskWorkers

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    specs = [RunSpec.from_dict(v) for v in json.loads(sys.argv[2])]
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True,
                      dashboard_address=None, silence_logs=50) as cluster:
        workers = DaskWorkers(cluster.scheduler_address, fake_runs.run)
        assert workers.count == 2, workers.count
        outcome = execute(specs, folder, workers, lambda event: None)
    print(json.dumps({"finished": outcome.finished, "failed": outcome.failed,
                      "left": outcome.left}), flush=True)
"""


@pytest.mark.slow
def test_a_dask_cluster_finishes_everything_though_a_worker_dies(tmp_path):
    how = {"SEED_1": "dies once", "SEED_2": "fails"}
    with start(tmp_path, DASK, specs_json(), **how) as child:
        out, err = child.communicate(timeout=200)
    assert child.returncode == 0, err
    end = json.loads(out.splitlines()[-1])
    assert end == {
        "finished": 4,
        "failed": {SPECS[2].key(): "ValueError: no such thing"},
        "left": 0,
    }
    assert tries(tmp_path, 1) == 2
    assert len(read_results(tmp_path, SPECS)) == 4


def test_a_cluster_that_is_not_there_is_named(monkeypatch):
    from nmrquanv.errors import WorkerError
    from nmrquanv.study.running.workers import DaskWorkers

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WorkerError, match=r"nmrquanv\[cluster\]"):
        DaskWorkers("tcp://127.0.0.1:1")


def test_a_result_says_on_what_it_ran():
    from nmrquanv.study.running.workers import do_run

    result = do_run(RunSpec("prominence", preset="easy", spectra=1, epochs=1), lambda *told: None)
    assert result["machine"].startswith("CPU")
    assert result["metrics"]["best"]["f1_4"] > 0.5
