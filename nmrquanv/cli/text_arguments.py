"""Options that say how a text of columns is read, for every command that reads a spectrum."""

from __future__ import annotations

import argparse

from nmrquanv.cli.typed import positive, whole
from nmrquanv.errors import FormatError, NumberError
from nmrquanv.numbers import parse_number
from nmrquanv.text_words import DELIMITERS, ENCODINGS, ROLES, UNITS

_MARKS = {"point": ".", "comma": ","}
_THOUSANDS = {"none": "", **_MARKS, "apostrophe": "'", "space": " "}
_OPTIONS = ("columns", "unit", "decimal", "thousands", "delimiter", "header_lines", "encoding")


def add_text_options(parser: argparse.ArgumentParser) -> None:
    """Add what a text file does not say, and how its columns are read."""
    group = parser.add_argument_group(
        "text files", "what is not given is read as it looks; any of --text-... reads PATH as text"
    )
    group.add_argument(
        "--sf-mhz", type=positive, metavar="MHZ", help="spectrometer frequency of 0 ppm"
    )
    group.add_argument("--nucleus", help="such as 1H")
    group.add_argument(
        "--text-columns",
        type=_roles,
        metavar="ROLE,...",
        help=f"what each column is: {', '.join(ROLES)} (or x, re, im, -)",
    )
    group.add_argument("--text-unit", choices=UNITS, help="of the column x")
    group.add_argument(
        "--text-ends",
        type=_ends,
        metavar="FIRST:LAST",
        help="shifts of the first and the last row, ppm, where the unit is points",
    )
    group.add_argument("--text-decimal", choices=_MARKS, help="the decimal mark")
    group.add_argument("--text-thousands", choices=_THOUSANDS, help="what parts thousands")
    group.add_argument(
        "--text-separator", dest="text_delimiter", choices=DELIMITERS, help="what parts columns"
    )
    group.add_argument(
        "--text-header",
        dest="text_header_lines",
        type=whole(0),
        metavar="N",
        help="how many lines stand above the numbers",
    )
    group.add_argument("--text-encoding", choices=ENCODINGS, help="of the letters")


def check_text_options(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Put what was said of a text into ``arguments.text``: a form, or None."""
    from nmrquanv.io.text_form import TextForm

    given = {name: getattr(arguments, f"text_{name}") for name in _OPTIONS}
    given["decimal"] = _MARKS.get(given["decimal"])
    given["thousands"] = _THOUSANDS.get(given["thousands"])
    if arguments.text_ends is not None:
        given["first_ppm"], given["last_ppm"] = arguments.text_ends
    arguments.text = None
    if any(value is not None for value in given.values()):
        try:
            arguments.text = TextForm(**given)
        except FormatError as error:
            parser.error(str(error))


def _roles(text: str) -> tuple[str, ...]:
    short = {"re": "real", "im": "imaginary", "-": "ignore"}
    return tuple(short.get(word.strip(), word.strip()) for word in text.split(","))


def _ends(text: str) -> tuple[float, float]:
    first, colon, last = text.partition(":")
    try:
        if colon:
            return parse_number(first), parse_number(last)
    except NumberError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    raise argparse.ArgumentTypeError(
        f"two shifts with a colon between, such as 12:-1, not {text!r}"
    )
