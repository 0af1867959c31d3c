"""``nmrquanv study``: the paper's experiments, resumable, with one report.

With ``--events``, JSON lines on standard output: ``start``, ``progress`` (done, total, text),
``run`` and ``failed`` (one each), ``result`` (path of the report) or ``error``. Otherwise progress
goes to standard error and the report's path and answers to standard output.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmrquanv.cli.events import interrupts, listen_for_stop, write_event
from nmrquanv.cli.exit_codes import DONE, FAULT, INTERRUPTED, UsageError, one_line
from nmrquanv.cli.study_arguments import device_options, point_runs
from nmrquanv.cli.study_progress import StudyProgress
from nmrquanv.errors import ExportError, FormatError, NmrQuanvError, system_errors_as
from nmrquanv.extras import require
from nmrquanv.folders import refuse_ways_out
from nmrquanv.guarded import plain, read_json
from nmrquanv.progress import Emit

if TYPE_CHECKING:
    from nmrquanv.study.data.listed_signals import ListedSpectra
    from nmrquanv.study.experiments.registry import Evaluation
    from nmrquanv.study.running.results import Results
    from nmrquanv.study.running.schedule import SessionOutcome
    from nmrquanv.study.running.specs import RunSpec
    from nmrquanv.study.running.tiers import Tier
    from nmrquanv.study.running.workers import Workers

_REPORT_S = 20.0
_LEAST_S = 5.0


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the arguments ask for."""

    names: tuple[str, ...]
    tier: Tier
    evaluation: Evaluation
    specs: tuple[RunSpec, ...]
    folder: Path
    deadline: float

    def results(self) -> Results:
        """Read what has finished."""
        from nmrquanv.study.running.results import read_results

        return read_results(self.folder, self.specs, self.evaluation.of)

    def wanted(self) -> list[RunSpec]:
        """Return the runs as they are evaluated."""
        return [self.evaluation.of(spec) for spec in self.specs]


def run(arguments: argparse.Namespace) -> int:
    """Run the experiments that the arguments name and write the report."""
    if arguments.name == "check":
        from nmrquanv.cli.study_check import check

        return check(arguments)
    emit: Emit = partial(write_event, sys.stdout) if arguments.has_events else StudyProgress().tell
    try:
        with contextlib.redirect_stdout(sys.stderr):
            require("train", "a study")
            if arguments.device:
                require("quantum", "a study on a device")
            return _run(arguments, emit)
    except NmrQuanvError as error:
        if arguments.has_events:
            emit({"event": "error", "message": one_line(str(error))})
        raise


def _run(arguments: argparse.Namespace, emit: Emit) -> int:
    refuse_ways_out(arguments.output)
    plan = _plan(arguments)
    listed = _listed(arguments)
    _try_device(plan.evaluation)
    open_runs = _open_runs(plan)
    workers = _workers(arguments, len(open_runs))
    stop = threading.Event()
    try:
        _announce(plan, open_runs, workers, emit)
        _confirm(plan, open_runs, arguments)
        _make(plan.folder)
        if arguments.has_events:
            listen_for_stop(stop)
    except BaseException:
        workers.stop()
        raise
    with interrupts(stop) as was_interrupted:
        outcome = _execute(plan, workers, emit, stop)
        if listed is not None and not outcome.is_stopped:
            _add_listed(plan, listed, emit)
        path = _report(plan, outcome)
    said: dict[str, Any] = {
        "finished": outcome.finished,
        "failed": len(outcome.failed),
        "left": outcome.left,
    }
    said |= {"reasons": dict(Counter(outcome.failed.values())), "stopped": outcome.is_stopped}
    emit({"event": "result", "path": str(path), **said})
    if was_interrupted():
        return INTERRUPTED
    return FAULT if outcome.failed else DONE


def _try_device(evaluation: Evaluation) -> None:
    """Make the device before hours are spent on networks that it could not test."""
    if evaluation.device:
        from nmrquanv.study.circuits.devices import open_device

        open_device(evaluation.device, dict(evaluation.options))


def _make(folder: Path) -> None:
    """Make the folder before hours are spent on what could not be written."""
    with system_errors_as(ExportError, f"cannot make the folder '{folder}': …; choose another"):
        folder.mkdir(parents=True, exist_ok=True)


def _plan(arguments: argparse.Namespace) -> _Plan:
    started = time.monotonic()
    from nmrquanv.study.experiments.registry import EXPERIMENTS, Evaluation, all_runs, chosen
    from nmrquanv.study.running.specs import DEVICE_TEST
    from nmrquanv.study.running.tiers import TIERS

    tier = TIERS[arguments.tier].with_seeds(arguments.seeds)
    evaluator = arguments.gradient
    if arguments.device:
        evaluator = DEVICE_TEST if evaluator == "exact" else "device"
    evaluation = Evaluation(evaluator, arguments.device, arguments.shots, device_options(arguments))
    asked = {*chosen(arguments.name), *_reported(arguments.output, tier, evaluation)}
    names = tuple(name for name in EXPERIMENTS if name in asked)
    seconds = 60 * arguments.minutes if arguments.minutes else float("inf")
    reserve = min(_REPORT_S, seconds / 4)
    specs = all_runs(chosen(arguments.name), tier)
    if arguments.point is not None:
        specs = point_runs(arguments.point, tier)
    return _Plan(
        names,
        tier,
        evaluation,
        specs,
        arguments.output,
        started + max(_LEAST_S, seconds - reserve),
    )


