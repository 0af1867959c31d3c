"""Retrain a model on what a person reviewed, and compare old and new on what neither has seen.

The run folder is written by the window (``session/retraining.py`` says its form). Data are split
by spectrum; with fewer than three spectra by disjoint regions at least a window apart. Simulated
windows are mixed in, so that nothing is forgotten.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv import __version__
from nmrquanv.errors import TrainingError
from nmrquanv.models import library
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.finder import find_loaded
from nmrquanv.models.library import LoadedModel
from nmrquanv.models.networks import dense
from nmrquanv.models.windows import FWHM_POINTS, WINDOW_POINTS, narrow_width_points
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Thresholds
from nmrquanv.spectra.scoring import Score, score
from nmrquanv.spectra.spectrum import Sample, Spectrum, TrueLine
from nmrquanv.training.dense import DenseTask
from nmrquanv.training.metrics import Accuracy, accuracy
from nmrquanv.training.run import Emit, ShouldStop, epoch_event, in_processes, simulated_windows
from nmrquanv.training.simulated import Windows, windows_of
from nmrquanv.training.train import LoopSettings, train

Region = tuple[float, float]

RATE = 1e-4
"""Greatest learning rate: a twentieth of that from nothing, since the start is good already."""

HELD_OUT_SHARE = 0.3
FEWEST_SPECTRA = 3
_BATCH = 64
_REPEATS = 12
_VALIDATION_SHARE = 0.15
_IGNORED_SHARE = 0.8
"""What is weaker than this share of the weakest marked line was below the user's thresholds: it was
not shown, so nobody has judged it."""


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """A spectrum and the regions in which a person vouches for the peak list.

    Parameters
    ----------
    spectrum : Spectrum
    lines : tuple of TrueLine
        Inside the regions; there is none besides.
    regions : tuple of (high_ppm, low_ppm)
    name : str
    sha256 : str
        Of its data: what the card remembers.
    """

    spectrum: Spectrum
    lines: tuple[TrueLine, ...]
    regions: tuple[Region, ...]
    name: str
    sha256: str

    def within(self, regions: tuple[Region, ...]) -> Reviewed:
        """Return the same spectrum with fewer regions, and the lines in them."""
        lines = tuple(x for x in self.lines if any(low <= x.ppm <= high for high, low in regions))
        return replace(self, regions=regions, lines=lines)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Reviewed data for training and for the comparison, and how they were told apart."""

    training: tuple[Reviewed, ...]
    held_out: tuple[Reviewed, ...]
    how: str


def read_examples(folder: Path, entries: list[dict[str, Any]]) -> tuple[Reviewed, ...]:
    """Read the reviewed spectra of a run folder.

    Raises
    ------
    TrainingError
        A file is missing or damaged; names it.
    """
    result = []
    for entry in entries:
        path = folder / str(entry["spectrum"])
        try:
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            result.append(_reviewed(arrays, entry))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{path}: no readable reviewed spectrum ({error})") from error
    return tuple(result)


def _reviewed(arrays: dict[str, Any], entry: dict[str, Any]) -> Reviewed:
    data = arrays["real"] + 1j * arrays["imag"] if "imag" in arrays else arrays["real"]
    sw_hz, sf_mhz, offset = (float(arrays[k]) for k in ("sw_hz", "sf_mhz", "offset_ppm"))
    axis = Axis(data.size, sw_hz, sf_mhz, offset)
    time_points = float(arrays["time_points"])
    spectrum = Spectrum(
        data,
        axis,
        Sample(nucleus=str(arrays["nucleus"])),
        time_points=time_points if np.isfinite(time_points) else None,
    )
    width = narrow_width_points(spectrum) * axis.point_hz
    lines = tuple(
        TrueLine(float(p["ppm"]), float(p["fwhm_hz"] or width), float(p["height"]))
        for p in entry["peaks"]
    )
    regions = tuple((float(max(r)), float(min(r))) for r in entry["regions"])
    digest = str(entry.get("sha256") or entry["name"])
    return Reviewed(spectrum, lines, regions, str(entry["name"]), digest)


def split(examples: tuple[Reviewed, ...], known: frozenset[str], seed: int) -> Split:
    """Set data aside that neither the model nor any parent was trained on.

    Parameters
    ----------
    examples : tuple of Reviewed
    known : frozenset of str
        Hashes of all data that the model or a parent was trained on: never held out.
    seed : int

    Raises
    ------
    TrainingError
        Nothing can be set aside; says what to review.
    """
    rng = np.random.default_rng(seed)
    fresh = [e for e in examples if e.sha256 not in known]
    names = {e.sha256 for e in examples}
    if len(names) >= FEWEST_SPECTRA and fresh:
        hashes = sorted({e.sha256 for e in fresh})
        count = min(max(1, round(HELD_OUT_SHARE * len(names))), len(hashes))
        chosen = set(rng.choice(hashes, count, replace=False))
        held = tuple(e for e in examples if e.sha256 in chosen)
        kept = tuple(e for e in examples if e.sha256 not in chosen)
        if kept and sum(len(e.lines) for e in held):
            return Split(kept, held, f"by spectrum: {len(chosen)} of {len(names)} held out")
    return _split_by_region(fresh, examples, rng)


def _split_by_region(
    fresh: list[Reviewed], examples: tuple[Reviewed, ...], rng: np.random.Generator
) -> Split:
    """Cut each fresh spectrum's reviewed stretch in two, a window left unused between."""
    training = [e for e in examples if all(e is not f for f in fresh)]
    held = []
    for example in fresh:
        pair = _cut(example, from_left=bool(rng.random() < 0.5))
        if pair is None:
            training.append(example)
            continue
        training.append(pair[0])
        held.append(pair[1])
    if not held or not any(e.lines for e in training):
        raise TrainingError(
            "the reviewed regions are too few to set some aside for the comparison: review a "
            "second region (or a longer one) of a spectrum that the model was not trained on"
        )
    how = "by disjoint regions of the same spectra, since fewer than three spectra were reviewed"
    return Split(tuple(training), tuple(held), how)


