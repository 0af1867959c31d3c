"""What README says of the experiments that stand apart, from their runs: as ``readme_figures``.

Each has runs of its own in a folder of its own; one that has not been run says nothing, and README
then has no figure of it but of the circuits themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import median

from nmrquanv.statistics import Estimate
from nmrquanv.study.circuits import calibrations
from nmrquanv.study.data.datasets import PRESETS
from nmrquanv.study.experiments import (
    claims,
    convergence,
    fine_steps,
    ladder,
    overfitting,
    real_devices,
    robustness,
    trainability,
)
from nmrquanv.study.experiments.noise_losses import COMPARED, EFFECT
from nmrquanv.study.experiments.specification import metrics
from nmrquanv.study.experiments.specification_curve import (
    counts,
    curve,
    gain_power,
    shares,
    signs,
    verdict,
)
from nmrquanv.study.report.power import power
from nmrquanv.study.report.readme_text import Statement, change
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import floors
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import DIFFICULTIES, TIERS, Tier

_CERTAIN = 0.05
_IN_SHORT = (
    "A circuit rather than any quadratic filter?",
    "This circuit rather than any unitary?",
    "Entanglement?",
    "Normalisation?",
)
_METRICS = ("f1_4", "mask_f1", "count_accuracy", "mae_points", "mae_assigned_points")


def statements(name: str, results: Results, tier: Tier) -> list[Statement]:
    """Return the statements of an experiment that stands apart; none of any other."""
    make = _MAKERS.get(name)
    return make(results, tier) if make is not None else []


def _sure(value: Estimate, p: float) -> str:
    return change(value) + (", certain" if p < _CERTAIN else "")


def _percent(value: Estimate) -> str:
    return f"{100 * value.mean:+.1f} % ({100 * value.low:+.1f} to {100 * value.high:+.1f})"


def _time(results: Results, specs: Sequence[RunSpec], seeds: int, planned: int) -> Statement:
    """Say how many seeds there are, of how many planned, and what their runs took."""
    done = results.finished(specs)
    hours = sum(float(r.get("seconds") or 0) for r in done) / 3600
    number = f"{seeds} seeds" if seeds >= planned else f"{seeds} of the {planned} seeds planned"
    return Statement("size", f"{number}, {len(done)} runs, {hours:.1f} hours of one core")


def _range(powers: Sequence[float]) -> str:
    return f"{min(powers):.2f} to {max(powers):.2f} (median {median(powers):.2f})"


def _robustness(results: Results, tier: Tier) -> list[Statement]:
    points = curve(results, tier)
    if not points:
        return []
    n = counts(points)
    said = [
        Statement("the verdict over all settings", f"the verdict is: {verdict(points)}"),
        Statement(
            "the sign over all settings",
            f"corrected for {n.settings} comparisons, it is ahead in {n.surely_better} and behind"
            f" in {n.surely_worse}; by their own intervals in {n.better} and {n.worse}",
        ),
        Statement(
            "the sign over seeds and test spectra",
            f"drawn anew over seeds and test spectra alike, in {n.better_on_others} and"
            f" {n.worse_on_others}",
        ),
        Statement(
            "who reaches the report",
            f"the gain reaches 11 % in {n.reach}, in {n.learnt_reach} of them with a network that"
            " is better than a constant answer",
        ),
        Statement("who learns nothing", f"in {n.silent} settings neither network is"),
    ]
    chances = [x for x in map(gain_power, points) if math.isfinite(x)]
    if chances:
        text = f"the median power to see a gain of 11 % is {median(chances):.2f}"
        said.append(Statement("power over all settings", text))
    planned = TIERS[tier.name].robust_seeds
    said.append(_time(results, robustness.runs(tier), tier.robust_seeds, planned))
    ranked = sorted(shares(points).items(), key=lambda item: -item[1])[:3]
    if ranked:
        words = ", ".join(f"{name} ({100 * share:.0f} %)" for name, share in ranked)
        said.append(Statement("what moves the sign", f"of the variance most goes with {words}"))
    return said + _signs(results, tier)


def _signs(results: Results, tier: Tier) -> list[Statement]:
    """Return the rows of the sign by metric: better, worse, neither, as reported."""
    said = []
    for title, name, less in metrics():
        if name in _METRICS:
            told = signs(results, tier, name, is_less_better=less)
            text = " | ".join(map(str, (title, *told)))
            said.append(Statement(f"the sign by {title}", text))
            if name == "count_accuracy":
                text = (
                    f"counted better in {told[0]} of {sum(told[:3])} settings, worse in {told[1]}"
                )
                said.append(Statement("counting over all settings", text))
    return said


def _ladder(results: Results, tier: Tier) -> list[Statement]:
    steps = ladder.taken(results, tier)
    said = []
    for step in ladder.ASKED.values():
        known = {t.preset: t for t in steps if t.step is step}
        if len(known) == len(DIFFICULTIES):
            cells = (_sure(known[p].gain.difference, known[p].p) for p in DIFFICULTIES)
            said.append(Statement(f"ladder: {step.what}", " | ".join((step.what, *cells))))
    if not said:
        return []
    said += _in_short(steps, tier)
    asked = [t.power for t in steps if t.step in ladder.ASKED.values() and math.isfinite(t.power)]
    if asked:
        told = f"the power to see a change of {ladder.EFFECT:g} is {_range(asked)}"
        said.append(Statement("power of the ladder", told))
    planned = TIERS[tier.name].ladder_seeds
    return [*said, _time(results, ladder.runs(tier), tier.ladder_seeds, planned)]


def _in_short(steps: Sequence[ladder.Taken], tier: Tier) -> list[Statement]:
    """Return the steps that the answer's first lines tell, and how many of them are certain."""
    said, shown = [], []
    for question in _IN_SHORT:
        known = [
            t
            for preset in ("medium", "hard")
            for t in steps
            if t.step is ladder.ASKED[question] and t.preset == preset
        ]
        told = " and ".join(f"{_sure(t.gain.difference, t.p)} on {t.preset}" for t in known)
        said.append(Statement(f"in short: {question}", told))
        shown += known
    sure = sum(t.p < _CERTAIN for t in shown)
    text = (
        f"{sure} of these {len(shown)} differences {'is' if sure == 1 else 'are'} certain once"
        f" corrected for all {len(steps)} of the ladder, of {tier.ladder_seeds} seeds"
    )
    return [*said, Statement("how many are certain", text)]


