"""What a text looks like before it is read: the form to show a person, and what is doubtful in it.

A *doubt* is something that the text does not say, or says in two ways. A *preview* is what a form
makes of a text.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io import text
from nmrquanv.io.files import one_line, read_whole
from nmrquanv.io.reading import followed, recognised
from nmrquanv.io.text_axis import MIN_POINTS
from nmrquanv.io.text_by_form import Laid, Values, read_form, read_values
from nmrquanv.io.text_form import (
    TextForm,
    completed,
    encoding_of,
    lines_of,
    table_of,
)
from nmrquanv.io.text_table import fields
from nmrquanv.io.text_units import LONGEST_DWELL_S, USUAL_PPM
from nmrquanv.numbers import fixed
from nmrquanv.text_words import DELIMITERS

_SHOWN_HEAD, _SHOWN_ROWS, _SHOWN_TEXT, _SHOWN_CELLS = 8, 12, 200, 24
_CURVE = 600
_MOST_PEAKS = 2000
_UNEVEN = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """How a text looks.

    Parameters
    ----------
    path : str
        As the user knows it.
    raw : bytes
        The whole text.
    form : TextForm
        As far as it can be told.
    sf_mhz : float, MHz, or None
    nucleus : str
    doubts : tuple of str
        Empty where the text says all that is needed.
    is_peak_list : bool
        Its rows are positions of peaks, no points of a spectrum.
    key : str
        The same for texts with the same header, whatever their numbers.
    """

    path: str
    raw: bytes
    form: TextForm
    sf_mhz: float | None = None
    nucleus: str = ""
    doubts: tuple[str, ...] = ()
    is_peak_list: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TextPreview:
    """What a form makes of a text.

    Parameters
    ----------
    form : TextForm
        Filled in.
    head : tuple of str
        The last lines above the numbers.
    rows : tuple of tuple of str
        The cells of the first lines of numbers, as written.
    facts : str
        What the spectrum is, in a line; empty where there is a problem.
    problem : str
        Why it cannot be read so; empty where it can.
    curve : tuple of (float, float)
        The trace, from left to right, both coordinates 0 to 1.
    is_peak_list : bool
    """

    form: TextForm
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    facts: str = ""
    problem: str = ""
    curve: tuple[tuple[float, float], ...] = ()
    is_peak_list: bool = False


def guessed(path: str | Path, *, is_said: bool = False) -> Guess | None:
    """Return how a file looks as a text; None where it is a data set of another format.

    Parameters
    ----------
    path : str or Path
    is_said : bool
        Somebody says that it is a text: it is looked at as one in any case.

    Raises
    ------
    FormatError
        There is no such file, or it cannot be read.
    """
    with followed(path) as place:
        if place.real.is_dir():
            return None
        found = None if is_said else recognised(place.real)
        if not is_said and (found is None or found[0].title != text.FORMAT):
            return None
        looks = guess(place.real, read_whole(place.real))
        return replace(
            looks,
            path=str(path),
            doubts=tuple(place.named(doubt) for doubt in looks.doubts),
        )


def guess(path: Path, raw: bytes) -> Guess:
    """Return how a text looks; what cannot be told is among the doubts."""
    form = TextForm(encoding=encoding_of(raw))
    lines = lines_of(raw, form.encoding or "utf-8")
    edges = text.totxt_edges("\n".join(lines[:50]))
    doubts: list[str] = []
    sf_mhz, nucleus, is_list = None, "", False
    if edges is not None:
        form = replace(form, first_ppm=edges[0], last_ppm=edges[1], columns=("real",))
        form = replace(form, unit="points", delimiter="blanks", header_lines=_remarks(lines))
    try:
        form, _table, header = completed(path, lines, form)
        sf_mhz, nucleus = header.sf_mhz, header.nucleus
        values = read_values(path, raw, form)
        is_list = looks_like_peaks(values)
        form = replace(form, unit=form.unit or _unit(values.by_role.get("x")))
    except FormatError as error:
        doubts.append(str(error))
    try:
        found = text.by_looks(path, raw, None)
        sf_mhz = sf_mhz or found.header.sf_mhz
        doubts += found.notes
        doubts += found.header.doubts
        if sf_mhz is None and not found.header.doubts:
            doubts.append(text.NO_MHZ)
    except FormatError as error:
        doubts.append(str(error))
    told = tuple(dict.fromkeys(doubts))
    return Guess(str(path), raw, form, sf_mhz, nucleus, told, is_list, _key(lines, form))


def looks_like_peaks(values: Values) -> bool:
    """Tell whether a text's rows are peaks: few, or at uneven distances."""
    x = values.by_role.get("x")
    if x is None or x.size == 0:
        return False
    if x.size < MIN_POINTS:
        return True
    if x.size > _MOST_PEAKS:
        return False
    steps = np.abs(np.diff(np.sort(x)))
    usual = float(np.median(steps))
    # where parts of a spectrum are cut out, most steps are alike all the same
    return bool(np.median(np.abs(steps - usual)) > _UNEVEN * usual)


