"""Numbers as people write and read them: one convention for all that is typed, given and shown.

Typed, pasted or given on the command line, point and comma both are the decimal mark (``1,234``
is 1.234) and U+2212 is a minus like ``-``, whatever the computer's language. Anything else, two
marks, group separators, spaces inside, digits of other scripts, is refused and the refusal says
what was understood. Shown, a number has a point, no groups, and no minus before a zero.

Spectra in text files have their own rule, see ``nmrquanv/io/text.py``.
"""

from __future__ import annotations

import math
import re

from nmrquanv.errors import NumberError

_NUMBER = re.compile(r"[+\-−]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+\-−]?[0-9]+)?")
_LONGEST_TOLD = 40
_MINUS = "\N{MINUS SIGN}"
_PLAIN = 0.1, 1e8
_USUAL_DIGITS, _LEAST_DIGITS, _MOST_DIGITS = 4, 2, 6


def split_number(text: str) -> tuple[float | None, str]:
    """Return the number at the beginning of a text, and what follows it.

    Returns
    -------
    value : float or None
        Finite; None where the text does not begin with a number.
    rest : str
        Without outer spaces.
    """
    bare = text.strip()
    match = _NUMBER.match(bare)
    if match is None:
        return None, bare
    value = float(match[0].replace(",", ".").replace(_MINUS, "-"))
    return (value, bare[match.end() :].strip()) if math.isfinite(value) else (None, bare)


def parse_number(text: str) -> float:
    """Return the number that a person wrote.

    Raises
    ------
    NumberError
        It is none; the message quotes the text and says what was understood.
    """
    value, rest = split_number(text)
    if value is None or rest:
        raise NumberError(_refusal(text, "a number"))
    return value


def parse_whole(text: str) -> int:
    """Return the whole number that a person wrote, digits with or without a sign.

    Raises
    ------
    NumberError
        It is none: ``1.5``, and ``1.0`` too, which may have been meant as ten.
    """
    bare = text.strip()
    if re.fullmatch(r"[+\-−]?[0-9]{1,18}", bare) is None:
        raise NumberError(_refusal(text, "a whole number"))
    return int(bare.replace(_MINUS, "-"))


def fixed(value: float, decimals: int) -> str:
    """Return a number to so many decimals: ``-1.50``, never ``-0.00``."""
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def signed(value: float, decimals: int) -> str:
    """Return a difference with its sign: ``+1.50``, ``-1.50``; zero has none."""
    text = fixed(value, decimals)
    return text if text.startswith("-") or not text.strip("0.") else f"+{text}"


def significant(value: float, digits: int) -> str:
    """Return a number of any scale to so many digits, with a power of ten if need be."""
    if value == 0:
        return "0"
    if 0.01 <= abs(value) < 1e5:
        return f"{value:.{digits}g}"
    return f"{value:.{max(digits - 1, 0)}e}"


def counted(number: int, thing: str) -> str:
    """Return how many things there are in words: ``"1 peak"``, ``"2 peaks"``, ``"no peaks"``."""
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"


def is_plain(largest: float) -> bool:
    """Tell whether a column is written without powers of ten, by the largest of its numbers."""
    return largest == 0 or _PLAIN[0] <= abs(largest) < _PLAIN[1]


def measured(value: float, error: float | None, *, plain: bool) -> str:
    """Return a measured number to two digits of its error, in the form of its column.

    Parameters
    ----------
    value : float
    error : float or None
        One standard deviation; where it is not known the number has four digits.
    plain : bool
        What ``is_plain`` says of the column.
    """
    if value == 0:
        return "0"
    digits = _USUAL_DIGITS
    if error:
        above = math.floor(math.log10(abs(value))) - math.floor(math.log10(abs(error)))
        digits = min(max(above + 2, _LEAST_DIGITS), _MOST_DIGITS)
    written = f"{value:.{digits - 1}e}"
    if not plain:
        return written
    decimals = digits - 1 - int(written.partition("e")[2])
    return fixed(float(written), max(decimals, 0))


def drawn(text: str) -> str:
    """Return the text of a number for a drawing, where a minus is as wide as a plus."""
    return text.replace("-", _MINUS)


def _refusal(text: str, wanted: str) -> str:
    told = repr(text.strip()[:_LONGEST_TOLD])
    value, rest = split_number(text)
    if not text.strip():
        return f"Expected {wanted}, got nothing."
    if value is None:
        return f"{told} is not {wanted}: nothing of it was understood. Write it as 1234.5."
    if not rest:
        return f"{told} is not {wanted} (understood as {value:g})."
    return (
        f"{told} is not {wanted}: understood as {value:.12g}, followed by "
        f"{rest[:_LONGEST_TOLD]!r}. Point or comma is the decimal mark; write it as 1234.5, "
        "without groups or spaces."
    )
