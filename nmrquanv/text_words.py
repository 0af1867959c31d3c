"""The words in which one says how a text of columns is read: one table.

Nothing is imported here: the command line offers them before anything is read.
"""

from __future__ import annotations

ROLES = ("x", "real", "imaginary", "ignore")
"""What a column may be; ``ignore`` is anything else."""

UNITS = ("ppm", "Hz", "points")
"""Of the column x. Points need no such column: the ends of the axis are said."""

DELIMITERS: dict[str, str | None] = {"tab": "\t", "semicolon": ";", "comma": ",", "blanks": None}
ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "latin-1": "cp1252"}
"""Names, and Python's for them; cp1252 has all that latin-1 prints, and what Windows adds."""
