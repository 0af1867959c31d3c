"""Damage of every kind ends in data or in a FormatError: never in another error, never slowly."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, read

GARBAGE = (b"", b"nan", b"-1", b"0", b"inf", b"1e308", b"-1e308", b"9" * 400, b"<", b"(0..7)",
           b"1e-320", b"\xff\xfe", b"4294967296", b"3.5", b"\0",
           b"1e15", b"1073741824")  # fmt: skip

ROUNDS = 150


def cut(raw: bytes, rng: random.Random) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def flip_bits(raw: bytes, rng: random.Random) -> bytes:
    flipped = bytearray(raw)
    for _ in range(rng.choice((1, 10, 100)) if raw else 0):
        flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    return bytes(flipped)


def lengthen(raw: bytes, rng: random.Random) -> bytes:
    return raw + rng.randbytes(rng.choice((1, 7, 4096)))


def replace(raw: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(rng.choice((0, 1, 31, 32, 5000)))


def drop_line(raw: bytes, rng: random.Random) -> bytes:
    lines = raw.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def garble_value(raw: bytes, rng: random.Random) -> bytes:
    """Put garbage after ``=`` (Bruker), after the count (Varian) or in a cell (CSV)."""
    lines = raw.split(b"\n")
    place = rng.randrange(len(lines))
    for mark in (b"=", b"1 ", b","):
        if mark in lines[place]:
            lines[place] = lines[place].split(mark)[0] + mark + rng.choice(GARBAGE)
            break
    return b"\n".join(lines)


DAMAGES = (cut, flip_bits, lengthen, replace, drop_line, garble_value, garble_value)


def damage(folder: Path, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 4))):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if not files:
            return
        path = rng.choice(files)
        if rng.random() < 0.08:
            path.unlink()
            path.mkdir()
        else:
            path.write_bytes(rng.choice(DAMAGES)(path.read_bytes(), rng))


@pytest.mark.measures_time
@pytest.mark.parametrize("vendor", ["bruker", "varian", "text"])
def test_damaged_files_give_data_or_a_message(
    vendor: str, expno: Path, varian: Callable[..., Path], tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    if vendor == "bruker":
        shutil.copytree(expno, whole)
    elif vendor == "varian":
        varian(np.exp(-np.arange(256) * (0.02 + 0.3j))).rename(whole)
    else:
        whole.mkdir()
        rows = "\n".join(f"{9 - i / 50:.3f},{i % 11}" for i in range(400))
        (whole / "a.csv").write_text("ppm,intensity\n" + rows)
    rng = random.Random(20261123)
    n_read, messages = 0, list[str]()
    for number in range(ROUNDS):
        folder = tmp_path / f"damaged {number}"
        shutil.copytree(whole, folder)
        damage(folder, rng)
        whole_set = folder / "a.csv" if vendor == "text" else folder
        if not whole_set.exists():
            continue
        for target in (whole_set, rng.choice([folder, *sorted(folder.rglob("*"))])):
            started = time.process_time()
            try:
                data = read(target, source=rng.choice((None, None, None, "fid"))).data
                assert np.isfinite(data.data).all()
                n_read += 1
            except FormatError as error:
                messages.append(str(error))
            assert len(data_sets(target)) <= 1
            assert time.process_time() - started < 1
        shutil.rmtree(folder)
    assert min(n_read, len(messages)) > ROUNDS // 20
    assert not any("\n" in message for message in messages)
