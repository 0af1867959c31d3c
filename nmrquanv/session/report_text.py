"""The texts of a report: what it is of, the journal's line, tables, and how all came about."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nmrquanv.numbers import fixed, is_plain, measured
from nmrquanv.session.document import Document
from nmrquanv.session.integral_edits import facts_of, nuclei_of_multiplets, why_no_areas
from nmrquanv.session.journal import journal_of
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.journal import Style
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.version import __version__

_NONE = "–"


@dataclass(frozen=True, slots=True)
class ReportTexts:
    """Texts of a report; all but title and facts are HTML.

    Parameters
    ----------
    title, facts : str
        Of the sample; nucleus, frequency, solvent, points.
    journal : str
        The journal's line and what is doubtful about it; empty without multiplets.
    tables : str
        Multiplets, or peaks where there are none; integrals.
    made : str
        Source, processing, finders, thresholds, edits, versions.
    """

    title: str
    facts: str
    journal: str
    tables: str
    made: str


def report_of(document: Document, style: Style) -> ReportTexts:
    """Return the texts of a document's report.

    Raises
    ------
    FormatError
        A template of the style has a field that does not exist.
    """
    title = (document.sample.title or document.name).strip().splitlines()
    return ReportTexts(
        title[0] if title else document.name,
        _facts(document),
        _journal(document, style),
        _multiplets(document) + _integrals(document),
        _made(document),
    )


def _facts(document: Document) -> str:
    spectrum, sample = document.spectrum, document.sample
    parts = [
        sample.nucleus,
        f"{fixed(spectrum.axis.sf_mhz, 2)} MHz" if document.has_hz else "MHz not known",
        sample.solvent,
        sample.pulse_program,
        f"{spectrum.axis.size} points",
    ]
    return ", ".join(part for part in parts if part)


def _journal(document: Document, style: Style) -> str:
    if not document.multiplets:
        return ""
    journal = journal_of(document, style)
    notes = [("Not sure", journal.doubts), ("Left out", journal.left_out)]
    told = "".join(
        f"<p><small><b>{head}:</b> {html.escape('; '.join(lines))}</small></p>"
        for head, lines in notes
        if lines
    )
    return f"<p>{journal.html}</p>{told}"


def _multiplets(document: Document) -> str:
    multiplets = document.multiplets
    if not multiplets:
        return _peaks(document)
    by_integral, by_fit = nuclei_of_multiplets(document, multiplets)
    rows = [
        (
            _shift(one),
            one.name,
            "; ".join(_coupling(c) for c in one.couplings),
            _number(by_integral[one.id]),
            _number(by_fit[one.id]),
            str(len(one.peak_ids)),
            one.comment,
        )
        for one in multiplets
    ]
    heads = ("δ ppm", "class", "J Hz", "n (integral)", "n (fit)", "lines", "comment")
    return _table("Multiplets", heads, rows)


def _coupling(one: Coupling) -> str:
    error = f" ± {fixed(max(one.error_hz, 0.01), 2)}" if one.error_hz else ""
    return f"{fixed(one.hz, 2)}{error}" + (f" → {one.to}" if one.to else "")


def _peaks(document: Document) -> str:
    shown = document.shown_peaks()
    plain = is_plain(max((abs(p.height) for p in shown), default=0.0))
    rows = [
        (
            fixed(p.ppm, 4),
            measured(p.height, p.height / p.snr if p.snr else None, plain=plain),
            _NONE if p.snr is None else fixed(p.snr, 0),
            _NONE if p.fwhm_hz is None else fixed(p.fwhm_hz, 2),
            p.peak_class,
            p.label,
        )
        for p in shown
    ]
    heads = ("δ ppm", "height", "S/N", "FWHM Hz", "class", "label")
    return _table("Peaks", heads, rows)


def _integrals(document: Document) -> str:
    values, facts = document.integral_values(), facts_of(document)
    rows = []
    plain = is_plain(max((abs(area) for area, _ in values.values() if area), default=0.0))
    for one in document.integrals:
        area, number = values[one.id]
        fact, fit = facts[one.id], facts[one.id].fitted_area
        rows.append(
            (
                f"{fixed(one.high_ppm, 3)} – {fixed(one.low_ppm, 3)}",
                _NONE if area is None else measured(area, fact.area_error, plain=plain),
                _number(number),
                _NONE if fit is None else measured(fit, fact.fit_error, plain=plain),
                fact.satellites or _NONE,
            )
        )
    heads = ("ppm", "running integral", "nuclei", "fitted area", "13C satellites")
    reason = why_no_areas(document)
    told = f"<p><small>{html.escape(reason)}</small></p>" if reason else ""
    return _table("Integrals", heads, rows) + told if rows else ""


def _made(document: Document) -> str:
    source, provenance = document.dataset.source, document.export_peaks().provenance
    steps = document.recipe.to_dict()["steps"]
    edits = document.state.log
    items = [
        f"Data: {source.path or document.name}"
        + (f", SHA-256 {source.sha256}" if source.sha256 else ""),
        *(f"Processing: {_step(step)}" for step in steps),
        *(f"Note: {note}" for note in (*document.notes, *document.spectrum.remarks)),
        f"Peaks: {provenance.finder}; " + _settings(provenance.settings),
        *(f"{e.at} {e.by} {e.text}".replace("  ", " ") for e in edits),
        f"nmrquanv {__version__}",
    ]
    listed = "".join(f"<li>{html.escape(item)}</li>" for item in items)
    return f"<h4>How it was made</h4><ul>{listed}</ul>"


def _step(step: dict[str, Any]) -> str:
    told = {k: v for k, v in step.items() if k != "kind" and v is not None}
    rows = {k: f"({len(v)} values)" for k, v in told.items() if isinstance(v, list) and len(v) > 4}
    said = ", ".join(f"{k} {rows.get(k) or _plain(v)}" for k, v in told.items())
    return f"{step['kind']}: {said}" if said else str(step["kind"])


def _settings(settings: dict[str, Any]) -> str:
    plain = {k: v for k, v in settings.items() if isinstance(v, str | int | float | bool)}
    return ", ".join(f"{k} {_plain(v)}" for k, v in plain.items())


def _plain(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _shift(one: Multiplet) -> str:
    if one.kind == "m" and one.high_ppm > one.low_ppm:
        return f"{fixed(one.high_ppm, 3)} – {fixed(one.low_ppm, 3)}"
    return fixed(one.ppm, 3)


def _number(value: float | None) -> str:
    return _NONE if value is None else fixed(value, 2)


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th align='left'>{html.escape(cell)}</th>" for cell in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<h4>{title}</h4><table cellspacing='0' cellpadding='2' width='100%'>"
        f"<tr>{head}</tr>{body}</table>"
    )
