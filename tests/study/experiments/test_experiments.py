"""The experiments on invented results: the right runs, the right answers, each run once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.study import EXPERIMENT_NAMES, TIER_NAMES
from nmrquanv.study.experiments import (
    ansatz,
    claims,
    convergence,
    device_tests,
    entanglement,
    real_spectra,
    scaling,
)
from nmrquanv.study.experiments import device_noise as noise
from nmrquanv.study.experiments.registry import APART, EXPERIMENTS, Evaluation, all_runs, chosen
from nmrquanv.study.running.estimate import device_cost, total_seconds
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import RunSpec
from nmrquanv.study.running.tiers import TIERS, headline, sweep

CORE_HOURS = {"quick": 10 / 60, "standard": 6.0}


def verdicts(results, tier):
    return [claim.verdict.word for claim in claims.claims(results, tier)]


def test_the_command_line_knows_all_experiments_and_tiers():
    assert tuple(EXPERIMENTS) == EXPERIMENT_NAMES
    assert tuple(TIERS) == TIER_NAMES
    assert all(tier.name == name for name, tier in TIERS.items())
    assert tuple(TIERS) == TIER_NAMES
    assert (*chosen("all"), *APART) == EXPERIMENT_NAMES


@pytest.mark.parametrize("name", CORE_HOURS)
def test_a_tier_keeps_its_time_on_two_cores(name):
    assert total_seconds(all_runs(chosen("all"), TIERS[name])) <= 3600 * CORE_HOURS[name]


def test_experiments_share_runs(standard):
    alone = sum(len(set(e.runs(standard))) for e in map(EXPERIMENTS.get, chosen("all")))
    together = all_runs(chosen("all"), standard)
    assert len({s.key() for s in together}) == len(together) < 0.75 * alone
    strong = set(ansatz.circuit(standard, "strongly_entangling", "hard").specs)
    assert strong < set(convergence.runs(standard))
    assert set(noise.cell(standard, "two_design", noise.IDEAL).specs) < set(together)
    assert set(claims.runs(standard)) == set(together)


def test_the_standard_tier_is_of_full_size(standard):
    quanv = convergence.cell(standard, "quanv").specs
    assert {(s.spectra, s.epochs) for s in quanv} == {(10_000, 100)}
    assert [s.seed for s in quanv] == list(range(10))
    assert {s.epochs for s in convergence.cell(standard, "cnn", is_few=True).specs} == {100}
    assert {s.spectra for s in scaling.runs(standard) if s.is_network} == {3_000}
    assert TIERS["full"].peak_counts == tuple(range(1, 13))


def test_difficulties_are_compared_at_one_size_and_seed(standard):
    for tier in (standard, TIERS["full"]):
        compared = [ansatz.alike(tier, preset) for preset in ansatz.DIFFICULTIES]
        specs = [spec for cells in compared for cell in cells for spec in cell.specs]
        assert len({(s.spectra, s.epochs) for s in specs}) == 1
        assert len({len(cell.specs) for cells in compared for cell in cells}) == 1
        assert set(specs) <= set(ansatz.runs(tier))


def test_every_run_survives_its_json(standard):
    for spec in all_runs(chosen("all"), standard):
        assert RunSpec.from_dict(spec.to_dict()).key() == spec.key()


def test_noise_takes_the_last_fifth(standard):
    spec = noise.cell(standard, "two_design", "strong").specs[0]
    assert (spec.epochs, spec.noisy_epochs) == (60, 12)
    alone = noise.single_channel("readout flip").to_dict()
    assert [k for k, v in alone.items() if v] == ["readout_flip"]


def test_entanglement_and_real_spectra_are_measured_where_they_are_asked_for(standard):
    for spec in entanglement.runs(standard):
        assert "entanglement" in spec.measures
    for spec in real_spectra.runs(standard):
        assert "real" in spec.measures
    assert sweep(standard, "quanv", 0, dropout={"rotations": 0.1}).measures == ()


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_answers_in_whole_sentences(invented, standard, name):
    summary = EXPERIMENTS[name].summarise(invented, standard)
    assert summary.question.endswith("?")
    assert summary.answer
    for text in (*summary.answer, *summary.notes):
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith((".", "?"))
        assert "nan" not in text
    assert summary.tables
    assert not any("have not finished" in text for text in summary.answer)
    assert name == "table" or all(p.series for f in summary.figures for p in f.panels)


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("tier", TIERS.values(), ids=TIERS)
def test_an_experiment_without_results_says_so(name, tier):
    summary = EXPERIMENTS[name].summarise(Results({}), tier)
    assert any("have not finished" in text for text in summary.answer)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_half_the_results_do(make_result, standard, name):
    specs = all_runs(chosen("all"), standard)[::2]
    half = Results({s.key(): make_result(s) for s in specs})
    assert EXPERIMENTS[name].summarise(half, standard).answer


def test_verdicts_follow_the_invented_truth(invented, standard):
    by_claim = {c.claim: c for c in claims.claims(invented, standard)}
    found = {c.split(" (")[0]: by_claim[c] for c in by_claim}
    against_cnn = by_claim["F1 of the QuanvNN against the CNN (at 4 points), hard"]
    assert against_cnn.verdict.word == "reversed"
    assert against_cnn.measured.startswith("-9.")
    assert against_cnn.seeds == 10
    design = found["F1 of strongly entangling against two-design, hard"]
    assert design.verdict.word == "reproduced"
    assert "+13." in design.measured
    assert (
        found[
            "CNN's validation loss rises after about 40 epochs, the QuanvNN's does not"
        ].verdict.word
        == "reproduced"
    )
    static = found["Training loss, learnable against static quanvolution, hard"]
    assert static.verdict.word == "reproduced"
    assert found["Gate dropout helps"].verdict.word == "cannot be compared"


def test_other_truth_other_verdict(make_result, standard):
    skill = {"quanv": 0.60, "cnn": 0.54}
    specs = all_runs(chosen("all"), standard)
    better = Results({s.key(): make_result(s, skill) for s in specs})
    assert claims.claims(better, standard)[0].verdict.word == "reproduced"


def test_a_quick_tier_judges_nothing(make_result):
    quick = TIERS["quick"]
    results = Results({s.key(): make_result(s) for s in all_runs(chosen("all"), quick)})
    assert set(verdicts(results, quick)) == {"cannot be compared"}


def test_one_seed_judges_nothing(make_result, standard):
    one = standard.with_seeds(1)
    results = Results({s.key(): make_result(s) for s in all_runs(chosen("all"), one)})
    assert set(verdicts(results, one)) == {"cannot be compared"}


def test_the_rise_is_that_of_the_curve():
    flat = [{"val_loss": 2.0}] * 40 + [{"val_loss": 2.0 + 0.01 * i} for i in range(60)]
    end = sum(2.0 + 0.01 * i for i in range(50, 60)) / 10
    turn = (2.0 * 5 + sum(2.0 + 0.01 * i for i in range(5))) / 10
    assert convergence.rise({"curve": flat}) == pytest.approx(end / turn - 1)


def test_entanglement_is_partial_on_noise_and_peaks(invented, standard):
    spec = headline(standard, "quanv", 0)
    found = entanglement.relation(invented, spec)
    assert found is not None
    assert found.partial == pytest.approx(found.plain, abs=0.05)  # invented apart from both
    assert found.partial > 0.7
    assert found.change == pytest.approx(0.2, abs=0.02)


def test_an_exponential_gap_is_told_from_a_linear_one(make_result, standard):
    def grown(law):
        results = {}
        for s in scaling.runs(standard):
            made = make_result(s, {"quanv": 0.5, "cnn": 0.5})
            n = dict(s.preset_changes).get("n_max")
            if s.front_end == "quanv" and n:
                room = 1 - scaling.floor("peaks", n)
                made["metrics"]["best"] = made["metrics"]["best"] | {"f1_4": 0.5 + law(n) * room}
            results[s.key()] = made
        return scaling.laws(Results(results), standard)

    assert scaling.is_exponential(grown(lambda n: 0.002 * 1.5**n))
    assert not scaling.is_exponential(grown(lambda n: 0.03 * n))
    assert not scaling.is_exponential(grown(lambda n: -0.002 * 1.5**n))


def test_circuits_run_elsewhere_are_other_runs(make_result, standard):
    device = Evaluation("device", "lightning.qubit", 100)
    quanv, cnn = headline(standard, "quanv", 0), headline(standard, "cnn", 0)
    assert device.of(cnn) == cnn
    assert device.of(quanv).key() != quanv.key()
    there = device.of(quanv)
    results = Results({there.key(): make_result(there)}, device.of)
    assert quanv in results
    assert "lightning.qubit, 100 shots" in device.words()
    assert Evaluation().of(quanv) == quanv


def test_a_device_that_only_tests_is_told_beside_the_exact_answer(make_result, standard):
    evaluation = Evaluation("device-test", "lightning.qubit", 100)
    specs = [
        headline(standard, front_end, seed) for front_end in ("quanv", "cnn") for seed in (0, 1)
    ]
    results = {}
    for spec in map(evaluation.of, specs):
        made = make_result(spec)
        if spec.device:
            f1 = made["metrics"]["best"]["f1_4"]
            made["extra"]["without_device"] = {"f1_4": f1 + 0.1, "mae_points": 1.0}
        results[spec.key()] = made
    told = device_tests.summarise(Results(results, evaluation.of), specs, evaluation)
    assert told.answer[0].startswith("F1 on the device minus F1 without it: -0.100 [")
    (row,) = told.tables[0].rows
    assert row[:2] == ("strongly entangling, hard spectra", 2)
    assert row[4].startswith("-0.100")
    assert "exactly in training" in evaluation.words()
    assert device_tests.summarise(Results({}), specs, Evaluation()) is None
    nothing = device_tests.summarise(Results({}, evaluation.of), specs, evaluation)
    assert (nothing.answer, nothing.tables) == ((), ())


def test_a_device_that_only_tests_costs_little(standard):
    spec = Evaluation("device-test", "default.qubit", 50).of(headline(standard, "quanv", 0))
    cost = device_cost([spec, headline(standard, "cnn", 0)])
    assert cost.circuits == 2 * 169 * spec.tested
    assert cost.shots == 50 * cost.circuits
    assert spec.held_out == 1000
    plain = total_seconds([headline(standard, "quanv", 0)])
    assert total_seconds([spec]) == pytest.approx(plain + 1e-3 * cost.circuits)


def test_the_cost_of_a_device_is_counted_before_it_is_used(standard):
    spec = replace(headline(standard, "quanv", 0), spectra=10, epochs=2, measures=())
    spec = Evaluation("device", "default.qubit", 50).of(spec)
    cost = device_cost([spec, headline(standard, "cnn", 0)])
    training, checks = 10 * 169 * 91, spec.held_out * 169
    assert cost.circuits == 2 * (training + checks) + 4 * checks
    assert 0 < spec.held_out <= 1000
    assert cost.shots == 50 * cost.circuits


def test_the_first_answer_on_convergence_is_that_to_the_claim(invented, standard, make_result):
    first = convergence.summarise(invented, standard).answer[0]
    assert "10,000 spectra: does the CNN's validation loss rise" in first
    assert " not? yes: CNN +" in first
    level = {}
    for spec in convergence.runs(standard):
        made = make_result(spec)
        curve = [line | {"val_loss": 1.0 - 0.01 * line["epoch"]} for line in made["curve"]]
        level[spec.key()] = made | {"curve": curve}
    first = convergence.summarise(Results(level), standard).answer[0]
    assert " not? no, both keep falling: CNN -" in first
