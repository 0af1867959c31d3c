"""What models learn from: every ingredient is drawn, often absent, and over its whole range."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from nmrquanv.spectra.simulate import MIXED, simulate_seed
from nmrquanv.spectra.simulation.acquisitions import Acquisition, Drawn
from nmrquanv.spectra.simulation.large_systems import LARGE
from nmrquanv.spectra.simulation.partners import FARTHEST, NEAREST, SMALLEST, with_partners
from nmrquanv.spectra.simulation.scene import Scene, lines
from nmrquanv.spectra.simulation.spin_systems import Sticks
from nmrquanv.spectra.simulation.training_mix import draw_mixed

DRAWS = 300


@pytest.fixture(scope="module")
def drawn() -> list[Drawn]:
    return [draw_mixed(np.random.default_rng([3, k])) for k in range(DRAWS)]


def widths(scene: Scene) -> np.ndarray:
    """Natural widths of lines that count, Hz."""
    return np.asarray(np.hypot(scene.lorentz_hz, scene.gauss_hz)[~scene.is_excused])


HAS: dict[str, Callable[[Scene, Acquisition], bool]] = {
    "bumps": lambda s, e: any(b.offset_hz.size > 2 for b in s.blends),
    "exchange": lambda s, e: any(b.offset_hz.size == 2 for b in s.blends),
    "uneven field": lambda s, e: len(e.instrument.field.hz) > 1,
    "five parts and more": lambda s, e: len(e.instrument.field.hz) >= 5,
    "image": lambda s, e: abs(e.instrument.receiver.image) > 0,
    "direct current": lambda s, e: abs(e.instrument.receiver.dc) > 0,
    "clipping": lambda s, e: e.instrument.receiver.clip > 0,
    "sidebands of the mains": lambda s, e: any(b.hz % 10 == 0 for b in e.instrument.sidebands),
    "no window": lambda s, e: e.window is None and e.lb_hz == 0,
    "strong exponential": lambda s, e: e.window is not None and e.window.shape == "exponential",
    "Gaussian window": lambda s, e: e.apodization.shape == "gaussian",
    "sine bell": lambda s, e: e.apodization.shape == "sine bell",
    "zero filling by 4": lambda s, e: e.si >= 3.9 * e.td,
    "no zero filling": lambda s, e: e.si == e.td,
    "2 kHz beside 2 Hz": lambda s, e: bool(widths(s).size) and bool(np.ptp(widths(s)) > 800),
    "digital filter": lambda s, e: e.instrument.has_filter,
    "negative lines": lambda s, e: bool((s.area[~s.is_excused] < 0).any()),
}


@pytest.mark.parametrize("name", HAS)
def test_every_ingredient_is_drawn_and_often_absent(name: str, drawn: list[Drawn]) -> None:
    count = sum(HAS[name](scene, experiment) for scene, experiment in drawn)
    assert 0.008 * DRAWS < count < 0.9 * DRAWS


def test_signal_to_noise_reaches_from_hardly_anything_to_a_hundred_thousand(
    drawn: list[Drawn],
) -> None:
    snr = np.array([experiment.snr for _, experiment in drawn])
    assert 4.0 <= snr.min() < 5.0
    assert 5e4 < snr.max() <= 1e5
    assert 0.1 < np.mean(snr < 30) < 0.35


def test_lines_are_half_a_point_to_forty_points_wide(drawn: list[Drawn]) -> None:
    points = []
    for scene, experiment in drawn:
        if widths(scene).size:
            points.append(float(np.median(widths(scene))) / (experiment.sw_hz / experiment.si))
    assert min(points) < 0.6
    assert np.quantile(points, 0.03) < 1.0
    assert np.quantile(points, 0.9) > 35
    assert 1.5 < np.quantile(points, 0.25) < 5.0


def test_nuclei_and_fields(drawn: list[Drawn]) -> None:
    nuclei = Counter(experiment.nucleus for _, experiment in drawn)
    assert set(nuclei) == {"1H", "13C", "19F", "31P", "11B"}
    assert nuclei["1H"] > 0.6 * DRAWS
    sf = np.array([experiment.sf_mhz for _, experiment in drawn])
    assert sf.min() < 80
    assert sf.max() > 850


def test_some_sweeps_are_too_narrow_for_their_samples(drawn: list[Drawn]) -> None:
    narrow = [e for _, e in drawn if e.nucleus == "1H" and e.sw_hz < 0.7 * 16 * e.sf_mhz]
    assert 5 < len(narrow) < 60
    assert not any(e.instrument.has_filter for e in narrow)


@pytest.mark.parametrize("make", LARGE)
def test_large_systems_have_six_or_seven_protons(make: Callable) -> None:  # type: ignore[type-arg]
    area = float(make(np.random.default_rng(0), 500.0).area.sum())
    assert round(area) in (6, 7)
    assert area == pytest.approx(round(area), rel=0.02)


def test_partners_stand_at_their_distances_of_the_processed_width() -> None:
    scene = lines(Sticks(np.array([2500.0]), np.ones(1)), 1.0)
    experiment = Acquisition(500.0, 2500.0, 6000.0, 32768, 65536, 1.0, 1e4)
    away, ratio = [], []
    for seed in range(60):
        made = with_partners(np.random.default_rng(seed), scene, experiment)
        assert len(made) > 4
        order = np.argsort(made.hz)
        hz, area = made.hz[order], made.area[order]
        near = np.flatnonzero(np.diff(hz) < 3.1)
        away += (np.diff(hz)[near] / 2.0).tolist()  # 1 Hz natural, 1 Hz of line broadening
        pairs = np.stack([area[near], area[near + 1]])
        ratio += (pairs.max(axis=0) / pairs.min(axis=0)).tolist()
    inside = (np.array(away) > NEAREST - 0.02) & (np.array(away) < FARTHEST + 0.02)
    assert np.mean(inside) > 0.9
    assert np.quantile(away, 0.05) < 0.5
    assert np.quantile(away, 0.95) > 1.35
    assert np.quantile(ratio, 0.05) < 1.3
    assert 12 < np.quantile(ratio, 0.95) <= SMALLEST


def test_drawn_spectra_are_finite_and_their_lines_inside() -> None:
    for seed in range(40):
        made = simulate_seed(seed, MIXED, points=8192)
        assert np.isfinite(made.spectrum.data).all()
        assert made.sigma > 0
        for line in made.lines:
            assert np.isfinite([line.ppm, line.fwhm_hz, line.height]).all()
            assert line.fwhm_hz > 0
            assert -1 <= float(made.spectrum.axis.point(line.ppm)) <= 8192
