"""Each claim of the authors as a line of the table: what is measured, and the verdict on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nmrquanv.statistics import Estimate, Paired, paired, spread
from nmrquanv.study.experiments import ansatz, convergence, entanglement, gate_dropout, scaling
from nmrquanv.study.experiments import device_noise as noise
from nmrquanv.study.experiments import real_spectra as real
from nmrquanv.study.experiments.noise_losses import COMPARED, EFFECT
from nmrquanv.study.report.methods import F1
from nmrquanv.study.report.summary import percent, with_interval
from nmrquanv.study.report.verdicts import (
    Verdict,
    incomparable,
    on_divergence,
    on_gain,
    on_more,
    on_threshold,
    too_few,
)
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import floors
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

_MEDIUM = "medium"


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of the table.

    Parameters
    ----------
    claim, reported : str
    measured : str
        With its 95 % interval.
    seeds : int
    p : float
        Of the paired test, not corrected; NaN where there is none.
    verdict : Verdict
    """

    claim: str
    reported: str
    measured: str
    seeds: int
    p: float
    verdict: Verdict


def _gain(comparison: Paired | None, *, is_less_better: bool = False) -> Estimate | None:
    """Return the relative difference, positive in the direction of the report."""
    if comparison is None:
        return None
    value = comparison.relative
    if not is_less_better:
        return value
    return Estimate(-value.mean, -value.high, -value.low, value.sd, value.n)


def _of_gain(
    texts: tuple[str, str],
    comparison: Paired | None,
    reported: tuple[float, float | None],
    *,
    means: str = "",
    is_less_better: bool = False,
) -> Claim:
    gain = _gain(comparison, is_less_better=is_less_better)
    measured = "–"
    if comparison is not None:
        measured = percent(comparison.relative) + (f"; {means}" if means else "")
    return Claim(
        *texts,
        measured,
        comparison.n if comparison else 0,
        comparison.p if comparison else math.nan,
        on_gain(gain, *reported),
    )


def _both(results: Results, first: Sequence[RunSpec], second: Sequence[RunSpec], name: str) -> str:
    """Return both means: ``0.43 against 0.50``."""
    means = [results.mean(specs, name) for specs in (first, second)]
    return " against ".join(f"{m.mean:.3f}" if m else "–" for m in means)


def _against_cnn(
    claim: str, name: str, reported: float, *, preset: str = "hard"
) -> Callable[[Results, Tier], Claim]:
    """Hold the QuanvNN against the CNN at the headline's size, by the figure ``name``.

    ``reported`` is the authors' gain, as a share.
    """

    def make(results: Results, tier: Tier) -> Claim:
        cells = (convergence.cell(tier, f, preset=preset) for f in convergence.FRONT_ENDS)
        quanv, cnn = (c.specs for c in cells)
        is_error = name.startswith("mae")
        means = _both(results, quanv, cnn, name) + (" points" if is_error else "")
        if name == "mae_points":
            means += f"; of lines matched {_both(results, quanv, cnn, 'match_rate')}"
        if (floor := _floor(results, cnn, name)) is not None:
            means += f"; a constant answer {floor:.3f}"
        return _of_gain(
            (f"{claim}, {preset}", f"{'-' if is_error else '+'}{100 * reported:g} %"),
            results.pair(quanv, cnn, name),
            (reported, None),
            means=means,
            is_less_better=is_error,
        )

    return make


def _floor(results: Results, specs: Sequence[RunSpec], name: str) -> float | None:
    if name == F1:
        return floors(specs[0].chosen_preset()).f1
    found = results.mean(specs, f"{name}_floor")
    return found.mean if found else None


def _strong_against_design(results: Results, tier: Tier) -> Claim:
    strong, design = (ansatz.circuit(tier, a, "hard").specs for a in COMPARED)
    return _of_gain(
        ("F1 of strongly entangling against two-design, hard (at 4 points)", "+10.9 %"),
        results.pair(strong, design, F1),
        (0.109, None),
        means=_both(results, strong, design, F1),
    )


def _random_spread(results: Results, tier: Tier) -> Claim:
    values = results.values(ansatz.circuit(tier, "random", "hard").specs, F1)
    sd = spread(values) if len(values) > 1 else None
    others = results.values(ansatz.circuit(tier, "strongly_entangling", "hard").specs, F1)
    beside = f"; strongly entangling {spread(others).mean:.3f}" if len(others) > 1 else ""
    return Claim(
        "Random ansatz: standard deviation of F1 over seeds, hard",
        "above 0.03",
        with_interval(sd) + beside,
        len(values),
        math.nan,
        on_threshold(sd, ansatz.SIGMA),
    )


def _divergence(is_few: bool) -> Callable[[Results, Tier], Claim]:
    def make(results: Results, tier: Tier) -> Claim:
        cells = [convergence.cell(tier, f, is_few=is_few) for f in ("cnn", "quanv")]
        rises = [convergence.rises(results, c.specs) for c in cells]
        words = [percent(r) if r else "–" for r in rises]
        size = tier.few if is_few else tier.headline
        return Claim(
            f"CNN's validation loss rises after about 40 epochs, the QuanvNN's does not"
            f" ({size.spectra:,} training spectra)",
            "CNN rises, QuanvNN keeps converging",
            f"end against 40 % of the epochs: CNN {words[0]}, QuanvNN {words[1]}",
            min((r.n if r else 0) for r in rises),
            math.nan,
            on_divergence(*rises),
        )

    return make


