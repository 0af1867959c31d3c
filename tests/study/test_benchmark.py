import numpy as np

from nmrquanv.study.benchmark import BENCHMARK_KINDS, accuracy, macro_f1, table, to_dict


def test_the_benchmark_has_the_ten_kinds_and_counts_everything():
    results = accuracy(["classical"], 1)
    assert tuple(results["classical"]) == BENCHMARK_KINDS
    assert len(BENCHMARK_KINDS) == 10
    for result in results["classical"].values():
        assert 0 <= result.low <= result.f1 <= result.high <= 1
        assert result.lines > 0
        assert result.seconds > 0
    assert macro_f1(results["classical"]) == np.mean([r.f1 for r in results["classical"].values()])
    text = table(results)
    assert text.count("\n") == 2
    assert all(kind in text for kind in BENCHMARK_KINDS)
    assert to_dict(results)["classical"]["clean"]["spectra"] == 1


def test_the_same_seed_gives_the_same_figures():
    first, second = (accuracy(["classical"], 1, kinds=("clean",)) for _ in range(2))
    assert first["classical"]["clean"].f1 == second["classical"]["clean"].f1
