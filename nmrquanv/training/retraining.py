"""Retrain a model on what a person reviewed, and compare old and new on what neither has seen.

Simulated windows are mixed in, so that nothing is forgotten. The confidence head learns again
what the retrained network's peaks are worth, and both models are judged on held-out regions and
on a part of the benchmark. A run that was cut goes on from its folder.
"""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv.errors import TrainingError
from nmrquanv.folders import refuse_ways_out
from nmrquanv.guarded import plain
from nmrquanv.models import library
from nmrquanv.models.answering import dense_answers
from nmrquanv.models.cards import ModelCard
from nmrquanv.progress import Emit, Report
from nmrquanv.spectra.simulate import SIMULATION_VERSION
from nmrquanv.training.benchmark_set import SPECTRA_PER_KIND, compared
from nmrquanv.training.changes import held_against
from nmrquanv.training.checkpoint import Checkpoint, digest_of
from nmrquanv.training.dense import DenseTask
from nmrquanv.training.events import (
    ShouldStop,
    epoch_event,
    logged,
    reporting,
    resumed_event,
)
from nmrquanv.training.judging import calibrate, renew_confidence
from nmrquanv.training.parallel import in_processes, kept_processes
from nmrquanv.training.reviewed import (
    IGNORED_SHARE,
    Reviewed,
    Run,
    Split,
    read_examples,
    read_run,
    require_standard,
    split,
)
from nmrquanv.training.reviewed_peaks import judged_reviewed
from nmrquanv.training.seeded import simulated_windows
from nmrquanv.training.simulated import Windows, windows_of
from nmrquanv.training.stages import Size, Stages
from nmrquanv.training.train import LoopSettings, train
from nmrquanv.version import __version__

RATE = 1e-4
"""Greatest learning rate: a twentieth of that from nothing, since the start is good already."""

JUDGED_SPECTRA, CALIBRATION_SPECTRA = 120, 60
"""Simulated spectra from which the confidence learns again, and for its calibration, where much
was reviewed; little is judged with fewer (:class:`~.stages.Size`)."""

_FIRST_SEED, _SEEDS = 5_000_000, 10
"""Spectra of retraining are neither those of the shipped models nor those of the benchmark."""

_BATCH = 64
_REPEATS = 12
_VALIDATION_SHARE = 0.15
_JUDGED_REPEATS = 5
"""How often a reviewed peak counts as much as a simulated one, of which there are many more."""


def run_folder(folder: Path, emit: Emit, should_stop: ShouldStop = lambda: False) -> ModelCard:
    """Retrain as a run folder says; the candidate's files are written into it.

    Parameters
    ----------
    folder : Path
        Holds ``run.json`` and the reviewed spectra.
    emit : callable
        Called with every event; each is one JSON object.
    should_stop : callable
        True ends training with the best weights so far.

    Raises
    ------
    TrainingError
        The folder cannot be read or holds too little.
    ExportError
        A link in it leads elsewhere.
    """
    refuse_ways_out(folder)
    run = read_run(folder)
    parent = library.load(run.model)
    require_standard(parent.card)
    checkpoint = Checkpoint(
        folder / "run.checkpoint", digest_of(asdict(run), parent.card.digest(), SIMULATION_VERSION)
    )
    held = checkpoint.epoch()
    with logged(folder / "run.log.jsonl", emit, goes_on=held is not None) as tell:
        tell({"event": "start", "model": run.model, "epochs": run.epochs})
        if held is not None:
            tell(resumed_event(held, run.epochs))
        with kept_processes():
            card, event = _retrained(folder, run, tell, should_stop, checkpoint)
        tell(event)
    checkpoint.remove()
    return card