def learnable_loss(results: Results, tier: Tier) -> Paired | None:
    """Compare the training loss of the learnable quanvolution with that of the static one."""
    learnable = ansatz.circuit(tier, "strongly_entangling", "hard").specs
    frozen = ansatz.control(tier, "quanv_frozen", "hard").specs
    losses = [
        (a["curve"][-1]["train_loss"], b["curve"][-1]["train_loss"])
        for s, t in zip(learnable, frozen, strict=True)
        if (a := results.get(s)) and (b := results.get(t)) and a["curve"] and b["curve"]
    ]
    return paired([a for a, _ in losses], [b for _, b in losses]) if losses else None


def _learnable(results: Results, tier: Tier) -> Claim:
    return _of_gain(
        ("Training loss, learnable against static quanvolution, hard", "15 to 25 % lower"),
        learnable_loss(results, tier),
        (0.15, 0.25),
        is_less_better=True,
    )


def _noise(results: Results, tier: Tier) -> Claim:
    name = "strong" if "strong" in tier.noise_strengths else tier.noise_strengths[-1]
    more = noise.lost_more(results, tier, name)
    value = more.difference if more else None
    lost = [noise.lost(results, tier, a, name) for a in COMPARED]
    words = " against ".join(f"{x.difference.mean:+.3f}" if x else "–" for x in lost)
    return Claim(
        f"Noise costs strongly entangling more F1 than two-design ({name} noise of ours)",
        "expected to degrade more",
        f"{with_interval(value, 3, '+')}; F1 lost {words}",
        more.n if more else 0,
        more.p if more else math.nan,
        on_more(value, "strongly entangling loses", "two-design loses", EFFECT),
    )


def _exponential(results: Results, tier: Tier) -> Claim:
    fitted = scaling.laws(results, tier)
    claim = "The gap to the CNN widens exponentially with the number of peaks (exponent alpha)"
    reported = "left open; tested to 5 peaks"
    seeds = len(scaling.gaps(results, tier, "peaks"))
    if fitted is None:
        return Claim(claim, reported, "–", 0, math.nan, incomparable("too few runs have finished"))
    _, linear, law = fitted
    measured = (
        f"alpha {law.parameters[1]:+.2f} [{law.low:+.2f}, {law.high:+.2f}]; slope"
        f" {linear.parameters[1]:+.4f} [{linear.low:+.4f}, {linear.high:+.4f}] a peak"
    )
    few = too_few(results.mean(scaling.cell(tier, "quanv", "peaks", 5.0).specs, F1))
    found = "is" if scaling.is_exponential(fitted) else "is not"
    trend = ", and the gap moves in the CNN's favour" if linear.high < 0 else ""
    verdict = few or incomparable(
        f"the authors left it open; here an exponential law {found} supported{trend}"
    )
    return Claim(claim, reported, measured, tier.sweep_seeds if seeds else 0, math.nan, verdict)


def _dropout(results: Results, tier: Tier) -> Claim:
    plain = gate_dropout.cell(tier, "rotations", 0.0).specs
    compared = [
        (pair, cell.label)
        for kind in gate_dropout.KINDS
        for rate in tier.dropout_rates
        if (pair := results.pair((cell := gate_dropout.cell(tier, kind, rate)).specs, plain, F1))
    ]
    best = max(compared, key=lambda x: x[0].difference.mean, default=None)
    measured = "–"
    if best is not None:
        measured = (
            f"best of {len(compared)}: {best[1]}, F1 {with_interval(best[0].difference, 3, '+')}"
        )
    return Claim(
        "Gate dropout helps",
        "left open",
        measured,
        best[0].n if best else 0,
        math.nan,
        incomparable("the authors report no figure; our answer is in the experiment"),
    )


def _real(results: Results, tier: Tier) -> Claim:
    pair = real.between(results, *(real.cell(tier, f, "slots") for f in real.FRONT_ENDS))
    return Claim(
        "Real measured spectra: F1 of the QuanvNN minus the CNN's (slots head)",
        "suggested next",
        with_interval(pair.difference, 3, "+") if pair else "–",
        pair.n if pair else 0,
        pair.p if pair else math.nan,
        incomparable("the authors report no figure; our answer is in the experiment"),
    )


def _entropy(results: Results, tier: Tier) -> Claim:
    value = entanglement.correlation(results, entanglement.ansatz_cell(tier, "strongly_entangling"))
    seeds = value.n if value is not None and math.isfinite(value.mean) else 0
    return Claim(
        "Entanglement goes with accuracy (partial correlation over test spectra)",
        "suggested next",
        with_interval(value, 2, "+"),
        seeds,
        math.nan,
        incomparable("the authors report no figure; our answer is in the experiment"),
    )


CLAIMS: tuple[Callable[[Results, Tier], Claim], ...] = (
    _against_cnn("F1 of the QuanvNN against the CNN (at 4 points)", F1, 0.11),
    _against_cnn("The same by the mask (peaks counted)", "mask_f1", 0.11),
    _against_cnn("Position MAE (pairs within 4 points)", "mae_points", 0.30),
    _against_cnn("MAE of all assigned pairs, however far apart", "mae_assigned_points", 0.30),
    _against_cnn("F1 of the QuanvNN against the CNN (at 4 points)", F1, 0.11, preset=_MEDIUM),
    _against_cnn("The same by the mask", "mask_f1", 0.11, preset=_MEDIUM),
    _against_cnn("MAE of all assigned pairs", "mae_assigned_points", 0.30, preset=_MEDIUM),
    _strong_against_design,
    _random_spread,
    _divergence(is_few=False),
    _divergence(is_few=True),
    _learnable,
    _noise,
    _exponential,
    _dropout,
    _real,
    _entropy,
)
