"""The benchmark against finders that know the truth, or nothing, or everything twice."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.bench.aims import PEERS, above_peers, aims, best_peer
from nmrquanv.bench.as_json import to_dict
from nmrquanv.bench.kinds import (
    BENCHMARK_KINDS,
    BENCHMARK_SEED,
    benchmark_spectrum,
    kind_result,
    macro_f1,
    outcome,
)
from nmrquanv.bench.measure import MeasurePlan, measure
from nmrquanv.bench.reliability_curve import calibration_result
from nmrquanv.bench.report import markdown
from nmrquanv.bench.shipped_finders import FoundPeaks, find_as_shipped, identity, labels
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.simulate import Simulated

FEW = ("clean", "13C")


def true_peaks(made: Simulated, away_fwhm: float = 0.0, confidence: float = 1.0) -> list[Peak]:
    """Return a confirmed peak (no threshold hides it) for every line that counts."""
    sf_mhz = made.spectrum.axis.sf_mhz
    return [
        Peak(
            x.ppm + away_fwhm * x.fwhm_hz / sf_mhz,
            x.height,
            confidence=confidence,
            is_confirmed=True,
        )
        for x in made.lines
        if abs(x.height) >= 6 * made.sigma and not x.is_excused
    ]


def as_found(peaks: list[Peak]) -> FoundPeaks:
    return FoundPeaks(PeakList(tuple(peaks)), PeakList(tuple(peaks)))


def fake(made: Simulated, model: str) -> FoundPeaks:
    """Find what the model's name says."""
    peaks = true_peaks(made)
    doubled = [*peaks, *true_peaks(made, 0.01)]
    chosen = {"perfect": peaks, "empty": [], "doubled": doubled, "half": peaks[::2]}
    return as_found(chosen[model.split("-s")[0]])


