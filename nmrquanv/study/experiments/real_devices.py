"""Experiment ``devices``: the noise of real devices, with circuits as they run there.

Trained without noise for 80 epochs and on the calibrated, routed circuit for 20, as the authors
say; tested there as well, with and without mitigation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nmrquanv.statistics import Estimate, Paired, estimate, holm
from nmrquanv.study.circuits import calibrations
from nmrquanv.study.experiments.noise_losses import COMPARED, EFFECT, loss_panel, more_lost
from nmrquanv.study.report.methods import (
    ANSATZ_LABELS,
    F1,
    Cell,
    metric_table,
    missing_note,
    runs_of,
    seeded,
)
from nmrquanv.study.report.power import power, told
from nmrquanv.study.report.summary import (
    Chart,
    Row,
    Summary,
    Table,
    p_value,
    percent,
    sentence,
    with_interval,
)
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

NAME = "devices"
QUESTION = (
    "On real devices as they were calibrated, with circuits routed onto their maps: how much F1 is"
    " lost, does the strongly entangling ansatz lose more, and what do mitigations bring back?"
)
NOISY_SHARE, SHOTS = 0.2, 4096
"""Share of the epochs on the device, 20 of 100; repetitions behind each expectation."""
LIMIT = 0.05
"""Of the rule: a loss counts when more than 5 % of F1 is lost."""

_CERTAIN, _LEAST_SEEDS = 0.05, 3
_WAYS = {
    "ideal": "no noise in the test",
    "none": "as it is",
    "readout": "readout inverted",
    "extrapolation": "extrapolated",
    "both": "both",
    "sample": "sample",
    "sample_prepared": "sample, prepared by gates",
}


def devices(tier: Tier) -> tuple[str, ...]:
    """Return the devices of a tier, all or the first of them."""
    return tuple(calibrations.devices())[: tier.device_count]


def cell(tier: Tier, ansatz: str, device: str) -> Cell:
    """Return the runs of an ansatz on a device; "" is none."""
    size = tier.device_size
    changes: dict[str, Any] = {"ansatz": ansatz, "spectra": size.spectra, "epochs": size.epochs}
    if device:
        changes |= {
            "noise": {"device": device, "shots": SHOTS},
            "noisy_epochs": max(1, round(NOISY_SHARE * size.epochs)),
        }

    def make(seed: int) -> RunSpec:
        spec = tiers.sweep(tier, "quanv", seed, **changes)
        return replace(spec, measures=("mitigation",) if device else ())

    return seeded(f"{ANSATZ_LABELS[ansatz]}, {device or 'ideal'}", tier.device_seeds, make)


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    return runs_of(cell(tier, a, d) for d in ("", *devices(tier)) for a in COMPARED)


def lost(results: Results, tier: Tier, ansatz: str, device: str) -> Paired | None:
    """Compare ideal with noisy, seed by seed: a positive difference is lost F1."""
    found = results.pair(cell(tier, ansatz, "").specs, cell(tier, ansatz, device).specs, F1)
    return found if found and found.n >= min(_LEAST_SEEDS, tier.device_seeds) else None


def lost_share(results: Results, tier: Tier, ansatz: str, device: str) -> Estimate | None:
    """Return the loss as a share of the ideal F1."""
    found = results.pair(cell(tier, ansatz, device).specs, cell(tier, ansatz, "").specs, F1)
    if found is None:
        return None
    change = found.relative
    return Estimate(-change.mean, -change.high, -change.low, change.sd, change.n)


def lost_more(results: Results, tier: Tier, device: str) -> Paired | None:
    """Compare what strongly entangling loses with what two-design loses, seed by seed."""
    first, second = ([cell(tier, a, d) for d in ("", device)] for a in COMPARED)
    found = more_lost(results, first, second)
    return found if found and found.n >= min(_LEAST_SEEDS, tier.device_seeds) else None


def compared(results: Results, tier: Tier) -> dict[str, tuple[Paired, float]]:
    """Return the difference of the losses on each device, with p corrected for all (Holm)."""
    found = {d: more for d in devices(tier) if (more := lost_more(results, tier, d)) is not None}
    corrected = holm([more.p for more in found.values()])
    return {d: (more, p) for (d, more), p in zip(found.items(), corrected, strict=True)}


def summarise(results: Results, tier: Tier) -> Summary:
    """Say what real devices cost."""
    size = tier.device_size
    noisy = max(1, round(NOISY_SHARE * size.epochs))
    cells = [cell(tier, a, d) for d in ("", *devices(tier)) for a in COMPARED]
    return Summary(
        NAME,
        QUESTION,
        (*_answers(results, tier), *missing_note(results, runs(tier))),
        (
            _lost_table(results, tier),
            _mitigation_table(results, tier),
            metric_table(
                f"On the device: hard spectra, {size.spectra:,} for training", results, cells
            ),
            _device_table(tier),
        ),
        (_figure(results, tier),),
        (
            f"Hard spectra, {size.spectra:,} for training; {size.epochs - noisy} epochs without"
            f" noise, {noisy} on the device, {SHOTS:,} shots. P-values: paired t-test, corrected"
            " for all devices (Holm).",
            "Each ansatz stands on the five qubits that suit it best. Errors and times of each"
            " qubit and pair, waiting, and readout that reads 1 as 0 more often than 0 as 1 are"
            " the calibration's; rotations about z cost nothing.",
            "Such a model is a best case: it has no crosstalk, leakage, drift or coherent errors,"
            " and turns that make a device's own entangler a CNOT are free. But in the column of"
            " the sample, states are prepared without errors.",
            f"Calibrations: {calibrations.source()}.",
        ),
    )


def _answers(results: Results, tier: Tier) -> list[str]:
    said = []
    for device, (more, p) in compared(results, tier).items():
        shares = [lost_share(results, tier, a, device) for a in COMPARED]
        told = " and two-design ".join(percent(s).replace("+", "") for s in shares if s is not None)
        verdict = "they cannot be told apart"
        if p < _CERTAIN:
            higher = more.difference.mean > 0
            verdict = f"{'strongly entangling' if higher else 'two-design'} loses more"
        said.append(
            f"{device.capitalize()} costs strongly entangling {told} of F1 ({rule(shares[0])}):"
            f" {verdict}, by {with_interval(more.difference, 3, '+')}, {p_value(p)}, {more.n} seeds"
        )
    return [sentence(s) for s in said]


def rule(share: Estimate | None) -> str:
    """Say whether more than :data:`LIMIT` of F1 is lost, as far as the interval tells."""
    if share is None or not share.has_interval:
        return "too few seeds for the rule of 5 %"
    if share.low > LIMIT:
        return "more than 5 %"
    return "less than 5 %" if share.high < LIMIT else "5 % not decided"


def _lost_table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = []
    known = compared(results, tier)
    for device in devices(tier):
        both = [lost(results, tier, a, device) for a in COMPARED]
        shares = [lost_share(results, tier, a, device) for a in COMPARED]
        more, p = known.get(device, (None, float("nan")))
        rows.append(
            (
                device,
                *(with_interval(b.difference, 3, "+") if b else "–" for b in both),
                *(rule(s) for s in shares),
                with_interval(more.difference, 3, "+") if more else "–",
                p_value(p),
                told(power(more.difference if more else None, EFFECT)),
                more.n if more else 0,
            )
        )
    names = [ANSATZ_LABELS[a] for a in COMPARED]
    columns = ("device", *names, *(f"{n}: rule of 5 %" for n in names), "difference",
               "p, corrected", "power", "seeds")  # fmt: skip
    note = f"Power: the chance that so many seeds show a difference of {EFFECT:g}, were it there."
    return Table(
        "F1 at 4 points lost on the device (ideal minus noisy)", columns, tuple(rows), note
    )


def mitigated(results: Results, tier: Tier, ansatz: str, device: str) -> dict[str, Estimate]:
    """Return F1 of the networks trained on a device by each way of testing; empty without any."""
    found = results.finished(cell(tier, ansatz, device).specs)
    told = [r["extra"]["mitigation"] for r in found if "mitigation" in r["extra"]]
    return {way: estimate([float(one[way]) for one in told]) for way in _WAYS} if told else {}


def _mitigation_table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = []
    for device in devices(tier):
        for ansatz in COMPARED:
            if means := mitigated(results, tier, ansatz, device):
                told = (f"{m.mean:.3f}" for m in means.values())
                rows.append((f"{ANSATZ_LABELS[ansatz]}, {device}", *told))
    note = (
        "F1 at 4 points of the same networks; each way has its own threshold from validation"
        " spectra. Extrapolated: from every entangler once and three times, half the shots each."
        " The sample is the first 40 test spectra; prepared by gates, its states pass the noisy"
        " preparation first (density matrices)."
    )
    return Table("Mitigation, and preparation", ("", *_WAYS.values()), tuple(rows), note)


def _device_table(tier: Tier) -> Table:
    rows: list[Row] = []
    for name in devices(tier):
        device = calibrations.devices()[name]
        for ansatz in COMPARED:
            where = device.placed[ansatz]
            pair = calibrations.routed(ansatz, where.shape)
            rows.append(
                (
                    name,
                    device.date,
                    ANSATZ_LABELS[ansatz],
                    f"{where.shape} {'-'.join(map(str, where.qubits))}",
                    pair.ansatz.entanglers,
                    pair.preparation.entanglers,
                    f"{estimate([p[2] for p in where.pairs]).mean:.2%}",
                    f"{estimate(where.flips().ravel().tolist()).mean:.2%}",
                    f"{estimate(where.t1_us).mean:.0f}, {estimate(where.t2_us).mean:.0f}",
                )
            )
    columns = (
        "device",
        "calibrated",
        "ansatz",
        "qubits",
        "entanglers",
        "to prepare",
        "their error",
        "readout's",
        "T1, T2 in µs",
    )
    note = "The ideal circuits have 15 (strongly entangling) and 12 (two-design) entanglers."
    return Table("Devices and routed circuits", columns, tuple(rows), note)


def _figure(results: Results, tier: Tier) -> Chart:
    names = devices(tier)
    panel = loss_panel("What a device costs", names, lambda a, d: lost(results, tier, a, d))
    return Chart("F1 lost on calibrated devices, mean and 95 % interval.", (panel,))
