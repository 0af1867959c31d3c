"""Progress and cancellation of long work, in one callback.

A long function takes ``report: Report = silent_report`` and calls it at least every 0.1 s.
The caller cancels by raising :class:`Cancelled` from the callback.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Emit = Callable[[dict[str, Any]], None]
"""Takes events of long work, each one JSON object."""


class Cancelled(Exception):
    """Raised by a report callback when the user wants the work to stop: an event, no error."""


class Report(Protocol):
    """Callback ``report(done, total, text)``; may raise :class:`Cancelled`."""

    def __call__(self, done: int, total: int, text: str) -> None:
        """Take note of progress, or raise :class:`Cancelled`."""


def silent_report(done: int, total: int, text: str) -> None:
    """Ignore progress; never cancels."""


def shared(report: Report, number: int, count: int, last: float = 1.0) -> Report:
    """Return the report of one part of some work.

    Parameters
    ----------
    report : Report
        Of the whole, called in hundredths.
    number, count : int
        The part's place, from 0, and how many parts there are.
    last : float, 0 to 1
        Share of the whole that is done when all parts are.
    """

    def part(done: int, total: int, text: str) -> None:
        report(round(100 * last * (number + done / max(total, 1)) / count), 100, text)

    return part


def standing(report: Report, at: int) -> Report:
    """Return the report of steps of unknown length: they may be cancelled, the bar stands.

    Parameters
    ----------
    report : Report
        Of the whole, called in hundredths.
    at : int
        Hundredths of the whole that are done.
    """

    def step(done: int, total: int, text: str) -> None:
        report(at, 100, text)

    return step


def words(duration: float) -> str:
    """Return seconds as a person says them: ``40 s``, ``12 min``, ``3 h 20 min``."""
    if duration < 90:
        return f"{max(1, round(duration))} s"
    minutes = round(duration / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
