import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from nmrquanv.errors import ModelError, SearchError
from nmrquanv.io import read
from nmrquanv.models import confidence, library, windows
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Cancelled
from nmrquanv.spectra import noise
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.lineshapes import lorentzian
from nmrquanv.spectra.scoring import score
from nmrquanv.spectra.simulate import simulate, simulate_seed
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds

NETWORKS = ("quanv", "cnn")
SHOWN = Thresholds()

ALKENE_AND_EPOXIDE = (151.82, 112.76, 63.76, 59.84)
ALIPHATIC = (50.73, 48.74, 39.76, 39.15, 34.03, 30.21, 29.90, 29.78, 27.21, 21.63, 17.01)

# Shifts of the NMReDATA records and of TopSpin's list; how far off a line may be; most peaks that
# a chemist would accept.
EXAMPLES = {
    "bruker_1h_menthol/10": (
        (3.430, 2.190, 1.984, 1.682, 1.629, 1.444, 1.349, 1.130, 0.993, 0.949, 0.863, 0.831),
        0.05,
        140,
    ),
    "bruker_1h_aspirin_fidonly/1": ((8.245, 8.038, 7.525, 7.278, 7.067, 2.294), 0.03, 35),
    "bruker_13c_caryophyllene_oxide/11": (
        (*ALKENE_AND_EPOXIDE, *ALIPHATIC),
        0.06,
        22,
    ),
}


@pytest.fixture(scope="module")
def menthol(examples):
    return read(examples / "bruker_1h_menthol" / "10").spectrum()


