"""Damages data sets and texts and reads them: never an exception, a hang, or nonsense.

``python tests/faults/fuzz_readers.py`` damages 1,200 inputs, ``--full`` 20,000; the seed decides
all. Each input is read in a child process with a limit of memory. Counted are

- ``unhandled``: another exception than ``FormatError``;
- ``hangs``: more than 5 s of processor for one input, or a child that is silent for a minute;
- ``memory``: more than 1 GB over what the child began with;
- ``nonsense``: data on another axis than the original's, without a note that says so.

A new format joins by a row of ``ORIGINALS`` in ``fuzz_originals.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_originals import ORIGINALS, Original
from mutations import damage

from nmrquanv.errors import FormatError, SeveralDataSetsError
from nmrquanv.io import data_sets, outline, read
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet

SHORT, FULL = 1_200, 20_000
MOST_CPU_S = 5.0
MOST_BYTES = 1 << 30
SILENCE_S = 60
BATCH = 600
_FAULTS = ("unhandled", "hangs", "memory", "nonsense")


class Hang(BaseException):
    """One input took too long; no handler of ordinary exceptions may catch it."""


def is_nonsense(original: Original, whole: DataSet, got: DataSet) -> bool:
    """Tell whether data lie on another axis than the original's without a word."""
    if set(got.source.notes) - set(whole.source.notes):
        return False
    mine, theirs = got.data.axis, whole.data.axis
    if original.is_text:
        in_hz = replace(mine, sf_mhz=theirs.sf_mhz,
                        offset_ppm=mine.offset_ppm * mine.sf_mhz / theirs.sf_mhz)  # fmt: skip
        return not (is_part(mine, theirs) or (mine.has_hz and is_part(in_hz, theirs)))
    (high, low), (old_high, old_low) = mine.limits_ppm, theirs.limits_ppm
    room = 0.02 * (old_high - old_low)
    is_same = abs(high - old_high) < room and abs(low - old_low) < room
    return not is_same or abs(mine.sf_mhz / theirs.sf_mhz - 1) > 0.01


def is_part(mine: Axis, theirs: Axis) -> bool:
    """Tell whether an axis is another or a part of it: a text may be cut anywhere."""
    (high, low), (old_high, old_low) = mine.limits_ppm, theirs.limits_ppm
    room = 0.02 * (old_high - old_low)
    is_same_step = abs(mine.point_ppm / theirs.point_ppm - 1) < 0.02
    return is_same_step and high < old_high + room and low > old_low - room


def outcome(original: Original, whole: DataSet, path: Path, source: str | None) -> str:
    """Read one input in every way, and return what became of it."""
    try:
        got = read(path, source=source)
    except SeveralDataSetsError:
        return "several"
    except FormatError as error:
        if "\n" in str(error) or not str(error):
            return "unhandled: a message of several lines"
        got = None
    try:
        data_sets(path)
        outline(path, source=source)
    except FormatError:
        pass
    if got is None:
        return "refused"
    if not np.isfinite(got.data.data).all():
        return "nonsense: values that are not finite"
    if got.source.kind != whole.source.kind:
        return "read"
    return "nonsense: another axis" if is_nonsense(original, whole, got) else "read"


def words(folder: Path, pattern: str) -> list[str]:
    """Return what matches a pattern in the files of a folder."""
    texts = [path.read_bytes().decode("latin-1") for path in sorted(folder.rglob("*"))
             if pattern and path.is_file()]  # fmt: skip
    return [found[0] for text in texts for found in re.finditer(pattern, text)]


class Whole:
    """The undamaged inputs of one kind, and what they read as."""

    def __init__(self, kind: str, place: Path) -> None:
        self.original = ORIGINALS[kind]
        self.folder = place / f"whole {kind}"
        self.original.write(self.folder)
        self.words = words(self.folder, self.original.said_once)
        opened = self.folder / self.original.opened
        self.data = {source: read(opened, source=source) for source in self.original.sources}

    def damaged(self, folder: Path, rng: random.Random) -> str:
        """Damage a copy, read it and return what became of it."""
        shutil.copytree(self.folder, folder)
        damage(folder, rng)
        source = rng.choice(self.original.sources)
        is_other = self.words != words(folder, self.original.said_once)
        said = outcome(self.original, self.data[source], folder / self.original.opened, source)
        return "read" if is_other and said == "nonsense: another axis" else said


def child(inputs: list[tuple[str, int]], seed: int) -> None:
    """Read inputs and say a JSON line for each."""
    with tempfile.TemporaryDirectory() as place:
        wholes = {kind: Whole(kind, Path(place)) for kind in dict(inputs)}
        start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        limit = 3 * MOST_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        signal.signal(signal.SIGPROF, _too_long)
        for kind, number in inputs:
            folder = Path(place) / "damaged"
            signal.setitimer(signal.ITIMER_PROF, MOST_CPU_S)
            try:
                said = wholes[kind].damaged(folder, random.Random(f"{seed} {kind} {number}"))
            except Hang:
                said = "hangs"
            except Exception as error:  # noqa: BLE001  (any that gets here is what is looked for)
                said = f"unhandled: {type(error).__name__}: {error}"[:300]
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            if peak - start > MOST_BYTES:
                said, start = "memory", peak
            sys.stdout.write(json.dumps([kind, number, said]) + "\n")
            sys.stdout.flush()
            shutil.rmtree(folder)


def _too_long(*_: object) -> None:
    raise Hang


def run_batch(inputs: list[tuple[str, int]], seed: int) -> list[tuple[str, int, str]]:
    """Run a child on inputs; one that dies or falls silent costs the input that it was at."""
    told: list[tuple[str, int, str]] = []
    while len(told) < len(inputs):
        left = inputs[len(told) :]
        command = [sys.executable, __file__, "--child", json.dumps(left), "--seed", str(seed)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False,
                timeout=SILENCE_S + MOST_CPU_S * len(left),
            )  # fmt: skip
            output, error = done.stdout, done.stderr
        except subprocess.TimeoutExpired as late:
            output, error = (late.stdout or b"").decode(), "hangs"
        lines = [json.loads(line) for line in output.splitlines() if line.endswith("]")]
        told += [(kind, number, said) for kind, number, said in lines]
        if len(told) < len(inputs):
            last = error.strip().splitlines()[-1:] or ["the child died"]
            said = "hangs" if error == "hangs" else f"unhandled: {last[0]}"
            told.append((*inputs[len(told)], said))
    return told


def main() -> int:
    """Damage, read and tell; return 1 when anything happened that must not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--full", action="store_true", help=f"{FULL} inputs instead of {SHORT}")
    parser.add_argument("--count", type=int, help="of all inputs together")
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--kind", choices=list(ORIGINALS), action="append")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child([tuple(each) for each in json.loads(asked.child)], asked.seed)
        return 0
    kinds = asked.kind or list(ORIGINALS)
    each = -(-(asked.count or (FULL if asked.full else SHORT)) // len(kinds))
    inputs = [(kind, number) for kind in kinds for number in range(each)]
    told: dict[str, Any] = {"seed": asked.seed, "inputs": len(inputs), "faults": []}
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    for first in range(0, len(inputs), BATCH):
        for kind, number, said in run_batch(inputs[first : first + BATCH], asked.seed):
            name = said.split(":")[0]
            counts[kind][name] += 1
            if name in _FAULTS:
                told["faults"].append([kind, number, said])
    sys.stdout.write(json.dumps(told | {"outcomes": counts}, indent=1) + "\n")
    return 1 if told["faults"] else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    raise SystemExit(main())
