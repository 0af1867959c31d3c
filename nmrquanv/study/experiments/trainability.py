"""Experiment ``trainability``: gradients over depth and qubits, information, and wider fields."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from nmrquanv.statistics import Estimate, Paired, holm, student
from nmrquanv.study.report.methods import (
    ANSATZ_LABELS,
    F1,
    FRONT_END_LABELS,
    Cell,
    metric_table,
    missing_note,
    runs_of,
    seeded,
)
from nmrquanv.study.report.summary import (
    Chart,
    Panel,
    Row,
    Series,
    Summary,
    Table,
    p_value,
    sentence,
    with_interval,
)
from nmrquanv.study.running import tiers
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import CHOICES, RunSpec
from nmrquanv.study.running.tiers import Tier

NAME = "trainability"
QUESTION = (
    "Do gradients vanish as circuits grow deeper and wider, how many of their weights do the"
    " outcomes feel, and does another field of view change who is better?"
)
LABELS = ANSATZ_LABELS | {"product": "without entanglers"}
CIRCUITS = ("strongly_entangling", "two_design", "random", "product")
FIELDS = tuple(sorted(int(x) for x in CHOICES["field"]))
"""Points that are seen: 16, 32, 64, on four, five and six qubits."""

PLATEAU = 0.5
"""Per qubit: a variance that halves with each is the barren plateau's own law at large depth."""

_FELT, _ROUNDING = 0.01, 1e-9
_SPECTRA, _CERTAIN = 40, 0.05


def circuit(ansatz: str, n_layers: int) -> RunSpec:
    """Return the run that carries the measure of a circuit; its network is trained for one epoch.

    What is measured depends on the circuit alone.
    """
    spec = RunSpec("quanv", spectra=_SPECTRA, epochs=1, ansatz=ansatz, n_layers=n_layers)
    return replace(spec, measures=("trainability",))


def cell(tier: Tier, front_end: str, field: int) -> Cell:
    """Return the runs of the QuanvNN or CNN with another field."""
    qubits = field.bit_length() - 1
    label = f"{FRONT_END_LABELS[front_end]}, {field} points ({qubits} channels)"

    def make(seed: int) -> RunSpec:
        spec = tiers.sweep(tier, front_end, seed)
        if field == CHOICES["field"][0]:
            return spec
        return replace(spec, choices=(("field", field),), measures=())

    return seeded(label, tier.apart_seeds, make)


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the experiment's runs."""
    measured = tuple(circuit(a, d) for a in CIRCUITS for d in tier.circuit_depths)
    compared = runs_of(cell(tier, f, field) for field in FIELDS for f in ("quanv", "cnn"))
    return (*measured, *compared)


def slope(results: Results, ansatz: str, n_layers: int) -> Estimate | None:
    """Return the factor by which the gradients' variance changes with each further qubit.

    A straight line through its logarithms, with the interval of its slope.
    """
    from scipy.stats import linregress

    result = results.get(circuit(ansatz, n_layers))
    if result is None:
        return None
    variance = result["extra"]["trainability"]["variance"]
    qubits = [float(n) for n in variance]
    levels = [math.log(max(float(v), 1e-300)) for v in variance.values()]
    line = linregress(qubits, levels)
    reach = student(len(levels) - 2) * float(line.stderr)
    mean, low, high = (math.exp(float(line.slope) + x) for x in (0.0, -reach, reach))
    return Estimate(mean, low, high, math.nan, len(levels))


def steepness(factor: Estimate) -> str:
    """Say whether gradients vanish as fast as on a barren plateau, as far as the interval tells."""
    if factor.high <= PLATEAU * (1 + _ROUNDING):
        return "as steep as a barren plateau"
    return "no plateau so steep" if factor.low > PLATEAU else "not told from a barren plateau"


def felt(results: Results, ansatz: str, n_layers: int) -> tuple[int, int, float] | None:
    """Return how many directions are felt, of how many weights, and the participation ratio.

    Felt: an eigenvalue above a hundredth of the largest. The ratio ``(sum)^2 / sum of squares``
    counts how many directions share the information evenly.
    """
    result = results.get(circuit(ansatz, n_layers))
    if result is None:
        return None
    values = np.array(result["extra"]["trainability"]["fisher"], dtype=np.float64)
    ratio = float(values.sum() ** 2 / (values**2).sum())
    return int((values > _FELT * values.max()).sum()), len(values), ratio


def gains(results: Results, tier: Tier) -> dict[int, tuple[Paired, float]]:
    """Return QuanvNN minus CNN for each field, with p corrected for all fields (Holm)."""
    found = {}
    for field in FIELDS:
        quanv, cnn = (cell(tier, f, field).specs for f in ("quanv", "cnn"))
        pair = results.pair(quanv, cnn, F1)
        if pair is not None:
            found[field] = pair
    corrected = holm([pair.p for pair in found.values()])
    return {f: (pair, p) for (f, pair), p in zip(found.items(), corrected, strict=True)}


