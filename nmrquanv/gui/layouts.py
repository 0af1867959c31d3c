"""Widgets in a row, a column or a form, each layout said in one expression."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFormLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Item = QWidget | QLayout
Part = Item | int | tuple[Item, int] | tuple[QWidget, int, Qt.AlignmentFlag]
"""What stands in a row or column: a widget or layout, alone, with its stretch, or with stretch and
alignment; a number is empty room of that stretch."""

Margins = int | tuple[int, int, int, int] | None
"""Pixels around all parts: one number, or left, top, right and bottom; None is the style's."""

_Box = TypeVar("_Box", bound=QBoxLayout)


def in_row(
    *parts: Part, on: QWidget | None = None, margins: Margins = None, spacing: int | None = None
) -> QHBoxLayout:
    """Return a layout of parts side by side, from left to right.

    Parameters
    ----------
    *parts : Part
        Widgets, layouts and the room between them.
    on : QWidget, optional
        The widget that the layout fills; without one it is a part of another layout.
    margins : Margins
        Pixels around the parts.
    spacing : int, optional
        Pixels between them; without it as many as the style has.
    """
    box = QHBoxLayout() if on is None else QHBoxLayout(on)
    return _filled(box, parts, margins, spacing)


def in_column(
    *parts: Part,
    on: QWidget | None = None,
    margins: Margins = None,
    spacing: int | None = None,
    width: int = 0,
) -> QVBoxLayout:
    """Return a layout of parts one below the other; what is given is as in `in_row`.

    Parameters
    ----------
    width : int, pixels
        The least one. A least width of the widget's own would keep it from growing with what is
        in it.
    """
    box = QVBoxLayout() if on is None else QVBoxLayout(on)
    box.addStrut(width)
    return _filled(box, parts, margins, spacing)


def in_form(
    *rows: tuple[str, Item], on: QWidget | None = None, margins: int | None = None
) -> QFormLayout:
    """Return a layout of fields, each beside what it is called; they take what width there is."""
    form = QFormLayout() if on is None else QFormLayout(on)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    if margins is not None:
        form.setContentsMargins(margins, margins, margins, margins)
    for name, item in rows:
        add: Any = form.addRow
        add(name, item)
    return form


def _filled(box: _Box, parts: tuple[Part, ...], margins: Margins, spacing: int | None) -> _Box:
    if margins is not None:
        box.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))
    if spacing is not None:
        box.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            box.addStretch(part)
        else:
            item, *how = part if isinstance(part, tuple) else (part,)
            add: Any = box.addLayout if isinstance(item, QLayout) else box.addWidget
            add(item, *how)
    return box
