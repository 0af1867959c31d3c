"""Work on many numbered spectra, spread over processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from nmrquanv.processes import cores, end_with_parent
from nmrquanv.progress import Report

TASK_SPECTRA = 10
"""Numbers in one call, unless told otherwise."""


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
        Called before every result; may cancel.
    text : str
        What is being done.
    at_once : int
        Numbers in one call.
    """
    tasks = [range(i, min(i + at_once, count)) for i in range(0, count, at_once)]
    context = get_context("spawn")
    with ProcessPoolExecutor(cores(), context, initializer=end_with_parent) as pool:
        waiting = [pool.submit(function, *arguments, list(task)) for task in tasks]
        try:
            for task, future in zip(tasks, waiting, strict=True):
                report(task.start, count, text)
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)
