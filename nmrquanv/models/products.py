"""Matrix products that come out the same however many cores a computer has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Let matrix products run on one thread.

    Sums over several threads round otherwise in the last digits, and where lines crowd those
    decide a split: an answer must not depend on how many cores a computer has, nor on who asks.
    """
    with _pools().limit(limits=1, user_api="blas"):
        yield


@cache
def _pools() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
