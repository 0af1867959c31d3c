"""Training runs from nothing: simulate, train, judge, calibrate, measure, save.

``run_config`` makes the bundled models; its only inputs are a config and the program. Every step
is seeded. Retraining on a user's corrections is in ``retraining.py``.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv import __version__
from nmrquanv.models import library
from nmrquanv.models.cards import ModelCard, Window
from nmrquanv.models.networks import DenseNetwork, build, dense, parameter_count
from nmrquanv.models.windows import FWHM_POINTS, WINDOW_POINTS
from nmrquanv.progress import Report
from nmrquanv.spectra.simulate import KINDS, SIMULATION_VERSION, simulate
from nmrquanv.training.confidence import Judged, calibration_of, fit_head, judged_peaks, scores
from nmrquanv.training.config import TrainingConfig, read_config
from nmrquanv.training.metrics import expected_calibration_error, reliability
from nmrquanv.training.simulated import Windows, windows_of
from nmrquanv.training.train import Epoch, LoopSettings, train

Emit = Callable[[dict[str, Any]], None]
ShouldStop = Callable[[], bool]

VALIDATION_SHARE = 1 / 12
CALIBRATION_SHARE = 1 / 3
_TASK_SPECTRA = 10

_log = logging.getLogger(__name__)


def kind_of(number: int) -> str:
    """Return the kind of a training spectrum: every second one mixed, else each kind in turn."""
    return "mixed" if number % 2 else KINDS[(number // 2) % (len(KINDS) - 1)]


def simulated_windows(seed: int, numbers: Sequence[int]) -> Windows:
    """Simulate spectra and cut training windows out of them; every spectrum has its own seed."""
    parts = []
    for number in numbers:
        rng = np.random.default_rng([seed, number])
        made = simulate(rng, kind_of(number))
        signed = any(line.height < 0 for line in made.lines)
        parts.append(windows_of(made.spectrum, made.lines, rng, both_signs=signed))
    return Windows.joined(parts)


def _judged(card_path: str, seed: int, numbers: Sequence[int]) -> Judged:
    """Judge the peaks that a saved model finds in simulated spectra."""
    import torch

    torch.set_num_threads(1)
    network = dense(library.load(card_path).network)
    parts = []
    for number in numbers:
        made = simulate(np.random.default_rng([seed, number]), kind_of(number))
        parts.append(judged_peaks(made.spectrum, made.lines, made.sigma, network))
    return Judged.joined(parts)


def in_processes(
    function: Callable[..., Any], arguments: tuple[Any, ...], count: int, report: Report, text: str
) -> Iterator[Any]:
    """Run ``function(*arguments, numbers)`` over 0..count-1 on all cores; results in order."""
    tasks = [range(i, min(i + _TASK_SPECTRA, count)) for i in range(0, count, _TASK_SPECTRA)]
    workers = max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(function, *arguments, list(task)) for task in tasks]
        try:
            for task, future in zip(tasks, waiting, strict=True):
                report(task.start, count, text)
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def run_config(
    config_path: Path, output: Path, emit: Emit, should_stop: ShouldStop = lambda: False
) -> ModelCard:
    """Train a model from nothing and save it.

    Parameters
    ----------
    config_path : Path
        A JSON file with the entries of :class:`TrainingConfig`.
    output : Path
        Folder for the model's card and weights, the run's log and its config.
    emit : callable
        Called with every event; each is one JSON object.
    should_stop : callable
        True ends the epochs early with the best weights so far.

    Raises
    ------
    TrainingError
        The config cannot be read.
    """
    config = read_config(config_path)
    output.mkdir(parents=True, exist_ok=True)
    log = (output / f"{config.name}.log.jsonl").open("w", encoding="utf-8")

    def tell(event: dict[str, Any]) -> None:
        emit(event)
        if event["event"] != "progress":
            log.write(json.dumps(event) + "\n")
            log.flush()

    with log:
        tell({"event": "start", "config": config.to_dict(), "data_version": SIMULATION_VERSION})
        card = train_model(config, output, tell, should_stop)
        tell({"event": "result", "path": str(output / f"{card.name}.json"), "new": card.metrics})
    return card


def train_model(
    config: TrainingConfig, output: Path, emit: Emit, should_stop: ShouldStop = lambda: False
) -> ModelCard:
    """Simulate, train, judge and save; return the card as saved."""

    def report(done: int, total: int, text: str) -> None:
        emit({"event": "progress", "done": done, "total": total, "text": text})

    card = ModelCard(
        config.name,
        config.title or config.name,
        config.kind,
        config.architecture(),
        window=Window(WINDOW_POINTS, FWHM_POINTS),
        training=config.to_dict(),
        data_version=f"simulation {SIMULATION_VERSION}",
        date=date.today().isoformat(),
        code_version=__version__,
    )
    network = dense(build(card))
    parts = list(
        in_processes(simulated_windows, (config.seed,), config.spectra, report, "simulating")
    )
    held_out = max(1, round(len(parts) * VALIDATION_SHARE))
    validation, training = Windows.joined(parts[:held_out]), Windows.joined(parts[held_out:])
    emit({"event": "data", "training": len(training), "validation": len(validation)})
    result = train(
        network,
        training,
        validation,
        LoopSettings(config.epochs, config.batch, config.rate, config.seed),
        report=report,
        on_epoch=lambda e: emit(epoch_event(e, config.epochs)),
        should_stop=should_stop,
    )
    metrics: dict[str, Any] = {
        "parameters": parameter_count(network),
        "best_epoch": result.best_epoch,
        "stopped": result.is_stopped,
    }
    if result.curve:
        metrics["windows"] = asdict(result.curve[result.best_epoch - 1])
    card = library.save_model(output, card, network)
    card = add_confidence(card, network, config, output, report)
    return library.save_model(output, replace(card, metrics=metrics | card.metrics), network)


def epoch_event(epoch: Epoch, epochs: int) -> dict[str, Any]:
    """Return the event that tells of an epoch."""
    return {"event": "epoch", "epochs": epochs, **asdict(epoch)}


def add_confidence(
    card: ModelCard, network: DenseNetwork, config: TrainingConfig, output: Path, report: Report
) -> ModelCard:
    """Train the confidence head on refined peaks of further spectra; return the calibrated card."""
    path = str(output / f"{card.name}.json")
    parts = list(
        in_processes(
            _judged, (path, config.seed + 1), config.judged_spectra, report, "judging peaks"
        )
    )
    held_out = max(1, round(len(parts) * CALIBRATION_SHARE))
    report(0, 1, "calibrating the confidence")
    fit_head(network.confidence, Judged.joined(parts[held_out:]), config.seed)
    calibration, figures = calibrated(network, Judged.joined(parts[:held_out]))
    return replace(card, calibration=calibration, metrics={"confidence": figures})


def calibrated(
    network: DenseNetwork, judged: Judged
) -> tuple[tuple[tuple[float, float], ...], dict[str, Any]]:
    """Calibrate on one half of held-out peaks; measure the calibration on the other half."""
    score, right = scores(network.confidence, judged)[judged.counts], judged.is_right[judged.counts]
    half = len(score) // 2
    calibration = calibration_of(score[:half], right[:half])
    held = score[half:]
    said = np.interp(held, *np.array(calibration).T) if calibration else held
    curve = reliability(said, right[half:])
    figures = {
        "peaks": len(said),
        "expected_calibration_error": round(expected_calibration_error(curve), 4),
        "reliability": [[round(a, 4), round(b, 4), n] for a, b, n in curve],
    }
    return calibration, figures