def preview(known: Guess, form: TextForm, sf_mhz: float | None) -> TextPreview:
    """Return what a form makes of a text; what is wrong with it is said in ``problem``."""
    path = Path(Path(known.path).name)
    try:
        form = replace(form, encoding=form.encoding or encoding_of(known.raw))
        lines = lines_of(known.raw, form.encoding or "utf-8")
        table = table_of(path, lines, form)
    except FormatError as error:
        return TextPreview(form, problem=_without_path(error, path))
    below = [line for line in lines[table.first_line :] if line.strip()][:_SHOWN_ROWS]
    shown = TextPreview(
        form,
        tuple(one_line(line)[:_SHOWN_TEXT] for line in table.head[-_SHOWN_HEAD:]),
        tuple(
            tuple(one_line(c)[:_SHOWN_TEXT] for c in fields(line, table.delimiter)[:_SHOWN_CELLS])
            for line in below
        ),
    )
    try:
        values = read_values(path, known.raw, form)
        shown = replace(shown, form=values.form)
        if looks_like_peaks(values):
            count = values.by_role["x"].size
            told = f"{count} rows of positions and heights: a list of peaks, no spectrum"
            return replace(shown, problem=told, is_peak_list=True)
        laid = read_form(path, known.raw, form, sf_mhz)
    except FormatError as error:
        return replace(shown, problem=_without_path(error, path))
    return replace(shown, facts=_facts(laid, sf_mhz), curve=_curve(laid.intensity.real))


def _facts(laid: Laid, sf_mhz: float | None) -> str:
    """Return what a spectrum is, in a line."""
    size = laid.intensity.size
    low = laid.offset_ppm - (size - 1) * laid.step_ppm
    mhz = sf_mhz or laid.header.sf_mhz
    kind = "complex points" if np.iscomplexobj(laid.intensity) else "points"
    told = [f"{size} {kind}", f"{fixed(laid.offset_ppm, 3)} to {fixed(low, 3)} ppm"]
    told.append(f"{fixed(mhz, 4)} MHz" if mhz else "MHz unknown: no values in Hz")
    return "  ·  ".join((*told, *laid.notes))


def _curve(trace: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    """Return lowest and highest of each of some hundred stretches, scaled to 0 to 1."""
    low, high = float(trace.min()), float(trace.max())
    span = high - low if high > low else 1.0
    parts = np.array_split(trace, min(_CURVE, trace.size))
    points = []
    for number, part in enumerate(parts):
        x = number / max(1, len(parts) - 1)
        points += [(x, (float(part.min()) - low) / span), (x, (float(part.max()) - low) / span)]
    return tuple(points)


def _unit(x: NDArray[np.float64] | None) -> str | None:
    """Return the unit that a column most likely has; None for what may be the time of a FID."""
    if x is None or (x.size > 1 and x[0] in (0, 1) and (np.diff(x) == 1).all()):
        return "points"
    if x.size > 1 and x[0] == 0 and 0 < abs(x[-1]) < LONGEST_DWELL_S * x.size:
        return None
    return "Hz" if float(np.abs(x).max(initial=0.0)) > USUAL_PPM else "ppm"


def _remarks(lines: list[str]) -> int:
    """Return how many lines from the top are remarks or blank."""
    plain = (i for i, line in enumerate(lines) if line.strip() and not line.startswith("#"))
    return next(plain, len(lines))


def _key(lines: list[str], form: TextForm) -> str:
    """Return what texts of the same header share: its words, without any numbers."""
    head = [line.strip().lower() for line in lines[: form.header_lines or 0] if line.strip()]
    words = re.sub(r"[\d.,+-]+", "#", "\n".join(head[-_SHOWN_HEAD:]))
    count = 0
    if form.header_lines is not None and form.delimiter is not None:
        below = next((line for line in lines[form.header_lines :] if line.strip()), "")
        count = len(fields(below, DELIMITERS[form.delimiter]))
    return hashlib.sha256(f"{form.delimiter}|{count}|{words}".encode()).hexdigest()[:32]


def _without_path(error: FormatError, path: Path) -> str:
    """Return a message without the name of the file, which the dialog shows anyway."""
    told = str(error).removeprefix(f"{path}: ")
    return told[:1].upper() + told[1:]
