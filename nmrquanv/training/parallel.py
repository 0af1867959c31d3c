"""Work on many numbered spectra, spread over processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from nmrquanv.pool import Pool
from nmrquanv.processes import cores
from nmrquanv.progress import Report

TASK_SPECTRA = 10
"""Numbers in one call, unless told otherwise."""

_kept: ContextVar[Pool | None] = ContextVar("kept", default=None)


@contextmanager
def kept_processes() -> Iterator[None]:
    """Keep the processes from one call of :func:`in_processes` to the next within the block.

    Each takes seconds to import what it needs, which would come again at every stage of a run.
    """
    with Pool(cores()) as pool:
        token = _kept.set(pool)
        try:
            yield
        finally:
            _kept.reset(token)


def in_processes(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    count: int,
    report: Report,
    text: str,
    *,
    at_once: int = TASK_SPECTRA,
) -> Iterator[Any]:
    """Run ``function(*arguments, numbers)`` over 0..count-1 on all cores; results in order.

    Parameters
    ----------
    function : callable
        Of a module, so that another process can import it.
    arguments : tuple
        Its first arguments; the last is a list of numbers.
    count : int
    report : Report
        Called when a call is done; may cancel.
    text : str
        What is being done.
    at_once : int
        Numbers in one call.
    """
    tasks = [list(range(i, min(i + at_once, count))) for i in range(0, count, at_once)]

    def told(done: int, total: int, text: str) -> None:
        report(min(done * at_once, count), count, text)

    kept = _kept.get()
    if kept is not None:
        yield from kept.each(partial(function, *arguments), tasks, told, text)
        return
    with Pool(min(cores(), len(tasks))) as pool:
        yield from pool.each(partial(function, *arguments), tasks, told, text)
