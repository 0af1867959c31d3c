"""JCAMP-DX peak tables: what the finder said (AUTO) and what the user made of it (EDIT).

Both blocks stand in one LINK file, after the spectrum where it is at hand, as ChemSpectra does
it. A reader of peak tables gets shift and height; ``$NQPEAKS`` has what else is known of each
peak, one line each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, unquote

from nmrquanv.io.files import decode
from nmrquanv.io.jcamp_out import xydata
from nmrquanv.io.jcamp_words import head, record, sample
from nmrquanv.io.peak_tables import ExportedIntegral, PeakExport
from nmrquanv.io.tables.cells import plain, ppm_text, provenance_lines, rounded, word
from nmrquanv.io.tables.listed import Listed
from nmrquanv.numbers import fixed
from nmrquanv.spectra.facts import SpectrumFacts
from nmrquanv.spectra.peaks import Peak, PeakList

_KNOWN = {
    "ppm": "PPM",
    "ppm_err": "ERROR",
    "fwhm_hz": "FWHM_HZ",
    "snr": "S/N",
    "area": "AREA",
    "confidence": "CONFIDENCE",
    "class": "CLASS",
    "source": "SOURCE",
    "label": "LABEL",
    "kind": "KIND",
    "least_lines": "LEAST_LINES",
    "top_ppm": "TOP",
    "parent_ppm": "PARENT",
    "finder": "FINDER",
    "confirmed": "CONFIRMED",
}
"""What is told of a peak and how ``$NQPEAKS`` calls it; older lists end with LABEL or PARENT."""

_FEWEST = list(_KNOWN).index("kind")

_NO_MARKS = str.maketrans("#$", "__")
"""Two of each begin a record or a comment."""


def content(export: PeakExport) -> bytes:
    """Return a LINK of the spectrum (its real part) and two peak tables."""
    facts = export.spectrum
    title = facts.title or "peaks"
    edited = export.peaks
    found = export.automatic
    if found is None:
        found = edited.filtered(lambda peak: peak.source == "model")
    shown = [] if export.data is None else xydata(export.data)
    lines = [
        record("TITLE", title),
        record("JCAMP-DX", "5.00"),
        record("DATA TYPE", "LINK"),
        record("BLOCKS", 4 if shown else 3),
        *shown,
        *_block(title, "AUTO_PEAK", found, facts),
        *_block(title, "EDIT_PEAK", edited, facts, export.integrals),
        record("END", ""),
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _block(
    title: str,
    category: str,
    peaks: PeakList,
    facts: SpectrumFacts,
    integrals: Sequence[ExportedIntegral] = (),
) -> list[str]:
    """Return one peak table."""
    shifts, heights = [p.ppm for p in peaks], [p.height for p in peaks]
    extent = [
        ("NPOINTS", len(peaks)),
        ("FIRSTX", fixed(max(shifts, default=0.0), 6)),
        ("LASTX", fixed(min(shifts, default=0.0), 6)),
        ("MAXX", fixed(max(shifts, default=0.0), 6)),
        ("MINX", fixed(min(shifts, default=0.0), 6)),
        ("MAXY", rounded(max(heights, default=0.0))),
        ("MINY", rounded(min(heights, default=0.0))),
    ]
    told = provenance_lines(peaks, facts)
    return [
        *head(title, "NMR PEAK TABLE", "PEAK TABLE"),
        *sample(facts),
        record("$NQCATEGORY", category),
        *(record("$NQPROVENANCE", f"{name}: {value}") for name, value in told),
        record("$NQPEAKS", f"({' '.join(_KNOWN.values())})"),
        *(_known(peak, facts) for peak in peaks),
        *_integrals(integrals),
        record("XUNITS", "PPM"),
        record("YUNITS", "ARBITRARY UNITS"),
        record("XFACTOR", 1),
        record("YFACTOR", 1),
        *(record(label, value) for label, value in extent),
        record("PEAK TABLE", "(XY..XY)"),
        *(f"{ppm_text(peak, facts)}, {rounded(peak.height)!r}" for peak in peaks),
        record("END", ""),
    ]


def _integrals(integrals: Sequence[ExportedIntegral]) -> list[str]:
    """Return the integrals, one line each; ``?`` for what is not known."""
    if not integrals:
        return []
    lines = [record("$NQINTEGRALS", "(HIGH_PPM LOW_PPM AREA NUCLEI LABEL)")]
    for one in integrals:
        values = (rounded(one.area), rounded(one.nuclei))
        numbers = ["?" if value is None else repr(value) for value in values]
        label = word(one.label, "?").translate(_NO_MARKS)
        lines.append(
            " ".join([f"{fixed(one.high_ppm, 4)} {fixed(one.low_ppm, 4)}", *numbers, label])
        )
    return lines


def _known(peak: Peak, facts: SpectrumFacts) -> str:
    """Return all that is known of a peak; ``?`` for what is not."""
    values = (peak.ppm_err, peak.fwhm_hz, peak.snr, peak.area, peak.confidence)
    numbers = ["?" if (known := rounded(value)) is None else repr(known) for value in values]
    words = [peak.peak_class, peak.source, _one_word(peak.label)]
    words += [peak.kind, str(peak.least_lines)]
    places = ("?" if x is None else fixed(x, 6) for x in (peak.top_ppm, peak.parent_ppm))
    who = [_one_word(peak.finder), "true" if peak.is_confirmed else "false"]
    return " ".join([ppm_text(peak, facts), *numbers, *words, *places, *who])


def _one_word(text: str) -> str:
    """Return a text as one word, every letter of which comes back; ``?`` for none."""
    return quote(text, safe="/:;,()[]{}<>|=+'*!@") or "?"


def read(data: bytes) -> Listed:
    """Return the edited peak table of a file, or the only one it has.

    Our own tables give all that is known of each peak, others shift and height; shifts in Hz
    need ``.OBSERVE FREQUENCY``.
    """
    blocks = [block for block in _blocks(decode(data)) if "PEAKTABLE" in block]
    if not blocks:
        raise ValueError("it holds no peak table")
    edited = [block for block in blocks if block.get("$NQCATEGORY") == "EDIT_PEAK"]
    block = (edited or blocks)[-1]
    frequency = block.get(".OBSERVEFREQUENCY")
    facts = SpectrumFacts(
        nucleus=block.get(".OBSERVENUCLEUS", "").lstrip("^") or None,
        solvent=block.get(".SOLVENTNAME") or None,
        title=block.get("TITLE") or None,
        sf_mhz=None if frequency is None else float(frequency),
    )
    in_ppm = 1.0
    if block.get("XUNITS", "PPM").upper() == "HZ":
        if facts.sf_mhz is None:
            raise ValueError("its shifts are in Hz, and it does not say the frequency")
        in_ppm = 1.0 / facts.sf_mhz
    scale = float(block.get("XFACTOR", "1")) * in_ppm, float(block.get("YFACTOR", "1"))
    pairs = [part.split(",") for part in _table(block["PEAKTABLE"])]
    rows: list[dict[str, Any]] = [
        {"ppm": float(x) * scale[0], "height": float(y) * scale[1]} for x, y in pairs
    ]
    known = block.get("$NQPEAKS", "").split("\n")[1:]
    if len(known) == len(rows):
        rows = [
            {**_told(line), "height": row["height"]} for line, row in zip(known, rows, strict=True)
        ]
    return Listed(rows, facts, program=block.get("ORIGIN", ""))


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Yield the records of each block by their labels, without blanks and in capitals."""
    block: dict[str, str] = {}
    for part in re.split(r"^##", text, flags=re.MULTILINE)[1:]:
        label, _, value = part.partition("=")
        name = re.sub(r"[\s_/-]", "", label).upper()
        lines = [line.partition("$$")[0].strip() for line in value.splitlines()]
        if name == "TITLE":
            block = {}
        if name == "END":
            yield block
            block = {}
            continue
        block.setdefault(name, "\n".join(line for line in lines if line))


def _table(text: str) -> list[str]:
    """Return the pairs of a table, which stand one or several in a line."""
    form, _, rest = text.partition("\n")
    if form.replace(" ", "") != "(XY..XY)":
        raise ValueError(f"its peak table has the form '{plain(form)[:40]}', not (XY..XY)")
    parts = re.split(r"[;\n]|(?<=\d)\s+(?=[-+.\d]+\S*,)", rest)
    return [part.strip() for part in parts if part.strip()]


def _told(line: str) -> dict[str, Any]:
    """Return what one line of ``$NQPEAKS`` says of a peak."""
    values = line.split()
    names = list(_KNOWN)[: max(len(values), _FEWEST)]
    told: dict[str, Any] = {
        name: None if value == "?" else value for name, value in zip(names, values, strict=True)
    }
    if "finder" in told:
        told |= {name: unquote(told[name] or "") for name in ("label", "finder")}
        told["confirmed"] = told.get("confirmed") == "true"
    return told