@pytest.mark.slow
@pytest.mark.parametrize("model", NETWORKS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_real_spectra_look_right_to_a_chemist(examples, name, model):
    expected, tolerance, most = EXAMPLES[name]
    shown = find_peaks(read(examples / name).spectrum(), model).passing(SHOWN)
    found = shown.positions_ppm()
    missing = [ppm for ppm in expected if np.abs(found - ppm).min() > tolerance]
    assert missing == []
    assert len(shown) <= most


@pytest.mark.parametrize("model", NETWORKS)
def test_dept_gives_both_signs_without_being_told(examples, model):
    folder = examples / "bruker_dept135_caryophyllene_oxide" / "12"
    shown = find_peaks(read(folder).spectrum(), model).passing(SHOWN)
    for ppm, sign in ((39.76, -1), (50.73, 1), (30.21, -1), (27.21, -1), (17.01, 1), (63.76, 1)):
        nearest = min(shown, key=lambda p, ppm=ppm: abs(p.ppm - ppm))
        assert abs(nearest.ppm - ppm) < 0.06
        assert np.sign(nearest.height) == sign
        assert np.sign(nearest.area) == sign


@pytest.mark.parametrize("model", NETWORKS)
def test_simulated_lines_are_found_where_they_are(model):
    made = simulate(np.random.default_rng(31), "clean")
    shown = find_peaks(made.spectrum, model).passing(SHOWN)
    counted = score(shown, made.lines, made.spectrum.axis, made.sigma)
    assert counted.f1 > 0.85
    for peak in shown:
        assert peak.finder == model
        assert 0 <= peak.confidence <= 1
        assert peak.ppm_err > 0
        assert peak.fwhm_hz > 0
        at = int(np.round(made.spectrum.axis.point(peak.top_ppm or peak.ppm)))
        seen = max(abs(peak.height), made.spectrum.trace[at - 1 : at + 2].max()) / shown.sigma
        assert 0.24 * abs(peak.height) / shown.sigma < peak.snr <= 1.02 * seen + 1.5


@pytest.mark.parametrize("model", NETWORKS)
def test_noise_alone_gives_nothing(model):
    rng = np.random.default_rng(7)
    count = 0
    for _ in range(3):
        data = rng.normal(size=32768) + 1j * rng.normal(size=32768)
        count += len(
            find_peaks(Spectrum(data, Axis(32768, 8000.0, 400.0, 15.0)), model).passing(SHOWN)
        )
    assert count <= 1


def test_the_same_spectrum_gives_the_same_peaks(menthol):
    first, second = (find_peaks(menthol, "cnn", region=(2.3, 1.9)) for _ in range(2))
    assert [p.ppm for p in first] == [p.ppm for p in second]


def test_a_region_gives_what_the_whole_spectrum_gives_there(menthol):
    whole = find_peaks(menthol, "cnn").passing(SHOWN)
    part = find_peaks(menthol, "cnn", region=(1.9, 2.3)).passing(SHOWN)
    there = [p for p in whole if 1.9 <= p.ppm <= 2.3]
    assert len(there) > 15
    assert [(p.ppm, p.ppm_err, p.height, p.kind, p.confidence) for p in part] == [
        (p.ppm, p.ppm_err, p.height, p.kind, p.confidence) for p in there
    ]


def test_a_line_of_a_region_has_the_class_that_a_line_outside_gives_it(examples):
    spectrum = read(examples / "bruker_1h_aspirin_fidonly" / "1").spectrum()
    whole = find_peaks(spectrum, "cnn")
    child = next(p for p in whole if p.parent_ppm is not None and abs(p.parent_ppm - p.ppm) > 0.03)
    part = find_peaks(spectrum, "cnn", region=(child.ppm + 0.02, child.ppm - 0.02))
    assert child.parent_ppm is not None
    assert not any(abs(p.ppm - child.parent_ppm) < 0.005 for p in part)
    classes = {p.ppm: p.peak_class for p in part}
    assert classes[child.ppm] == child.peak_class != "signal"


def test_a_region_outside_the_spectrum_is_refused_with_its_limits(menthol):
    with pytest.raises(SearchError, match="reaches from 15"):
        find_peaks(menthol, "classical", region=(40.0, 30.0))
    with pytest.raises(SearchError, match="reaches from 15"):
        find_peaks(menthol, "cnn", region=(40.0, 30.0))


@pytest.mark.parametrize("model", NETWORKS)
def test_a_view_on_one_window_gives_its_tall_lines(menthol, model):
    shown = find_peaks(menthol, model, region=(0.86, 0.80), one_window=True).passing(SHOWN)
    doublet = sorted((p for p in shown if 0.81 < p.ppm < 0.85), key=lambda p: -p.height)[:2]
    assert abs(doublet[0].ppm - doublet[1].ppm) * 500.13 == pytest.approx(7.15, abs=0.3)


def test_polarity_on_request(examples):
    folder = examples / "bruker_dept135_caryophyllene_oxide" / "12"
    spectrum = read(folder).spectrum()
    positive = find_peaks(spectrum, "cnn", polarity="positive").passing(SHOWN)
    negative = find_peaks(spectrum, "cnn", polarity="negative").passing(SHOWN)
    assert all(p.height > 0 for p in positive)
    assert all(p.height < 0 for p in negative)


@pytest.mark.parametrize("model", [*NETWORKS, "classical"])
def test_valleys_between_upright_lines_are_no_negative_lines(menthol, model):
    assert len(find_peaks(menthol, model, polarity="negative")) == 0


@pytest.mark.parametrize("model", ["quanv", "classical"])
def test_a_negative_line_among_upright_ones_is_found_alone_and_points_down(model):
    axis = Axis(16384, 6000.0, 500.0, 11.0)
    x = np.arange(float(axis.size))
    trace = np.random.default_rng(0).normal(size=x.size)
    for point, height in ((5000, 2000), (5030, 2500), (5060, 1500), (9000, -400)):
        trace = trace + lorentzian(x, height, point, 6.0)
    found = find_peaks(Spectrum(trace, axis), model, polarity="negative")
    assert [round(float(axis.point(p.ppm))) for p in found.passing(SHOWN)] == [9000]
    assert all(p.height < 0 for p in found)
    upright = find_peaks(Spectrum(trace, axis), model, polarity="positive")
    assert all(p.height > 0 for p in upright)


def test_says_how_it_came_about(menthol):
    found = find_peaks(menthol, "cnn", region=(2.3, 1.9))
    assert found.provenance.finder == "cnn"
    assert found.provenance.card_sha256 == library.load("cnn").card.digest()
    assert found.provenance.settings["region"] == (2.3, 1.9)


def test_reports_and_can_be_cancelled(menthol):
    told = []

    def report(done, total, text):
        told.append((done, total))
        if len(told) > 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        find_peaks(menthol, "cnn", report=report)
    assert all(0 <= done <= total for done, total in told)


def test_the_noise_of_a_spectrum_is_estimated_once_for_all_finders(menthol, monkeypatch):
    fresh, estimated = menthol.with_data(menthol.data), []
    kept = noise.Noise(menthol.noise.sigma, menthol.noise.profile)
    monkeypatch.setattr(noise.Noise, "of", lambda trace, period: estimated.append(trace) or kept)
    for finder in (*NETWORKS, "classical"):
        assert find_peaks(fresh, finder, region=(2.3, 1.9)).sigma == kept.sigma
    assert len(estimated) == 1
    # And nothing takes the way round Noise: what else is estimated is other traces' noise.
    alone = noise.noise_sigma
    for module in (noise, windows, confidence):
        monkeypatch.setattr(module, "noise_sigma", lambda t: seen.append(t) or alone(t))
    seen = []
    find_peaks(fresh, "cnn", region=(2.3, 1.9))
    assert seen
    assert not any(t.size == fresh.trace.size and np.array_equal(t, fresh.trace) for t in seen)


def test_an_unknown_model_is_named_with_those_that_there_are(menthol):
    with pytest.raises(ModelError, match=r"no model 'crystal ball'.*cnn"):
        find_peaks(menthol, "crystal ball")


@pytest.mark.parametrize("model", [*NETWORKS, "classical"])
def test_a_real_spectrum_without_imaginary_part_works(menthol, model):
    real = menthol.with_data(menthol.trace)
    shown = find_peaks(real, model, region=(3.6, 3.2)).passing(Thresholds(min_height=0.0))
    assert min(abs(p.ppm - 3.43) for p in shown) < 0.03


def test_an_answer_does_not_depend_on_how_many_threads_there_are(menthol):
    pools = ThreadpoolController()

    def at(threads):
        with pools.limit(limits=threads, user_api="blas"):
            found = find_peaks(menthol, "cnn", region=(2.3, 1.9))
            left = {pool["num_threads"] for pool in pools.info() if pool["user_api"] == "blas"}
            return left, [(p.ppm, p.height, p.confidence) for p in found]

    (one, alone), (several, together) = at(1), at(3)
    assert (one, several) == ({1}, {3}), "the caller's threads are left as they were"
    assert alone == together


def test_a_search_can_be_cancelled_at_every_step() -> None:
    made = simulate_seed(3, "crowded").spectrum
    steps: list[str] = []
    find_peaks(made, "quanv", report=lambda _done, _total, text: steps.append(text))
    for word in ("noise", "widths", "negative", "grids", "windows", "tops", "close pairs"):
        assert any(word in step for step in steps), word
    for number in {steps.index(text) for text in steps}:
        left = [number]

        def report(_done: int, _total: int, _text: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Cancelled

        with pytest.raises(Cancelled):
            find_peaks(made, "quanv", report=report)
        assert left[0] == -1
