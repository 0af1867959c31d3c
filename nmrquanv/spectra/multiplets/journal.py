"""The journal's line: multiplets as text; the way back is in ``published.py``.

What a journal wants differs in order and punctuation only, so a *style* is a few templates; a
person's own style is one more. Text comes plain and as HTML (superscripts, italic J).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from nmrquanv.errors import FormatError
from nmrquanv.numbers import fixed
from nmrquanv.spectra.multiplets.first_order import Coupling, element_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
WHOLE_AWAY = 0.1
"""Numbers of nuclei that are further from a whole one are doubtful; fewer than that are none."""

DECIMALS = {"1H": 2, "2H": 2, "19F": 2}
"""Of shifts, by nucleus; others have one, and two where two signals would look the same."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a journal writes a spectrum down.

    Parameters
    ----------
    title : str
    header : str
        Fields: ``{nucleus}`` (with ``{{1H}}`` behind it where decoupled), ``{iso}`` and ``{nuc}``
        (its two parts), ``{symbol}``, ``{mhz}`` or ``{freq}``, ``{solvent}``.
    item, plain_item : str
        Fields: ``{shift}`` or ``{ppm}``, ``{hi}``, ``{lo}``, ``{kind}`` or ``{mult}``,
        ``{couplings}`` or ``{J}``, ``{count}`` or ``{n}``; ``plain_item`` is for signals without
        couplings.
    bare_item : str
        For 13C: ``{shift}`` alone.
    separator, end : str
    joins_couplings : str
        Between couplings.
    partner : str
        What stands behind *J* of couplings to another element: HTML with the fields ``{own}``
        and ``{other}``; plain text is it without its marks.
    """

    title: str
    header: str
    item: str
    plain_item: str
    bare_item: str = "{shift}"
    separator: str = ", "
    end: str = "."
    joins_couplings: str = ", "
    partner: str = "<sub>{own}–{other}</sub>"

    @property
    def templates(self) -> tuple[str, ...]:
        """What a person may edit: all but the title."""
        return (
            self.header,
            self.item,
            self.plain_item,
            self.bare_item,
            self.separator,
            self.end,
            self.joins_couplings,
        )


STYLES: Mapping[str, Style] = {
    "acs": Style(
        "ACS",
        "{nucleus} NMR ({mhz} MHz, {solvent}) δ ",
        "{shift} ({kind}, J = {couplings} Hz{, count})",
        "{shift} ({kind}{, count})",
    ),
    "rsc": Style(
        "RSC",
        "δ{symbol} ({mhz} MHz; {solvent}) ",
        "{shift} ({count, }{kind}, J {couplings})",
        "{shift} ({count, }{kind})",
        joins_couplings=" and ",
        partner="<sub>{own}{other}</sub>",
    ),
    "wiley": Style(
        "Wiley",
        "{nucleus} NMR ({mhz} MHz, {solvent}): δ = ",
        "{shift} ({kind}, J = {couplings} Hz{, count})",
        "{shift} ({kind}{, count})",
        end=" ppm.",
        partner="({own},{other})",
    ),
    "patent": Style(
        "Patent",
        "{nucleus}-NMR ({mhz} MHz, {solvent}): δ (ppm) = ",
        "{shift} ({kind}, {count, }J = {couplings} Hz)",
        "{shift} ({kind}{, count})",
        separator="; ",
        partner="<sub>{own}-{other}</sub>",
    ),
}
"""By name; ours after the authors' guides, to be checked against the journal's own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A signal as it is printed.

    Parameters
    ----------
    multiplet : Multiplet
    nuclei : float or None
        Number of nuclei by a calibrated integral; None prints none, and so does less than half.
    """

    multiplet: Multiplet
    nuclei: float | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """What is said before the signals.

    Parameters
    ----------
    nucleus : str
        Such as ``1H``.
    mhz : float
        Printed as a whole number.
    solvent : str
        Empty prints ``solvent?``, so that nobody overlooks it.
    is_decoupled : bool
        Of protons: ``{1H}`` is printed.
    """

    nucleus: str
    mhz: float
    solvent: str
    is_decoupled: bool = False


def journal_text(
    heading: Heading,
    entries: Iterable[Entry],
    style: Style = STYLES["acs"],
    *,
    as_html: bool = False,
) -> str:
    """Write a spectrum down as a journal wants it.

    Shifts to 0.01 ppm in 1H and 0.1 ppm elsewhere (0.01 to keep two apart), an ``m`` as a range
    from high to low, couplings to 0.1 Hz, largest first; nuclei only where given and not for 13C.
    """
    rows = sorted(entries, key=lambda e: -e.multiplet.ppm)
    shifts = _shifts([r.multiplet for r in rows], heading.nucleus)
    items = [
        _item(r, shift, heading.nucleus, style, as_html=as_html)
        for r, shift in zip(rows, shifts, strict=True)
    ]
    between, end = (_text(x, as_html=as_html) for x in (style.separator, style.end))
    return _header(heading, style, as_html=as_html) + between.join(items) + end


def warnings_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Say what a chemist should look at before printing: numbers of nuclei far from whole ones."""
    return tuple(
        f"{fixed(e.multiplet.ppm, 2)} ppm counts {e.nuclei:.2f} nuclei"
        for e in entries
        if e.nuclei is not None and abs(e.nuclei - round(e.nuclei)) > WHOLE_AWAY
    )


