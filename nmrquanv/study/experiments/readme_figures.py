"""What README says of the study, computed anew from the runs: ``nmrquanv study check``.

Each statement is a piece of README's text with its figures, made here from results alone; where a
run differs, or README was written by hand, the two differ and the check says so. The rows of
README's tables are statements too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from nmrquanv.statistics import Paired, estimate, holm
from nmrquanv.study.experiments import (
    ansatz,
    claims,
    convergence,
    entanglement,
    gate_dropout,
    learning_rates,
)
from nmrquanv.study.experiments import real_spectra as real
from nmrquanv.study.report.methods import F1, pickers
from nmrquanv.study.report.power import power, told
from nmrquanv.study.report.readme_text import Statement, change
from nmrquanv.study.report.summary import p_value
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import ANSATZES, DIFFICULTIES, Tier

EFFECT = 0.05
"""Difference of F1 that the power is told for where nothing is reported."""

_SHOWN = (0, 1, 2, 3, 5, 6, 7)
"""Columns of the table of claims that README shows: all but p before correction."""


class MissingRunsError(ValueError):
    """A statement needs runs that have not finished."""


def statements(results: Results, tier: Tier) -> list[Statement]:
    """Return every statement whose runs have finished.

    Raises
    ------
    MissingRunsError
        Runs are missing; names the statement.
    """
    rows = claims.told_rows(claims.claims(results, tier))
    found = [Statement(f"row: {r[0]}", " | ".join(r[k] for k in _SHOWN)) for r in rows]
    for about, make in _STATEMENTS.items():
        try:
            found.append(Statement(about, make(results, tier)))
        except (MissingRunsError, ValueError) as error:
            raise MissingRunsError(f"{about}: runs are missing") from error
    return found


# --- words --------------------------------------------------------------------------------------


def _known(pair: Paired | None) -> Paired:
    if pair is None:
        raise MissingRunsError
    return pair


def _mean(results: Results, specs: Sequence[RunSpec], name: str = F1) -> str:
    found = results.mean(specs, name)
    if found is None:
        raise MissingRunsError
    return f"{found.mean:.3f}"


def _p(results: Results, tier: Tier, claim: str) -> str:
    """Return the corrected p of a line of the table of claims."""
    made = claims.claims(results, tier)
    corrected = holm([c.p for c in made])
    return next(p_value(p) for c, p in zip(made, corrected, strict=True) if c.claim == claim)


# --- statements -----------------------------------------------------------------------------------

_Make = Callable[[Results, Tier], str]


def _headline(preset: str, name: str, claim: str) -> _Make:
    """Return a line of the answer: the difference at full size, its interval, p corrected."""

    def make(results: Results, tier: Tier) -> str:
        quanv, cnn = (convergence.cell(tier, f, preset=preset).specs for f in ("quanv", "cnn"))
        gain = _known(results.pair(quanv, cnn, name)).relative
        mean, low, high = (100 * x for x in (gain.mean, gain.low, gain.high))
        p = _p(results, tier, f"{claim}, {preset}")
        return f"{mean:+.1f} % ({low:+.1f} to {high:+.1f}; {p})"

    return make


def _full_size(results: Results, tier: Tier) -> str:
    known = [
        c.verdict.power for c in claims.claims(results, tier) if c.seeds == tier.headline_seeds
    ]
    least = min(p for p in known if math.isfinite(p))
    return f"{tier.headline_seeds} seeds, power {least:.2f} to see what is reported"


def _hard(tier: Tier, name: str) -> Sequence[RunSpec]:
    if name == "quanv":
        return ansatz.circuit(tier, "strongly_entangling", "hard").specs
    return ansatz.control(tier, name, "hard").specs


def _dropout(results: Results, tier: Tier) -> str:
    plain = gate_dropout.cell(tier, "rotations", 0.0).specs
    pairs = [
        _known(results.pair(gate_dropout.cell(tier, kind, p).specs, plain, F1))
        for kind in gate_dropout.KINDS
        for p in tier.dropout_rates
    ]
    lost = [-pair.difference.mean for pair in pairs]
    sure = sum(p < 0.05 for p in holm([pair.p for pair in pairs]))
    how = "all lower F1" if min(lost) > 0 else "not all lower F1"
    return f"{how}, by {min(lost):.2f} to {max(lost):.2f}, {sure} of {len(pairs)} certain"


def _real_line(results: Results, tier: Tier) -> str:
    cells = [real.cell(tier, f, "slots") for f in ("quanv", "cnn")]
    gap = _known(real.between(results, *cells)).difference
    name = "Real measured spectra: F1 of the QuanvNN minus the CNN's (slots head)"
    p = _p(results, tier, name)
    return f"{gap.mean:+.3f} ({gap.low:+.3f} to {gap.high:+.3f}; {p})"


def _real(results: Results, tier: Tier) -> str:
    cells = [real.cell(tier, front_end, "slots") for front_end in ("quanv", "cnn")]
    f1, mask, floor = (
        " against ".join(f"{m.mean:.2f}" for c in of if (m := real.on_real(results, c, name)))
        for of, name in ((cells, "f1_4"), (cells, "mask_f1"), (cells[:1], "mask_f1_floor"))
    )
    least = f"{real.floors_there().f1:.2f}"
    return f"{f1}, where a constant answer has {least}; by the mask {mask}, the constant {floor}"


def _over_spectra(results: Results, tier: Tier) -> str:
    """Return the same difference with its interval over spectra, each a mean over trainings."""
    quanv, cnn = (real.cell(tier, f, "slots") for f in ("quanv", "cnn"))
    first = results.get(quanv.specs[0])
    if first is None:
        raise MissingRunsError
    differences = [
        ours.mean - theirs.mean
        for name in first["extra"]["real"]["spectra"]
        if (ours := real.real_mean(results, quanv, name))
        and (theirs := real.real_mean(results, cnn, name))
    ]
    return f"over the {len(differences)} spectra it is {change(estimate(differences))}"


def _controls(results: Results, tier: Tier) -> str:
    order = {
        "CNN": "cnn",
        "free quadratic filter": "quadratic",
        "QuanvNN": "quanv",
        "CNN on normalised windows": "cnn_normalised",
        "frozen quanvolution": "quanv_frozen",
    }
    return ", ".join(
        f"{label} {_mean(results, _hard(tier, name))}" for label, name in order.items()
    )


def _against(first: str, second: str) -> _Make:
    def make(results: Results, tier: Tier) -> str:
        pair = _known(results.pair(_hard(tier, first), _hard(tier, second), F1))
        chance = told(power(pair.difference, EFFECT))
        return f"{change(pair.difference)}, power {chance} to see {EFFECT:g}"

    return make


def _rates(results: Results, tier: Tier) -> str:
    quanv, cnn = (learning_rates.chosen(results, tier, f) for f in ("quanv", "cnn"))
    if quanv is None or cnn is None:
        raise MissingRunsError
    pair = _known(results.pair(quanv.specs, cnn.specs, F1))
    size = f"{tier.sweep.spectra:,} spectra x {tier.sweep.epochs} epochs, {pair.n} seeds"
    return f"{change(pair.difference)} ({size})"


def _difficulty(results: Results, tier: Tier) -> str:
    said = []
    for preset in DIFFICULTIES:
        strong, *_, cnn = ansatz.alike(tier, preset)
        gap = _known(results.pair(strong.specs, cnn.specs, F1)).difference
        said.append(f"{change(gap)} on {preset} (power {told(power(gap, EFFECT))})")
    return f"{', '.join(said)}; power to see {EFFECT:g}"


def _dense(results: Results, tier: Tier) -> str:
    means = [_mean(results, real.cell(tier, f, "dense").specs) for f in ("quanv", "cnn")]
    return f"both reach {float(means[0]):.2f} ({' and '.join(means)})"


def _entropy(results: Results, tier: Tier) -> str:
    cells = [entanglement.ansatz_cell(tier, a) for a in ANSATZES]
    found = [entanglement.correlation(results, cell) for cell in cells]
    if None in found:
        raise MissingRunsError
    words = (f"{c.label} {change(v, 2)}" for c, v in zip(cells, found, strict=True) if v)
    return f"partial correlation: {', '.join(words)}"


def _picking(results: Results, tier: Tier) -> str:
    second = pickers("hard")[1]
    found = real.real_mean(results, second)
    if found is None:
        raise MissingRunsError
    synthetic = _mean(results, second.specs)
    return f"reaches {synthetic} on the hard spectra, and {found.mean:.2f} on the real ones"


_F1_CLAIM = "F1 of the QuanvNN against the CNN (at 4 points)"
_STATEMENTS: dict[str, _Make] = {
    "F1, hard": _headline("hard", F1, _F1_CLAIM),
    "F1, medium": _headline("medium", F1, _F1_CLAIM),
    "error of all assigned pairs, medium": _headline(
        "medium", "mae_assigned_points", "MAE of all assigned pairs"
    ),
    "power at full size": _full_size,
    "real spectra, in short": _real_line,
    "real spectra": _real,
    "real spectra, interval over spectra": _over_spectra,
    "gate dropout": _dropout,
    "entropy": _entropy,
    "controls": _controls,
    "learnable over frozen": _against("quanv", "quanv_frozen"),
    "quadratic over the circuit": _against("quadratic", "quanv"),
    "normalised CNN over the circuit": _against("cnn_normalised", "quanv"),
    "learning rates": _rates,
    "difficulties at one size": _difficulty,
    "dense head": _dense,
    "classical picking": _picking,
}
