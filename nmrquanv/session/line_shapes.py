"""The line shape of a document's spectrum: learnt in the background, and taken out of the trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nmrquanv.progress import Report
from nmrquanv.session.document import Document
from nmrquanv.spectra.deconvolution import Deconvolution

if TYPE_CHECKING:
    from nmrquanv.models.line_shape import LineShape


def shape_work(document: Document) -> Callable[[Report], LineShape]:
    """Return the work that learns the line shape of the spectrum that a document shows now."""
    spectrum = document.spectrum

    def work(report: Report) -> LineShape:
        from nmrquanv.models.line_shape import line_shape

        return line_shape(spectrum, report)

    return work


def why_not_cleaned(document: Document, shape: LineShape | None) -> str:
    """Return why a document's trace cannot be cleaned by a shape; empty if it can."""
    if document.reprocess.wanted_recipe.active(Deconvolution) is not None:
        return "The trace is cleaned already: its step is in the processing panel"
    if shape is None or shape.cleaning is None:
        return "The trace is cleaned by a shape that was adopted from three lines or more"
    return ""


def clean(document: Document, shape: LineShape) -> None:
    """Put the step that takes a shape out of the trace into a document's recipe: one undo step."""
    if shape.cleaning is not None and not why_not_cleaned(document, shape):
        document.reprocess.set_step(shape.cleaning)
