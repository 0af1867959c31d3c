"""Who did what to which peak, and when: written with every step that can be undone.

The log is part of the state: undoing a step takes its line back. A peak that no line names is as
a finder gave it.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from nmrquanv.session.state import State
from nmrquanv.spectra.peaks import Peak, common_ends
from nmrquanv.spectra.user_marks import LoggedEdit


@cache
def user_name() -> str:
    """Return the name under which the person is known to the computer; empty if it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def logged(before: State, after: State, text: str, *, goes_on: bool = False) -> State:
    """Return a state with a line on the step that led to it.

    Parameters
    ----------
    before, after : State
        A state that was not made from the one before (an older one, one of a file) has a log of
        its own, and keeps it.
    text : str
        In the words of the Edit menu.
    goes_on : bool
        The step is the last one, continued: a drag is one line.
    """
    if after.log is not before.log:
        return after
    peaks = dict(_touched(before, after))
    lines = after.log
    if goes_on and lines:
        known = dict(lines[-1].peaks)
        peaks = known | {i: what for i, what in peaks.items() if known.get(i) != "added"}
        lines = lines[:-1]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return replace(after, log=(*lines, LoggedEdit(now, user_name(), text, tuple(peaks.items()))))


class EditLog:
    """Writes the lines of one document; the steps of a gesture share one."""

    def __init__(self) -> None:
        self._newest: tuple[int | None, tuple[LoggedEdit, ...]] = (None, ())

    def logged(self, before: State, after: State, text: str, gesture: int | None) -> State:
        """Return a state with a line on the step that led to it; see :func:`logged`."""
        known, log = self._newest
        goes_on = gesture is not None and known == gesture and log is before.log
        state = logged(before, after, text, goes_on=goes_on)
        self._newest = (gesture, state.log)
        return state


def _touched(before: State, after: State) -> Iterator[tuple[str, str]]:
    """Yield the peaks that a person touched, and what happened to each."""
    if after.peaks is before.peaks or after.processed is not before.processed:
        return
    first, rest = common_ends(before.peaks.peaks, after.peaks.peaks)
    old, new = (
        {peak.id: peak for peak in peaks[first : len(peaks) - rest]}
        for peaks in (before.peaks.peaks, after.peaks.peaks)
    )
    stones = {stone.peak.id for stone in after.tombstones if stone.reason == "deleted"}
    has_fewer = len(after.tombstones) < len(before.tombstones)
    for peak in new.values():
        known = old.get(peak.id)
        if known is peak:
            continue
        what = _came(peak, has_fewer) if known is None else _changed(known, peak, before, after)
        if what:
            yield peak.id, what
    if after.tombstones is not before.tombstones:
        for gone in sorted((old.keys() - new.keys()) & stones):
            yield gone, "deleted"


def _came(peak: Peak, is_restoring: bool) -> str:
    if is_restoring:
        return "restored"
    return "added" if peak.source == "added" else ""


def _changed(old: Peak, new: Peak, before: State, after: State) -> str:
    if new.source != "model" and new.ppm != old.ppm:
        return "moved"
    if new.is_confirmed != old.is_confirmed:
        return "confirmed" if new.is_confirmed else "unconfirmed"
    if new.label != old.label:
        return "labelled"
    is_marked = after.marks is not before.marks and new.peak_class != old.peak_class
    return f"called {new.peak_class}" if is_marked else ""
