"""Every command of a window as a list in which letters are looked for, in any of its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from nmrquanv.gui.shell.key_bindings import plain, shown
from nmrquanv.gui.shell.why_not import why_not

_START, _NEXT, _FIRST = 8, 10, 4
_GAP = 0.05
_WEIGHTS = (1.0, 0.5, 0.25)
"""Of a command's own name, of its menu with it, of its tip."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One command.

    Parameters
    ----------
    action : QAction
    title : str
    menu : str
        Where it stands; empty if in no menu.
    keys : str
    tip : str
    why : str
        Why it cannot be used now; empty if it can.
    """

    action: QAction
    title: str
    menu: str
    keys: str
    tip: str
    why: str


def entries_of(
    bar: QMenuBar, actions: Mapping[str, QAction], *, has_spectrum: bool
) -> tuple[Entry, ...]:
    """Return every command of the menus, then those that stand in none.

    Parameters
    ----------
    bar : QMenuBar
    actions : mapping of str to QAction
        By id; with ``<undo>`` and ``<redo>``.
    has_spectrum : bool
        Whether one is shown.
    """
    names = {action: name for name, action in actions.items()}
    rows = list(_leaves(bar.actions(), ()))
    in_menus = {action for action, _ in rows}
    rows += [(action, ()) for action in actions.values() if action not in in_menus]
    found = []
    for action, path in rows:
        tip = action.toolTip().split(" (")[0]
        name = names.get(action, "")
        if not name and not action.isEnabled():
            continue  # says that a menu is empty
        why = "" if action.isEnabled() else why_not(name, has_spectrum=has_spectrum)
        keys = [keys.toString() for keys in action.shortcuts()]
        fixed = action.text().partition("\t")[2]
        title = plain(action.text())
        told = shown(keys) or fixed
        found.append(Entry(action, title, " > ".join(path), told, "" if tip == title else tip, why))
    return tuple(found)


def _leaves(
    actions: Iterable[QAction], path: tuple[str, ...]
) -> Iterator[tuple[QAction, tuple[str, ...]]]:
    for action in actions:
        menu = action.menu()
        if isinstance(menu, QMenu):
            # menus that are filled when they open
            menu.aboutToShow.emit()
            yield from _leaves(menu.actions(), (*path, plain(action.text())))
        elif not action.isSeparator():
            yield action, path


def matching(entries: Iterable[Entry], typed: str) -> tuple[Entry, ...]:
    """Return the entries in which all typed letters stand in order, the best first."""
    scored = []
    for number, entry in enumerate(entries):
        texts = entry.title, f"{entry.menu} {entry.title}", f"{entry.title} {entry.tip}"
        known = [(score(typed, text), w) for text, w in zip(texts, _WEIGHTS, strict=True)]
        found = [weight * fits for fits, weight in known if fits is not None]
        if found:
            scored.append((-max(found), number, entry))
    return tuple(entry for _, _, entry in sorted(scored, key=lambda row: row[:2]))


def score(typed: str, text: str) -> float | None:
    """Return how well typed letters fit a text; None if they do not stand in it in order.

    Letters at the beginning of words and letters in a row count more, short texts win over long.
    """
    wanted, where = typed.lower().replace(" ", ""), text.lower()
    best: float | None = None
    if not wanted:
        return 0.0
    for start in (i for i, letter in enumerate(where) if letter == wanted[0]):
        total = _from(wanted, where, start)
        if total is not None and (best is None or total > best):
            best = total
    return best


def _from(wanted: str, where: str, start: int) -> float | None:
    """Return the score of letters of which the first stands at ``start``."""
    total, at = -_GAP * len(where), start - 1
    for number, letter in enumerate(wanted):
        # a word's beginning is preferred where the letter does not follow at once
        following = at + 1 if where[at + 1 : at + 2] == letter else _word_with(where, letter, at)
        place = start if number == 0 else following
        if place < 0:
            return None
        begins = place == 0 or not where[place - 1].isalnum()
        total += _START * begins + _NEXT * (place == at + 1 and number > 0)
        total += _FIRST * (place == 0) - _GAP * (place - at)
        at = place
    return total


def _word_with(where: str, letter: str, after: int) -> int:
    """Return the next word's beginning that is a letter, else the next such letter, else -1."""
    first = where.find(letter, after + 1)
    place = first
    while place >= 0:
        if not where[place - 1].isalnum():
            return place
        place = where.find(letter, place + 1)
    return first
