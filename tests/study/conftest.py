"""Made-up results of a whole study, with a truth that is known."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.study.experiments.registry import EXPERIMENTS, all_runs
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.tiers import TIERS

SKILL = {"quanv": 0.50, "cnn": 0.55, "cnn_normalised": 0.45, "quadratic": 0.48}
ANSATZ = {"strongly_entangling": 0.0, "two_design": -0.06, "random": -0.03}


def invent(spec, skill=None):
    """Return a result in the form of ``runs.run`` whose F1 is known but for a seeded scatter."""
    rng = np.random.default_rng([spec.seed, 7])
    level = (skill or SKILL).get(spec.front_end, 0.7)
    if spec.front_end == "quanv":
        level += ANSATZ.get(spec.ansatz, -0.05) - 0.05 * (not spec.is_trainable)
        level -= 0.01 * bool(spec.noise)
        level += rng.normal(0, 0.08) if spec.ansatz == "random" else 0.0
    level += rng.normal(0, 0.005) + np.random.default_rng(int(spec.key()[:8], 16)).normal(0, 0.003)
    names = ("f1_1", "f1_2", "f1_4", "f1_8", "f1_half_fwhm", "match_rate", "count_accuracy")
    figures = dict.fromkeys((*names, "mask_f1"), level) | {
        "mask_f1_floor": 0.87,
        "mae_points": 2 - level,
        "median_points": 1.5,
        "mae_assigned_points": 20 * (1 - level),
        "loss": 1 - level,
    }
    rising = 0.5 if spec.front_end == "cnn" else -0.1
    shares = np.linspace(0, 1, 20)
    curve = [
        {
            "epoch": i + 1,
            "train_loss": 1.0 - 0.5 * x + 0.2 * (not spec.is_trainable),
            "val_loss": 1.0 - 0.3 * min(x, 0.4) + rising * max(0.0, x - 0.4) + rng.normal(0, 0.002),
            "val_f1": level * x,
        }
        for i, x in enumerate(shares)
    ]
    extra = {}
    if "entanglement" in spec.measures:
        change = rng.normal(0.2, 0.1, 1000)
        extra["entanglement"] = {
            "change": change.tolist(),
            "f1": (level + change + rng.normal(0, 0.05, 1000)).tolist(),
            "before_mean": 0.6,
            "after_mean": 0.8,
        }
    if "real" in spec.measures:
        one = {"menthol 1H": {"f1_4": level - 0.3}}
        extra["real"] = {"f1_4": level - 0.2, "count_accuracy": 0.3, "spectra": one}
    if "trainability" in spec.measures:
        slopes = {"strongly_entangling": 1.0, "two_design": 0.5, "random": 0.7, "product": 0.1}
        falls = slopes[spec.ansatz]
        variance = {str(n): 0.2 * 2.0 ** (-falls * n) for n in range(2, 8)}
        extra["trainability"] = {"variance": variance, "fisher": [3.0, 1.0, 0.5, 0.001]}
    if "mitigation" in spec.measures:
        ways = ("ideal", "none", "readout", "extrapolation", "both", "sample", "sample_prepared")
        extra["mitigation"] = dict.fromkeys(ways, level)
    if "predictions" in spec.measures:
        lines = rng.integers(1, 5, 50)
        right = np.minimum(lines, rng.binomial(4, min(level, 1.0), 50))
        columns = {"lines": lines, "found": lines, "right": right}
        extra["by_spectrum"] = {n: "".join(map(str, v)) for n, v in columns.items()}
    return {
        "spec": spec.to_dict(),
        "key": spec.key(),
        "metrics": {"last": figures, "best": figures},
        "curve": curve if spec.is_network else [],
        "seconds": 10.0,
        "versions": {"torch": "2.0"},
        "data_hash": {"test": "abc"},
        "extra": extra,
    }


@pytest.fixture(scope="session")
def standard():
    return TIERS["standard"]


@pytest.fixture(scope="session")
def invented(standard):
    """Give results of every run of the standard tier."""
    return Results({s.key(): invent(s) for s in all_runs(EXPERIMENTS, standard)})


@pytest.fixture(scope="session")
def make_result():
    """Give the function that invents one result."""
    return invent
