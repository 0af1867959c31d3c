"""A document's multiplets: found, made by hand, changed; each is one undo step.

Multiplets name their lines by id. What happens to a line happens to them: a multiplet whose lines
moved or went is described anew (:func:`followed`), and goes with its last one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from nmrquanv.session.state import State
from nmrquanv.spectra.multiplets import by_hand
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.grouping import multiplet_of, multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.spectrum import Sample, Spectrum


class Analysed(Protocol):
    """What has multiplets: a document."""

    @property
    def state(self) -> State:
        """The present one."""

    @property
    def spectrum(self) -> Spectrum:
        """The processed spectrum."""

    @property
    def sample(self) -> Sample:
        """Its nucleus decides which couplings are looked for."""

    def shown_peaks(self) -> PeakList:
        """Return the peaks that pass the thresholds."""

    def push(self, text: str, state: State, gesture: int | None = None) -> None:
        """Put another state in the place of the present one: one undo step."""


# Edits ------------------------------------------------------------------------------------------


def find_multiplets(document: Analysed, known: Sequence[Coupling] = ()) -> int:
    """Group the shown peaks anew; multiplets by hand stay. Return how many there are then.

    Widths and couplings are in Hz: a spectrum whose frequency nobody knows has no multiplets.

    Parameters
    ----------
    document : Analysed
    known : sequence of Coupling
        What spectra of another nucleus of the sample have: see ``known_elsewhere.py``.
    """
    axis = document.spectrum.axis
    if not axis.has_hz:
        return 0
    kept = tuple(m for m in document.state.multiplets if m.is_by_hand)
    taken = {i for m in kept for i in m.peak_ids}
    free = [p for p in document.shown_peaks() if p.id not in taken]
    found = multiplets_of(free, axis.sf_mhz, document.sample.nucleus, known)
    multiplets = _sorted((*kept, *found))
    document.push("Find Multiplets", replace(document.state, multiplets=multiplets))
    return len(multiplets)


def add_multiplet(document: Analysed, ids: Iterable[str]) -> str | None:
    """Make a multiplet of chosen peaks and return its id; other multiplets may use them too.

    A multiplet that was found automatically and whose lines all go into it makes way.
    """
    row = _peaks(document.state, ids)
    if not row:
        return None
    added = multiplet_of(row, document.spectrum.axis.sf_mhz, is_by_hand=True)
    lines = set(added.peak_ids)
    others = [
        m
        for m in document.state.multiplets
        if (m.is_by_hand and m.peak_ids != added.peak_ids) or not set(m.peak_ids) <= lines
    ]
    _push(document, "Add Multiplet", (*others, added))
    return added.id


def remove_multiplets(document: Analysed, ids: Iterable[str]) -> None:
    """Remove multiplets; their peaks stay."""
    gone = set(ids)
    left = [m for m in document.state.multiplets if m.id not in gone]
    if len(left) < len(document.state.multiplets):
        _push(document, "Remove Multiplet", left)


def join_multiplets(document: Analysed, ids: Iterable[str]) -> str | None:
    """Make one multiplet of several and return its id."""
    wanted = set(ids)
    parts = [m for m in document.state.multiplets if m.id in wanted]
    row = _peaks(document.state, (i for m in parts for i in m.peak_ids))
    if len(parts) < 2 or not row:
        return None
    joined = multiplet_of(row, document.spectrum.axis.sf_mhz, is_by_hand=True)
    others = [m for m in document.state.multiplets if m.id not in wanted]
    comment = "; ".join(m.comment for m in parts if m.comment)
    _push(document, "Join Multiplets", (*others, replace(joined, comment=comment)))
    return joined.id


def join_groups(document: Analysed, groups: Iterable[Iterable[str]]) -> int:
    """Make one multiplet of each of several groups, in one undo step; return how many came of it.

    Parameters
    ----------
    document : Analysed
    groups : iterable of iterables of str
        Ids of the multiplets of each group.
    """
    by_id = {m.id: m for m in document.state.multiplets}
    joined: list[Multiplet] = []
    for group in groups:
        parts = [by_id.pop(i) for i in group]
        row = _peaks(document.state, (i for m in parts for i in m.peak_ids))
        one = multiplet_of(row, document.spectrum.axis.sf_mhz, is_by_hand=True)
        joined.append(replace(one, comment="; ".join(m.comment for m in parts if m.comment)))
    if joined:
        _push(document, "Join Close Signals", (*by_id.values(), *joined))
    return len(joined)


def split_multiplet(document: Analysed, multiplet_id: str, ids: Iterable[str] = ()) -> bool:
    """Divide a multiplet: chosen lines against the rest, else at its widest gap.

    Returns
    -------
    bool
        False where it has a single line.
    """
    old = _found(document.state, multiplet_id)
    row = sorted(_peaks(document.state, old.peak_ids), key=lambda p: p.ppm) if old else []
    if len(row) < 2:
        return False
    chosen = set(ids)
    first = [p for p in row if p.id in chosen]
    second = [p for p in row if p.id not in chosen]
    if not first or not second:
        gaps = [b.ppm - a.ppm for a, b in pairwise(row)]
        cut = gaps.index(max(gaps)) + 1
        first, second = row[:cut], row[cut:]
    sf_mhz = document.spectrum.axis.sf_mhz
    shares = _shares(old) if old else {}
    parts = [multiplet_of(part, sf_mhz, is_by_hand=True, shares=shares) for part in (first, second)]
    others = [m for m in document.state.multiplets if m.id != multiplet_id]
    _push(document, "Split Multiplet", (*others, *parts))
    return True


def set_class(document: Analysed, multiplet_id: str, text: str) -> None:
    """Give a multiplet a class that a person typed; empty text takes the program's again.

    Raises
    ------
    FormatError
        There is no such class.
    """
    if text.strip():
        _change(document, multiplet_id, "Change Class", lambda m: by_hand.with_class(m, text))
    else:
        _change(document, multiplet_id, "Change Class", lambda m: _described(document, m))


def set_couplings(document: Analysed, multiplet_id: str, text: str) -> None:
    """Give a multiplet couplings that a person typed.

    Raises
    ------
    FormatError
        They do not fit its class.
    """
    _change(document, multiplet_id, "Change Couplings", lambda m: by_hand.with_couplings(m, text))


def set_comment(document: Analysed, multiplet_id: str, text: str) -> None:
    """Give a multiplet a person's words."""
    _change(
        document,
        multiplet_id,
        "Comment Multiplet",
        lambda m: replace(m, comment=text.strip(), is_by_hand=m.is_by_hand or bool(text.strip())),
    )