def plan(**changes: object) -> MeasurePlan:
    start = MeasurePlan(("perfect", "empty", "doubled", "half"), 2, kinds=FEW, find=fake)
    return replace(start, **{"parts": ("spectra",), **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def measured():
    return measure(plan())


def test_who_knows_the_truth_gets_1_and_who_finds_nothing_gets_0(measured) -> None:
    perfect, empty = measured.models["perfect"], measured.models["empty"]
    for kind in FEW:
        assert perfect.kinds[kind].f1.value == 1.0
        assert (perfect.kinds[kind].precision, perfect.kinds[kind].recall) == (1.0, 1.0)
        assert perfect.kinds[kind].error_fwhm == pytest.approx(0.0, abs=1e-9)
        assert perfect.kinds[kind].clean_lines > 0
        assert empty.kinds[kind].f1.value == 0.0
        assert np.isnan(empty.kinds[kind].precision)
    assert perfect.macro_f1.value == 1.0
    assert empty.macro_f1.value == 0.0


def test_a_line_found_twice_is_one_right_and_one_false(measured) -> None:
    for kind in FEW:
        doubled = measured.models["doubled"].kinds[kind]
        assert doubled.f1.value == pytest.approx(2 / 3)
        assert (doubled.precision, doubled.recall) == (0.5, 1.0)


def test_a_line_that_is_missed_costs_recall_only(measured) -> None:
    half = measured.models["half"]
    for kind in FEW:
        counts = np.array(half.counts[kind])
        assert (counts[:, 1] == 0).all()
        assert half.kinds[kind].precision == 1.0
        assert half.kinds[kind].recall == counts[:, 0].sum() / counts[:, [0, 2]].sum()


def test_differences_are_those_of_the_first_from_the_others_on_the_same_spectra(measured) -> None:
    by_name = {d.second: d for d in measured.differences}
    assert {d.first for d in measured.differences} == {"perfect"}
    assert by_name["empty"].f1["macro"].value == 1.0
    assert by_name["doubled"].f1["clean"].value == pytest.approx(1 / 3)
    # every spectrum differs by the same: pairing leaves no doubt, although F1 itself varies
    assert by_name["doubled"].f1["clean"].low == pytest.approx(1 / 3)


def test_the_position_error_is_counted_in_widths_of_clean_lines() -> None:
    made = benchmark_spectrum(BENCHMARK_SEED, "clean", 0)
    errors = outcome(made, as_found(true_peaks(made, 0.1))).errors_fwhm
    assert len(errors) > 3
    assert errors == pytest.approx([0.1] * len(errors))


def test_spectra_do_not_depend_on_what_else_is_measured() -> None:
    alone = measure(plan(kinds=("13C",), models=("half",)))
    among = measure(plan(models=("perfect", "half")))
    assert alone.models["half"].counts["13C"] == among.models["half"].counts["13C"]


def test_processes_give_the_same_as_one() -> None:
    here = measure(plan(models=("classical",), kinds=("13C",), find=find_as_shipped))
    apart = measure(plan(models=("classical",), kinds=("13C",), find=find_as_shipped, workers=2))
    assert here.models["classical"].counts == apart.models["classical"].counts


def test_reliability_tells_honest_confidence_from_boasting() -> None:
    made = benchmark_spectrum(BENCHMARK_SEED, "clean", 1)
    peaks = true_peaks(made, confidence=0.9)
    false = [Peak(p.ppm + 0.1, p.height, confidence=0.9) for p in peaks]
    right_only = calibration_result({"clean": [outcome(made, as_found(peaks))]})
    mixed = calibration_result({"clean": [outcome(made, as_found([*peaks, *false]))]})
    assert right_only.overall.error == pytest.approx(0.1)
    assert mixed.overall.peaks == 2 * len(peaks)
    assert mixed.overall.error == pytest.approx(0.4, abs=0.05)
    nameless = [replace(p, confidence=None) for p in peaks]
    assert calibration_result({"clean": [outcome(made, as_found(nameless))]}) is None


def test_only_what_is_shown_counts_but_all_candidates_are_calibrated() -> None:
    made = benchmark_spectrum(BENCHMARK_SEED, "clean", 1)
    peaks = true_peaks(made)
    found = FoundPeaks(PeakList(tuple(peaks)), PeakList(tuple(peaks[:1])))
    judged = outcome(made, found)
    assert (judged.n_right, judged.n_missed) == (1, len(peaks) - 1)
    assert len(judged.confidence) == len(peaks)
    result = calibration_result({"clean": [judged]})
    assert (result.overall.peaks, result.shown.peaks) == (len(peaks), 1)


def test_peers_are_those_of_the_table() -> None:
    assert all(tuple(f1) == BENCHMARK_KINDS for f1 in PEERS.values())
    assert best_peer("clean") == ("nmrespy", 0.95)
    assert best_peer("measured") == ("metabodecon", 0.79)
    macro = {name: np.mean(list(f1.values())) for name, f1 in PEERS.items()}
    written = [0.71, 0.63, 0.56, 0.80, 0.79]  # the table's own column, rounded once more
    assert list(macro.values()) == pytest.approx(written, abs=0.0101)


def test_the_lower_limit_decides_whether_a_peer_is_beaten(measured) -> None:
    assert above_peers(measured.models["perfect"]) == (list(FEW), [])
    assert above_peers(measured.models["empty"]) == ([], list(FEW))
    unclear = kind_result([outcome(benchmark_spectrum(1, "13C", 0), as_found([]))])
    assert np.isnan(unclear.f1.low)  # one spectrum: no interval, so above nobody
    alone = replace(measured.models["perfect"], kinds={"13C": unclear})
    assert above_peers(alone) == ([], ["13C"])


def test_aims_are_met_by_the_perfect_finder_only(measured) -> None:
    met = {name: [a.is_met for a in aims(r)] for name, r in measured.models.items()}
    # ten kinds were asked for and two measured: the aim counts those that were
    assert all(met["perfect"])
    assert not met["empty"][0]
    assert not met["half"][0]


def test_seeds_of_one_method_are_summed_up() -> None:
    names = ("perfect-s1", "perfect-s2", "half-s1", "half-s2", "empty")
    result = measure(plan(models=names, kinds=("13C",), has_seeds=True))
    assert set(result.seeds) == {"perfect", "half"}
    assert result.seeds["perfect"].f1["macro"].mean == 1.0
    (difference,) = result.seed_differences
    half = result.models["half-s1"].macro_f1.value
    assert difference.f1["macro"].difference.mean == pytest.approx(1 - half)
    assert "perfect − half (2 seeds)" in markdown(result)
    assert not measure(plan(models=names[:2], kinds=("13C",))).seeds


def test_everything_is_in_the_tables_and_in_the_json() -> None:
    result = measure(plan(parts=("spectra", "pairs", "noise", "timing"), spectra=1, kinds=FEW))
    text = markdown(result)
    for word in (
        "| clean |",
        "**macro**",
        "nmrespy 0.95",
        "perfect − empty",
        "| 0.8 |",
        "| white |",
    ):
        assert word in text
    assert "nan" not in text
    values = json.loads(json.dumps(to_dict(result), allow_nan=False))
    perfect = values["models"]["perfect"]
    assert perfect["kinds"]["clean"]["f1"] == {"value": 1.0, "low": None, "high": None}
    assert len(perfect["pairs"]) == 3
    assert perfect["noise"][-1]["peaks"] == 0
    assert perfect["timing"]["median"] > 0
    assert values["models"]["empty"]["calibration"] is None
    assert values["plan"]["seed"] == BENCHMARK_SEED


def test_models_are_called_by_their_files_names_where_that_tells_them_apart() -> None:
    assert labels(["quanv", "a/quanv-s1.json"]) == ("quanv", "quanv-s1")
    assert labels(["a/x.json", "b/x.json"]) == ("a/x.json", "b/x.json")
    with pytest.raises(ValueError, match="twice"):
        MeasurePlan(("cnn", "cnn"))
    assert identity("classical")["card_sha256"] is None


def test_macro_f1_weighs_kinds_and_not_spectra() -> None:
    made = benchmark_spectrum(BENCHMARK_SEED, "clean", 0)
    good, bad = outcome(made, as_found(true_peaks(made))), outcome(made, as_found([]))
    assert macro_f1({"clean": [good], "13C": [bad, bad, bad]}).value == 0.5
