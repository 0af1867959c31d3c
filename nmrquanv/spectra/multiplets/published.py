"""A published line back to signals, and these held against the multiplets of a spectrum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nmrquanv.errors import FormatError
from nmrquanv.spectra.multiplets.multiplet import Multiplet

TOLERANCE_PPM = {"1H": 0.03, "2H": 0.03, "13C": 0.3}
"""How far a published shift may be from the spectrum's: papers are referenced a little otherwise.
Other nuclei: 0.2 ppm."""


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
    r"\b(?:(?:br|app|brs)\.?\s*)*(s|m|AB|"
    r"(?:quint|quin|sext|sxt|hex|sept|hept|oct|non|d|t|q|p){1,5})\b"
)
_WRITTEN = {
    "singlet": "s", "doublet": "d", "triplet": "t", "quartet": "q", "quintet": "quint",
    "sextet": "sext", "septet": "sept", "heptet": "hept", "multiplet": "m",
}  # fmt: skip
_IN_WORDS = re.compile(rf"\b({'|'.join(_WRITTEN)})s?\b", re.IGNORECASE)
_COUPLINGS = re.compile(
    rf"\d?J(?:\w|[-–—‐](?=[A-Z]))*\s*(?:\([^)]*\))?\s*=?\s*((?:{_NUMBER}[\s,;/and]*)+)"
)
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
    short = _IN_WORDS.sub(lambda word: _WRITTEN[word.group(1).lower()], _COUNT.sub(" ", rest))
    kind = _KIND.search(re.sub(r"\s+of\s+", "", short))
    return (kind.group(1) if kind else "", couplings, int(count.group(1)) if count else None)


@dataclass(frozen=True, slots=True)
class FoundSignal:
    """A published signal and the multiplets that are it; none where it is missing."""

    signal: PublishedSignal
    multiplets: tuple[Multiplet, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether there is a multiplet."""
        return bool(self.multiplets)

    @property
    def away_ppm(self) -> float | None:
        """How far the spectrum's signal is from the published one; None for ranges."""
        if len(self.multiplets) != 1 or self.signal.high_ppm != self.signal.low_ppm:
            return None
        return self.multiplets[0].ppm - self.signal.ppm


@dataclass(frozen=True, slots=True)
class PublishedCheck:
    """A published line held against a spectrum.

    Parameters
    ----------
    signals : tuple of FoundSignal
        Published ones, highest ppm first.
    extra : tuple of Multiplet
        What the spectrum has besides.
    """

    signals: tuple[FoundSignal, ...]
    extra: tuple[Multiplet, ...]


def compared(
    signals: Sequence[PublishedSignal], multiplets: Sequence[Multiplet], nucleus: str
) -> PublishedCheck:
    """Hold published signals against the multiplets of a spectrum.

    A single shift takes the nearest multiplet within the tolerance that no other signal is nearer
    to; a range takes all that are left in it.
    """
    reach = TOLERANCE_PPM.get(nucleus, 0.2)
    singles = [s for s in signals if s.high_ppm == s.low_ppm]
    near = sorted(
        (abs(m.ppm - s.ppm), i, k)
        for i, s in enumerate(singles)
        for k, m in enumerate(multiplets)
        if abs(m.ppm - s.ppm) <= reach
    )
    by_signal: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, k in near:
        if i not in by_signal and k not in taken:
            by_signal[i] = k
            taken.add(k)
    found = [
        FoundSignal(s, (multiplets[by_signal[i]],) if i in by_signal else ())
        for i, s in enumerate(singles)
    ]
    for signal in signals:
        if signal.high_ppm == signal.low_ppm:
            continue
        inside = [
            k
            for k, m in enumerate(multiplets)
            if k not in taken and signal.low_ppm - reach <= m.ppm <= signal.high_ppm + reach
        ]
        taken |= set(inside)
        found.append(FoundSignal(signal, tuple(multiplets[k] for k in inside)))
    extra = tuple(m for k, m in enumerate(multiplets) if k not in taken)
    return PublishedCheck(tuple(sorted(found, key=lambda f: -f.signal.ppm)), extra)