def _header(heading: Heading, style: Style, *, as_html: bool) -> str:
    number = re.match(r"\d+", heading.nucleus)
    mass = number.group() if number else ""
    symbol = heading.nucleus[len(mass) :]

    def isotope(mass: str, symbol: str) -> str:
        if as_html:
            return f"<sup>{mass}</sup>{html.escape(symbol)}"
        return mass.translate(_SUPERSCRIPT) + symbol

    nucleus = isotope(mass, symbol)
    if heading.is_decoupled:
        nucleus += "{" + isotope("1", "H") + "}"
    solvent = heading.solvent or "solvent?"
    shown = re.sub(r"(\d+)", r"<sub>\1</sub>", html.escape(solvent)) if as_html else solvent
    below = f"<sub>{html.escape(symbol)}</sub>" if as_html else symbol
    parts = {"iso": isotope(mass, ""), "nuc": html.escape(symbol) if as_html else symbol}
    mhz = f"{heading.mhz:.0f}"
    values = {"nucleus": nucleus, "mhz": mhz, "freq": mhz, "solvent": shown, "symbol": below}
    return _filled(_text(style.header, as_html=as_html), values | parts)


def _shifts(multiplets: Sequence[Multiplet], nucleus: str) -> list[str]:
    digits = DECIMALS.get(nucleus, 1)
    texts = []
    for k, m in enumerate(multiplets):
        near = [o.ppm for i, o in enumerate(multiplets) if i != k]
        is_close = digits == 1 and any(f"{o:.1f}" == f"{m.ppm:.1f}" for o in near)
        places = 2 if is_close else digits
        high, low = (fixed(value, places) for value in (m.high_ppm, m.low_ppm))
        texts.append(f"{high}–{low}" if m.kind == "m" and high != low else fixed(m.ppm, places))
    return [re.sub(r"^-(0\.?0*)$", r"\1", t) for t in texts]


def _item(entry: Entry, shift: str, nucleus: str, style: Style, *, as_html: bool) -> str:
    m = entry.multiplet
    if nucleus == "13C" and not m.couplings and not m.is_broad:
        values = {"shift": shift, "ppm": shift}
        return _filled(_text(style.bare_item, as_html=as_html), values)
    couplings = sorted(m.couplings, key=lambda c: -c.hz)
    count = None
    if entry.nuclei is not None and nucleus != "13C" and (whole := round(entry.nuclei)):
        count = f"{whole}{re.sub('[0-9]', '', nucleus)}"
    kind = m.name if m.kind != "AB" else "AB q"
    digits = DECIMALS.get(nucleus, 1)
    template = style.item if couplings else style.plain_item
    listed = _values(couplings, style)
    if any(c.to for c in couplings) and (place := _J.search(template)):
        listed = _named(couplings, element_of(nucleus), style, place[1], as_html=as_html)
        template = template[: place.start()] + template[place.end(1) :]
    parts = {
        **dict.fromkeys(("shift", "ppm"), shift),
        **dict.fromkeys(("kind", "mult"), kind),
        **dict.fromkeys(("couplings", "J"), listed),
        **dict.fromkeys(("count", "n"), count),
        "hi": fixed(m.high_ppm, digits),
        "lo": fixed(m.low_ppm, digits),
    }
    text = _filled(_text(template, as_html=as_html), parts)
    return re.sub(r"\bJ\b", "<i>J</i>", text) if as_html else text


_J = re.compile(r"\bJ(\s*=?\s*)(?=\{(?:couplings|J)\})")


def _values(couplings: Iterable[Coupling], style: Style) -> str:
    return style.joins_couplings.join(f"{c.hz:.1f}" for c in couplings)


def _named(
    couplings: Sequence[Coupling], own: str, style: Style, is_sign: str, *, as_html: bool
) -> str:
    """Return couplings with a *J* of their own wherever the partners' element is another."""
    told = []
    for other, row in groupby(couplings, key=lambda c: c.to):
        partner = style.partner.format(own=own, other=other) if other else ""
        partner = partner if as_html else re.sub("<[^>]*>", "", partner)
        told.append(f"J{partner}{is_sign}{_values(row, style)}")
    return ", ".join(told)


def _text(template: str, *, as_html: bool) -> str:
    """Return what a person wrote between the fields as it stands in a text of that kind."""
    return html.escape(template, quote=False) if as_html else template


def _filled(template: str, values: Mapping[str, str | None]) -> str:
    """Fill the fields of a template; ``{, count}`` and ``{count, }`` vanish where there is none."""

    def fill(found: re.Match[str]) -> str:
        before, name, after = found.groups()
        if name not in values:
            raise FormatError(
                f"the style's template has a field '{name}' that does not exist: "
                f"use {', '.join(values)}"
            )
        value = values[name]
        return "" if value is None else before + value + after

    return re.sub(r"\{([,;\s]*)(\w+)([,;\s]*)\}", fill, template)


_DECOUPLED = re.compile(
    r"zg\d?(fh)?(pg|dc|ig)|dept(?!\w*nd)|udeft|jmod|apt|carbon|single_pulse_dec", re.IGNORECASE
)
"""Programs that decouple protons in the libraries of TopSpin, VnmrJ and Delta (names begin so)."""

_STATUS = re.compile(r"\bdm=(\w+)")
"""What the Varian reader says of the decoupler; the last letter is of the acquisition."""


def is_decoupled(nucleus: str, pulse_program: str) -> bool:
    """Tell whether protons were decoupled while another nucleus was observed.

    What a file says of the decoupler counts, else the name of the program.
    """
    if nucleus == "1H":
        return False
    if status := _STATUS.search(pulse_program):
        return status[1][-1] == "y"
    return bool(_DECOUPLED.match(pulse_program))
