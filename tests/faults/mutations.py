"""What can happen to files: cut, flipped bits, garbled values, lost lines, lost files."""

from __future__ import annotations

import random
from pathlib import Path

GARBAGE = (b"", b"nan", b"-1", b"0", b"1", b"inf", b"1e308", b"-1e308", b"9" * 400, b"<", b"(0..7)",
           b"1e-320", b"\xff\xfe", b"4294967296", b"3.5", b"\0", b"1e15", b"1073741824", b"2",
           b"1e9", b"65536", b"(0..99999999)", b"<x", b"yes")  # fmt: skip
_MARKS = (b"=", b"1 ", b",", b";", b"\t", b":")


def cut(raw: bytes, rng: random.Random) -> bytes:
    """Return the beginning."""
    return raw[: rng.randrange(len(raw) + 1)]


def flip_bits(raw: bytes, rng: random.Random) -> bytes:
    """Return it with one, ten or a hundred bits turned over."""
    flipped = bytearray(raw)
    for _ in range(rng.choice((1, 10, 100)) if raw else 0):
        flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    return bytes(flipped)


def flip_early(raw: bytes, rng: random.Random) -> bytes:
    """Return it with a byte of the first hundreds changed: where headers are."""
    changed = bytearray(raw)
    if raw:
        changed[rng.randrange(min(len(raw), 600))] = rng.choice((0, 1, 127, 128, 255))
    return bytes(changed)


def lengthen(raw: bytes, rng: random.Random) -> bytes:
    """Return it with bytes behind."""
    return raw + rng.randbytes(rng.choice((1, 7, 4096)))


def replace(_raw: bytes, rng: random.Random) -> bytes:
    """Return noise instead."""
    return rng.randbytes(rng.choice((0, 1, 31, 32, 5000)))


def _place(lines: list[bytes], rng: random.Random) -> int:
    """Return the number of a line: often one of the first, where headers are."""
    return rng.randrange(min(len(lines), 4) if rng.random() < 0.25 else len(lines))


def drop_line(raw: bytes, rng: random.Random) -> bytes:
    """Return it without one line."""
    lines = raw.split(b"\n")
    del lines[_place(lines, rng)]
    return b"\n".join(lines)


def double_lines(raw: bytes, rng: random.Random) -> bytes:
    """Return it with some lines twice."""
    lines = raw.split(b"\n")
    at = rng.randrange(len(lines))
    return b"\n".join(lines[: at + 3] + lines[at:])


def garble_value(raw: bytes, rng: random.Random) -> bytes:
    """Return it with garbage after the first mark of a line."""
    lines = raw.split(b"\n")
    place = _place(lines, rng)
    for mark in _MARKS:
        if mark in lines[place]:
            lines[place] = lines[place].split(mark)[0] + mark + rng.choice(GARBAGE)
            break
    return b"\n".join(lines)


def scale_value(raw: bytes, rng: random.Random) -> bytes:
    """Return it with a number of one line made another believable one."""
    lines = raw.split(b"\n")
    place = _place(lines, rng)
    head, mark, value = lines[place].partition(b"=")
    try:
        number = float(value if mark else lines[place].split()[-1])
    except (ValueError, IndexError):
        return raw
    other = repr(number * rng.choice((0.1, 0.5, 1.5, 2, 10, -1, 1000))).encode()
    lines[place] = (
        head + mark + b" " + other if mark else lines[place].rsplit(b" ", 1)[0] + b" " + other
    )
    return b"\n".join(lines)


DAMAGES = (cut, flip_bits, flip_early, lengthen, replace, drop_line, double_lines, garble_value,
           garble_value, scale_value, scale_value)  # fmt: skip


def damage(folder: Path, rng: random.Random) -> None:
    """Damage one to four times some file of a folder."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if not files:
            return
        path = rng.choice(files)
        if rng.random() < 0.05:
            path.unlink()
            path.mkdir()
        else:
            path.write_bytes(rng.choice(DAMAGES)(path.read_bytes(), rng))