def followed(before: State, after: State) -> State:
    """Return a state after an edit whose multiplets are those of its peaks."""
    if after.peaks is before.peaks or not after.multiplets:
        return after
    sf_mhz = after.processed.dataset.data.axis.sf_mhz
    was, now = ({p.id: p for p in s.peaks} for s in (before, after))
    kept: list[Multiplet] = []
    for one in after.multiplets:
        row = [now[i] for i in one.peak_ids if i in now]
        if all(_is_same_line(was.get(i), now.get(i)) for i in one.peak_ids):
            kept.append(one)
        elif row:
            kept.append(_redescribed(one, row, sf_mhz))
    if len(kept) == len(after.multiplets) and all(
        a is b for a, b in zip(kept, after.multiplets, strict=True)
    ):
        return after
    return replace(after, multiplets=_sorted(kept))


# Parts ------------------------------------------------------------------------------------------


def _sorted(multiplets: Iterable[Multiplet]) -> tuple[Multiplet, ...]:
    return tuple(sorted(multiplets, key=lambda m: -m.ppm))


def _push(document: Analysed, text: str, multiplets: Iterable[Multiplet]) -> None:
    document.push(text, replace(document.state, multiplets=_sorted(multiplets)))


def _peaks(state: State, ids: Iterable[str]) -> list[Peak]:
    wanted = set(ids)
    return [p for p in state.peaks if p.id in wanted]


def _found(state: State, multiplet_id: str) -> Multiplet | None:
    return next((m for m in state.multiplets if m.id == multiplet_id), None)


def _change(
    document: Analysed, multiplet_id: str, text: str, change: Callable[[Multiplet], Multiplet]
) -> None:
    old = _found(document.state, multiplet_id)
    if old is None:
        return
    new = change(old)
    if new != old:
        others = (m for m in document.state.multiplets if m.id != multiplet_id)
        _push(document, text, (*others, new))


def _described(document: Analysed, one: Multiplet) -> Multiplet:
    """Return a multiplet with the class that its lines have by themselves."""
    row = _peaks(document.state, one.peak_ids)
    plain = replace(one, has_own_class=False)
    return _redescribed(plain, row, document.spectrum.axis.sf_mhz) if row else one


def _shares(one: Multiplet) -> dict[str, float]:
    """Return what a multiplet has of its lines, by their ids; empty where all are its own."""
    return dict(zip(one.peak_ids, one.shares, strict=False))


def _redescribed(one: Multiplet, row: list[Peak], sf_mhz: float) -> Multiplet:
    """Return a multiplet as its lines are now; what a person said of it stays."""
    new = multiplet_of(row, sf_mhz, is_by_hand=one.is_by_hand, shares=_shares(one))
    if one.has_own_class:
        own = replace(new, kind=one.kind, couplings=one.couplings, is_broad=one.is_broad)
        new = replace(own, has_own_class=True)
    elif new.kind == one.kind and len(new.couplings) == len(one.couplings):
        pairs = zip(new.couplings, one.couplings, strict=True)
        new = replace(new, couplings=tuple(replace(a, to=b.to) for a, b in pairs))
    return replace(new, id=one.id, comment=one.comment)


def _is_same_line(old: Peak | None, new: Peak | None) -> bool:
    if old is None or new is None:
        return False
    facts = ((p.ppm, p.area, p.height, p.fwhm_hz) for p in (old, new))
    return old is new or next(facts) == next(facts)
