"""A twin is like its spectrum, its lines are those of the list, and it is scored by them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nmrquanv.bench.on_twin import (
    CAVEAT,
    TwinPlan,
    drawn,
    markdown,
    measure_twin,
)
from nmrquanv.bench.twin_fit import FittedTwin, fitted_twin
from nmrquanv.errors import SearchError
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Cancelled
from nmrquanv.spectra.noise_correlation import noise_correlation
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.scoring import score
from nmrquanv.spectra.simulate import Simulated, simulate_seed
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.statistics import wilson


def listed(made: Simulated) -> list[Peak]:
    """Return the true lines as a list that a perfect finder gives."""
    return [
        Peak(
            line.ppm,
            line.height,
            fwhm_hz=line.fwhm_hz,
            peak_class="satellite" if line.is_excused else "signal",
        )
        for line in made.lines
        if abs(line.height) > 3 * made.sigma
    ]


@pytest.fixture(scope="module")
def crowded() -> Simulated:
    return simulate_seed(5, "crowded", points=32_768)


@pytest.fixture(scope="module")
def fitted(crowded: Simulated) -> FittedTwin:
    return fitted_twin(crowded.spectrum, listed(crowded))


@pytest.mark.parametrize(("kind", "seed"), [("clean", 3), ("shim", 2), ("noisy", 4)])
def test_lines_of_the_twin_are_those_of_the_list(kind: str, seed: int) -> None:
    made = simulate_seed(seed, kind, points=32_768)
    twin = fitted_twin(made.spectrum, listed(made)).twin
    tall = [x for x in made.lines if abs(x.height) > 20 * made.sigma and not x.is_excused]
    place = np.array([x.ppm for x in twin.lines])
    for line in tall:
        own = twin.lines[int(np.argmin(np.abs(place - line.ppm)))]
        assert abs(own.ppm - line.ppm) * made.spectrum.axis.sf_mhz < 0.1 * line.fwhm_hz
    near = [twin.lines[int(np.argmin(np.abs(place - x.ppm)))] for x in tall]
    ratio = [a.height / b.height for a, b in zip(near, tall, strict=True)]
    width = [a.fwhm_hz / b.fwhm_hz for a, b in zip(near, tall, strict=True)]
    assert np.median(ratio) == pytest.approx(1.0, abs=0.03)
    assert np.median(width) == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize(("kind", "seed"), [("crowded", 5), ("shim", 2), ("noisy", 4)])
def test_noise_is_as_strong_and_as_correlated_as_in_the_original(kind: str, seed: int) -> None:
    made = simulate_seed(seed, kind, points=32_768)
    spectrum = made.spectrum
    twin = fitted_twin(spectrum, listed(made)).twin
    one, other = drawn(twin, 0), drawn(twin, 1)
    assert one.noise.sigma == pytest.approx(spectrum.noise.sigma, rel=0.06)
    own = noise_correlation(spectrum.trace, spectrum.noise.sigma)[:6]
    assert noise_correlation(one.trace, one.noise.sigma)[:6] == pytest.approx(own, abs=0.06)
    assert one.time_points == spectrum.time_points
    assert one.axis == spectrum.axis
    # what two draws have in common is lines and baseline, what differs is noise twice
    assert np.std(one.trace - other.trace) == pytest.approx(
        np.sqrt(2) * spectrum.noise.sigma, rel=0.25
    )
    assert np.array_equal(drawn(twin, 0).data, one.data)


def test_its_fid_ends_where_the_original_one_does(crowded: Simulated, fitted: FittedTwin) -> None:
    spectrum = crowded.spectrum
    assert spectrum.time_points is not None
    assert spectrum.time_points < spectrum.axis.size
    one = drawn(fitted.twin, 0)
    fid = np.fft.ifft(np.fft.ifftshift(one.data))
    after = fid[round(spectrum.time_points) + 200 : -400]
    assert np.abs(after).max() < 1e-3 * np.abs(fid).max()


@pytest.mark.parametrize(("kind", "seed"), [("crowded", 5), ("noisy", 4), ("range", 2)])
def test_what_it_expects_is_what_the_spectrum_itself_shows(kind: str, seed: int) -> None:
    made = simulate_seed(seed, kind, points=32_768)
    shown = Thresholds(shows_satellites=True)
    found = find_peaks(made.spectrum, "classical").passing(shown)
    real = score(found, made.lines, made.spectrum.axis, made.sigma)
    fitted = fitted_twin(made.spectrum, listed(made))
    result = measure_twin(fitted, TwinPlan(("classical",), draws=2))
    expected = result.finders["classical"]
    recall = wilson(real.n_right, real.n_right + real.n_missed)
    precision = wilson(real.n_right, real.n_right + real.n_false)
    assert expected.recall.value == pytest.approx(recall.value, abs=0.1)
    assert expected.precision.value == pytest.approx(precision.value, abs=0.15)
    for told, seen in ((expected.recall, recall), (expected.precision, precision)):
        assert told.low < seen.high
        assert seen.low < told.high


def test_a_finder_that_misses_lines_is_told_so(fitted: FittedTwin) -> None:
    loose = measure_twin(fitted, TwinPlan(("classical",), draws=1))
    strict = measure_twin(fitted, TwinPlan(("classical",), Thresholds(min_snr=300.0), 1))
    assert strict.finders["classical"].recall.high < loose.finders["classical"].recall.low


def test_more_draws_are_no_more_lines(fitted: FittedTwin) -> None:
    one, three = (
        measure_twin(fitted, TwinPlan(("classical",), draws=n)).finders["classical"].recall
        for n in (1, 3)
    )
    assert three.high - three.low == pytest.approx(one.high - one.low, rel=0.1)


def test_satellites_are_excused(crowded: Simulated) -> None:
    peaks = [p for p in listed(crowded) if p.peak_class == "signal"]
    middle = peaks[len(peaks) // 2]
    satellite = [
        Peak(p.ppm, p.height, fwhm_hz=p.fwhm_hz, peak_class="satellite") if p is middle else p
        for p in peaks
    ]
    twin = fitted_twin(crowded.spectrum, satellite).twin
    nearest = min(twin.lines, key=lambda x: abs(x.ppm - middle.ppm))
    assert nearest.is_excused


def test_a_line_narrower_than_the_field_stays_one_line() -> None:
    made = simulate_seed(2, "shim", points=32_768)
    axis, sigma = made.spectrum.axis, made.spectrum.noise.sigma
    peaks = listed(made)
    usual = float(np.median([p.fwhm_hz or 0.0 for p in peaks]))
    free = 0.5 * (axis.limits_ppm[0] + max(p.ppm for p in peaks))
    away = np.asarray(axis.ppm(np.arange(axis.size))) - free
    x = away * axis.sf_mhz / (0.5 * 0.4 * usual)
    narrow = 3000 * sigma * (1 - 1j * x) / (1 + x**2)
    spectrum = made.spectrum.with_data(made.spectrum.data + narrow)
    solvent = Peak(free, 3000 * sigma, fwhm_hz=0.4 * usual, peak_class="solvent")
    fitted = fitted_twin(spectrum, [*peaks, solvent])
    assert fitted.has_field
    trace = fitted.twin.clean.real[axis.span(free + 0.02, free - 0.02)]
    tops = (trace[1:-1] > trace[:-2]) & (trace[1:-1] > trace[2:]) & (trace[1:-1] > 100 * sigma)
    assert tops.sum() == 1


def test_negative_lines_point_down() -> None:
    made = simulate_seed(3, "clean", points=16_384)
    upside = made.spectrum.with_data(-made.spectrum.data)
    peaks = [Peak(p.ppm, -p.height, fwhm_hz=p.fwhm_hz) for p in listed(made)]
    twin = fitted_twin(upside, peaks).twin
    assert twin.lines
    assert all(line.height < 0 for line in twin.lines)


def test_an_empty_list_has_no_twin(crowded: Simulated) -> None:
    with pytest.raises(SearchError, match="find peaks first"):
        fitted_twin(crowded.spectrum, [])


def test_it_tells_how_far_it_is_and_never_goes_back(fitted: FittedTwin) -> None:
    told: list[float] = []
    texts: set[str] = set()

    def report(done: int, total: int, text: str) -> None:
        told.append(done / total)
        texts.add(text)

    measure_twin(fitted, TwinPlan(("classical",), draws=2), report)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert {"draw 1, classical", "draw 2, classical"} <= texts


def test_it_can_be_cancelled(crowded: Simulated) -> None:
    def report(done: int, total: int, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fitted_twin(crowded.spectrum, listed(crowded), report)


def test_the_table_says_what_the_numbers_rest_on(fitted: FittedTwin) -> None:
    result = measure_twin(fitted, TwinPlan(("classical",), draws=1))
    text = markdown(result)
    assert f"{result.lines} true lines of 6 sigma and more, 1 draw of noise" in text
    assert CAVEAT in text
    assert json.loads(json.dumps(result.to_dict()))["finders"]["classical"]["recall"]["value"] > 0


def test_a_plan_needs_a_finder_and_a_draw() -> None:
    with pytest.raises(ValueError, match="a finder and a draw"):
        TwinPlan(())
    with pytest.raises(ValueError, match="a finder and a draw"):
        TwinPlan(("classical",), draws=0)


def test_from_the_command_line(run_command, examples) -> None:
    path = examples / "bruker_13c_caryophyllene_oxide"
    code, out, _ = run_command(
        "bench", "twin", path, "--models", "classical", "--draws", "2", "--json"
    )
    assert code == 0
    told = json.loads(out)
    assert told["draws"] == 2
    assert told["lines"] > 10
    assert told["finders"]["classical"]["recall"]["value"] > 0.7
    code, _, err = run_command("bench", "twin", "--models", "classical")
    assert code == 2
    assert "PATH of a data set" in err