def _cut(example: Reviewed, *, from_left: bool) -> tuple[Reviewed, Reviewed] | None:
    """Return the larger and the smaller part of a spectrum's regions, at least a window apart."""
    ppm = np.sort([x.ppm for x in example.lines])
    if len(ppm) < 4:
        return None
    native = narrow_width_points(example.spectrum) / FWHM_POINTS
    apart = WINDOW_POINTS * native * example.spectrum.axis.point_ppm
    share = HELD_OUT_SHARE if from_left else 1.0 - HELD_OUT_SHARE
    at = float(np.quantile(ppm, 1.0 - share))
    above = _clipped(example.regions, np.inf, at + apart / 2)
    below = _clipped(example.regions, at - apart / 2, -np.inf)
    kept, held = (below, above) if from_left else (above, below)
    parts = example.within(kept), example.within(held)
    return parts if all(len(p.lines) >= 2 for p in parts) else None


def _clipped(regions: tuple[Region, ...], high: float, low: float) -> tuple[Region, ...]:
    clipped = [(min(h, high), max(lo, low)) for h, lo in regions]
    return tuple((h, lo) for h, lo in clipped if h > lo)


def measure(model: LoadedModel, examples: tuple[Reviewed, ...]) -> Accuracy:
    """Return how well a model's shown peaks agree with reviewed lines, in the regions only.

    Notes
    -----
    Every line that the person marked counts, however weak: noise is set so that it does.
    """
    scores: list[Score] = []
    for example in examples:
        found = find_loaded(example.spectrum, model).passing(Thresholds())
        for region in example.regions:
            part = example.within((region,))
            peaks = [p for p in found if region[1] <= p.ppm <= region[0]]
            weakest = min((abs(x.height) for x in part.lines), default=1.0)
            scores.append(score(peaks, part.lines, example.spectrum.axis, weakest / 6.001))
    return accuracy(scores)


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
    """
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        name, epochs = str(run["model"]), int(run["epochs"])
        share, seed = float(run["simulated_share"]), int(run["seed"])
        entries = list(run["examples"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{folder}: no readable run.json ({error})") from error
    started = time.monotonic()
    emit({"event": "start", "model": name, "epochs": epochs})
    parent = library.load_copy(name)
    network = dense(parent.network)
    parts = split(read_examples(folder, entries), frozenset(parent.card.data_hashes), seed)
    emit({"event": "split", "text": parts.how})
    old = measure(library.load(name), parts.held_out)

    def report(done: int, total: int, text: str) -> None:
        emit({"event": "progress", "done": done, "total": total, "text": text})

    training, validation = _windows(parts.training, share, seed, report)
    result = train(
        network,
        DenseTask(training, validation),
        LoopSettings(epochs, min(_BATCH, len(training)), RATE, seed, is_retraining=True),
        report=report,
        on_epoch=lambda e: emit(epoch_event(e, epochs)),
        should_stop=should_stop,
    )
    card = _candidate_card(parent.card, parts, run)
    new = measure(LoadedModel(card, network), parts.held_out)
    heldout = {"held_out": new.to_dict(), "parent_held_out": old.to_dict(), "split": parts.how}
    card = library.save_model(folder, replace(card, metrics={"retrained": heldout}), network)
    emit(
        {
            "event": "result",
            "path": f"{card.name}.json",
            "old": old.to_dict(),
            "new": new.to_dict(),
            "split": parts.how,
            "stopped": result.is_stopped,
            "best_epoch": result.best_epoch,
            "seconds": round(time.monotonic() - started, 1),
        }
    )
    return card


def _windows(
    examples: tuple[Reviewed, ...], share: float, seed: int, report: Any
) -> tuple[Windows, Windows]:
    """Cut windows of reviewed spectra, mix simulated ones in, set some aside for validation."""
    rng = np.random.default_rng(seed)
    cuts = []
    for number in range(_REPEATS):
        report(number, _REPEATS, "cutting reviewed windows")
        for example in (e for e in examples if e.lines):
            signed = any(x.height < 0 for x in example.lines)
            cut = windows_of(
                example.spectrum,
                example.lines,
                rng,
                regions=example.regions,
                ignored_height=_IGNORED_SHARE * min(abs(x.height) for x in example.lines),
                both_signs=signed,
            )
            if len(cut):
                cuts.append(cut)
    if not cuts:
        raise TrainingError("the reviewed regions hold no window to train on: review longer ones")
    reviewed = Windows.joined(cuts)
    wanted = round(len(reviewed) * share / max(1.0 - share, 0.05))
    if share > 0 and wanted:
        spectra = max(2, wanted // 30)
        simulated = list(in_processes(simulated_windows, (seed,), spectra, report, "simulating"))
        extra = Windows.joined(simulated)
        extra = extra.chosen(rng.permutation(len(extra))[:wanted])
        whole = Windows.joined([reviewed, extra])
    else:
        whole = reviewed
    order = rng.permutation(len(whole))
    aside = max(1, round(_VALIDATION_SHARE * len(whole)))
    return whole.chosen(order[aside:]), whole.chosen(order[:aside])


def _candidate_card(parent: ModelCard, parts: Split, run: dict[str, Any]) -> ModelCard:
    """Return the card of the retrained model; it remembers all data that ever trained it."""
    hashes = set(parent.data_hashes) | {e.sha256 for e in parts.training}
    told = {k: run[k] for k in ("model", "epochs", "simulated_share", "seed")}
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
