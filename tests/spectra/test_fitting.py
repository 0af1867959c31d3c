import lmfit
import numpy as np
import pytest

from nmrquanv.progress import Cancelled
from nmrquanv.spectra.fitting import fit_lines
from nmrquanv.spectra.fitting.groups import groups_of
from nmrquanv.spectra.fitting.least_squares import GroupFit
from nmrquanv.spectra.lineshapes import lorentzian, pseudo_voigt
from nmrquanv.spectra.noise import noise_sigma
from nmrquanv.spectra.noise_correlation import noise_correlation

WHITE = np.array([1.0] + [0.0] * 24)


def trace_of(lines, points, rng, sigma=1.0, eta=0.9):
    x = np.arange(float(points))
    y = rng.normal(0, sigma, points) if sigma else np.zeros(points)
    for position, fwhm, height in lines:
        y = y + pseudo_voigt(x, height, position, fwhm, eta)
    return y


def test_a_clean_line_is_found_to_a_thousandth_of_its_width():
    y = trace_of([(500.37, 7.0, 1e4)], 1000, np.random.default_rng(0))
    fit = fit_lines(y, 1.0, np.array([499.0]), np.array([5.0]), WHITE)
    assert fit.position[0] == pytest.approx(500.37, abs=0.007)
    assert fit.fwhm[0] == pytest.approx(7.0, rel=0.01)
    assert fit.height[0] == pytest.approx(1e4, rel=0.01)
    exact = np.pi / 2 * 0.9 + np.sqrt(np.pi / np.log(2)) / 2 * 0.1
    assert fit.area[0] == pytest.approx(exact * 7.0 * 1e4, rel=0.02)


def test_agrees_with_lmfit_on_an_overlapping_pair():
    rng = np.random.default_rng(1)
    y = trace_of([(95.0, 8.0, 900.0), (104.0, 8.0, 500.0)], 200, rng)
    fit = fit_lines(y, 1.0, np.array([94.0, 105.0]), np.array([7.0, 7.0]), WHITE)

    def model(x, a, pa, wa, b, pb, wb, eta, base):
        return pseudo_voigt(x, a, pa, wa, eta) + pseudo_voigt(x, b, pb, wb, eta) + base

    start = {"a": 800, "pa": 94, "wa": 7, "b": 400, "pb": 105, "wb": 7, "eta": 0.8, "base": 0}
    oracle = lmfit.Model(model).fit(y, x=np.arange(200.0), **start)
    for found, name in zip(fit.position, ("pa", "pb"), strict=True):
        assert found == pytest.approx(oracle.best_values[name], abs=0.05)
    for found, name in zip(fit.height, ("a", "b"), strict=True):
        assert found == pytest.approx(oracle.best_values[name], rel=0.03)


def test_order_is_kept_and_negative_lines_stay_negative():
    y = trace_of([(300, 6, 400.0), (700, 6, -300.0)], 1000, np.random.default_rng(2))
    fit = fit_lines(y, 1.0, np.array([701.0, 299.0]), np.array([6.0, 6.0]), WHITE)
    assert fit.position == pytest.approx([700, 300], abs=0.2)
    assert fit.height[0] < -250
    assert fit.height[1] > 350


def test_a_tail_is_not_counted_into_its_neighbour():
    y = trace_of([(400, 8, 1e5), (460, 8, 200.0)], 1000, np.random.default_rng(3), eta=1.0)
    fit = fit_lines(y, 1.0, np.array([400.0, 460.5]), np.array([8.0, 8.0]), WHITE)
    assert fit.height[1] == pytest.approx(200.0, rel=0.2)


