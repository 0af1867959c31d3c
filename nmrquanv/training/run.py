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
import torch
from numpy.typing import NDArray

from nmrquanv import __version__
from nmrquanv.errors import TrainingError
from nmrquanv.models import library
from nmrquanv.models.cards import ModelCard, Window, read_card
from nmrquanv.models.networks import build, dense, parameter_count
from nmrquanv.models.windows import FWHM_POINTS, WINDOW_POINTS
from nmrquanv.progress import Report
from nmrquanv.spectra.simulate import KINDS, SIMULATION_VERSION, simulate
from nmrquanv.training.confidence import (
    Judged,
    calibration_of,
    final_scores,
    fit_head,
    judged_peaks,
)
from nmrquanv.training.config import TrainingConfig, read_config
from nmrquanv.training.dense import DenseTask
from nmrquanv.training.metrics import expected_calibration_error, reliability
from nmrquanv.training.processes import end_with_parent
from nmrquanv.training.simulated import Windows, windows_of
from nmrquanv.training.slots import SlotsTask, SlotWindows, slot_windows_of
from nmrquanv.training.train import Epoch, LoopSettings, train

Emit = Callable[[dict[str, Any]], None]
ShouldStop = Callable[[], bool]
Scored = tuple[NDArray[np.float64], NDArray[np.bool_]]

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


def simulated_slot_windows(seed: int, numbers: Sequence[int]) -> SlotWindows:
    """Simulate spectra and cut windows for the slots head out of them."""
    parts = []
    for number in numbers:
        rng = np.random.default_rng([seed, number])
        made = simulate(rng, kind_of(number))
        parts.append(slot_windows_of(made.spectrum, made.lines, rng))
    return SlotWindows.joined(parts)


def _judged(card_path: str, seed: int, numbers: Sequence[int]) -> Judged:
    """Judge the peaks that a saved model's network finds in simulated spectra."""
    torch.set_num_threads(1)
    network = dense(library.load(card_path).network)
    parts = []
    for number in numbers:
        made = simulate(np.random.default_rng([seed, number]), kind_of(number))
        parts.append(judged_peaks(made.spectrum, made.lines, made.sigma, network))
    return Judged.joined(parts)


def _scored(card_path: str, seed: int, numbers: Sequence[int]) -> list[Scored]:
    """Score the final peaks that a saved model finds in simulated spectra."""
    torch.set_num_threads(1)
    model = library.load(card_path)
    result = []
    for number in numbers:
        made = simulate(np.random.default_rng([seed, number]), kind_of(number))
        result.append(final_scores(made.spectrum, made.lines, made.sigma, model))
    return result


