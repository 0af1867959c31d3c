r"""NMReDATA: an SD file whose tags list the signals, here without a structure (level 0).

Each line of a tag ends with a backslash, what stands behind a semicolon is a comment. Peaks are
grouped as multiplets with their couplings; their lines stand in the comment, for reading. What is
no signal (solvent, water, satellites), and all where no frequency is known, stands by itself.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nmrquanv.errors import LackingError
from nmrquanv.io.files import decode
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.cells import (
    PROGRAM,
    plain,
    ppm_text,
    provenance_lines,
    rounded,
    step_ppm,
)
from nmrquanv.io.tables.journal import multiplets_in, nuclei_of
from nmrquanv.io.tables.listed import Listed
from nmrquanv.spectra.facts import SpectrumFacts
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak

_NUCLEUS = re.compile(r"\d{1,3}[A-Z][a-z]?")


def content(export: PeakExport) -> bytes:
    """Return the SD file.

    Raises
    ------
    LackingError
        The nucleus is not known, after which the spectrum's tag is named.
    """
    facts = export.spectrum
    nucleus = facts.nucleus or ""
    if not _NUCLEUS.fullmatch(nucleus):
        raise LackingError(
            f"NMReDATA names a spectrum by its nucleus, which is {plain(nucleus) or 'not known'!r}"
            " here: open the data with a nucleus such as 1H, or choose another format"
        )
    told = provenance_lines(export.peaks, facts)
    lines = [
        _text(facts.title or ""),
        f"  {PROGRAM}",
        "",
        "  0  0  0  0  0  0  0  0  0  0999 V2000",
        "M  END",
        *_tag("VERSION", ["1.1"]),
        *_tag("LEVEL", ["0"]),
        *_tag("SOLVENT", [_text(facts.solvent)] if facts.solvent else []),
        *_tag(f"1D_{nucleus}", [*_head(facts, told), *_signals(export)]),
        "$$$$",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _tag(name: str, values: list[str]) -> list[str]:
    """Return a tag with its lines, or nothing for none."""
    return [f">  <NMREDATA_{name}>", *(f"{value}\\" for value in values), ""] if values else []


def _head(facts: SpectrumFacts, told: list[tuple[str, str]]) -> list[str]:
    known = [f"Larmor={facts.sf_mhz:.6f}"] if facts.sf_mhz is not None else []
    known += [f"Spectrum_Location=file:{_text(facts.path)}"] if facts.path else []
    return [*known, *(f";{name}: {_text(value)}" for name, value in told)]


def _signals(export: PeakExport) -> list[str]:
    """Return the multiplets and what is in none, highest ppm first."""
    facts = export.spectrum
    by_id = {peak.id: peak for peak in export.peaks}
    multiplets = multiplets_in(export)
    told: list[tuple[float, str]] = []
    for one in multiplets:
        row = [by_id[peak_id] for peak_id in one.peak_ids]
        nuclei = nuclei_of(one, multiplets, export.integrals)
        if len(row) == 1:
            text = _signal(row[0], facts, one.kind, nuclei)
        else:
            text = _multiplet(one, row, facts, nuclei)
        told.append((one.ppm, text))
    taken = {peak_id for one in multiplets for peak_id in one.peak_ids}
    told += [(peak.ppm, _signal(peak, facts)) for i, peak in by_id.items() if i not in taken]
    return [text for _, text in sorted(told, key=lambda pair: -pair[0])]


def _multiplet(
    multiplet: Multiplet, row: list[Peak], facts: SpectrumFacts, nuclei: float | None
) -> str:
    """Return a multiplet: its middle, class and couplings, and its lines as a comment."""
    best = min(row, key=lambda peak: step_ppm(peak, facts))
    parts = [ppm_text(replace(best, ppm=multiplet.ppm), facts, least=4), f"S={multiplet.kind}"]
    if multiplet.couplings:
        parts.append("J=" + ", ".join(f"{coupling.hz:.2f}" for coupling in multiplet.couplings))
    parts += [] if nuclei is None else [f"N={rounded(nuclei):g}"]
    parts.append(f"I={rounded(max((p.height for p in row), key=abs))!r}")
    shares = multiplet.shares or (1.0,) * len(row)
    lines = [_line(peak, facts, share) for peak, share in zip(row, shares, strict=True)]
    return f"{', '.join(parts)} ;{_LINES}{' / '.join(lines)}"


def _line(peak: Peak, facts: SpectrumFacts, share: float) -> str:
    """Return one line of a multiplet: shift, what it has of the intensity, width."""
    width = "" if peak.fwhm_hz is None else f" {peak.fwhm_hz:.2f}"
    rest = f" {_SHARED}" if share < 1.0 else ""
    return f"{ppm_text(peak, facts, least=4)} {rounded(share * peak.height)!r}{width}{rest}"


def _signal(peak: Peak, facts: SpectrumFacts, kind: str = "", nuclei: float | None = None) -> str:
    """Return a peak: shift, intensity, width; what the format has no place for as a comment."""
    parts = [ppm_text(peak, facts, least=4), *([f"S={kind}"] if kind else [])]
    parts += [] if nuclei is None else [f"N={rounded(nuclei):g}"]
    parts.append(f"I={rounded(peak.height)!r}")
    if peak.fwhm_hz is not None:
        parts.append(f"W={peak.fwhm_hz:.2f}")
    said = [] if peak.confidence is None else [f"confidence {peak.confidence:.2f}"]
    said += peak.said()
    said += [_text(peak.label)] if peak.label else []
    return ", ".join(parts) + (f" ;{', '.join(said)}" if said else "")


def _text(text: str) -> str:
    """Return words that neither end a line, a tag or a record nor begin a comment."""
    return plain(text).translate(str.maketrans("\\;<>$", "/,()_"))


_LINES = "lines "
"""How the comment begins that names a multiplet's lines."""

