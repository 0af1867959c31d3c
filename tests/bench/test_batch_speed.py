"""``nmrquanv bench batch``: spectra a second of ``pick --recursive``."""

from __future__ import annotations

import json
import subprocess

import pytest

from nmrquanv.bench import batch_speed
from nmrquanv.bench.batch_speed import BatchSpeed, BatchSpeedError, batch_markdown, measure_batch
from nmrquanv.cli.command_line import execute
from nmrquanv.progress import silent_report


@pytest.mark.slow
def test_a_batch_of_simulated_spectra_is_timed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert execute(["bench", "batch", "--spectra", "2", "--workers", "2", "--json"]) == 0
    told = json.loads(capfdbinary.readouterr().out)
    assert (told["spectra"], told["workers"], told["goal_per_second"]) == (2, 2, 4.0)
    assert told["per_second"] == pytest.approx(2 / told["seconds"], abs=0.01)
    assert 0.1 < told["processor_s"] < 60


def test_the_goal_stands_beside() -> None:
    told = batch_markdown(BatchSpeed(500, 2, 122.0, 4.1))
    assert "| 4.1 / s | at least 4 / s | yes |" in told
    assert "processor" not in told
    assert "| 3.9 / s | at least 4 / s | no |" in batch_markdown(BatchSpeed(500, 2, 128.0, 3.9))
    for seconds, word in ((0.49, "yes"), (0.51, "no")):
        told = batch_markdown(BatchSpeed(500, 2, 900.0, 0.6, seconds))
        assert f"| {seconds:.2f} s | at most 0.5 s | {word} |" in told


@pytest.mark.parametrize(
    ("code", "out", "message"),
    [
        (3, "", "'nmrquanv simulate' failed: no space"),
        (0, "no JSON\n", "did not tell how it ended: no JSON"),
        (0, '{"done": 1}\n', "1 of 2 spectra were searched"),
    ],
)
def test_a_batch_that_fails_has_no_speed(
    code: int, out: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.CompletedProcess([], code, out, "no space\n")
    monkeypatch.setattr(batch_speed.subprocess, "run", lambda *_args, **_options: done)
    with pytest.raises(BatchSpeedError, match=message):
        measure_batch(2, 2, silent_report)
