"""How many spectra a second a folder is searched at: ``nmrquanv bench batch``.

Simulated spectra are written and searched by the program's own command lines, in processes of their
own on one thread each; the start of the processes counts, which many spectra share. Where other
programs are at work the clock says little, and the processor's time is told beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nmrquanv.bench.markdown_tables import table
from nmrquanv.errors import FormatError, NmrQuanvError
from nmrquanv.guarded import parse_json
from nmrquanv.processes import one_thread_each
from nmrquanv.progress import Report

GOAL_PER_SECOND = 4.0
"""On two cores, of 500 spectra."""

GOAL_PROCESSOR_S = 2 / GOAL_PER_SECOND
"""What a spectrum may take of the processor for that."""

_SEED, _KIND = 1, "clean"


class BatchSpeedError(NmrQuanvError):
    """The command line that was to be measured failed."""


@dataclass(frozen=True, slots=True)
class BatchSpeed:
    """What a batch took.

    Parameters
    ----------
    spectra, workers : int
        How many were searched, and in how many processes.
    seconds : float, s
        By the clock, from the first search to the table.
    per_second : float, 1/s
    processor_s : float, s
        Of a spectrum, over all processes, with its share of their start; 0 where the system does
        not tell it (Windows).
    """

    spectra: int
    workers: int
    seconds: float
    per_second: float
    processor_s: float = 0.0


def measure_batch(spectra: int, workers: int, report: Report) -> BatchSpeed:
    """Simulate so many spectra and search them with ``pick --recursive``.

    Raises
    ------
    BatchSpeedError
        Either command line failed, or a spectrum has no result.
    """
    with tempfile.TemporaryDirectory(prefix="nmrquanv-batch-") as folder:
        made, found = str(Path(folder, "spectra")), str(Path(folder, "found"))
        report(0, 2, "simulate")
        seeds = ("--seed", str(_SEED), "--count", str(spectra))
        _told("simulate", *seeds, "--kind", _KIND, "--output", made)
        report(1, 2, "search")
        jobs = ("--jobs", str(workers), "--output-dir", found)
        before = _processor_s()
        last = _told("pick", made, "--recursive", *jobs, "--events").splitlines()[-1]
        taken = _processor_s() - before
    report(2, 2, "batch")
    try:
        end = parse_json(last.encode(), dict[str, Any], "what a batch told")
    except FormatError as error:
        raise BatchSpeedError(f"the batch did not tell how it ended: {last}") from error
    if end.get("done") != spectra:
        raise BatchSpeedError(f"{end.get('done')} of {spectra} spectra were searched: {last}")
    seconds, pace = float(end["seconds"]), float(end["per_second"])
    return BatchSpeed(spectra, workers, seconds, pace, taken / spectra)


def _processor_s() -> float:
    """Return the processor time of the processes that were started here and have ended, s."""
    times = os.times()
    return times.children_user + times.children_system


def _told(*words: str) -> str:
    """Run a command line of the program; return what it printed."""
    with one_thread_each():
        done = subprocess.run(
            [sys.executable, "-m", "nmrquanv", *words], capture_output=True, text=True, check=False
        )
    if done.returncode != 0 or not done.stdout:
        told = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BatchSpeedError(f"'nmrquanv {words[0]}' failed: {told}")
    return done.stdout


def batch_markdown(measured: BatchSpeed) -> str:
    """Return the table."""
    what = f"{measured.spectra} spectra in {measured.workers} processes, {measured.seconds:.1f} s"
    is_reached = "yes" if measured.per_second >= GOAL_PER_SECOND else "no"
    cells = [
        (what, f"{measured.per_second:.1f} / s", f"at least {GOAL_PER_SECOND:g} / s", is_reached)
    ]
    if measured.processor_s:
        is_reached = "yes" if measured.processor_s <= GOAL_PROCESSOR_S else "no"
        told, goal = f"{measured.processor_s:.2f} s", f"at most {GOAL_PROCESSOR_S:g} s"
        cells.append(("of the processor, a spectrum", told, goal, is_reached))
    return table(("what", "measured", "goal", "reached"), cells) + "\n"


def batch_values(measured: BatchSpeed) -> dict[str, Any]:
    """Return the figures as JSON values."""
    return asdict(measured) | {"goal_per_second": GOAL_PER_SECOND}
