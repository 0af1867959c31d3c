"""What one row of the table of actions says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One row of the table.

    Parameters
    ----------
    text : str
        In menus, with ``&`` before the letter to press.
    tip : str
        One sentence for the tool tip and the help sheet.
    shortcuts : tuple of str
        The first is shown.
    icon : str
        Name of a file in ``resources/icons``; empty for none.
    group : str
        Of a group exactly one is checked.
    is_checkable : bool
        As all of a group are.
    """

    text: str
    tip: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    group: str = ""
    is_checkable: bool = False
