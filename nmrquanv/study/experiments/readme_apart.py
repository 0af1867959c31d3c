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
from nmrquanv.study.experiments.noise_losses import COMPARED
from nmrquanv.study.experiments.specification_curve import (
    REPORTED_F1,
    curve,
    gain_power,
    shares,
    signs,
    verdict,
)
from nmrquanv.study.report.power import power
from nmrquanv.study.report.readme_text import Statement
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.runs import floors
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

_CERTAIN = 0.05


def statements(name: str, results: Results, tier: Tier) -> list[Statement]:
    """Return the statements of an experiment that stands apart; none of any other."""
    make = _MAKERS.get(name)
    return make(results, tier) if make is not None else []


def _change(value: Estimate) -> str:
    return f"{value.mean:+.3f} ({value.low:+.3f} to {value.high:+.3f})"


def _time(results: Results, specs: Sequence[RunSpec]) -> Statement:
    done = results.finished(specs)
    hours = sum(float(r.get("seconds") or 0) for r in done) / 3600
    return Statement("time", f"these {len(done)} runs took {hours:.1f} hours of one core")


def _range(powers: Sequence[float]) -> str:
    return f"{min(powers):.2f} to {max(powers):.2f} (median {median(powers):.2f})"


def _robustness(results: Results, tier: Tier) -> list[Statement]:
    points = curve(results, tier)
    if not points:
        return []
    better = sum(p.comparison.difference.low > 0 for p in points)
    worse = sum(p.comparison.difference.high < 0 for p in points)
    reaches = sum(p.comparison.relative.mean >= REPORTED_F1 for p in points)
    seeds = {p.comparison.n for p in points}
    told = f"{min(seeds)}" if len(seeds) == 1 else f"{min(seeds)} to {max(seeds)}"
    said = [
        Statement("the verdict over all settings", f"the verdict is: {verdict(points)}"),
        Statement(
            "the sign over all settings",
            f"in {better} of {len(points)} settings the QuanvNN's F1 is higher, in {worse} lower,"
            f" and in {reaches} the gain reaches the reported 11 % ({told} seeds)",
        ),
    ]
    chances = [x for x in map(gain_power, points) if math.isfinite(x)]
    if chances:
        text = f"the median power to see a gain of 11 % is {median(chances):.2f}"
        said.append(Statement("power over all settings", text))
    said.append(_time(results, robustness.runs(tier)))
    ranked = sorted(shares(points).items(), key=lambda item: -item[1])[:3]
    if ranked:
        words = ", ".join(f"{name} ({100 * share:.0f} %)" for name, share in ranked)
        said.append(Statement("what moves the sign", f"of the variance most goes with {words}"))
    mask = signs(results, tier, "mask_f1", is_less_better=False)
    text = f"by F1 of the mask it is higher in {mask[0]} and lower in {mask[1]}"
    return [*said, Statement("the sign by the mask's F1", text)]


def _ladder(results: Results, tier: Tier) -> list[Statement]:
    steps = ladder.taken(results, tier)
    said = []
    for question, step in ladder.ASKED.items():
        known = [t for t in steps if t.step is step]
        if known:
            told = ", ".join(f"{t.preset} {_change(t.gain.difference)}" for t in known)
            certain = [t.preset for t in known if t.p < _CERTAIN]
            after = f"; corrected, certain on {' and '.join(certain) or 'none'}"
            said.append(Statement(f"ladder: {question}", f"{step.what}: {told}{after}"))
    asked = [t.power for t in steps if t.step in ladder.ASKED.values() and math.isfinite(t.power)]
    if asked:
        told = f"the power to see a change of {ladder.EFFECT:g} is {_range(asked)}"
        said.append(Statement("power of the ladder", told))
    return [*said, _time(results, ladder.runs(tier))] if said else []


