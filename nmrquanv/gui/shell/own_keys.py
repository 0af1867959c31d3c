"""The keys of all commands: the usual ones, the user's own, and who owns which.

Some keys belong to the plot, or to views that are saved by number; they cannot be given away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence

from nmrquanv.gui.actions import told_tip
from nmrquanv.gui.menu_texts_and_keys import TABLE
from nmrquanv.session.settings import Settings

_PLOT = "the plot"
_VIEWS = "saved views"
_PLACE = re.compile(r"\{(\w+)\}")
FIXED = {
    **dict.fromkeys(("Space", "Tab", "Shift+Tab", "Left", "Right", "Return", "Enter"), _PLOT),
    **dict.fromkeys(("Shift+Left", "Shift+Right"), _PLOT),
    **{f"{ctrl}{number}": _VIEWS for ctrl in ("", "Ctrl+") for number in range(1, 10)},
}
"""Keys that no command can have, and whose they are."""


def plain(text: str) -> str:
    """Return the name of an action without its mark of a letter and without its keys."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").split("\t")[0]


class KeyBindings(QObject):
    """Gives the actions of a window their keys, and keeps those that the user chose.

    Parameters
    ----------
    actions : mapping of str to QAction
        By id, with their usual keys.
    settings : Settings
        Keeps what differs from the usual.
    parent : QObject

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, actions: Mapping[str, QAction], settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._actions, self._settings = actions, settings
        self._usual = {name: _texts(action.shortcuts()) for name, action in actions.items()}
        self._apply(self._chosen())

    def names(self) -> tuple[str, ...]:
        """Return the ids of all actions, in the order of the table."""
        return tuple(self._actions)

    def title(self, name: str) -> str:
        """Return the name of an action as a menu shows it."""
        return plain(self._actions[name].text())

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys that an action has now."""
        return _texts(self._actions[name].shortcuts())

    def told(self, text: str) -> str:
        """Return a text in which each ``{id}`` of an action is its first key, as in `` (P)``.

        An action that has no key has nothing in its place.
        """
        return _PLACE.sub(lambda found: _bracketed(self.keys(found[1])), text)

    def usual(self, name: str) -> tuple[str, ...]:
        """Return the keys that an action has by itself."""
        return self._usual[name]

    def owner(self, keys: str) -> str:
        """Return the id of the action that has some keys; empty if none has."""
        wanted = _normal(keys)
        return next((n for n in self._actions if wanted in self.keys(n)), "")

    def refusal(self, keys: str) -> str:
        """Return why no action can have some keys; empty if one can."""
        owner = FIXED.get(_normal(keys))
        return f"{_normal(keys)} belongs to {owner} and cannot be given away." if owner else ""

    def assign(self, name: str, keys: str) -> None:
        """Give keys to an action, in the place of those it has; their owner loses them.

        Raises
        ------
        ValueError
            They cannot be given away.
        """
        if refusal := self.refusal(keys):
            raise ValueError(refusal)
        chosen = self._chosen()
        if (owner := self.owner(keys)) and owner != name:
            chosen[owner] = tuple(k for k in self.keys(owner) if k != _normal(keys))
        chosen[name] = (_normal(keys),)
        self._keep(chosen)

    def remove(self, name: str) -> None:
        """Leave an action without keys."""
        self._keep(self._chosen() | {name: ()})

    def reset(self, name: str) -> None:
        """Give an action its usual keys back; who has them now loses them."""
        chosen = {other: keys for other, keys in self._chosen().items() if other != name}
        for keys in self._usual[name]:
            owner = self.owner(keys)
            if owner and owner != name:
                left = chosen.get(owner, self.keys(owner))
                chosen[owner] = tuple(k for k in left if k != keys)
        self._keep(chosen)

    def reset_all(self) -> None:
        """Give every action its usual keys."""
        self._keep({})

    def _chosen(self) -> dict[str, tuple[str, ...]]:
        return {n: keys for n, keys in self._settings.shortcuts.items() if n in self._actions}

    def _keep(self, chosen: Mapping[str, tuple[str, ...]]) -> None:
        self._apply(chosen)
        self._settings.shortcuts = {n: k for n, k in chosen.items() if k != self._usual[n]}
        self.changed.emit()

    def _apply(self, chosen: Mapping[str, tuple[str, ...]]) -> None:
        """Set the keys; those that a file of settings gives to two belong to the first."""
        taken = set(FIXED)
        own = [name for name in self._actions if name in chosen]
        others = [name for name in self._actions if name not in chosen]
        for name in (*own, *others):
            wanted = map(_normal, chosen.get(name, self._usual[name]))
            keys = [text for text in wanted if text and text not in taken]
            taken.update(keys)
            action = self._actions[name]
            action.setShortcuts([QKeySequence(text) for text in keys])
            if name in TABLE:
                action.setToolTip(told_tip(TABLE[name].tip, keys))


def without_keys(text: str) -> str:
    """Return a text that ``KeyBindings.told`` would put keys into, with none."""
    return _PLACE.sub("", text)


def shown(keys: Iterable[str]) -> str:
    """Return keys as this computer writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(text).toString(native) for text in keys)


def _bracketed(keys: Sequence[str]) -> str:
    return f" ({shown(keys[:1])})" if keys else ""


def _normal(text: str) -> str:
    return QKeySequence(text).toString(QKeySequence.SequenceFormat.PortableText)


def _texts(shortcuts: Iterable[QKeySequence]) -> tuple[str, ...]:
    return tuple(keys.toString(QKeySequence.SequenceFormat.PortableText) for keys in shortcuts)