def summarise(results: Results, tier: Tier) -> Summary:
    """Say how well the circuits can be trained, and what they should see."""
    cells = [cell(tier, f, field) for field in FIELDS for f in ("quanv", "cnn")]
    title = f"Fields, hard spectra, {tier.sweep.spectra:,} for training, {tier.sweep.epochs} epochs"
    return Summary(
        NAME,
        QUESTION,
        (*_answers(results, tier), *missing_note(results, runs(tier))),
        (_variance_table(results, tier), _fisher_table(results, tier),
         metric_table(title, results, cells)),
        (_figure(results, tier),),
        (
            "Variance of d<Z>/dw of the first qubit over 200 draws of uniform weights, each on a"
            " stretch of a test spectrum; mean over the weights, so weights without any effect"
            " lower it. The random circuit is one, not a mean over many.",
            "Fisher information of the 32 outcomes on five qubits, mean spectrum over draws.",
            "With another field both networks have as many channels as the circuit has qubits.",
        ),
    )  # fmt: skip


def _answers(results: Results, tier: Tier) -> list[str]:
    deepest, said = max(tier.circuit_depths), []
    for ansatz in CIRCUITS:
        factor, known = slope(results, ansatz, deepest), felt(results, ansatz, 3)
        if factor is None:
            continue
        text = (
            f"{LABELS[ansatz]}: with {deepest} layers each further qubit leaves"
            f" {with_interval(factor, 2)} of the gradients' variance ({steepness(factor)})"
        )
        if known is not None:
            text += f"; with 3 layers the outcomes feel {known[0]} of {known[1]} directions"
        said.append(text)
    for field, (pair, p) in gains(results, tier).items():
        word = "within chance"
        if p < _CERTAIN:
            word = "the QuanvNN" if pair.difference.mean > 0 else "the CNN"
            word = f"{word} is better, {p_value(p)}"
        said.append(
            f"seeing {field} points, F1 of the QuanvNN minus the CNN's is"
            f" {with_interval(pair.difference, 3, '+')}: {word}, {pair.n} seeds"
        )
    return [sentence(s) for s in said]


def _variance_table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = []
    qubits: list[str] = []
    for ansatz in CIRCUITS:
        for depth in tier.circuit_depths:
            result, factor = results.get(circuit(ansatz, depth)), slope(results, ansatz, depth)
            if result is None or factor is None:
                continue
            variance = result["extra"]["trainability"]["variance"]
            qubits = list(variance)
            shown = (f"{float(v):.2g}" for v in variance.values())
            rows.append((LABELS[ansatz], depth, *shown, with_interval(factor, 2)))
    columns = ("", "layers", *(f"{n} qubits" for n in qubits), "factor per qubit")
    return Table("Variance of the gradients", columns, tuple(rows))


def _fisher_table(results: Results, tier: Tier) -> Table:
    rows: list[Row] = []
    for ansatz in CIRCUITS:
        for depth in tier.circuit_depths:
            known = felt(results, ansatz, depth)
            if known is not None:
                rows.append((LABELS[ansatz], depth, known[1], known[0], f"{known[2]:.1f}"))
    columns = ("", "layers", "weights", "directions felt", "participation ratio")
    note = "Felt: an eigenvalue above a hundredth of the largest."
    return Table("Fisher information on five qubits", columns, tuple(rows), note)


def _figure(results: Results, tier: Tier) -> Chart:
    lines, spectra = [], []
    deepest = max(tier.circuit_depths)
    for ansatz in CIRCUITS:
        if (result := results.get(circuit(ansatz, deepest))) is not None:
            variance = result["extra"]["trainability"]["variance"]
            places = tuple(float(n) for n in variance)
            values = tuple(math.log10(max(float(v), 1e-12)) for v in variance.values())
            lines.append(Series(LABELS[ansatz], places, values))
        if (result := results.get(circuit(ansatz, 3))) is not None:
            values = tuple(float(v) for v in result["extra"]["trainability"]["fisher"])
            order = tuple(float(k + 1) for k in range(len(values)))
            spectra.append(Series(LABELS[ansatz], order, values))
    return Chart(
        "Left: variance of the gradients against the number of qubits. Right: spectrum of the"
        " Fisher information of three layers on five qubits.",
        (
            Panel(f"{deepest} layers", "qubits", "log10 of the variance", tuple(lines)),
            Panel("Information", "direction", "eigenvalue over mean", tuple(spectra)),
        ),
    )
