"""What may not become slower or larger unseen: ratios of one run, whatever the machine.

Each is measured in processes of its own on one thread, in seconds of the processor, in turns with
what it is held against, the least of some rounds. The bounds are twice what was measured on a busy
machine (memory, which no neighbour disturbs: half as much again; a retraining, whose processes
everything does: three times), far from the goals, which are those of ``nmrquanv bench speed``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from nmrquanv.bench import speed
from nmrquanv.bench.search_speed import lines_in_noise
from nmrquanv.paths import resource
from nmrquanv.session.retraining_speed import ASPIRIN

pytestmark = pytest.mark.measures_time

MENTHOL = str(resource("example_spectra/bruker_1h_menthol/10"))
ROUNDS = 2
SEARCH, PICK, MEMORY, MARKERS, MILLIONS = 7.0, 2.8, 3.0, 3.5, 3.4
LISTED, FIRST_LOOK, RETRAINING = 0.6, 0.2, 400.0
BARE_BYTES = speed._BARE.replace(
    "print(json.dumps({'seconds': time.process_time()}))",
    "import psutil\nprint(json.dumps({'megabytes': psutil.Process().memory_info().rss / 1e6}))",
)


def numpy_work() -> None:
    """Do a fixed amount of what searches consist of: products, transforms, and many small steps.

    By far the most time goes to the small ones, as it does in searches: how fast a machine
    multiplies large matrices says little of them.
    """
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(256, 256))
    trace = rng.normal(size=1 << 16)
    for _ in range(5):
        matrix = matrix @ matrix.T / np.abs(matrix).max()
        np.fft.rfft(trace)
        np.sort(trace)
    few = trace[:256]
    for _ in range(12_000):
        line = np.exp(-few * few) / (1.0 + few**2)
        few = few + 1e-6 * np.where(line > 0.5, line, -line).sum()


def search_and_work(points: int, lines: int) -> dict[str, float]:
    """Return what a search with the QuanvNN takes, and the fixed work, in turns, s."""
    from nmrquanv.models.finder import find_peaks

    spectrum = lines_in_noise(points, lines)
    find_peaks(spectrum, "quanv")  # what is loaded and kept at the first time
    taken = [
        (_seconds(lambda: find_peaks(spectrum, "quanv")), _seconds(numpy_work))
        for _ in range(ROUNDS)
    ]
    return dict(zip(("search", "work"), np.min(taken, axis=0).tolist(), strict=True))


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def held_against(one: list[str], other: list[str], rounds: int = ROUNDS) -> dict[str, float]:
    """Run two measures in turns; return the least of each figure of one over that of the other."""
    pairs = [
        [speed._figures([sys.executable, *words]) for words in (one, other)] for _ in range(rounds)
    ]
    return {
        name: min(first[name] for first, _ in pairs) / min(second[name] for _, second in pairs)
        for name in pairs[0][0]
    }


def moves(points: int, peaks: int) -> list[str]:
    return ["-m", speed._WINDOW, "moves", *map(str, (points, peaks, 1280, 800))]


def noted(benchmark: BenchmarkFixture, measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Measure once; note the figures in the benchmark."""
    found: dict[str, float] = {}
    benchmark.pedantic(lambda: found.update(measure()), rounds=1)
    benchmark.extra_info.update({name: round(value, 3) for name, value in found.items()})
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("points", "lines", "most"), [(32_768, 25, SEARCH)])
def test_a_search_against_numpy(
    benchmark: BenchmarkFixture, points: int, lines: int, most: float
) -> None:
    words = [sys.executable, __file__, str(points), str(lines)]
    found = noted(benchmark, lambda: speed._figures(words))
    assert found["search"] < most * found["work"], found


@pytest.mark.slow
def test_the_first_look_at_a_crowded_spectrum_against_its_search(
    benchmark: BenchmarkFixture,
) -> None:
    words = [sys.executable, "-m", speed._SEARCH, "131072", "374"]
    found = noted(benchmark, lambda: speed._figures(words))
    assert found["first_look"] < FIRST_LOOK * found["seconds"], found


@pytest.mark.slow
def test_pick_against_the_import_of_nmrglue(benchmark: BenchmarkFixture) -> None:
    found = noted(
        benchmark, lambda: held_against(["-c", speed._PICK, MENTHOL], ["-c", speed._IMPORT])
    )
    assert found["seconds"] < PICK, found


@pytest.mark.slow
def test_a_small_retraining_against_numpy(benchmark: BenchmarkFixture) -> None:
    """One epoch on three regions of a spectrum, until the old and the new model are compared."""
    words = [sys.executable, "-m", speed._RETRAINING, "cnn", "1", ASPIRIN]

    def measure() -> dict[str, float]:
        works = [_seconds(numpy_work) for _ in range(ROUNDS)]
        return {"retraining": speed._figures(words)["seconds"], "work": min(works)}

    found = noted(benchmark, measure)
    assert found["retraining"] < RETRAINING * found["work"], found


@pytest.mark.slow
def test_memory_after_a_search_against_a_bare_window(benchmark: BenchmarkFixture) -> None:
    window = ["-m", speed._WINDOW, "memory", MENTHOL]
    found = noted(benchmark, lambda: held_against(window, ["-c", BARE_BYTES], rounds=1))
    assert found["megabytes"] < MEMORY, found


@pytest.mark.slow
def test_moves_among_markers_against_those_without(benchmark: BenchmarkFixture) -> None:
    found = noted(benchmark, lambda: held_against(moves(131_072, 374), moves(131_072, 0)))
    assert max(found.values()) < MARKERS, found


@pytest.mark.slow
def test_moves_of_millions_of_points_against_those_of_thousands(
    benchmark: BenchmarkFixture,
) -> None:
    found = noted(benchmark, lambda: held_against(moves(1 << 22, 374), moves(131_072, 374)))
    assert max(found.values()) < MILLIONS, found


@pytest.mark.slow
def test_places_of_a_list_against_as_many_alone(benchmark: BenchmarkFixture) -> None:
    from nmrquanv.spectra.snapping import floors_of, measured

    spectrum = lines_in_noise(131_072, 374)
    noise = spectrum.noise
    places = np.random.default_rng(1).choice(spectrum.axis.all_ppm(), 300).tolist()

    def listed() -> None:
        floors = floors_of(spectrum)
        for ppm in places:
            measured(spectrum, ppm, noise, floors=floors)

    def alone() -> None:
        for ppm in places:
            measured(spectrum, ppm, noise)

    def least() -> dict[str, float]:
        pairs = [(_seconds(listed), _seconds(alone)) for _ in range(ROUNDS)]
        return dict(zip(("listed", "alone"), np.min(pairs, axis=0).tolist(), strict=True))

    found = noted(benchmark, least)
    assert found["listed"] < LISTED * found["alone"], found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(search_and_work(*map(int, sys.argv[1:]))) + "\n")