def _devices(results: Results, tier: Tier) -> list[Statement]:
    said = []
    compared = real_devices.compared(results, tier)
    for device, (more, p) in compared.items():
        lost = [real_devices.lost(results, tier, a, device) for a in COMPARED]
        shares = [real_devices.lost_share(results, tier, a, device) for a in COMPARED]
        means = real_devices.mitigated(results, tier, COMPARED[0], device)
        cells = [device.capitalize()]
        cells += [
            f"{c.difference.mean:+.3f} ({real_devices.rule(s)})"
            for c, s in zip(lost, shares, strict=True)
            if c is not None
        ]
        cells += [
            _sure(more.difference, p),
            ", ".join(f"{means[way].mean:.3f}" for way in ("none", "readout", "extrapolation")),
            ", ".join(f"{means[way].mean:.3f}" for way in ("sample", "sample_prepared")),
        ]
        said.append(Statement(f"noise of {device}", " | ".join(cells)))
    powers = [power(more.difference, EFFECT) for more, _ in compared.values()]
    if not powers:
        return []
    told = f"the power to see a difference of {EFFECT:g} is {_range(powers)}"
    said.append(Statement("power on devices", told))
    sure = [d.capitalize() for d, (more, p) in compared.items() if p < _CERTAIN]
    text = f"certain on {' and '.join(sure) or 'none'} of {len(compared)} devices"
    said.append(Statement("devices, in short", text))
    planned = TIERS[tier.name].device_seeds
    return [*said, _time(results, real_devices.runs(tier), tier.device_seeds, planned)]


def _trainability(results: Results, tier: Tier) -> list[Statement]:
    deepest, said = max(tier.circuit_depths), []
    for ansatz in trainability.CIRCUITS:
        slope = trainability.slope(results, ansatz, deepest)
        felt = trainability.felt(results, ansatz, 3)
        if slope is not None and felt is not None:
            label = trainability.LABELS[ansatz]
            factor = f"{slope.mean:.2f} ({slope.low:.2f} to {slope.high:.2f})"
            text = f"{label} | {factor} | {trainability.steepness(slope)} | {felt[0]} of {felt[1]}"
            said.append(Statement(f"gradients: {label}", text))
    for field, (pair, p) in trainability.gains(results, tier).items():
        text = f"{field} points | {_sure(pair.difference, p)}"
        said.append(Statement(f"field of {field}", text))
    planned = TIERS[tier.name].apart_seeds
    return [*said, _time(results, trainability.runs(tier), tier.apart_seeds, planned)]


