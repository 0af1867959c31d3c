"""The day of a measurement, from the forms in which vendors write it, as ``2010-06-08``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = re.compile(r"\s*(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)(?!\d)")
_WORDS = re.compile(r"\s*([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})")
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def day_of(text: str) -> str:
    """Return the day at the beginning of a text; empty where none stands there.

    Read are ``2005/01/28 06:13``, ``20100608T123056``, ``2024-07-25T10:37`` and ``Jun  8 2010``.
    """
    numbers, words = _NUMBERS.match(text), _WORDS.match(text)
    if numbers:
        year, month, day = (int(part) for part in numbers.groups())
    elif words and words[1].lower() in _MONTHS:
        year, month, day = int(words[3]), _MONTHS.index(words[1].lower()) + 1, int(words[2])
    else:
        return ""
    try:
        return date(year, month, day).isoformat() if _FIRST_YEAR <= year <= _LAST_YEAR else ""
    except ValueError:
        return ""


def day_of_stamp(seconds: float) -> str:
    """Return the day (UTC) of seconds since 1970; empty for 0 and what is no time."""
    try:
        made = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return made.date().isoformat() if seconds > 0 and made.year <= _LAST_YEAR else ""
