"""Labelled data records of JCAMP-DX, as this program writes them (McDonald and Wilks 1988)."""

from __future__ import annotations

from nmrquanv.io.tables.cells import PROGRAM, plain
from nmrquanv.spectra.facts import SpectrumFacts

MAX_LINE = 80
"""Characters of a line; the standard allows no more."""


def record(label: str, value: object) -> str:
    """Return one record; ``$$`` would begin a comment and is parted."""
    return f"##{label}= {plain(str(value)).replace('$$', '$ $')}".rstrip()


def head(title: str, data_type: str, data_class: str) -> list[str]:
    """Return the records that every block begins with."""
    return [
        record("TITLE", title),
        record("JCAMP-DX", f"5.00 $$ {PROGRAM}").replace("$ $", "$$"),
        record("DATA TYPE", data_type),
        record("DATA CLASS", data_class),
        record("ORIGIN", PROGRAM),
        record("OWNER", "not known"),
    ]


def sample(facts: SpectrumFacts) -> list[str]:
    """Return what is known of the measurement."""
    nucleus = plain(facts.nucleus or "")
    digits = nucleus[: len(nucleus) - len(nucleus.lstrip("0123456789"))]
    told = [
        (".OBSERVE FREQUENCY", "" if facts.sf_mhz is None else repr(facts.sf_mhz)),
        (".OBSERVE NUCLEUS", f"^{nucleus}" if digits else ""),
        (".SOLVENT NAME", facts.solvent or ""),
        ("$NQSOURCE", facts.path or ""),
        ("$NQSHA256", facts.sha256 or ""),
    ]
    return [record(label, value) for label, value in told if value]
