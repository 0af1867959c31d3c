"""Each front end may choose its learning rate, on validation spectra."""

import pytest

from nmrquanv.study.experiments import ansatz, learning_rates
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import USUAL_RATE


@pytest.fixture
def results(standard, make_result):
    """Give results where 0.003 is best on validation and the usual rate on test spectra."""
    found = {}
    for spec in learning_rates.runs(standard):
        made = make_result(spec)
        made["metrics"]["best"] = made["metrics"]["best"] | {
            "f1_4": 0.5 + 0.1 * (spec.front_end == "cnn") + 0.2 * (spec.rate == USUAL_RATE)
            + 0.001 * spec.seed
        }  # fmt: skip
        for line in made["curve"]:
            line["val_f1"] = 0.6 if spec.rate == 3e-3 else 0.4
        found[spec.key()] = made
    return Results(found)


def test_the_usual_rate_is_always_on_offer_and_shared(standard):
    assert USUAL_RATE in learning_rates.rates(standard)
    assert set(learning_rates.runs(standard)) <= set(ansatz.runs(standard))
    rates = {spec.rate for spec in learning_rates.runs(standard)}
    assert rates == set(learning_rates.rates(standard))
    assert len(rates) >= 3


def test_a_rate_is_chosen_on_validation_spectra_never_on_the_test(results, standard):
    for front_end in learning_rates.FRONT_ENDS:
        best = learning_rates.chosen(results, standard, front_end)
        assert {spec.rate for spec in best.specs} == {3e-3}
    told = learning_rates.answer(results, standard)
    assert "the QuanvNN is lower than the CNN (-0.100 [" in told
    rows = learning_rates.table(results, standard).rows
    assert len(rows) == 3 * len(learning_rates.rates(standard))
    assert all((row[-1] == "chosen") == (row[1] == "0.003") for row in rows)


def test_nothing_is_chosen_before_all_rates_are_done(results, standard):
    left = learning_rates.cell(standard, "cnn", USUAL_RATE).specs[0]
    some = Results({r["key"]: r for r in results.all() if r["key"] != left.key()})
    assert learning_rates.chosen(some, standard, "cnn") is None
    assert learning_rates.answer(some, standard) == ""
    assert learning_rates.table(Results({}), standard) is None


def test_other_rates_are_not_measured_besides(standard):
    for rate in standard.rates:
        assert all(not s.measures for s in learning_rates.cell(standard, "quanv", rate).specs)
    assert learning_rates.cell(standard, "quanv", USUAL_RATE).specs[0].measures
