"""What README says of the study, computed anew from the runs: ``nmrquanv study check``.

Each statement is a piece of README's text with its figures, made here from results alone; where a
run differs, or README was written by hand, the two differ and the check says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nmrquanv.statistics import Estimate, Paired, estimate, holm, spread
from nmrquanv.study.experiments import (
    ansatz,
    claim_rows,
    claims,
    convergence,
    entanglement,
    gate_dropout,
    learning_rates,
    scaling,
)
from nmrquanv.study.experiments import device_noise as noise
from nmrquanv.study.experiments import real_spectra as real
from nmrquanv.study.experiments.noise_losses import COMPARED
from nmrquanv.study.report.methods import F1, pickers
from nmrquanv.study.report.readme_text import Statement
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import ANSATZES, Tier


class MissingRunsError(ValueError):
    """A statement needs runs that have not finished."""


def statements(results: Results, tier: Tier) -> list[Statement]:
    """Return every statement whose runs have finished.

    Raises
    ------
    MissingRunsError
        Runs are missing; names the statement.
    """
    found = []
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


def _percent(value: Estimate) -> str:
    return f"{100 * value.mean:+.1f} % ({100 * value.low:+.1f} to {100 * value.high:+.1f})"


def _change(value: Estimate, digits: int = 3) -> str:
    mean, low, high = (f"{x:+.{digits}f}" for x in (value.mean, value.low, value.high))
    return f"{mean} ({low} to {high})"


def _aside(value: Estimate) -> str:
    """Return a difference as it stands in brackets: ``(+0.054, 0.035 to 0.072``."""
    sign = "+" if value.low < 0 else ""
    low, high = (f"{x:{sign}.3f}" for x in (value.low, value.high))
    return f"({value.mean:+.3f}, {low} to {high}"


def _p(results: Results, tier: Tier, place: int) -> str:
    """Return the corrected p of a line of the table of claims."""
    value = holm([c.p for c in claims.claims(results, tier)])[place]
    if value < 0.001:
        return "p < .001"
    return f"p = {value:.{3 if value < 0.1 else 2}f}".replace("0.", ".")


# --- statements -----------------------------------------------------------------------------------

_Make = Callable[[Results, Tier], str]


def _headline(preset: str, name: str, place: int, *, has_p: bool = True) -> _Make:
    def make(results: Results, tier: Tier) -> str:
        quanv, cnn = (convergence.cell(tier, f, preset=preset).specs for f in ("quanv", "cnn"))
        text = _percent(_known(results.pair(quanv, cnn, name)).relative)
        if name in (F1, "mask_f1") and not (name == "mask_f1" and preset == "medium"):
            text += f": {_mean(results, quanv, name)} against {_mean(results, cnn, name)}"
        if name == "mask_f1" and preset == "hard":
            text += f"; the best constant answer has {_mean(results, cnn, 'mask_f1_floor')}"
        return text + (f", {_p(results, tier, place)}" if has_p else "")

    return make


def _rises(results: Results, tier: Tier) -> str:
    words = []
    for is_few in (False, True):
        both = [
            convergence.rises(results, convergence.cell(tier, f, is_few=is_few).specs)
            for f in ("cnn", "quanv")
        ]
        words.append(" and ".join(f"{100 * r.mean:+.1f} %" for r in both if r is not None))
    return f"neither rises: {'; '.join(words)}"


def _hard(tier: Tier, name: str) -> Sequence[RunSpec]:
    if name in ANSATZES:
        return ansatz.circuit(tier, name, "hard").specs
    return ansatz.control(tier, name, "hard").specs


def _strong_against_design(results: Results, tier: Tier) -> str:
    strong, design = (_hard(tier, a) for a in COMPARED)
    return _percent(_known(results.pair(strong, design, F1)).relative)


def _spreads(results: Results, tier: Tier) -> str:
    sd = spread(results.values(_hard(tier, "random"), F1))
    own = spread(results.values(_hard(tier, "strongly_entangling"), F1))
    return (
        f"{sd.mean:.3f} ({sd.low:.3f} to {sd.high:.3f}); strongly entangling's own {own.mean:.3f}"
    )


def _learnable(results: Results, tier: Tier) -> str:
    change = _known(claim_rows.learnable_loss(results, tier)).relative
    mean, low, high = (-100 * x for x in (change.mean, change.high, change.low))
    return f"{mean:.1f} % lower ({low:.1f} to {high:.1f})"


def _noise(results: Results, tier: Tier) -> str:
    lost = [_known(noise.lost(results, tier, a, "strong")).difference for a in COMPARED]
    more = _known(noise.lost_more(results, tier, "strong")).difference
    return f"{lost[0].mean:.3f} against {lost[1].mean:.3f}: {_change(more)}"


def _gap(results: Results, tier: Tier) -> str:
    mean = estimate([gap for _, gap in scaling.gaps(results, tier, "peaks")])
    fitted = scaling.laws(results, tier)
    if fitted is None:
        raise MissingRunsError
    best = min(fitted, key=lambda law: law.bic)
    return f"a {best.name} gap of {_change(mean)} fits best"


def _moves(results: Results, tier: Tier) -> str:
    words = []
    for sweep in ("overlap", "noise"):
        fitted = scaling.laws(results, tier, sweep)
        if fitted is None:
            raise MissingRunsError
        _, law, _ = fitted
        span = max(scaling.steps(tier, sweep)) - min(scaling.steps(tier, sweep))
        mean, low, high = (span * x for x in (law.parameters[1], law.low, law.high))
        words.append(f"by {mean:+.3f} ({low:+.3f} to {high:+.3f})")
    return f"the gap moves {'; '.join(words)}"


def _dropout(results: Results, tier: Tier) -> str:
    plain = gate_dropout.cell(tier, "rotations", 0.0).specs
    lost = [
        -_known(results.pair(gate_dropout.cell(tier, kind, p).specs, plain, F1)).difference.mean
        for kind in gate_dropout.KINDS
        for p in tier.dropout_rates
    ]
    how = "all lower F1" if min(lost) > 0 else "not all lower F1"
    return f"{how}, by {min(lost):.2f} to {max(lost):.2f}"


def _entropy(results: Results, tier: Tier) -> str:
    cell = entanglement.ansatz_cell(tier, "strongly_entangling")
    value = entanglement.correlation(results, cell)
    if value is None:
        raise MissingRunsError
    return f"partial correlation {_change(value, 2)}"


def _real(results: Results, tier: Tier) -> str:
    cells = [real.cell(tier, f, "slots") for f in ("quanv", "cnn")]
    means = [real.real_mean(results, c) for c in cells]
    words = " against ".join(f"{m.mean:.2f}" for m in means if m is not None)
    return f"{words}: {_change(_known(real.between(results, *cells)).difference)}"


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
    return f"over the {len(differences)} spectra it is {_change(estimate(differences))}"


def _controls(results: Results, tier: Tier) -> str:
    order = {
        "CNN": "cnn",
        "free quadratic filter": "quadratic",
        "QuanvNN": "strongly_entangling",
        "CNN on normalised windows": "cnn_normalised",
        "frozen quanvolution": "quanv_frozen",
    }
    return ", ".join(
        f"{label} {_mean(results, _hard(tier, name))}" for label, name in order.items()
    )


def _against(first: str, second: str, end: str = ")") -> _Make:
    def make(results: Results, tier: Tier) -> str:
        one, other = _hard(tier, first), _hard(tier, second)
        return _aside(_known(results.pair(one, other, F1)).difference) + end

    return make


def _rates(results: Results, tier: Tier) -> str:
    quanv, cnn = (learning_rates.chosen(results, tier, f) for f in ("quanv", "cnn"))
    if quanv is None or cnn is None:
        raise MissingRunsError
    pair = _known(results.pair(quanv.specs, cnn.specs, F1))
    size = f"{tier.sweep.spectra:,} spectra x {tier.sweep.epochs} epochs, {pair.n} seeds"
    return f"{_aside(pair.difference)}; {size})"


def _small(preset: str) -> _Make:
    def make(results: Results, tier: Tier) -> str:
        strong = ansatz.circuit(tier, "strongly_entangling", preset).specs
        cnn = ansatz.control(tier, "cnn", preset).specs
        return f"({_known(results.pair(strong, cnn, F1)).difference.mean:+.3f})"

    return make


def _dense(results: Results, tier: Tier) -> str:
    means = [_mean(results, real.cell(tier, f, "dense").specs) for f in ("quanv", "cnn")]
    return f"both reach {float(means[0]):.2f} ({' and '.join(means)})"


def _picking(results: Results, tier: Tier) -> str:
    second = pickers("hard")[1]
    found = real.real_mean(results, second)
    if found is None:
        raise MissingRunsError
    synthetic = _mean(results, second.specs)
    return f"reaches {synthetic} on the hard spectra, and {found.mean:.2f} on the real ones"


_STATEMENTS: dict[str, _Make] = {
    "F1, hard": _headline("hard", F1, 0),
    "position error, hard": _headline("hard", "mae_points", 2),
    "F1 of the mask, hard": _headline("hard", "mask_f1", 1, has_p=False),
    "F1, medium": _headline("medium", F1, 4),
    "error of all assigned pairs, medium": _headline("medium", "mae_assigned_points", 6),
    "F1 of the mask, medium": _headline("medium", "mask_f1", 5),
    "validation loss": _rises,
    "strongly entangling against two-design": _strong_against_design,
    "standard deviation over seeds": _spreads,
    "learnable against static": _learnable,
    "noise": _noise,
    "number of peaks": _gap,
    "overlap and noise": _moves,
    "gate dropout": _dropout,
    "entropy": _entropy,
    "real spectra": _real,
    "real spectra, interval over spectra": _over_spectra,
    "controls": _controls,
    "learnable over frozen": _against("strongly_entangling", "quanv_frozen", " over frozen)"),
    "quadratic over the circuit": _against("quadratic", "strongly_entangling"),
    "normalised CNN over the circuit": _against("cnn_normalised", "strongly_entangling"),
    "learning rates": _rates,
    "easy, small": _small("easy"),
    "medium, small": _small("medium"),
    "dense head": _dense,
    "classical picking": _picking,
}