def in_processes(
    function: Callable[..., Any], arguments: tuple[Any, ...], count: int, report: Report, text: str
) -> Iterator[Any]:
    """Run ``function(*arguments, numbers)`` over 0..count-1 on all cores; results in order."""
    tasks = [range(i, min(i + _TASK_SPECTRA, count)) for i in range(0, count, _TASK_SPECTRA)]
    workers = max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=end_with_parent) as pool:
        waiting = [pool.submit(function, *arguments, list(task)) for task in tasks]
        try:
            for task, future in zip(tasks, waiting, strict=True):
                report(task.start, count, text)
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def run_config(
    config_path: Path,
    output: Path,
    emit: Emit,
    should_stop: ShouldStop = lambda: False,
    device: str = "cpu",
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
    device : str
        Where the network is trained: ``"cpu"`` or an accelerator's name in torch.

    Raises
    ------
    TrainingError
        The config cannot be read, or there is no such device.
    """
    config = read_config(config_path)
    _check_device(device)
    output.mkdir(parents=True, exist_ok=True)
    log = (output / f"{config.name}.log.jsonl").open("w", encoding="utf-8")

    def tell(event: dict[str, Any]) -> None:
        emit(event)
        if event["event"] != "progress":
            log.write(json.dumps(event) + "\n")
            log.flush()

    with log:
        told = {"config": config.to_dict(), "data_version": SIMULATION_VERSION}
        tell({"event": "start", **told, "versions": versions(), "device": device_name(device)})
        card = train_model(config, output, tell, should_stop, device)
        tell({"event": "result", "path": str(output / f"{card.name}.json"), "new": card.metrics})
    return card


def _check_device(device: str) -> None:
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise TrainingError(
            f"this computer cannot train on '{device}': leave --device out"
        ) from error


def versions() -> dict[str, str]:
    """Return the versions of what decides a run's numbers."""
    import scipy

    return {
        "nmrquanv": __version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "torch": torch.__version__,
    }


def device_name(device: str) -> str:
    """Return what a run's log calls the device."""
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else device


def train_model(
    config: TrainingConfig,
    output: Path,
    emit: Emit,
    should_stop: ShouldStop = lambda: False,
    device: str = "cpu",
) -> ModelCard:
    """Simulate, train, judge and save; return the card as saved.

    Goes on after the windows' stage when the output folder holds its result for this config.
    """

    def report(done: int, total: int, text: str) -> None:
        emit({"event": "progress", "done": done, "total": total, "text": text})

    card = _card_of(config)
    path = output / f"{card.name}.json"
    if _is_trained(path, card):
        emit({"event": "resumed", "path": str(path)})
    else:
        _train_windows(card, config, path, emit, report, should_stop, device)
    if config.head == "dense":
        _add_confidence(path, config, report)
    return _calibrate(path, config, report)


def _card_of(config: TrainingConfig) -> ModelCard:
    return ModelCard(
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


def _is_trained(path: Path, wanted: ModelCard) -> bool:
    """Tell whether a model of this config and data has been through the windows' stage."""
    if not path.is_file():
        return False
    card = read_card(path)
    same = card.training == wanted.training and card.data_version == wanted.data_version
    return same and "windows" in card.metrics


def _train_windows(
    card: ModelCard,
    config: TrainingConfig,
    path: Path,
    emit: Emit,
    report: Report,
    should_stop: ShouldStop,
    device: str,
) -> None:
    """Train the network on windows and save it."""
    network = build(card).to(device)
    task = _task(config, report, device)
    emit({"event": "data", "training": len(task), "validation": task.n_validation})
    result = train(
        network,
        task,
        LoopSettings(config.epochs, config.batch, config.rate, config.seed),
        report=report,
        on_epoch=lambda e: emit(epoch_event(e, config.epochs)),
        should_stop=should_stop,
    )
    metrics: dict[str, Any] = {
        "parameters": parameter_count(network),
        "best_epoch": result.best_epoch,
        "stopped": result.is_stopped,
        "windows": asdict(result.curve[result.best_epoch - 1]) if result.curve else {},
    }
    library.save_model(path.parent, replace(card, metrics=metrics), network.cpu())


def _task(config: TrainingConfig, report: Report, device: str) -> DenseTask | SlotsTask:
    """Simulate the windows that a config asks for; the first twelfth is for validation."""
    make = simulated_windows if config.head == "dense" else simulated_slot_windows
    parts = list(in_processes(make, (config.seed,), config.spectra, report, "simulating"))
    held_out = max(1, round(len(parts) * VALIDATION_SHARE))
    if config.head == "dense":
        training, validation = Windows.joined(parts[held_out:]), Windows.joined(parts[:held_out])
        return DenseTask(training, validation, device)
    if device != "cpu":
        raise TrainingError("the slots head trains on the processor: leave --device out")
    return SlotsTask(SlotWindows.joined(parts[held_out:]), SlotWindows.joined(parts[:held_out]))


def epoch_event(epoch: Epoch, epochs: int) -> dict[str, Any]:
    """Return the event that tells of an epoch."""
    return {"event": "epoch", "epochs": epochs, **asdict(epoch)}


def _add_confidence(path: Path, config: TrainingConfig, report: Report) -> None:
    """Train the confidence head on refined peaks of further spectra."""
    model = library.load_copy(path)
    arguments = (str(path), config.seed + 1)
    parts = list(in_processes(_judged, arguments, config.judged_spectra, report, "judging peaks"))
    network = dense(model.network)
    fit_head(network.confidence, Judged.joined(parts), config.seed)
    library.save_model(path.parent, model.card, network)


def _calibrate(path: Path, config: TrainingConfig, report: Report) -> ModelCard:
    """Calibrate on the final peaks of half of yet other spectra, and measure it on the rest."""
    model = library.load_copy(path)
    count = max(2, round(config.judged_spectra * CALIBRATION_SHARE))
    arguments = (str(path), config.seed + 2)
    parts = list(in_processes(_scored, arguments, count, report, "calibrating the confidence"))
    spectra = [scored for part in parts for scored in part]
    half = len(spectra) // 2
    calibration = calibration_of(*_together(spectra[:half]))
    score, is_right = _together(spectra[half:])
    said = np.interp(score, *np.array(calibration).T) if calibration else score
    curve = reliability(said, is_right)
    figures = {
        "peaks": len(said),
        "expected_calibration_error": round(expected_calibration_error(curve), 4),
        "reliability": [[round(a, 4), round(b, 4), n] for a, b, n in curve],
    }
    metrics = model.card.metrics | {"confidence": figures}
    card = replace(model.card, calibration=calibration, metrics=metrics)
    return library.save_model(path.parent, card, model.network)


def _together(spectra: Sequence[Scored]) -> Scored:
    """Return the scores and truths of several spectra as one."""
    return np.concatenate([s for s, _ in spectra]), np.concatenate([r for _, r in spectra])
