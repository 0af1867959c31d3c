"""Run one spec from data to figures: the study's unit of work.

A run is a pure function of its spec (and, to rounding, of the machine): it makes its spectra,
trains or tunes, tests, and returns JSON values.
"""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from nmrquanv.progress import Report, silent_report
from nmrquanv.study.data.datasets import PRESET_VERSION, Preset, Spectra, make
from nmrquanv.study.data.study_metrics import constant_f1, counted, measure, tuned_threshold
from nmrquanv.study.running.pickers import tuned
from nmrquanv.study.running.predictions import PREDICTIONS, packed
from nmrquanv.study.running.specs import (
    DEVICE_TEST,
    HELD_OUT,
    STUDY_VERSION,
    WITHOUT_DEVICE,
    RunSpec,
)
from nmrquanv.version import __version__

__all__ = ["STUDY_VERSION", "RunSpec", "held_out", "run", "training_spectra"]

_VALIDATION_SEED, _TEST_SEED, _TRAINING_SEED = 1, 2, 1000
_FLOOR_SPECTRA = 300


def training_spectra(spec: RunSpec) -> Spectra:
    """Make the training spectra of a run; they depend on its seed."""
    return make(spec.chosen_preset(), spec.spectra, _TRAINING_SEED + spec.seed)


@lru_cache(maxsize=4)
def held_out(preset: Preset, count: int = HELD_OUT) -> tuple[Spectra, Spectra]:
    """Make the validation and test spectra of a preset: the same for all runs on it."""
    return make(preset, count, _VALIDATION_SEED), make(preset, count, _TEST_SEED)


def spectra_of(spec: RunSpec) -> tuple[Spectra, Spectra]:
    """Make the validation and test spectra of a run."""
    preset = spec.chosen_preset()
    return held_out(preset, spec.held_out)[0], held_out(preset, spec.tested)[1]


@dataclass(frozen=True, slots=True)
class Floors:
    """What the best answer that never looks gets: F1 at 4 points, and the share of right counts."""

    f1: float
    count: float


@lru_cache(maxsize=256)
def floors(preset: Preset) -> Floors:
    """Return the floors under a finder's figures on spectra of a preset."""
    return floors_on(make(preset, _FLOOR_SPECTRA, _TEST_SEED))


def floors_on(spectra: Spectra) -> Floors:
    """Return the floors under a finder's figures on these very spectra."""
    counts = np.bincount(spectra.is_line.sum(axis=1))
    return Floors(constant_f1(spectra), float(counts.max() / len(spectra)))


def run(spec: RunSpec, report: Report = silent_report, device: str = "cpu") -> dict[str, Any]:
    """Do one run.

    Parameters
    ----------
    spec : RunSpec
    report : Report
        Called at every training step; may cancel.
    device : str
        Torch's, for the arithmetic. No part of the run's identity.

    Returns
    -------
    dict
        JSON values: ``spec``, ``key``, ``metrics`` of the checkpoints "last" and "best" (see
        :func:`~nmrquanv.study.data.study_metrics.measure`, and ``loss``), ``curve`` (one entry an
        epoch; one in five where the answers are kept), ``seconds``, ``versions``, ``data_hash``,
        ``extra``. "predictions" are the best checkpoint's answers to the test spectra, arrays (see
        :func:`~nmrquanv.study.running.predictions.packed`). A classical picker has one
        checkpoint under both names and no curve. A network that is applied to real spectra is kept:
        ``weights`` of its best checkpoint, name -> array, which are no JSON values.
    """
    started = time.perf_counter()
    result: dict[str, Any] = {"spec": spec.to_dict(), "key": spec.key()}
    result |= _trained(spec, report, device) if spec.is_network else _picked(spec)
    return result | {
        "seconds": round(time.perf_counter() - started, 3),
        "versions": _versions(spec),
        "data_hash": {
            name: spectra.digest()[:16]
            for name, spectra in zip(("validation", "test"), spectra_of(spec), strict=True)
        }
        | result["data_hash"],
    }


def _picked(spec: RunSpec) -> dict[str, Any]:
    validation, test = spectra_of(spec)
    answers, chosen = tuned(spec.front_end, validation)
    figures = {**measure(answers(test), test, chosen["threshold"]), "loss": None}
    extra: dict[str, Any] = {"tuned": chosen}
    if "real" in spec.measures:
        from nmrquanv.study.data.real_windows import measure_answers, real_windows

        extra["real"] = measure_answers(answers(real_windows().spectra), chosen["threshold"])
    return {
        "metrics": {"last": figures, "best": figures},
        "curve": [],
        "data_hash": {},
        "extra": extra,
    }


def _trained(spec: RunSpec, report: Report, device: str) -> dict[str, Any]:
    from nmrquanv.models.networks import parameter_count
    from nmrquanv.study.running.heads import judged
    from nmrquanv.study.running.learning import learn, tested_circuit

    training, (validation, test) = training_spectra(spec), spectra_of(spec)
    learned = learn(spec, training, validation, device=device, report=report)
    head, network = learned.head, learned.network
    known, unseen = (tuple(t.to(device) for t in head.tensors(s)) for s in (validation, test))
    metrics = {}
    for checkpoint in ("last", "best"):
        learned.use(checkpoint)
        threshold, _ = tuned_threshold(judged(head, network, known)[0], validation)
        with tested_circuit(network, spec):
            answers, loss = judged(head, network, unseen)
        metrics[checkpoint] = {**measure(answers, test, threshold), "loss": loss}
    threshold = float(metrics["best"]["threshold"] or 0.0)
    extra: dict[str, Any] = {
        "best_epoch": learned.best_epoch,
        "parameters": parameter_count(network),
        "front_end_parameters": parameter_count(network.front_end),
    }
    if spec.evaluator == DEVICE_TEST:
        exact, loss = judged(head, network, unseen)
        extra[WITHOUT_DEVICE] = {**measure(exact, test, threshold), "loss": loss}
    measured = (name for name in spec.measures if name != PREDICTIONS)
    extra |= {name: _measured(name, learned, spec, test, threshold) for name in measured}
    arrays: dict[str, Any] = {}
    if PREDICTIONS in spec.measures:
        arrays[PREDICTIONS] = packed(answers, threshold)
        extra["by_spectrum"] = counted(answers, test, threshold)
    if "real" in spec.measures:
        arrays["weights"] = {n: w.cpu().numpy() for n, w in learned.checkpoints["best"].items()}
    return {
        "metrics": metrics,
        "curve": learned.rows()[:: 10 if PREDICTIONS in arrays else 1],
        "data_hash": {"training": training.digest()[:16]},
        "extra": extra,
        **arrays,
    }


def _measured(name: str, learned: Any, spec: RunSpec, test: Spectra, threshold: float) -> Any:
    """Take an extra measure of the best checkpoint, which is in the network."""
    if name == "entanglement":
        from nmrquanv.study.running.measures import entanglement

        return entanglement(learned, test, threshold)
    if name == "mitigation":
        from nmrquanv.study.running.measures import mitigation

        return mitigation(learned, spec, (spectra_of(spec)[0], test))
    if name == "trainability":
        from nmrquanv.study.running.measures import trainability

        return trainability(spec, test)
    from nmrquanv.study.running.measures import real

    return real(learned, threshold)


def _versions(spec: RunSpec) -> dict[str, str]:
    versions = {
        "nmrquanv": __version__,
        "study": str(STUDY_VERSION),
        "presets": str(PRESET_VERSION),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    if spec.is_network:
        import torch

        versions["torch"] = torch.__version__
    return versions
