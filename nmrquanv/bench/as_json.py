"""What was measured as JSON values: all of it, and what a model's card says."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from nmrquanv.bench.measure import Benchmark
from nmrquanv.guarded import plain
from nmrquanv.spectra.simulate import KINDS_VERSION
from nmrquanv.version import __version__


def to_dict(benchmark: Benchmark) -> dict[str, Any]:
    """Return everything as JSON values; what is not known (NaN) is None."""
    values = asdict(benchmark)
    del values["plan"]["find"], values["plan"]["models"]  # a function, and places of files
    versions = {"nmrquanv": __version__, "simulation": KINDS_VERSION}
    return {"versions": versions, **plain(values)}


def card_figures(benchmark: Benchmark, model: str) -> dict[str, Any]:
    """Return what a model's card says of the benchmark, JSON values.

    Returns
    -------
    dict
        Spectra of each kind, F1 with intervals, position error, expected calibration error with
        the reliability curve, overall and for each kind.
    """
    found = benchmark.models[model]
    figures: dict[str, Any] = {
        "spectra_of_each_kind": benchmark.plan.spectra,
        "seed": benchmark.plan.seed,
        "f1": {kind: asdict(result.f1) for kind, result in found.kinds.items()},
        "error_fwhm": found.error_fwhm,
    }
    if found.macro_f1 is not None:
        figures["macro_f1"] = asdict(found.macro_f1)
    if found.calibration is not None:
        figures["confidence"] = asdict(found.calibration)
    rounded: dict[str, Any] = _rounded(plain(figures))
    return rounded


def _rounded(value: Any) -> Any:
    """Return JSON values with four decimals."""
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return round(value, 4) if isinstance(value, float) else value