@pytest.mark.slow
@pytest.mark.parametrize("filling", [1, 2, 4])
def test_two_thirds_lie_within_one_standard_error(filling):
    rng = np.random.default_rng(filling)
    points = 65536
    fid = rng.normal(size=points // filling) + 1j * rng.normal(size=points // filling)
    noise = np.fft.fft(fid, points).real / np.sqrt(points // filling)
    true = np.arange(500, 40000, 150) + rng.uniform(-1, 1, 264)
    y = noise + trace_of([(p, 8.0, 40.0) for p in true], points, rng, sigma=0)
    sigma = noise_sigma(y)
    start = true + rng.normal(0, 0.5, true.size)
    fit = fit_lines(y, sigma, start, np.full(true.size, 8.0), noise_correlation(y, sigma))
    share = np.mean(np.abs(fit.position - true) < fit.position_err)
    assert 0.58 < share < 0.78


def test_no_lines_no_work():
    fit = fit_lines(np.zeros(100), 1.0, np.zeros(0), np.zeros(0), WHITE)
    assert fit.position.size == 0
    assert fit.area.size == 0


def test_lines_at_the_ends_of_the_trace_stay_finite():
    y = trace_of([(0.5, 6, 100.0), (198.0, 6, 100.0)], 200, np.random.default_rng(4))
    fit = fit_lines(y, 1.0, np.array([0.0, 199.0]), np.array([6.0, 6.0]), WHITE)
    assert np.isfinite(fit.position).all()
    assert np.isfinite(fit.height_err).all()


def test_can_be_cancelled():
    def report(done, total, text):
        raise Cancelled

    y = trace_of([(50, 6, 100.0)], 100, np.random.default_rng(5))
    with pytest.raises(Cancelled):
        fit_lines(y, 1.0, np.array([50.0]), np.array([6.0]), WHITE, report)


def test_a_crowd_of_forty_overlapping_lines():
    rng = np.random.default_rng(6)
    true = 100 + 9.0 * np.arange(40)
    y = trace_of([(p, 7.0, rng.uniform(300, 900)) for p in true], 700, rng)
    fit = fit_lines(y, 1.0, true + rng.normal(0, 0.5, 40), np.full(40, 6.0), WHITE)
    assert np.median(np.abs(fit.position - true)) < 0.1


def test_a_lopsided_line_is_placed_at_its_top():
    x = np.arange(600.0)
    y = np.random.default_rng(7).normal(size=x.size)
    y = y + pseudo_voigt(x, 2000.0, 300.0, 8.0, 1.0) + pseudo_voigt(x, 400.0, 304.0, 8.0, 1.0)
    fine = np.linspace(295, 305, 10001)
    both = pseudo_voigt(fine, 2000.0, 300.0, 8.0, 1.0) + pseudo_voigt(fine, 400.0, 304.0, 8.0, 1.0)
    fit = fit_lines(y, 1.0, np.array([300.5]), np.array([8.0]), WHITE)
    assert fit.position[0] == pytest.approx(fine[np.argmax(both)], abs=0.12)


def test_a_line_that_wants_to_run_away_gets_its_start_back():
    y = trace_of([(104.0, 8.0, 900.0)], 200, np.random.default_rng(8))
    fit = fit_lines(y, 1.0, np.array([100.0]), np.array([8.0]), WHITE, max_shift=0.1)
    assert fit.position[0] == 100.0
    assert fit.position_err[0] == pytest.approx(0.8)


def crowd(seed=5):
    rng = np.random.default_rng(seed)
    places = 60.0 + np.cumsum(rng.uniform(7, 40, 60))
    y = trace_of([(p, 6.0, 300.0) for p in places], int(places[-1]) + 100, rng)
    return y, places + rng.normal(0, 0.3, places.size)


def test_what_was_solved_is_not_solved_again(monkeypatch):
    y, start = crowd()
    solved = []
    solve = GroupFit.solve

    def counted(self, *given):
        solved.append(len(self.fwhm))
        return solve(self, *given)

    monkeypatch.setattr(GroupFit, "solve", counted)
    known = {}
    first = fit_lines(y, 1.0, start, np.full(60, 6.0), WHITE, known=known)
    at_first = sum(solved)
    solved.clear()
    again = fit_lines(y, 1.0, start, np.full(60, 6.0), WHITE, known=known)
    assert sum(solved) < 0.5 * at_first
    assert again.position == pytest.approx(first.position, abs=0.02)
    assert again.position_err == pytest.approx(first.position_err, rel=0.05)


def test_a_line_that_comes_is_told_like_without_a_memory():
    y, start = crowd()
    known = {}
    fit_lines(y, 1.0, np.delete(start, 20), np.full(59, 6.0), WHITE, known=known)
    warm = fit_lines(y, 1.0, start, np.full(60, 6.0), WHITE, known=known)
    cold = fit_lines(y, 1.0, start, np.full(60, 6.0), WHITE)
    assert np.abs(warm.position - cold.position).max() < 0.5 * cold.position_err.min() + 0.02
    assert warm.height == pytest.approx(cold.height, rel=0.03)


def test_groups_of_several_sizes_are_solved_as_one_by_one():
    apart = [
        [500.0],
        [1500.0, 1510.0],
        [2500.0, 2509.0, 2520.0],
        [3500.0 + 9 * k for k in range(5)],
    ]
    start = np.concatenate(apart)
    lines = [(p + 0.3, 6.0, 300.0) for p in start]
    y = trace_of(lines, 4000, np.random.default_rng(6), eta=0.3)
    together = fit_lines(y, 1.0, start, np.full(start.size, 6.0), WHITE)
    assert together.position == pytest.approx(start + 0.3, abs=0.06)
    for group in groups_of(start, np.full(start.size, 6.0)):
        alone = fit_lines(y, 1.0, start[group], np.full(group.size, 6.0), WHITE)
        assert alone.position == pytest.approx(together.position[group], abs=0.02)
        assert alone.position_err == pytest.approx(together.position_err[group], rel=0.1)


@pytest.mark.parametrize("away", [0.3, 1.0, 1.9])
def test_a_sharp_line_on_the_foot_of_a_broad_one_keeps_its_points(away):
    """In one group with it, it had a point or two: the stretch of the broad one has no more."""
    x = np.arange(16384.0)
    broad, sharp = 8000.0, 8000.3 + 360.0 * away
    trace = lorentzian(x, 900.0, broad, 360.0) + lorentzian(x, 1500.0, sharp, 10.0)
    trace += np.random.default_rng(4).normal(size=x.size)
    lines = fit_lines(
        trace, 1.0, np.array([broad, sharp]), np.array([300.0, 13.0]), np.array([1.0, 0.0]),
        is_upright=True,
    )  # fmt: skip
    assert lines.fwhm == pytest.approx([360.0, 10.0], rel=0.03)
    assert lines.height == pytest.approx([900.0, 1500.0], rel=0.03)
