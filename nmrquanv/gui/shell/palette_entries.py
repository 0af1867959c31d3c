"""Every command of a window as a list in which letters are looked for, in any of its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from nmrquanv.gui.shell.own_keys import plain, shown
from nmrquanv.gui.shell.why_not import why_not

_WEIGHTS = (1.0, 0.6, 0.45)
"""Of a command's own name, of its menu, of its tip."""
_WORTH = 0.5
"""Of the best: what fits worse is not listed."""
_LENGTH = 0.001
"""For each letter of the name: of two that fit alike the shorter stands first."""
_LEAST_INSIDE, _LEAST_WITH_GAP, _ONE_GAP = 3, 4, 1


@dataclass(frozen=True, slots=True)
class PaletteEntry:
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
) -> tuple[PaletteEntry, ...]:
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
        found.append(
            PaletteEntry(action, title, " > ".join(path), told, "" if tip == title else tip, why)
        )
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


def matching(entries: Iterable[PaletteEntry], typed: str) -> tuple[PaletteEntry, ...]:
    """Return the entries in which every typed word begins a word, the best first.

    Only where no entry has them are the letters taken as an abbreviation of a command's name.
    What fits far worse than the best is left out.
    """
    listed = tuple(entries)
    for fits in (_by_words, _by_letters):
        scored = [(found, entry) for entry in listed if (found := fits(typed, entry)) is not None]
        if scored:
            least = _WORTH * max(found for found, _ in scored)
            kept = [(found, entry) for found, entry in scored if found >= least]
            return tuple(entry for _, entry in sorted(kept, key=lambda row: -row[0]))
    return ()


def _by_words(typed: str, entry: PaletteEntry) -> float | None:
    """Return how well an entry has the typed words, in its name, its menu or its tip."""
    places = [_words(text) for text in (entry.title, entry.menu, entry.tip)]
    total, wanted = 0.0, _words(typed)
    for word in wanted:
        found = [w * fit(word, p) for p, w in zip(places, _WEIGHTS, strict=True)]
        if not max(found):
            return None
        total += max(found)
    return total / max(len(wanted), 1) - _LENGTH * len(entry.title) if wanted else 0.0


def _by_letters(typed: str, entry: PaletteEntry) -> float | None:
    return abbreviation("".join(_words(typed)), entry.title)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def fit(word: str, words: Sequence[str]) -> float:
    """Return how well one typed word stands for one of some words, 0 to 1.

    1 is the first word itself; its beginning counts more than another word's, and that more than
    letters inside of a word, of which three must be typed.
    """
    best = 0.0
    for number, other in enumerate(words):
        if other.startswith(word):
            best = max(best, 0.8 + 0.1 * (number == 0) + 0.1 * (other == word))
        elif len(word) >= _LEAST_INSIDE and word in other:
            best = max(best, 0.35)
    return best


def abbreviation(letters: str, text: str) -> float | None:
    """Return how well letters abbreviate a text, at most 1; None if they do not.

    Each of them begins a word or follows the one before; once, letters of a word may be left out.
    """
    runs = _runs(letters, _words(text), _ONE_GAP if len(letters) >= _LEAST_WITH_GAP else 0)
    return None if runs is None else 1.0 - 0.1 * runs - _LENGTH * len(text)


def _runs(letters: str, words: Sequence[str], gaps: int) -> int | None:
    """Return the least number of runs, each at the beginning of a later word; a gap counts two."""
    if not letters:
        return 0
    found = []
    for number, word in enumerate(words):
        same = _alike(letters, word)
        for length in range(same, 0, -1):
            rest, later = letters[length:], words[number + 1 :]
            if (more := _runs(rest, later, gaps)) is not None:
                found.append(1 + more)
            at = word.find(rest[0], length + 1) if gaps and rest else -1
            if at >= 0:
                after = _alike(rest, word[at:])
                if (more := _runs(rest[after:], later, gaps - 1)) is not None:
                    found.append(3 + more)
    return min(found, default=None)


def _alike(first: str, second: str) -> int:
    """Return how many letters two texts have in common from their beginning."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
