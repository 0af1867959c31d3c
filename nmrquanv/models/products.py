"""Matrix products that come out the same on every computer, and fast on one core."""

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
def added_product() -> Any:
    """Return BLAS's ``dgemm``, which adds a product to a block where it lies.

    numpy makes an array of each product and adds that: a third more time where products are small.
    """
    from scipy.linalg.blas import dgemm

    return dgemm


@cache
def _pools() -> Any:
    from threadpoolctl import ThreadpoolController

    added_product()  # it comes with a library of its own, which must be there to be held
    return ThreadpoolController()
