r"""NMReDATA: an SD file whose tags list the signals, here without a structure (level 0).

Each line of a tag ends with a backslash, what stands behind a semicolon is a comment. A peak is
written as a signal of its own: multiplets are not grouped in a peak list.
"""

from __future__ import annotations

import re

from nmrquanv.errors import LackingError
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.cells import PROGRAM, plain, ppm_text, provenance_lines, rounded
from nmrquanv.io.tables.listed import Listed
from nmrquanv.spectra.facts import SpectrumFacts
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
        *_tag(f"1D_{nucleus}", [*_head(facts, told), *(_signal(p, facts) for p in export.peaks)]),
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


def _signal(peak: Peak, facts: SpectrumFacts) -> str:
    """Return a peak: shift, intensity, width; what the format has no place for as a comment."""
    parts = [ppm_text(peak, facts, least=4), f"I={rounded(peak.height)!r}"]
    if peak.fwhm_hz is not None:
        parts.append(f"W={peak.fwhm_hz:.2f}")
    said = [] if peak.confidence is None else [f"confidence {peak.confidence:.2f}"]
    said += [] if peak.peak_class == "signal" else [peak.peak_class]
    said += [_text(peak.label)] if peak.label else []
    return ", ".join(parts) + (f" ;{', '.join(said)}" if said else "")


def _text(text: str) -> str:
    """Return words that neither end a line, a tag or a record nor begin a comment."""
    return plain(text).translate(str.maketrans("\\;<>$", "/,()_"))


_TAG = re.compile(
    r"^> *<NMREDATA_([^>\n]*)>[^\n]*\n(.*?)(?=^>|^\$\$\$\$|\Z)", re.DOTALL | re.MULTILINE
)


def read(data: bytes) -> Listed:
    """Return the signals of the first 1D tag; those of multiplets stand at their middle.

    Intensity, else integral, else number of nuclei becomes the height, 1 where none is told.
    """
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    tags = {m[1]: [_bare(line) for line in m[2].splitlines()] for m in _TAG.finditer(text)}
    name = next((tag for tag in tags if re.fullmatch(r"1D_\d+[A-Z][a-z]?(#\d+)?", tag)), None)
    if name is None:
        raise ValueError("it has no tag of a 1D spectrum")
    larmor = next((line[7:] for line in tags[name] if line.startswith("Larmor=")), None)
    facts = SpectrumFacts(
        nucleus=name[3:].partition("#")[0],
        solvent=next(iter(tags.get("SOLVENT", ())), None),
        sf_mhz=None if larmor is None else float(larmor),
    )
    signals = [line for line in tags[name] if re.match(r"[-+.]?\d", line)]
    return Listed([_row(line) for line in signals], facts)


def _bare(line: str) -> str:
    """Return a line of a tag without its end and its comment."""
    return line.rstrip().removesuffix("\\").partition(";")[0].strip()


def _row(line: str) -> dict[str, object]:
    """Return what a signal's line says."""
    shift, *rest = [part.strip() for part in line.split(",")]
    told = dict(part.split("=", 1) for part in rest if "=" in part)
    limits = [float(part) for part in re.findall(r"(?:^|(?<=-))-?[\d.]+", shift)]
    height = next((told[name] for name in "IEN" if name in told), "1")
    return {"ppm": sum(limits) / len(limits), "height": height, "fwhm_hz": told.get("W")}
