"""How large a study is: quick, standard or full, and the runs that experiments share.

Every run of the study is made by :func:`headline`, :func:`sweep` or :func:`dense`, so that two
experiments that need the same run name it alike and it is computed once.

Words: *headline* runs are of full size (the claims are tested on them); *sweep* runs are smaller
and vary one thing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from nmrquanv.study.running.specs import USUAL_RATE, RunSpec

ANSATZES = ("strongly_entangling", "two_design", "random")
DIFFICULTIES = ("easy", "medium", "hard")
NOISE_STRENGTHS = ("weak", "middle", "strong")
_MEASURED = {"quanv": ("entanglement", "real"), "cnn": ("real",)}


@dataclass(frozen=True, slots=True)
class RunSize:
    """Training spectra and epochs of a run."""

    spectra: int
    epochs: int


@dataclass(frozen=True, slots=True)
class Tier:
    """Sizes, seeds and steps of a study.

    Parameters
    ----------
    name : "quick" | "standard" | "full"
    headline, few, sweep, dense : RunSize
        ``few`` is the small training set of the claim on overfitting.
    headline_seeds, ansatz_seeds, sweep_seeds : int
        Of ``convergence``; of ``ansatz`` on hard spectra; of all else.
    headline_presets : tuple of str
        Difficulties on which QuanvNN and CNN are compared at the headline's size; "hard" first.
    full_presets : tuple of str
        Difficulties on which the ansätze are compared at the headline's size.
    dropout_rates, peak_counts, overlaps, sigmas : tuple
        Steps of the sweeps; ``sigmas`` relative to the maximum.
    depths : tuple of int
        Layers of the ansatz for ``entanglement``.
    rates : tuple of float
        Learning rates that each front end may choose from, besides the usual one.
    noise_strengths : tuple of str
    has_single_channels : bool
        ``noise`` also takes each kind of noise alone, at the middle strength.
    robust_settings, robust_seeds : int
        Of ``robustness``: settings in the designed sample, and seeds of each.
    robust_share : float
        Of its training spectra and epochs; below 1 to try the way through.
    ladder_seeds, device_seeds : int
        Of ``ladder``; of ``devices``.
    apart_seeds : int
        Of ``trainability`` and ``overfitting``.
    circuit_depths : tuple of int
        Layers whose gradients are looked at.
    few_spectra : tuple of int
        Training sizes of ``overfitting``, each for ``few_epochs``.
    fine_overlaps, fine_sigmas : tuple of float
        Steps of ``steps``: eight or more of each.
    device_size : RunSize
    device_count : int
        How many calibrated devices.
    can_judge : bool
        Runs are long enough to hold against what the authors report.
    """

    name: str
    headline: RunSize
    few: RunSize
    sweep: RunSize
    dense: RunSize
    headline_seeds: int
    ansatz_seeds: int
    sweep_seeds: int
    headline_presets: tuple[str, ...]
    full_presets: tuple[str, ...]
    dropout_rates: tuple[float, ...]
    peak_counts: tuple[int, ...]
    overlaps: tuple[float, ...]
    sigmas: tuple[float, ...]
    depths: tuple[int, ...]
    rates: tuple[float, ...]
    noise_strengths: tuple[str, ...] = NOISE_STRENGTHS
    has_single_channels: bool = True
    robust_settings: int = 60
    robust_seeds: int = 10
    robust_share: float = 1.0
    ladder_seeds: int = 10
    device_seeds: int = 10
    device_size: RunSize = RunSize(2_000, 100)
    device_count: int = 5
    apart_seeds: int = 5
    circuit_depths: tuple[int, ...] = (1, 2, 3, 5, 8)
    few_spectra: tuple[int, ...] = (50, 100, 200, 300)
    few_epochs: int = 300
    fine_overlaps: tuple[float, ...] = (0.0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9)
    fine_sigmas: tuple[float, ...] = (0.005, 0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1)
    can_judge: bool = True

    def with_seeds(self, count: int | None) -> Tier:
        """Return the tier with ``count`` seeds in every comparison; None changes nothing."""
        if count is None:
            return self
        return replace(
            self,
            headline_seeds=count,
            ansatz_seeds=count,
            sweep_seeds=count,
            robust_seeds=count,
            ladder_seeds=count,
            device_seeds=count,
            apart_seeds=count,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


TIERS = {
    "quick": Tier(
        "quick",
        headline=RunSize(500, 10),
        few=RunSize(150, 10),
        sweep=RunSize(300, 8),
        dense=RunSize(150, 4),
        headline_seeds=2,
        ansatz_seeds=2,
        sweep_seeds=2,
        headline_presets=("hard",),
        full_presets=("hard",),
        dropout_rates=(0.2,),
        peak_counts=(1, 5, 9),
        overlaps=(0.0, 0.9),
        sigmas=(0.005, 0.1),
        depths=(1, 5),
        rates=(3e-3,),
        noise_strengths=("middle",),
        has_single_channels=False,
        robust_settings=4,
        robust_seeds=2,
        robust_share=0.1,
        ladder_seeds=2,
        device_seeds=2,
        device_size=RunSize(200, 10),
        device_count=1,
        apart_seeds=2,
        circuit_depths=(1, 3),
        few_spectra=(50,),
        few_epochs=20,
        fine_overlaps=(0.0, 0.5, 0.9),
        fine_sigmas=(0.005, 0.1),
        can_judge=False,
    ),
    "standard": Tier(
        "standard",
        headline=RunSize(10_000, 100),
        few=RunSize(1_000, 100),
        sweep=RunSize(3_000, 60),
        dense=RunSize(3_000, 20),
        headline_seeds=10,
        ansatz_seeds=5,
        sweep_seeds=3,
        headline_presets=("hard", "medium"),
        full_presets=("hard",),
        dropout_rates=(0.05, 0.1, 0.2, 0.4),
        peak_counts=(1, 2, 3, 4, 5, 6, 8, 10, 12),
        overlaps=(0.0, 0.3, 0.9),
        sigmas=(0.005, 0.03, 0.1),
        depths=(1, 2, 4, 5),
        rates=(3e-4, 3e-3, 1e-2),
    ),
    "full": Tier(
        "full",
        headline=RunSize(10_000, 100),
        few=RunSize(1_000, 100),
        sweep=RunSize(10_000, 100),
        dense=RunSize(10_000, 40),
        headline_seeds=10,
        ansatz_seeds=10,
        sweep_seeds=5,
        headline_presets=("hard", "medium"),
        full_presets=DIFFICULTIES,
        dropout_rates=(0.05, 0.1, 0.2, 0.4),
        peak_counts=tuple(range(1, 13)),
        overlaps=(0.0, 0.3, 0.6, 0.9),
        sigmas=(0.005, 0.015, 0.03, 0.06, 0.1),
        depths=(1, 2, 4, 5),
        rates=(3e-4, 3e-3, 1e-2),
    ),
}


def headline(tier: Tier, front_end: str, seed: int, **changes: Any) -> RunSpec:
    """Return a run of full size on hard spectra, unless ``changes`` say otherwise."""
    return _run(tier.headline, front_end, seed, changes)


def few(tier: Tier, front_end: str, seed: int) -> RunSpec:
    """Return a run on the small training set."""
    return _run(tier.few, front_end, seed, {})


def sweep(tier: Tier, front_end: str, seed: int, **changes: Any) -> RunSpec:
    """Return a smaller run, for a sweep."""
    return _run(tier.sweep, front_end, seed, changes)


def dense(tier: Tier, front_end: str, seed: int, **changes: Any) -> RunSpec:
    """Return a run with the dense head."""
    return _run(tier.dense, front_end, seed, {"head": "dense"} | changes)


def classical(method: str, preset: str, **changes: Any) -> RunSpec:
    """Return a run of classical picking: tuned on the validation spectra, nothing is trained."""
    is_plain = preset == "hard" and not changes
    spec = RunSpec(method, preset=preset, spectra=1, epochs=1)
    return replace(spec, measures=("real",) if is_plain else (), **changes)


def _run(size: RunSize, front_end: str, seed: int, changes: dict[str, Any]) -> RunSpec:
    if front_end == "quanv_frozen":
        front_end, changes = "quanv", changes | {"is_trainable": False}
    spec = RunSpec(front_end, spectra=size.spectra, epochs=size.epochs, seed=seed)
    spec = replace(spec, **changes)
    return replace(spec, measures=_measures(spec))


def _measures(spec: RunSpec) -> tuple[str, ...]:
    """Return what else is measured: decided by the run alone, so that sharing works."""
    is_plain = spec.preset == "hard" and not spec.preset_changes
    is_plain = is_plain and spec.is_trainable and spec.rate == USUAL_RATE
    if not is_plain or spec.noise or spec.dropout:
        return ()
    wanted = _MEASURED.get(spec.front_end, ())
    return tuple(m for m in wanted if m != "entanglement" or spec.head == "slots")
