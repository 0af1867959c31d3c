"""Ways in which a file of ours can be wrong: bytes, values, and what stands in its place."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Rng = np.random.Generator

_HUGE = 10**29
_VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2**63, _HUGE, -_HUGE, 0.5, 1e308, -1e-308, float("nan"),
    float("inf"), "", "x", "nan", "1e999", "ü\u202e\x00", "../../evil", "a" * 70_000, [], [[]],
    {}, {"": {}}, [None] * 50,
)  # fmt: skip
_DEEP = b"[" * 100_000
_CHUNKS = (b"", b"\0", b"\xef\xbb\xbf", b"NaN", b"\xff\xfe", _DEEP, b"1" * 400, b"\\ud800", b"\r\n")


def mutated_bytes(content: bytes, rng: Rng) -> bytes:
    """Return bytes with one to four things done to them."""
    for _ in range(rng.integers(1, 5)):
        content = _BYTES[rng.integers(len(_BYTES))](content, rng)
    return content


def _flipped(content: bytes, rng: Rng) -> bytes:
    if not content:
        return b"\0"
    changed = bytearray(content)
    for _ in range(rng.integers(1, 9)):
        changed[rng.integers(len(changed))] ^= 1 << rng.integers(8)
    return bytes(changed)


def _inserted(content: bytes, rng: Rng) -> bytes:
    place = rng.integers(len(content) + 1)
    return content[:place] + _CHUNKS[rng.integers(len(_CHUNKS))] + content[place:]


def _span(content: bytes, rng: Rng) -> tuple[int, int]:
    first, last = sorted(rng.integers(len(content) + 1, size=2).tolist())
    return first, last


def _cut(content: bytes, rng: Rng) -> bytes:
    first, last = _span(content, rng)
    return content[:first] + content[last:]


def _doubled(content: bytes, rng: Rng) -> bytes:
    first, last = _span(content, rng)
    return content[:last] + content[first:]


def _zeroed(content: bytes, rng: Rng) -> bytes:
    first, last = _span(content, rng)
    return content[:first] + bytes(last - first) + content[last:]


def _random(content: bytes, rng: Rng) -> bytes:
    first, last = _span(content, rng)
    return content[:first] + rng.bytes(last - first) + content[last:]


def _shortened(content: bytes, rng: Rng) -> bytes:
    return content[: rng.integers(len(content) + 1)]


_BYTES: tuple[Callable[[bytes, Rng], bytes], ...] = (
    _flipped, _flipped, _inserted, _cut, _doubled, _zeroed, _random, _shortened,
)  # fmt: skip


def mutated_json(content: bytes, rng: Rng) -> bytes:
    """Return JSON text with one to three of its entries exchanged, removed or added."""
    holder = [json.loads(content)]
    for _ in range(rng.integers(1, 4)):
        places = _places(holder)
        if not places:
            break
        owner, key = places[rng.integers(len(places))]
        chosen = rng.integers(10)
        if chosen == 0 and isinstance(owner, dict):
            del owner[key]
        elif chosen == 1 and isinstance(owner, dict):
            owner["surprise"] = _value(rng)
        else:
            owner[key] = _value(rng)
    return json.dumps(holder[0]).encode("utf-8", "surrogatepass")


def _value(rng: Rng) -> Any:
    return json.loads(json.dumps(_VALUES[rng.integers(len(_VALUES))]))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every entry as its owner and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        owner = waiting.pop()
        entries = owner.items() if isinstance(owner, dict) else enumerate(owner)
        for key, entry in list(entries):
            found.append((owner, key))
            if isinstance(entry, dict | list):
                waiting.append(entry)
    return found[1:]


def replaced(path: Path, rng: Rng) -> None:
    """Put something else in a file's place: nothing, a folder, a pipe, a device, a terabyte."""
    path.unlink()
    kinds = ["missing", "folder", "huge", "empty"]
    if sys.platform != "win32":
        kinds += ["pipe", "zero", "loop", "unreadable"]
    match kinds[rng.integers(len(kinds))]:
        case "folder":
            path.mkdir()
        case "huge":
            path.touch()
            os.truncate(path, 1 << 40)
        case "empty":
            path.touch()
        case "pipe":
            os.mkfifo(path)
        case "zero":
            path.symlink_to("/dev/zero")
        case "loop":
            path.symlink_to(path.name)
        case "unreadable":
            path.symlink_to("/proc/self/mem")
