"""Experiment ``table``: what the authors report beside what we measure, with a verdict for each.

The reports are those of arXiv 2512.13125 as far as we know them; absolute tables, sizes and noise
back ends are not known to us. Everything measured here is our reconstruction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nmrquanv.statistics import holm
from nmrquanv.study.experiments import ansatz, convergence, entanglement, gate_dropout, scaling
from nmrquanv.study.experiments import device_noise as noise
from nmrquanv.study.experiments import real_spectra as real
from nmrquanv.study.experiments.claim_rows import CLAIMS, Claim
from nmrquanv.study.report.methods import missing_note
from nmrquanv.study.report.power import told
from nmrquanv.study.report.summary import (
    Summary,
    Table,
    p_value,
    sentence,
)
from nmrquanv.study.report.verdicts import (
    Verdict,
    incomparable,
)
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import Tier

NAME = "table"
QUESTION = "Which of the authors' claims hold when we measure them ourselves?"
COLUMNS = (
    "claim",
    "reported by the authors",
    "measured here",
    "seeds",
    "paired test",
    "corrected",
    "power",
    "verdict",
)
_CERTAIN = 0.05
_NOTE = (
    "Measured: mean over seeds with its 95 % interval. Paired test: t-test over seeds that"
    " share data, both sides; corrected for all tests of this table (Holm). Power: the"
    " chance that so many seeds show the reported gain, were it there. Networks with the slots"
    " head, best checkpoint, hard spectra of our reconstruction, unless a line says"
    " otherwise."
)


def runs(tier: Tier) -> tuple[RunSpec, ...]:
    """Return the runs of all claims: those of the other experiments."""
    parts = (convergence, ansatz, noise, gate_dropout, scaling, entanglement, real)
    return tuple(dict.fromkeys(spec for part in parts for spec in part.runs(tier)))


def claims(results: Results, tier: Tier) -> tuple[Claim, ...]:
    """Return every claim with what is measured and the verdict."""
    made = [make(results, tier) for make in CLAIMS]
    if tier.can_judge:
        return tuple(made)
    reason = f"the {tier.name} tier trains far too briefly for the authors' setting"
    return tuple(replace(c, verdict=incomparable(reason)) for c in made)


def summarise(results: Results, tier: Tier) -> Summary:
    """Lay out the table."""
    found = claims(results, tier)
    words = [c.verdict.word for c in found]
    counted = ", ".join(f"{words.count(w)} {w}" for w in dict.fromkeys(words))
    rows = told_rows(found)
    return Summary(
        NAME,
        QUESTION,
        (
            sentence(f"Of {len(found)} claims and open questions: {counted}"),
            *missing_note(results, runs(tier)),
        ),
        (Table("Reported and measured", COLUMNS, rows, _NOTE),),
        (),
        (
            "Data sizes, ranges, learning rate, batch, loss weights and the tolerance of F1 are not"
            " known to us; ours are in the configuration below. A verdict is on the claim under our"
            " reconstruction, not on the authors' numbers under theirs.",
            "Rules: a gain is reproduced when its 95 % interval lies above zero and reaches the"
            " reported one, reversed when it lies below zero, not reproduced when it stays short of"
            " the report; when it holds both zero and the report, it is undecided.",
        ),
    )


def told_rows(found: Sequence[Claim]) -> tuple[tuple[str, ...], ...]:
    """Return each claim as the table has it: see :data:`COLUMNS`."""
    return tuple(
        (
            c.claim,
            c.reported,
            c.measured,
            str(c.seeds or "–"),
            p_value(c.p),
            p_value(corrected),
            told(c.verdict.power),
            _judged(c.verdict, corrected),
        )
        for c, corrected in zip(found, holm([c.p for c in found]), strict=True)
    )


def _judged(verdict: Verdict, corrected: float) -> str:
    """Return a verdict, and whether its difference is lost among so many tests."""
    is_lost = verdict.word in ("reproduced", "reversed") and corrected >= _CERTAIN
    return f"{verdict}; within chance once corrected" if is_lost else str(verdict)
