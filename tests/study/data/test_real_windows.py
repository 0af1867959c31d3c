"""Windows of real spectra: the listed lines are where the trace has its tops."""

import numpy as np
import pytest

from nmrquanv.study.data.real_windows import (
    EXAMPLES,
    LEAST_RANGE_SNR,
    listed_ppm,
    measure_answers,
    real_windows,
)
from nmrquanv.study.data.study_metrics import Answers


@pytest.fixture(scope="module")
def windows():
    return real_windows()


def test_every_bundled_list_gives_windows(windows):
    counts = {name: windows.source.count(name) for name, _ in EXAMPLES}
    assert min(counts.values()) >= 10
    lines = windows.spectra.is_line.sum(axis=1)
    assert lines.min() >= 1
    assert lines.max() <= 5
    assert windows.spectra.traces.shape == (len(windows.source), 200)
    assert (windows.spectra.noise_sigma <= 1.01 / LEAST_RANGE_SNR).all()


def test_the_listed_lines_are_tops_of_the_trace(windows):
    traces, away = windows.spectra.traces, []
    for trace, places, is_line, height in zip(
        traces,
        windows.spectra.points,
        windows.spectra.is_line,
        windows.spectra.height,
        strict=True,
    ):
        for place in places[is_line & (height > 0.3)]:
            i = round(float(place))
            near = trace[max(0, i - 4) : i + 5]
            away.append(max(0, i - 4) + int(near.argmax()) - place)
    assert len(away) > 60
    assert np.median(away) == pytest.approx(0.0, abs=0.25)  # half a point off without the shift
    assert np.percentile(np.abs(away), 90) < 1.5


def test_topspins_list_is_read_whole(examples):
    ppm = listed_ppm(examples / "bruker_13c_caryophyllene_oxide" / "11")
    assert ppm.size == 19
    for carbon in (151.82, 112.76, 63.76, 59.84, 17.01):
        assert np.abs(ppm - carbon).min() < 0.06


def answers(position):
    position = np.asarray(position, dtype=float)
    return Answers(position, np.where(np.isfinite(position), 1.0, -np.inf))


def test_the_list_itself_is_right_and_nothing_is_not(windows):
    truth = np.where(windows.spectra.is_line, windows.spectra.points, np.inf)
    found = measure_answers(answers(truth), 0.5)
    assert (found["f1_4"], found["count_accuracy"]) == (1.0, 1.0)
    assert found["mask_f1"] == 1.0 > found["mask_f1_floor"] > 0.5
    assert found["lines"] == found["right"] == windows.spectra.is_line.sum()
    assert {name for name, _ in EXAMPLES} == set(found["spectra"])
    nothing = measure_answers(answers(np.full(truth.shape, np.inf)), 0.5)
    assert (nothing["f1_4"], nothing["mask_f1"], nothing["said"]) == (0.0, 0.0, 0)


def test_the_mask_asks_for_the_count_alone(windows):
    asked = np.where(windows.spectra.is_line, windows.spectra.points, np.nan)
    known = np.hstack((asked, windows.excused))
    away = np.nanmin(np.abs(np.arange(200.0)[None, :, None] - known[:, None, :]), axis=2)
    free = np.argmax(away, axis=1)[:, None]  # far from any line; the right number of them there
    found = measure_answers(answers(np.where(windows.spectra.is_line, free, np.inf)), 0.5)
    assert found["f1_4"] < 0.1
    assert found["mask_f1"] == found["count_accuracy"] == 1.0
    lines = windows.spectra.is_line.sum(axis=1)
    best = max(
        2 * np.minimum(k, lines).sum() / (k * lines.size + lines.sum())
        for k in range(1, lines.max() + 1)
    )
    assert found["mask_f1_floor"] == pytest.approx(best, abs=1e-5)


def test_an_excused_line_is_neither_right_nor_wrong(windows):
    truth = np.where(windows.spectra.is_line, windows.spectra.points, np.inf)
    extra = np.where(np.isfinite(windows.excused), windows.excused, np.inf)
    found = measure_answers(answers(np.hstack((truth, extra))), 0.5)
    assert found["right"] == found["lines"]
    assert found["precision_4"] > 0.97  # some excused lines lie beside one that is asked for
    wrong = measure_answers(answers(np.hstack((truth, np.full((len(truth), 1), 0.1)))), 0.5)
    assert wrong["precision_4"] < 0.8
