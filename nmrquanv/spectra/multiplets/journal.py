"""The journal's line: multiplets as text, and a published line back to signals.

What a journal wants differs in order and punctuation only, so a *style* is a few templates; a
person's own style is one more. Text comes plain and as HTML (superscripts, italic J).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nmrquanv.errors import FormatError
from nmrquanv.spectra.multiplets.multiplet import Multiplet

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WHOLE_AWAY = 0.1
_CLOSE_13C_PPM = 0.1


@dataclass(frozen=True, slots=True)
class Style:
    """How a journal writes a spectrum down.

    Parameters
    ----------
    title : str
    header : str
        Fields: ``{nucleus}`` (with ``{{1H}}`` behind it where decoupled), ``{mhz}``, ``{solvent}``.
    item, plain_item : str
        Fields: ``{shift}``, ``{kind}``, ``{couplings}``, ``{count}``; ``plain_item`` is for signals
        without couplings.
    bare_item : str
        For 13C: ``{shift}`` alone.
    separator, end : str
    joins_couplings : str
        Between couplings.
    """

    title: str
    header: str
    item: str
    plain_item: str
    bare_item: str = "{shift}"
    separator: str = ", "
    end: str = "."
    joins_couplings: str = ", "


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
    ),
    "wiley": Style(
        "Wiley",
        "{nucleus} NMR ({mhz} MHz, {solvent}): δ = ",
        "{shift} ({kind}, J = {couplings} Hz{, count})",
        "{shift} ({kind}{, count})",
        end=" ppm.",
    ),
    "patent": Style(
        "Patent",
        "{nucleus}-NMR ({mhz} MHz, {solvent}): δ (ppm) = ",
        "{shift} ({kind}, {count, }J = {couplings} Hz)",
        "{shift} ({kind}{, count})",
        separator="; ",
    ),
}
"""By name; ours after the authors' guides, to be checked against the journal's own."""

_FIELDS = ("shift", "kind", "couplings")


@dataclass(frozen=True, slots=True)
class Entry:
    """A signal as it is printed.

    Parameters
    ----------
    multiplet : Multiplet
    nuclei : float or None
        Number of nuclei by a calibrated integral; None prints none.
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
    return _header(heading, style, as_html=as_html) + style.separator.join(items) + style.end


