"""What the paper leaves open, as factors; a designed sample of settings; the runs of each.

A *setting* chooses one value for every factor. The first ones are the study's usual choices on each
preset; the others are drawn so that every value of a factor occurs equally often (a Latin hypercube
of the file's own seed), so that the weight of each choice can be told from some sixty settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from nmrquanv.errors import TrainingError
from nmrquanv.guarded import read_json
from nmrquanv.paths import resource
from nmrquanv.study.data.datasets import FILE
from nmrquanv.study.report.methods import FRONT_END_LABELS, Cell, seeded
from nmrquanv.study.running.specs import CHOICES, USUAL_RATE, RunSpec
from nmrquanv.study.running.tiers import DIFFICULTIES, Tier

OF_THE_CNN = ("kernel", "activation", "batch_norm")
_LEAST_SPECTRA, _LEAST_EPOCHS = 40, 3

Value = float | str | None


@dataclass(frozen=True, slots=True)
class CurveSetting:
    """One value for every factor.

    Parameters
    ----------
    number : int
        Its place in the sample, from 1.
    values : tuple of (str, value)
    """

    number: int
    values: tuple[tuple[str, Value], ...]

    def __getitem__(self, factor: str) -> Value:
        return dict(self.values)[factor]

    def words(self) -> str:
        """Say what differs from the study's usual choices."""
        usual = {name: levels[0] for name, levels in factors().items()}
        told = [f"{name} {value}" for name, value in self.values if value != usual[name]]
        return ", ".join(t for t in told if not t.startswith("preset")) or "as usual"


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    read = read_json(resource(FILE), dict[str, Any])
    for name, levels in read["factors"].items():
        known = CHOICES.get(name)
        if known is not None and not set(levels) <= set(known):
            raise TrainingError(f"{FILE}: '{name}' is one of {', '.join(map(str, known))}")
    return read


def factors() -> Mapping[str, tuple[Value, ...]]:
    """Return the values of every factor; a value that stands twice is drawn twice as often."""
    return {name: tuple(levels) for name, levels in _file()["factors"].items()}


def metrics() -> tuple[tuple[str, str, bool], ...]:
    """Return title, name and whether less is better of every metric whose sign is told."""
    return tuple((m["title"], m["name"], m["is_less_better"]) for m in _file()["metrics"])


def settings(tier: Tier) -> tuple[CurveSetting, ...]:
    """Return the sample: the usual choices on each preset, then the drawn ones."""
    usual = {name: levels[0] for name, levels in factors().items()}
    made = [CurveSetting(k + 1, tuple((usual | {"preset": p}).items()))
            for k, p in enumerate(reversed(DIFFICULTIES))]  # fmt: skip
    count = max(tier.robust_settings - len(made), 0)
    # Always drawn as many as the whole study has, so that a smaller tier's are the first of them.
    whole = max(count, 57)
    rng = np.random.default_rng(int(_file()["seed"]))
    columns = {}
    for name, levels in factors().items():
        rows = np.resize(np.arange(len(levels)), whole)
        columns[name] = [levels[k] for k in rng.permutation(rows)]
    for k in range(count):
        values = tuple((name, column[k]) for name, column in columns.items())
        made.append(CurveSetting(len(made) + 1, values))
    return tuple(made[: tier.robust_settings])


def spec(tier: Tier, setting: CurveSetting, front_end: str, seed: int) -> RunSpec:
    """Return a run of a setting."""
    chosen = dict(setting.values)
    changes = []
    if chosen["overlap"] is not None:
        changes.append(("overlap", float(chosen["overlap"])))
    if chosen["sigma"] is not None:
        changes += [(name, float(chosen["sigma"])) for name in ("sigma_min", "sigma_max")]
    is_cnn = front_end == "cnn"
    choices = [(n, v) for n, v in chosen.items() if n in CHOICES and v is not None]
    choices = [(n, v) for n, v in choices if is_cnn or n not in OF_THE_CNN]
    share = tier.robust_share
    made = RunSpec(
        front_end,
        preset=str(chosen["preset"]),
        preset_changes=tuple(changes),
        spectra=max(_LEAST_SPECTRA, round(share * float(chosen["spectra"] or 0))),
        epochs=max(_LEAST_EPOCHS, round(share * float(chosen["epochs"] or 0))),
        seed=seed,
        rate=float(chosen["rate"] or USUAL_RATE),
        choices=tuple(choices),
    )
    return replace(made, measures=("predictions",))


@lru_cache(maxsize=256)  # every figure of the curve asks for all of them
def pair(tier: Tier, setting: CurveSetting) -> tuple[Cell, Cell]:
    """Return the runs of QuanvNN and CNN in a setting, seed by seed."""
    return _cell(tier, setting, "quanv"), _cell(tier, setting, "cnn")


def _cell(tier: Tier, setting: CurveSetting, front_end: str) -> Cell:
    label = FRONT_END_LABELS[front_end]
    return seeded(label, tier.robust_seeds, lambda seed: spec(tier, setting, front_end, seed))
