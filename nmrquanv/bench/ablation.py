"""What the front end is worth: the same head behind four of them, from the logs of their training.

``resources/training/ablation`` holds the logs. Each run trained the same dense head on the same
simulated windows; runs differ in the front end and in the seed of weights, circuits and order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nmrquanv.errors import FormatError, TrainingError
from nmrquanv.guarded import MAX_JSON_BYTES, as_type, parse_json, read_regular
from nmrquanv.statistics import Estimate, Paired, estimate, paired, share

FRONT_ENDS = {
    "quanv": "quanvolution, learnable",
    "quanv-frozen": "quanvolution, frozen",
    "cnn": "convolution",
    "quadratic": "free quadratic filter",
}
"""Names of the runs, and what stands in front of the head."""

REFERENCE = "quanv"


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """One front end over its seeds.

    Parameters
    ----------
    name : str
        Key of :data:`FRONT_ENDS`.
    f1, loss : Estimate
        F1 of line points and loss on held-out simulated windows.
    less_than_reference : Paired
        F1 of the learnable quanvolution minus this one's, seed by seed.
    """

    name: str
    f1: Estimate
    loss: Estimate
    less_than_reference: Paired


@dataclass(frozen=True, slots=True)
class Ablation:
    """All front ends after the same number of epochs.

    Parameters
    ----------
    epoch, epochs : int
        The last epoch that every run has finished, of how many.
    seeds : tuple of int
    front_ends : tuple of FrontEnd
    """

    epoch: int
    epochs: int
    seeds: tuple[int, ...]
    front_ends: tuple[FrontEnd, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class EpochLine:
    """What the log of a training says of an epoch, as far as it is compared."""

    epoch: int
    epochs: int
    f1: float
    val_loss: float


@dataclass(frozen=True, slots=True)
class _Config:
    name: str
    seed: int


Curve = Mapping[int, EpochLine]


def read_curves(folder: Path) -> dict[tuple[str, int], Curve]:
    """Read the learning curves of all logs in a folder.

    Returns
    -------
    dict
        ``(name, seed)`` -> epoch -> its line.

    Raises
    ------
    TrainingError
        The folder holds no log, or one that cannot be read.
    """
    curves: dict[tuple[str, int], Curve] = {}
    for path in sorted(folder.glob("*.log.jsonl")):
        try:
            lines = read_regular(path, MAX_JSON_BYTES).splitlines()
            events = [parse_json(line, dict[str, Any], path.name) for line in lines]
            start = next(e["config"] for e in events if e["event"] == "start")
            config = as_type(start, _Config, path.name)
            told = [e for e in events if e["event"] == "epoch"]
            curve = {e.epoch: e for e in as_type(told, list[EpochLine], path.name)}
            curves[config.name, config.seed] = curve
        except (FormatError, ValueError, KeyError, TypeError, StopIteration) as error:
            raise TrainingError(f"{path}: no log of a training run ({error!r})") from error
    if not curves:
        raise TrainingError(f"{folder}: holds no log of a training run (*.log.jsonl)")
    return curves


def ablation(curves: Mapping[tuple[str, int], Curve]) -> Ablation:
    """Compare front ends over the seeds that all of them have.

    Raises
    ------
    TrainingError
        The reference is missing, no seed is common to all, or a run has finished no epoch.
    """
    names = [name for name in FRONT_ENDS if any(name == key[0] for key in curves)]
    if REFERENCE not in names:
        raise TrainingError(f"the logs hold no run of '{REFERENCE}', with which all are compared")
    seeds = [s for s in sorted({s for _, s in curves}) if all((n, s) in curves for n in names)]
    used = [curves[n, s] for n in names for s in seeds]
    epoch = min((max(curve, default=0) for curve in used), default=0)
    if epoch < 1 or any(epoch not in curve for curve in used):
        raise TrainingError("the logs have no seed and no epoch that all front ends share")

    def values(name: str, figure: str) -> Sequence[float]:
        return [float(getattr(curves[name, seed][epoch], figure)) for seed in seeds]

    reference = values(REFERENCE, "f1")
    return Ablation(
        epoch,
        used[0][epoch].epochs,
        tuple(seeds),
        tuple(
            FrontEnd(
                name,
                share(values(name, "f1")),
                estimate(values(name, "val_loss")),
                paired(reference, values(name, "f1")),
            )
            for name in names
        ),
    )


def markdown(found: Ablation) -> str:
    """Return the comparison as a Markdown table."""
    rows = [
        f"After epoch {found.epoch} of {found.epochs}, seeds "
        f"{', '.join(map(str, found.seeds))}; mean and 95 % interval over seeds.",
        "",
        "| front end | F1 of line points | loss | learnable quanvolution minus this |",
        "|---|---|---|---|",
    ]
    for one in found.front_ends:
        less = "–" if one.name == REFERENCE else _spread(one.less_than_reference.difference, True)
        rows.append(
            f"| {FRONT_ENDS[one.name]} | {_spread(one.f1)} | {_spread(one.loss)} | {less} |"
        )
    return "\n".join(rows) + "\n"


def _spread(value: Estimate, is_signed: bool = False) -> str:
    sign = "+" if is_signed else ""
    if not value.has_interval:
        return f"{value.mean:{sign}.4f}"
    return f"{value.mean:{sign}.4f} ({value.low:{sign}.4f} to {value.high:{sign}.4f})"