_SHARED = "shared"
"""Behind a line that another multiplet has a part of."""

_TAG = re.compile(
    r"^> *<NMREDATA_([^>\n]*)>[^\n]*\n(.*?)(?=^>|^\$\$\$\$|\Z)", re.DOTALL | re.MULTILINE
)


def read(data: bytes) -> Listed:
    """Return the signals of the first 1D tag; those of multiplets stand at their middle.

    Intensity, else integral, else number of nuclei becomes the height, 1 where none is told.
    """
    whole = lines_by_tag(decode(data))
    tags = {tag: [bare(line) for line in lines] for tag, lines in whole.items()}
    name = next((tag for tag in tags if re.fullmatch(r"1D_\d+[A-Z][a-z]?(#\d+)?", tag)), None)
    if name is None:
        raise ValueError("it has no tag of a 1D spectrum")
    larmor = next((line[7:] for line in tags[name] if line.startswith("Larmor=")), None)
    facts = SpectrumFacts(
        nucleus=name[3:].partition("#")[0],
        solvent=next(iter(tags.get("SOLVENT", ())), None),
        sf_mhz=None if larmor is None else float(larmor),
    )
    signals = [line for line in whole[name] if re.match(r"\s*[-+.]?\d", line)]
    return Listed(_whole([row for line in signals for row in _rows(line)]), facts)


def lines_by_tag(text: str) -> dict[str, list[str]]:
    """Return the lines of each of a record's tags, by its name without ``NMREDATA_``."""
    return {m[1]: m[2].splitlines() for m in _TAG.finditer(text.replace("\r\n", "\n"))}


def _whole(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return rows with a line of two multiplets once: each has told what it has of it."""
    found: dict[object, dict[str, object]] = {}
    for number, row in enumerate(rows):
        is_shared = row.pop(_SHARED, False)
        one = found.setdefault(row["ppm"] if is_shared else number, row)
        if one is not row:
            one["height"] = repr(float(str(one["height"])) + float(str(row["height"])))
    return list(found.values())


def _rows(line: str) -> list[dict[str, object]]:
    """Return the lines of a signal: our own multiplets name theirs in the comment."""
    _, found, lines = line.rstrip().removesuffix("\\").partition(f";{_LINES}")
    if not found:
        return [_row(bare(line))]
    parts = [one.split() for one in lines.split("/")]
    told = [[word for word in part if word != _SHARED] for part in parts]
    return [
        {
            "ppm": part[0],
            "height": part[1],
            "fwhm_hz": part[2] if len(part) > 2 else None,
            _SHARED: _SHARED in words,
        }
        for words, part in zip(parts, told, strict=True)
    ]


def bare(line: str) -> str:
    """Return a line of a tag without its end and its comment, in whichever order they stand."""
    return line.partition(";")[0].rstrip().removesuffix("\\").strip()


def _row(line: str) -> dict[str, object]:
    """Return what a signal's line says."""
    shift, *rest = [part.strip() for part in line.split(",")]
    told = dict(part.split("=", 1) for part in rest if "=" in part)
    limits = [float(part) for part in re.findall(r"(?:^|(?<=-))-?[\d.]+", shift)]
    height = next((told[name] for name in "IEN" if name in told), "1")
    return {"ppm": sum(limits) / len(limits), "height": height, "fwhm_hz": told.get("W")}