def _listed(arguments: argparse.Namespace) -> ListedSpectra | None:
    """Read the spectra that are asked for besides, before hours are spent on runs."""
    if arguments.spectra is None:
        return None
    from nmrquanv.study.data.listed_signals import read_listed

    return read_listed(arguments.spectra)


def _add_listed(plan: _Plan, listed: ListedSpectra, emit: Emit) -> None:
    """Apply the networks of experiment ``real`` to listed spectra: some seconds, after the runs."""
    from nmrquanv.study.experiments.real_spectra import runs
    from nmrquanv.study.running.kept_networks import add_listed

    def report(done: int, total: int, text: str) -> None:
        emit({"event": "progress", "done": done, "total": total, "text": text})

    add_listed(plan.folder, map(plan.evaluation.of, runs(plan.tier)), listed, report)


def _reported(folder: Path, tier: Tier, evaluation: Evaluation) -> list[str]:
    """Return the experiments in the folder's report, when it is of the same kind."""
    try:
        report = read_json(folder / "report.json", dict[str, Any])
        is_same = report["tier"] == plain(tier.to_dict())
        is_same = is_same and report["evaluation"] == evaluation.words()
        return [e["name"] for e in report["experiments"]] if is_same else []
    except (FormatError, ValueError, KeyError, TypeError):
        return []


def _open_runs(plan: _Plan) -> list[RunSpec]:
    results = plan.results()
    return [plan.evaluation.of(spec) for spec in plan.specs if spec not in results]


def _workers(arguments: argparse.Namespace, count: int) -> Workers:
    from nmrquanv.processes import cores
    from nmrquanv.study.running.workers import DaskWorkers, LocalWorkers

    if arguments.scheduler:
        return DaskWorkers(arguments.scheduler)
    return LocalWorkers(max(1, min(arguments.workers or cores(), count)))


def _announce(plan: _Plan, open_runs: list[RunSpec], workers: Workers, emit: Emit) -> None:
    """Say what is about to start and how long it takes."""
    from nmrquanv.progress import words
    from nmrquanv.study.running.estimate import total_seconds

    seconds = total_seconds(open_runs)
    total, left = len(plan.specs), len(open_runs)
    text = f"{left} of {total} runs to do: about {words(seconds)} of one core"
    if workers.count > 1:
        text += f", {words(seconds / workers.count)} on {workers.count}"
    if plan.evaluation.device:
        text += ", if a circuit takes the device a millisecond"
    emit(
        {
            "event": "start",
            "tier": plan.tier.name,
            "experiments": list(plan.names),
            "runs": total,
            "left": left,
            "core_seconds": round(seconds),
            "workers": workers.count,
            "text": text,
        }
    )


def _confirm(plan: _Plan, open_runs: list[RunSpec], arguments: argparse.Namespace) -> None:
    """Ask before a day's work, and before anything that a device might charge for.

    Raises
    ------
    UsageError
        Nobody can be asked, or the answer is no.
    """
    from nmrquanv.progress import words
    from nmrquanv.study.running.estimate import CIRCUIT_S, device_cost, total_seconds

    reasons = []
    if plan.tier.name == "full":
        reasons.append(f"the full tier takes about {words(total_seconds(open_runs))} of one core")
    if plan.evaluation.evaluator != "exact":
        cost = device_cost(open_runs)
        where = f"the device '{arguments.device}'" if arguments.device else "parameter-shift"
        shots = f" and {cost.shots} shots" if cost.shots else ""
        told = f"{where} gets up to {cost.circuits} circuits{shots}"
        if arguments.device:
            told += f", {words(cost.circuits * CIRCUIT_S)} if each takes a millisecond"
        reasons.append(told)
    if not reasons or not open_runs or arguments.is_yes:
        return
    said = " and ".join(reasons)
    if arguments.has_events or not sys.stdin.isatty():
        raise UsageError(f"{said}: add --yes to start")
    sys.stderr.write(f"{said[:1].upper()}{said[1:]}. Start? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("not started")


def _execute(plan: _Plan, workers: Workers, emit: Emit, stop: threading.Event) -> SessionOutcome:
    from nmrquanv.study.running.schedule import execute

    return execute(
        plan.wanted(),
        plan.folder,
        workers,
        emit,
        deadline=plan.deadline,
        should_stop=stop.is_set,
    )


def _report(plan: _Plan, outcome: SessionOutcome) -> Path:
    from nmrquanv.study.experiments import device_tests
    from nmrquanv.study.experiments.registry import all_runs, summarised
    from nmrquanv.study.report.html_report import Study, write_report
    from nmrquanv.study.running.results import read_results

    specs = all_runs(plan.names, plan.tier)
    results = read_results(plan.folder, specs, plan.evaluation.of)
    summaries = tuple(summarised(name, results, plan.tier) for name in plan.names)
    if (on_device := device_tests.summarise(results, specs, plan.evaluation)) is not None:
        summaries = (on_device, *summaries)
    study = Study(plan.tier, summaries, specs, results, outcome.failed, plan.evaluation.words())
    return write_report(plan.folder, study)
