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
    shortcuts : tuple of str
        The first is shown.
    icon : str
        Name of a file in ``resources/icons``; empty for none.
    tip : str
        One sentence for the tool tip and the help sheet.
    is_checkable : bool
    group : str
        Of a group exactly one is checked.
    """

    text: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    is_checkable: bool = False
    group: str = ""
