"""The ladder of controls: the right networks, and a made-up truth found again."""

from __future__ import annotations

import pytest

from nmrquanv.study.experiments import ladder
from nmrquanv.study.running.learning import build_network
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.tiers import TIERS

TRUTH = {
    "frozen": 0.50,
    "product": 0.55,
    "quanv": 0.60,
    "unitary": 0.60,
    "low_rank": 0.62,
    "quadratic": 0.65,
    "cnn_small": 0.48,
    "cnn_normalised": 0.52,
    "cnn": 0.58,
    "cnn_norm": 0.58,
}


@pytest.fixture(scope="module")
def climbed(make_result) -> Results:
    """Give each rung a known F1; the scatter is the fixture's."""
    tier = TIERS["standard"]
    made = {}
    for preset in ("easy", "medium", "hard"):
        for name, level in TRUTH.items():
            for spec in ladder.cell(tier, name, preset).specs:
                result = make_result(spec, dict.fromkeys(("quanv", spec.front_end), 0.5))
                figures = result["metrics"]["best"]
                figures["f1_4"] = level + (figures["f1_4"] - 0.5) * 0.02
                made[spec.key()] = result
    return Results(made)


def test_every_rung_is_a_network_of_its_own_with_five_channels() -> None:
    tier = TIERS["standard"]
    assert set(TRUTH) == set(ladder.RUNGS)
    built = {}
    for name in ladder.RUNGS:
        spec = ladder.cell(tier, name, "medium").specs[0]
        network = build_network(spec)
        assert network.front_end.out_channels == 5
        trained = (p for p in network.front_end.parameters() if p.requires_grad)
        built[name] = sum(p.numel() for p in trained)
    assert built["quanv"] == built["product"] == built["cnn_small"] == 45
    assert built["frozen"] == 0
    assert built["low_rank"] < built["unitary"] < built["quadratic"]
    keys = {spec.key() for spec in ladder.runs(tier)}
    assert len(keys) == len(ladder.runs(tier)) == 10 * 3 * tier.ladder_seeds


def test_both_ends_of_a_step_share_data_and_size() -> None:
    tier = TIERS["standard"]
    for step in ladder.STEPS:
        both = [ladder.cell(tier, n, "hard").specs for n in (step.start, step.end)]
        for start, end in zip(*both, strict=True):
            same = ("preset", "preset_changes", "spectra", "epochs", "seed", "rate", "head")
            assert all(getattr(start, n) == getattr(end, n) for n in same)


def test_each_step_gets_what_it_adds(climbed: Results) -> None:
    for one in ladder.taken(climbed, TIERS["standard"]):
        wanted = TRUTH[one.step.end] - TRUTH[one.step.start]
        assert one.gain.difference.mean == pytest.approx(wanted, abs=0.01)
        if abs(wanted) >= 0.02:
            assert one.p < 0.05
        assert one.p >= one.gain.p


def test_the_summary_answers_each_question(climbed: Results) -> None:
    summary = ladder.summarise(climbed, TIERS["standard"])
    for question, text in zip(ladder.ASKED, summary.answer, strict=True):
        assert text.startswith(question)
    assert "better" in summary.answer[0]
    assert "worse" in summary.answer[list(ladder.ASKED).index("Normalisation?")]
    assert len(summary.tables) == 6