def warnings_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Say what a chemist should look at before printing: numbers of nuclei far from whole ones."""
    return tuple(
        f"{e.multiplet.ppm:.2f} ppm counts {e.nuclei:.2f} nuclei"
        for e in entries
        if e.nuclei is not None and abs(e.nuclei - round(e.nuclei)) > _WHOLE_AWAY
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
    values = {"nucleus": nucleus, "mhz": f"{heading.mhz:.0f}", "solvent": shown, "symbol": below}
    return _filled(style.header, values)


def _shifts(multiplets: Sequence[Multiplet], nucleus: str) -> list[str]:
    digits = 2 if nucleus in ("1H", "2H") else 1
    texts = []
    for k, m in enumerate(multiplets):
        near = [o.ppm for i, o in enumerate(multiplets) if i != k]
        is_close = digits == 1 and any(f"{o:.1f}" == f"{m.ppm:.1f}" for o in near)
        places = 2 if is_close else digits
        high, low = (f"{value + 0.0:.{places}f}" for value in (m.high_ppm, m.low_ppm))
        texts.append(f"{high}–{low}" if m.kind == "m" and high != low else f"{m.ppm:.{places}f}")
    return [re.sub(r"^-(0\.?0*)$", r"\1", t) for t in texts]


def _item(entry: Entry, shift: str, nucleus: str, style: Style, *, as_html: bool) -> str:
    m = entry.multiplet
    if nucleus == "13C" and not m.couplings and not m.is_broad:
        return _filled(style.bare_item, {"shift": shift})
    couplings = sorted((c.hz for c in m.couplings), reverse=True)
    count = None
    if entry.nuclei is not None and nucleus != "13C":
        whole = max(1, round(entry.nuclei))
        count = f"{whole}{re.sub('[0-9]', '', nucleus)}"
    values = {
        "shift": shift,
        "kind": m.name if m.kind != "AB" else "AB q",
        "couplings": style.joins_couplings.join(f"{c:.1f}" for c in couplings),
        "count": count,
    }
    text = _filled(style.item if couplings else style.plain_item, values)
    return re.sub(r"\bJ\b", "<i>J</i>", text) if as_html else text


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


@dataclass(frozen=True, slots=True)
class PublishedSignal:
    """A signal of a published line.

    Parameters
    ----------
    high_ppm, low_ppm : float, ppm
        Equal for a single shift.
    kind : str
        As printed, such as ``dd``; empty where none is.
    couplings_hz : tuple of float
    nuclei : int or None
    """

    high_ppm: float
    low_ppm: float
    kind: str = ""
    couplings_hz: tuple[float, ...] = ()
    nuclei: int | None = None

    @property
    def ppm(self) -> float:
        """Its middle."""
        return 0.5 * (self.high_ppm + self.low_ppm)


_NUMBER = r"[-−]?\d{1,3}(?:[.,]\d+)?"
_SIGNAL = re.compile(
    rf"(?<![\w.])({_NUMBER})(?:\s*(?:[–—‐-]|to)\s*({_NUMBER}))?\s*(?:ppm)?\s*"
    r"(\((?:[^()]|\([^()]*\))*\))?"
)
_KIND = re.compile(
    r"\b(?:(?:br|app|brs)\.?\s*)*(s|d|t|q|quint|quin|p|sext|hex|sept|hept|m|AB|"
    r"(?:[dtq]){2,5})\b"
)
_COUPLINGS = re.compile(rf"\d?J\w*\s*(?:\([^)]*\))?\s*=?\s*((?:{_NUMBER}[\s,;/and]*)+)")
_COUNT = re.compile(r"(\d+)\s*[×x]?\s*(?:H|F|P|C)\b")


def parse_journal(text: str) -> tuple[PublishedSignal, ...]:
    """Read the signals of a published line, in any of the usual styles.

    Raises
    ------
    FormatError
        No signal could be read.
    """
    body = text.replace("\u2212", "-")
    start = re.search(r"δ[A-Z]?\s*(?:\(ppm\))?\s*[=:]?|ppm\)\s*[=:]?", body)
    header = re.match(r".*?\bMHz\b[^)]*\)\s*", body, re.DOTALL)
    begin = max(start.end() if start else 0, header.end() if header else 0)
    signals = []
    for found in _SIGNAL.finditer(_clean(body[begin:])):
        first, second, inside = found.groups()
        high = _value(first)
        low = _value(second) if second else high
        signals.append(PublishedSignal(max(high, low), min(high, low), *_described(inside or "")))
    if not signals:
        raise FormatError(
            "no signal could be read from the text: it should look like "
            "'1H NMR (400 MHz, CDCl3) δ 7.26 (d, J = 8.1 Hz, 1H)'"
        )
    return tuple(signals)


def _clean(body: str) -> str:
    body = re.sub(r"^\s*(?:δ[A-Z]?)?\s*(?:\(ppm\))?\s*[=:]?\s*", "", body)
    return re.sub(r"\bppm\b", "", body)


def _value(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "."))


def _described(inside: str) -> tuple[str, tuple[float, ...], int | None]:
    """Return kind, couplings and number of nuclei from what stands in parentheses."""
    numbers = [re.findall(_NUMBER, found.group(1)) for found in _COUPLINGS.finditer(inside)]
    couplings = tuple(abs(_value(v)) for part in numbers for v in part)
    rest = _COUPLINGS.sub(" ", inside)
    count = _COUNT.search(rest)
    kind = _KIND.search(_COUNT.sub(" ", rest))
    return (kind.group(1) if kind else "", couplings, int(count.group(1)) if count else None)