def _retrained(
    folder: Path, run: Run, emit: Emit, should_stop: ShouldStop, checkpoint: Checkpoint
) -> tuple[ModelCard, dict[str, Any]]:
    """Train, judge and save; return the card as saved and the result's event."""
    started, report = time.monotonic(), reporting(emit)
    parent_path = library.find_card(run.model)
    parent = library.load_copy(parent_path)
    examples = read_examples(folder, run.examples)
    parts = split(examples, frozenset(parent.card.data_hashes), run.seed)
    emit({"event": "split", "text": parts.how})
    rng = np.random.default_rng(run.seed)
    report(0, 0, "cutting reviewed windows")
    reviewed = _cut(parts.training, rng)
    size = Size.of(len(reviewed), Size(JUDGED_SPECTRA, CALIBRATION_SPECTRA, SPECTRA_PER_KIND))
    simulated = _simulated_beside(len(reviewed), run.simulated_share)
    steps = run.epochs * max(1, (len(reviewed) + simulated) // _BATCH)
    stages = size.stages(report, steps)
    windows = _mixed(reviewed, simulated, run.seed, rng, stages.of("windows"))
    training, validation = _parted(windows, rng)
    result = train(
        parent.network,
        DenseTask(training, validation),
        LoopSettings(run.epochs, min(_BATCH, len(training)), RATE, run.seed, is_retraining=True),
        report=stages.of("training"),
        on_epoch=lambda e: emit(epoch_event(e, run.epochs)),
        should_stop=should_stop,
        checkpoint=checkpoint,
    )
    card = _candidate_card(parent.card, parts, run)
    card = library.save_model(folder, card, parent.network)
    path = folder / f"{card.name}.json"
    if result.best_epoch:
        _renew_confidence(path, parts.training, run.seed, size, stages)
    card, said = _judged((parent_path, path), parts, size, stages)
    ended = {"stopped": result.is_stopped, "best_epoch": result.best_epoch}
    seconds = round(time.monotonic() - started, 1)
    return card, {"event": "result", "path": path.name, **said, **ended, "seconds": seconds}


def _judged(
    paths: tuple[Path, Path], parts: Split, size: Size, stages: Stages
) -> tuple[ModelCard, dict[str, Any]]:
    """Judge old and new model, and save what comes out in the new one's card; return both."""
    path = paths[1]
    compared_regions = held_against(paths, parts, stages.of("comparing"))
    benchmark = compared(*paths, stages.of("benchmark"), size.per_kind)
    model = library.load_copy(path)
    old, new, uncorrected = (compared_regions[k] for k in ("old", "new", "uncorrected"))
    told = {"held_out": new, "parent_held_out": old, "uncorrected": uncorrected}
    metrics = model.card.metrics | {
        "retrained": told | {"split": parts.how},
        "benchmark": benchmark,
    }
    card = library.save_model(path.parent, replace(model.card, metrics=metrics), model.network)
    return card, {**compared_regions, "benchmark": benchmark, "split": parts.how}


def _renew_confidence(
    path: Path, examples: tuple[Reviewed, ...], seed: int, size: Size, stages: Stages
) -> None:
    """Let the confidence learn what the peaks of a network that has changed are worth."""
    network = dense_answers(library.load(path).network)
    reviewed = [judged_reviewed(e, network) for e in examples if e.lines]
    seed = _FIRST_SEED + _SEEDS * seed
    renew_confidence(path, seed, size.judged, stages.of("judging"), _JUDGED_REPEATS * reviewed)
    calibrate(path, seed, size.calibration, stages.of("calibrating"))


def _cut(examples: tuple[Reviewed, ...], rng: np.random.Generator) -> Windows:
    """Cut windows of reviewed spectra, each spectrum several times."""
    cuts = []
    for _ in range(_REPEATS):
        for example in (e for e in examples if e.lines):
            signed = any(x.height < 0 for x in example.lines)
            cut = windows_of(
                example.spectrum,
                example.lines,
                rng,
                regions=example.regions,
                ignored_height=IGNORED_SHARE * min(abs(x.height) for x in example.lines),
                both_signs=signed,
            )
            if len(cut):
                cuts.append(cut)
    if not cuts:
        raise TrainingError("the reviewed regions hold no window to train on: review longer ones")
    return Windows.joined(cuts)


def _simulated_beside(reviewed: int, share: float) -> int:
    """Return how many simulated windows make such a share beside so many reviewed ones."""
    return round(reviewed * share / max(1.0 - share, 0.05))


def _mixed(
    reviewed: Windows, simulated: int, seed: int, rng: np.random.Generator, report: Report
) -> Windows:
    """Mix so many simulated windows in."""
    if not simulated:
        return reviewed
    spectra = max(2, simulated // 30)
    extra = Windows.joined(
        list(in_processes(simulated_windows, (seed,), spectra, report, "simulating"))
    )
    return Windows.joined([reviewed, extra.chosen(rng.permutation(len(extra))[:simulated])])


def _parted(whole: Windows, rng: np.random.Generator) -> tuple[Windows, Windows]:
    """Shuffle windows and set some aside for validation."""
    order = rng.permutation(len(whole))
    aside = max(1, round(_VALIDATION_SHARE * len(whole)))
    return whole.chosen(order[aside:]), whole.chosen(order[:aside])


def _candidate_card(parent: ModelCard, parts: Split, run: Run) -> ModelCard:
    """Return the card of the retrained model; it remembers all data that ever trained it.

    ``training`` holds the whole run: with the spectra of these hashes, it can be made again.
    """
    hashes = set(parent.data_hashes) | {e.sha256 for e in parts.training}
    told: dict[str, Any] = plain(asdict(run))
    told |= {"spectra": len(parts.training), "regions": sum(len(e.regions) for e in parts.training)}
    return replace(
        parent,
        name=f"{parent.name}-retrained",
        title=f"{parent.title}, retrained",
        training=told,
        data_hashes=tuple(sorted(hashes)),
        metrics={},
        date=date.today().isoformat(),
        code_version=__version__,
        parent=parent.digest(),
        weights_sha256="",
    )
