"""What the export dialog offers: peak lists, spectra and figures, each a row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nmrquanv.io.spectra_formats import SPECTRUM_FORMATS
from nmrquanv.io.tables.formats import FORMATS, OWN_FORMS

Kind = Literal["peaks", "spectrum", "figure"]


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """A thing that can be exported in one format.

    Parameters
    ----------
    kind : "peaks" | "spectrum" | "figure"
    name : str
        Of the format; with the kind it is unique.
    title : str
    ending : str
        Of the file, with its point; empty for a folder.
    loses : str
        What the format has no place for.
    has_integrals : bool
        Whether integrals are in it, if wanted.
    """

    kind: Kind
    name: str
    title: str
    ending: str
    loses: str = ""
    has_integrals: bool = False

    @property
    def has_versions(self) -> bool:
        """Whether it is written in our own form, which has versions."""
        return self.kind == "peaks" and self.name in OWN_FORMS

    @property
    def key(self) -> str:
        """What the dialog's list knows the choice by."""
        return f"{self.kind} {self.name}"


CHOICES = (
    *(
        ExportChoice("peaks", f.name, f"Peak list, {f.title}", f.ending, f.loses, f.has_integrals)
        for f in FORMATS
    ),
    *(
        ExportChoice("spectrum", f.name, f"Spectrum, {f.title}", f.ending, f.loses)
        for f in SPECTRUM_FORMATS
    ),
    ExportChoice("figure", "png", "Figure, PNG", ".png", has_integrals=True),
    ExportChoice("figure", "svg", "Figure, SVG", ".svg", has_integrals=True),
    ExportChoice("figure", "pdf", "Figure, PDF", ".pdf", has_integrals=True),
)


def choice_of(key: str) -> ExportChoice:
    """Return the choice of a key."""
    return next(choice for choice in CHOICES if choice.key == key)


def choice_for(path: Path) -> ExportChoice | None:
    """Return the first choice whose ending a file's name has, or None."""
    name = path.name.lower()
    return next((c for c in CHOICES if c.ending and name.endswith(c.ending)), None)


def tail_of(choice: ExportChoice) -> str:
    """Return what an offered name ends with: a list and its spectrum never want one name."""
    is_shared = any(c.kind == "peaks" and c.ending == choice.ending for c in CHOICES)
    return f"-spectrum{choice.ending}" if choice.kind == "spectrum" and is_shared else choice.ending


def without_ending(path: Path) -> Path:
    """Return a path without what a choice's offered name ends with; one of no more stays."""
    tails = sorted(map(tail_of, CHOICES), key=len, reverse=True)
    tail = next((tail for tail in tails if path.name.lower().endswith(tail)), "")
    bare = path.name[: len(path.name) - len(tail)]
    return path.with_name(bare) if bare else path
