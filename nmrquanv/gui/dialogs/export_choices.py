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


def without_ending(path: Path) -> Path:
    """Return a path without the ending of the choice that it names, if it names one."""
    choice = choice_for(path)
    return path if choice is None else path.with_name(path.name[: -len(choice.ending)])