def _devices(results: Results, tier: Tier) -> list[Statement]:
    said = []
    for device, (more, p) in real_devices.compared(results, tier).items():
        lost = [real_devices.lost(results, tier, a, device) for a in COMPARED]
        told = " against ".join(f"{c.difference.mean:.3f}" for c in lost if c is not None)
        sure = "certain" if p < _CERTAIN else "within chance"
        text = f"{device.capitalize()} {told}: {_change(more.difference)}, {sure}"
        said.append(Statement(f"noise of {device}", text))
    pairs = (more for more, _ in real_devices.compared(results, tier).values())
    powers = [power(more.difference, real_devices.EFFECT) for more in pairs]
    if powers:
        told = f"the power to see a difference of {real_devices.EFFECT:g} is {_range(powers)}"
        said.append(Statement("power on devices", told))
    rules, ways = [], []
    for device in real_devices.devices(tier):
        shares = [real_devices.lost_share(results, tier, a, device) for a in COMPARED]
        rules.append(f"{device.capitalize()} {' and '.join(map(real_devices.rule, shares))}")
        if means := real_devices.mitigated(results, tier, COMPARED[0], device):
            told = ", ".join(
                f"{means[way].mean:.3f}" for way in ("none", "readout", "extrapolation")
            )
            ways.append(f"{device.capitalize()} {told}")
    said.append(Statement("the rule of 5 %", "; ".join(rules)))
    said.append(Statement("mitigation", "; ".join(ways)))
    return [*said, _time(results, real_devices.runs(tier))]


def _trainability(results: Results, tier: Tier) -> list[Statement]:
    deepest = max(tier.circuit_depths)
    slopes = [trainability.slope(results, a, deepest) for a in trainability.CIRCUITS]
    known = [trainability.felt(results, a, 3) for a in trainability.CIRCUITS]
    if None in slopes or None in known:
        return []
    told = ", ".join(f"{x:.2f}" for x in slopes if x is not None)
    text = f"with {deepest} layers each further qubit leaves {told} of the gradients' variance"
    seen = ", ".join(f"{k[0]} of {k[1]}" for k in known if k is not None)
    said = [
        Statement("gradients", text),
        Statement("Fisher information", f"with 3 layers the outcomes feel {seen} directions"),
    ]
    gains = trainability.gains(results, tier)
    if len(gains) == len(trainability.FIELDS):
        told = ", ".join(f"{f} points {_change(p.difference)}" for f, (p, _) in gains.items())
        said.append(Statement("fields", told))
    return said


def _overfitting(results: Results, tier: Tier) -> list[Statement]:
    said = []
    for few in overfitting.found(results, tier):
        quanv, cnn, _ = few.rises
        if quanv is not None and cnn is not None and few.helps is not None:
            text = (
                f"{few.spectra} spectra: {100 * cnn.mean:+.0f} % and {100 * quanv.mean:+.0f} %;"
                f" gate dropout {_change(few.helps.difference)}"
            )
            said.append(Statement(f"overfitting, {few.spectra} spectra", text))
    return said


def _steps(results: Results, tier: Tier) -> list[Statement]:
    said = []
    for sweep in fine_steps.SWEEPS:
        law = fine_steps.law(results, tier, sweep)
        if law is not None:
            steps = fine_steps.steps(tier, sweep)
            span = max(steps) - min(steps)
            mean, low, high = (span * x for x in (law.parameters[1], law.low, law.high))
            moved = f"{mean:+.3f} ({low:+.3f} to {high:+.3f})"
            text = f"above chance, with {sweep} the gap moves by {moved}"
            said.append(Statement(f"steps of {sweep}", text))
    return said


def _claims(results: Results, tier: Tier) -> Statement:
    """Return the least power of the table's reported gains, of those with an interval."""
    powers = [c.verdict.power for c in claims.claims(results, tier)]
    known = [p for p in powers if math.isfinite(p)]
    return Statement("power of the table", f"{len(known)} reported gains, power {_range(known)}")


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
    plain = calibrations.routed("two_design", "line")
    ready = sorted(p.preparation.entanglers for p in (line, fork))
    return Statement(
        "routed circuits",
        f"the strongly entangling one has {line.ansatz.entanglers} on a line of qubits and"
        f" {fork.ansatz.entanglers} on a fork, the two-design its {plain.ansatz.entanglers}, and"
        f" preparing a stretch {ready[0]} to {ready[1]} more",
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
