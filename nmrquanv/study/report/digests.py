"""Digests that name what a report was made with, so that another can be held against it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import nmrquanv
from nmrquanv.guarded import MAX_JSON_BYTES, read_regular
from nmrquanv.paths import resource

_PARTS = ("models", "training", "study")
_DIGITS = 16


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return the SHA-256 (first 16 digits) of all source that decides a run's result.

    Empty where the program was built without its source.
    """
    home = Path(nmrquanv.__file__).parent
    seen, count = hashlib.sha256(), 0
    for part in _PARTS:
        for path in sorted((home / part).rglob("*.py")):
            content = read_regular(path, MAX_JSON_BYTES).replace(b"\r\n", b"\n")
            seen.update(f"{path.relative_to(home).as_posix()} {len(content)}\n".encode())
            seen.update(content)
            count += 1
    return seen.hexdigest()[:_DIGITS] if count else ""


def file_digest(name: str) -> str:
    """Return the SHA-256 (first 16 digits) of one of the program's resources."""
    content = read_regular(resource(name), MAX_JSON_BYTES).replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
