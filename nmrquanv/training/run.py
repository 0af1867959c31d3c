"""Training runs from nothing: simulate, train, judge, calibrate, measure, save.

``run_config`` makes the bundled models; its only inputs are a config and the program. Every step
is seeded. Retraining on a user's corrections is in ``retraining.py``.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nmrquanv.errors import TrainingError
from nmrquanv.folders import refuse_ways_out
from nmrquanv.models import library
from nmrquanv.models.cards import ModelCard, read_card
from nmrquanv.models.networks import build, parameter_count
from nmrquanv.progress import Emit, Report
from nmrquanv.spectra.simulate import SIMULATION_VERSION
from nmrquanv.training.checkpoint import Checkpoint, digest_of
from nmrquanv.training.config import Precision, TrainingConfig, read_config
from nmrquanv.training.dense import DenseTask
from nmrquanv.training.events import (
    ShouldStop,
    epoch_event,
    logged,
    reporting,
    resumed_event,
)
from nmrquanv.training.judging import add_confidence, add_last_word, calibrate
from nmrquanv.training.parallel import TASK_SPECTRA, in_processes, kept_processes
from nmrquanv.training.precision import used_precision
from nmrquanv.training.seeded import simulated_windows
from nmrquanv.training.simulated import Windows
from nmrquanv.training.slots import SlotsTask, SlotWindows, simulated_slot_windows
from nmrquanv.training.train import LoopSettings, train
from nmrquanv.version import __version__

VALIDATION_SHARE = 1 / 12
CALIBRATION_SHARE = 1 / 3


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
    refuse_ways_out(output)
    config = read_config(config_path)
    _check_device(device)
    card, checkpoint = _card_of(config), _checkpoint_of(config, output)
    goes_on = _is_trained(_path_of(card, output), card) or checkpoint.epoch() is not None
    with logged(output / f"{config.name}.log.jsonl", emit, goes_on=goes_on) as tell:
        told = {"config": config.to_dict(), "data_version": SIMULATION_VERSION}
        told |= {"versions": versions(), "device": device_name(device)}
        tell({"event": "start", **told, "precision": precision_of(config, device)})
        with kept_processes():
            card = train_model(config, output, tell, should_stop, device)
        tell({"event": "result", "path": str(_path_of(card, output)), "new": card.metrics})
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


def precision_of(config: TrainingConfig, device: str) -> Precision:
    """Return the precision that a run of a config has on a device."""
    return used_precision(config.precision, device) if config.head == "dense" else "float32"


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

    A run that was cut goes on from the output folder: after the last epoch that it finished, or
    after the windows' stage, when the folder holds its state for this config and data version.
    """
    report, card = reporting(emit), _card_of(config)
    path = _path_of(card, output)
    if _is_trained(path, card):
        emit({"event": "resumed", "path": str(path)})
    else:
        _train_windows(card, config, path, emit, should_stop, device)
    _checkpoint_of(config, output).remove()
    if config.head == "dense":
        add_confidence(path, config.data_seed, config.judged_spectra, report)
        add_last_word(path, config.data_seed, config.judged_spectra, report)
    spectra = round(config.judged_spectra * CALIBRATION_SHARE)
    return calibrate(path, config.data_seed, spectra, report)


def _path_of(card: ModelCard, output: Path) -> Path:
    return output / f"{card.name}.json"


def _checkpoint_of(config: TrainingConfig, output: Path) -> Checkpoint:
    run = digest_of(config.to_dict(), SIMULATION_VERSION)
    return Checkpoint(output / f"{config.name}.checkpoint", run)


def _card_of(config: TrainingConfig) -> ModelCard:
    return ModelCard(
        config.name,
        config.title or config.name,
        config.kind,
        config.architecture(),
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
    should_stop: ShouldStop,
    device: str,
) -> None:
    """Train the network on windows and save it; go on from the checkpoint where there is one."""
    report, checkpoint = reporting(emit), _checkpoint_of(config, path.parent)
    held = checkpoint.epoch()
    if held is not None:
        emit(resumed_event(held, config.epochs))
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
        checkpoint=checkpoint,
    )
    metrics: dict[str, Any] = {
        "parameters": parameter_count(network),
        "best_epoch": result.best_epoch,
        "stopped": result.is_stopped,
        "precision": precision_of(config, device),
        "windows": asdict(result.curve[result.best_epoch - 1]) if result.curve else {},
    }
    library.save_model(path.parent, replace(card, metrics=metrics), network.cpu())


def _task(config: TrainingConfig, report: Report, device: str) -> DenseTask | SlotsTask:
    """Simulate the windows that a config asks for; the first twelfth is for validation."""
    make = simulated_windows if config.head == "dense" else simulated_slot_windows
    # At least two parts, one of them for validation.
    part = max(1, min(TASK_SPECTRA, config.spectra // 2))
    parts = list(
        in_processes(make, (config.data_seed,), config.spectra, report, "simulating", at_once=part)
    )
    held_out = max(1, round(len(parts) * VALIDATION_SHARE))
    if config.head == "dense":
        training, validation = Windows.joined(parts[held_out:]), Windows.joined(parts[:held_out])
        return DenseTask(training, validation, device, precision_of(config, device))
    if device != "cpu":
        raise TrainingError("the slots head trains on the processor: leave --device out")
    return SlotsTask(SlotWindows.joined(parts[held_out:]), SlotWindows.joined(parts[:held_out]))
