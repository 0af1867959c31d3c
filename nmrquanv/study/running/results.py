"""Finished runs: read from a folder, looked up by what they ran, gathered over seeds."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from nmrquanv.errors import FormatError
from nmrquanv.guarded import as_type, read_json
from nmrquanv.paths import resource
from nmrquanv.statistics import Estimate, Paired, estimate, paired, share
from nmrquanv.study.running.predictions import PREDICTIONS, write_predictions
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.writing import write_whole

RUNS = "runs"
"""Folder of the finished runs inside a study's folder."""

NETWORKS = "networks"
"""Folder of the networks that are kept, for spectra that come later."""

_SHARES = ("f1_", "mask_f1", "count_accuracy", "match_rate", "precision", "recall")
"""Figures that lie within 0 and 1."""

_log = logging.getLogger(__name__)


@lru_cache(maxsize=4096)
def _key(spec: RunSpec) -> str:
    return spec.key()


class Results:
    """Finished runs of a study; experiments ask it for numbers.

    Parameters
    ----------
    by_key : mapping
        ``RunSpec.key()`` -> what :func:`nmrquanv.study.running.runs.run` returned.
    evaluated : callable
        What an experiment asks for -> what was run for it, such as the same run on a device.
    """

    def __init__(
        self,
        by_key: Mapping[str, Mapping[str, Any]],
        evaluated: Callable[[RunSpec], RunSpec] = lambda spec: spec,
    ) -> None:
        self._by_key = dict(by_key)
        self._evaluated = evaluated

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, spec: RunSpec) -> bool:
        return self.get(spec) is not None

    def get(self, spec: RunSpec) -> Mapping[str, Any] | None:
        """Return a run's result, or None when it has not finished."""
        return self._by_key.get(_key(self._evaluated(spec)))

    def finished(self, specs: Iterable[RunSpec]) -> list[Mapping[str, Any]]:
        """Return the results of those that have finished, in order."""
        return [r for r in map(self.get, specs) if r is not None]

    def value(self, spec: RunSpec, name: str, checkpoint: str = "best") -> float | None:
        """Return one figure of a run; None when it is missing or not finite."""
        result = self.get(spec)
        found = result["metrics"].get(checkpoint, {}).get(name) if result else None
        return float(found) if found is not None and math.isfinite(found) else None

    def values(self, specs: Iterable[RunSpec], name: str, checkpoint: str = "best") -> list[float]:
        """Return a figure of all finished runs."""
        found = [self.value(s, name, checkpoint) for s in specs]
        return [v for v in found if v is not None]

    def mean(
        self, specs: Iterable[RunSpec], name: str, checkpoint: str = "best"
    ) -> Estimate | None:
        """Return mean and interval over the finished runs; None when there is none."""
        values = self.values(specs, name, checkpoint)
        made = share if name.startswith(_SHARES) else estimate
        return made(values) if values else None

    def pair(
        self,
        first: Sequence[RunSpec],
        second: Sequence[RunSpec],
        name: str,
        checkpoint: str = "best",
    ) -> Paired | None:
        """Compare two lists of runs, one to one; pairs with a missing run are left out."""
        both = [
            (a, b)
            for a, b in (
                (self.value(s, name, checkpoint), self.value(t, name, checkpoint))
                for s, t in zip(first, second, strict=True)
            )
            if a is not None and b is not None
        ]
        if not both:
            return None
        found = paired([a for a, _ in both], [b for _, b in both])
        return _within(found) if name.startswith(_SHARES) else found

    def all(self) -> list[Mapping[str, Any]]:
        """Return every finished run."""
        return list(self._by_key.values())


def _within(found: Paired) -> Paired:
    """Cut intervals where no difference of shares can be: past 1, and a loss of more than all."""
    gap, ratio = found.difference, found.relative
    if not gap.has_interval:
        return found
    gap = replace(gap, low=max(-1.0, gap.low), high=min(1.0, gap.high))
    return replace(found, difference=gap, relative=replace(ratio, low=max(-1.0, ratio.low)))


def read_results(
    folder: Path,
    specs: Iterable[RunSpec],
    evaluated: Callable[[RunSpec], RunSpec] = lambda spec: spec,
) -> Results:
    """Read those of the runs that have finished; a file that is damaged counts as not finished."""
    found: dict[str, Mapping[str, Any]] = {}
    for spec in specs:
        key = _key(evaluated(spec))
        path = path_of(folder, key)
        if key in found or not path.exists():
            continue
        try:
            found[key] = _result(path)
        except FormatError as error:
            _log.warning("a run's result is damaged, it runs again (%s)", error)
    return Results(found, evaluated)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What every result has; more stands beside it."""

    metrics: dict[str, dict[str, float | None]]
    extra: dict[str, Any]
    curve: list[Any]


def _result(path: Path) -> Mapping[str, Any]:
    values = read_json(path, dict[str, Any])
    if isinstance(values.get("curve"), dict):
        columns = as_type(values["curve"], dict[str, list[Any]], str(path))
        if len({len(column) for column in columns.values()}) > 1:
            raise FormatError(f"{path}: the columns of its curve are not equally long")
        values["curve"] = _in_rows(columns)
    as_type(values, _Measured, str(path))
    return values


def _in_columns(rows: Any) -> Any:
    """Return a learning curve with each name once, half as long as a file; see :func:`_in_rows`."""
    names = rows[0].keys() if rows else ()
    if not names or any(row.keys() != names for row in rows):
        return rows
    return {name: [row[name] for row in rows] for name in names}


def _in_rows(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def bundled_studies() -> tuple[Path, ...]:
    """Return the folders of the studies that come with the program: the main one first.

    Experiments that stand apart have folders inside it, each with runs and a report of its own.
    """
    home = resource("help/study")
    apart = sorted(path.parent for path in home.glob("*/report.json"))
    return (home, *apart)


def path_of(folder: Path, key: str) -> Path:
    """Return where a run's result lies."""
    return folder / RUNS / f"{key}.json"


def write_result(folder: Path, key: str, result: Mapping[str, Any]) -> None:
    """Write a run's result so that it is there whole or not at all; its weights to their own file.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    told = dict(result)
    weights = told.pop("weights", None)
    predictions = told.pop(PREDICTIONS, None)
    if predictions is not None:
        write_predictions(folder, key, predictions)
    if weights is not None:
        from safetensors.numpy import save

        network = network_path(folder, key)
        network.parent.mkdir(parents=True, exist_ok=True)
        write_whole(network, save(weights))
    path = path_of(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    told["curve"] = _in_columns(told.get("curve", []))
    text = json.dumps(_short(told), separators=(",", ":"), allow_nan=False)
    write_whole(path, text.encode("utf-8"))


def network_path(folder: Path, key: str) -> Path:
    """Return where the best weights of a run's network lie, if it is one that is kept."""
    return folder / NETWORKS / f"{key}.safetensors"


def _short(value: Any) -> Any:
    """Return JSON values with six digits to a number, and null for what is not finite."""
    if isinstance(value, Mapping):
        return {str(name): _short(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_short(entry) for entry in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value
