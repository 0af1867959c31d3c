"""Feeds damaged and hostile files of our own forms to whatever reads them.

``python tests/faults/fuzz_loaders.py`` tries 400 inputs, ``--full`` 10,000; ``--first N`` begins at
another one, so that any input can be repeated alone. Each is a good file (document, card, weights,
model file, training config, run folder, checkpoint, peak list of any format, study, log, settings)
with bytes or values changed, or with a folder, pipe or device in its place. Each must end in values
or in a named error.
Faults are other exceptions, warnings, more than 5 s, and more than 1 GB (the child process cannot
have more).
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from types import FrameType

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from hostile_files import mutated_bytes, mutated_json, replaced
from loaders import LOADERS, signed, spoilt_archive, spoilt_on_purpose

from nmrquanv.errors import NmrQuanvError

SEED, SHORT, FULL = 20261, 400, 10_000
HANGS_AFTER_S, STANDS_STILL_S = 5.0, 20.0
"""Of the processor's time, and of a clock's: other programs may be running."""
MOST_BYTES = 1 << 30


class HangError(BaseException):
    """An input took too long; no ``except Exception`` swallows it."""


def spoil(folder: Path, rng: np.random.Generator) -> None:
    """Damage one or two of the files in a folder, each in one way."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    for path in rng.choice(np.array(paths), min(len(paths), rng.integers(1, 3)), replace=False):
        content, chosen = path.read_bytes(), rng.random()
        if chosen < 0.08:
            replaced(path, rng)
            continue
        if chosen < 0.6 and path.suffix == ".json":
            content = mutated_json(content, rng)
        else:
            content = mutated_bytes(content, rng)
        if path.suffix == ".checkpoint" and rng.random() < 0.3:
            content = signed(content.partition(b"\n")[2])
        elif path.suffix == ".checkpoint" and rng.random() < 0.7:
            content = spoilt_on_purpose(path.read_bytes(), rng)
        if path.suffix in (".nmrq", ".nmrqmodel") and rng.random() < 0.8:
            content = spoilt_archive(path.read_bytes(), rng)
        if path.suffix == ".safetensors" and rng.random() < 0.7:
            _let_card_fit(path, content)
        path.write_bytes(content)


def _let_card_fit(weights: Path, content: bytes) -> None:
    """Make the card name the damaged weights, so that they are looked at."""
    import hashlib

    card = weights.with_suffix(".json")
    if not card.is_file() or card.stat().st_size > 1 << 20:
        return
    try:
        values = json.loads(card.read_bytes())
        values["weights_sha256"] = hashlib.sha256(content).hexdigest()
    except (OSError, ValueError, TypeError, RecursionError):
        return
    card.write_text(json.dumps(values))


def attempt(number: int, good: Path, folder: Path) -> str | None:
    """Try one input; return what is wrong with how it ended, or None."""
    rng = np.random.default_rng((SEED, number))
    name = list(LOADERS)[number % len(LOADERS)]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(good / name, folder)
    spoil(folder, rng)
    signal.setitimer(signal.ITIMER_REAL, STANDS_STILL_S)
    started = time.process_time()
    try:
        LOADERS[name].load(folder)
    except NmrQuanvError:
        pass
    except HangError:
        return f"{name}: stands still"
    except MemoryError:
        return f"{name}: wants more than {MOST_BYTES >> 20} MiB"
    except Exception as error:  # noqa: BLE001 -- whatever escapes is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{name}: {type(error).__name__}: {str(error)[:120]} ({last.name})"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    took = time.process_time() - started
    return f"{name}: took {took:.1f} s" if took > HANGS_AFTER_S else None


def _limit_memory() -> None:
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MOST_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def be_child(first: int, last: int) -> None:
    """Try inputs and print one line for each fault, and the number before each input."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise HangError

    signal.signal(signal.SIGALRM, stop)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    os.environ |= {"NMRQUANV_DATA": str(folder / "data"), "NMRQUANV_SETTINGS": str(folder / "s")}
    output, sys.stdout = sys.stdout, io.StringIO()
    logging.disable()
    try:
        for name, loader in LOADERS.items():
            (folder / "good" / name).mkdir(parents=True)
            loader.make(folder / "good" / name)
            shutil.copytree(folder / "good" / name, folder / "tried")
            try:
                loader.load(folder / "tried")
            except NmrQuanvError as error:
                output.write(f"the good {name} is refused: {error}\n")
            shutil.rmtree(folder / "tried")
        gc.collect()
        _limit_memory()
        warnings.simplefilter("error")
        for number in range(first, last):
            output.write(f"{number}\n")
            output.flush()
            wrong = attempt(number, folder / "good", folder / "tried")
            if wrong:
                output.write(f"{number} {wrong}\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(first: int, count: int) -> list[str]:
    """Try inputs in child processes, going on after one that dies; return the faults."""
    faults: list[str] = []
    last = first + count
    while first < last:
        until = min(first + 2000, last)
        command = [sys.executable, __file__, "--child", str(first), str(until)]
        limit = 60 + (until - first) * 1.0
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=limit, check=False
            )
            told, code, said = done.stdout, done.returncode, done.stderr[-300:]
        except subprocess.TimeoutExpired as error:
            told, code, said = (error.stdout or b"").decode(), -1, "stands still"
        lines = told.splitlines()
        if not any(map(str.isdigit, lines)):
            return [*faults, f"the harness itself fails: {said}"]
        faults += [line for line in lines if not line.isdigit()]
        if code == 0:
            first = until
            continue
        reached = max((int(line) for line in lines if line.isdigit()), default=first)
        faults.append(f"{reached} the process ended with {code}: {said}")
        first = reached + 1
    return faults


def main() -> int:
    """Run the inputs, print the figures, return 1 if one ended in a fault."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help=f"{FULL} inputs")
    words.add_argument("--first", type=int, default=0)
    words.add_argument("--count", type=int, default=0)
    words.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.child:
        be_child(*given.child)
        return 0
    count = given.count or (FULL if given.full else SHORT)
    started = time.monotonic()
    faults = run(given.first, count)
    seconds = round(time.monotonic() - started, 1)
    sys.stdout.write(json.dumps({"inputs": count, "seconds": seconds, "faults": faults}) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