def _overfitting(results: Results, tier: Tier) -> list[Statement]:
    said = []
    for few in overfitting.found(results, tier):
        quanv, cnn, _ = few.rises
        if quanv is not None and cnn is not None and few.helps is not None:
            cells = (f"{few.spectra} spectra", _percent(cnn), _percent(quanv), few.verdict,
                     _sure(few.helps.difference, few.p))  # fmt: skip
            said.append(Statement(f"overfitting, {few.spectra} spectra", " | ".join(cells)))
    planned = TIERS[tier.name].apart_seeds
    return [*said, _time(results, overfitting.runs(tier), tier.apart_seeds, planned)]


def _steps(results: Results, tier: Tier) -> list[Statement]:
    said = []
    for sweep in fine_steps.SWEEPS:
        law = fine_steps.law(results, tier, sweep)
        if law is not None:
            steps = fine_steps.steps(tier, sweep)
            span = max(steps) - min(steps)
            mean, low, high = (span * x for x in (law.parameters[1], law.low, law.high))
            text = f"with {sweep} the gap moves by {mean:+.3f} ({low:+.3f} to {high:+.3f})"
            said.append(Statement(f"steps of {sweep}", text))
    if (pair := fine_steps.without_overlap(results, tier)) is not None:
        text = f"without any overlap the QuanvNN is ahead by {change(pair.difference)}"
        text += f", power {power(pair.difference, EFFECT):.2f} to see {EFFECT:g}"
        said.append(Statement("no overlap", text))
    planned = TIERS[tier.name].sweep_seeds
    return [*said, _time(results, fine_steps.runs(tier), tier.sweep_seeds, planned)]


def _claims(results: Results, tier: Tier) -> Statement:
    """Return the powers of the table's claims, where they are known."""
    powers = [c.verdict.power for c in claims.claims(results, tier)]
    known = [p for p in powers if math.isfinite(p)]
    text = f"{len(known)} of {len(powers)} rows have a power, {_range(known)}"
    return Statement("power of the table", text)


def least() -> Statement:
    """Return F1 at 4 points of the best constant answer on each preset: no runs are needed."""
    told = ", ".join(f"{floors(preset).f1:.3f} on {name}" for name, preset in PRESETS.items())
    return Statement("floors of F1", f"evenly spread peaks, ever the same, reach {told}")


def _counts(results: Results, tier: Tier) -> Statement:
    """Return the shares of spectra whose peaks are counted right, at the headline's size."""
    said = []
    for preset in tier.headline_presets:
        cells = [convergence.cell(tier, f, preset=preset) for f in convergence.FRONT_ENDS]
        means = [results.mean(cell.specs, "count_accuracy") for cell in cells]
        told = " against ".join(f"{m.mean:.3f}" for m in means if m is not None)
        said.append(f"{told} on {preset} (a constant {floors(PRESETS[preset]).count:.3f})")
    return Statement("counts", f"peaks are counted right in {' and '.join(said)}")


def circuits() -> Statement:
    """Return how many entanglers the routed circuits have: no runs are needed for that."""
    line, fork = (calibrations.routed("strongly_entangling", s) for s in ("line", "fork"))
    plain, forked = (calibrations.routed("two_design", s) for s in ("line", "fork"))
    ready = sorted(p.preparation.entanglers for p in (line, fork))
    return Statement(
        "routed circuits",
        f"the strongly entangling one has {line.ansatz.entanglers} on a line of qubits and"
        f" {fork.ansatz.entanglers} on a fork, the two-design {plain.ansatz.entanglers} and"
        f" {forked.ansatz.entanglers}, and preparing a stretch {ready[0]} to {ready[1]} more",
    )


def _table(results: Results, tier: Tier) -> list[Statement]:
    return [circuits(), least(), _counts(results, tier), _claims(results, tier)]


_MAKERS: dict[str, Callable[[Results, Tier], list[Statement]]] = {
    robustness.NAME: _robustness,
    ladder.NAME: _ladder,
    real_devices.NAME: _devices,
    trainability.NAME: _trainability,
    overfitting.NAME: _overfitting,
    fine_steps.NAME: _steps,
    "table": _table,
}
