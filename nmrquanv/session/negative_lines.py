"""Lines that point down: meant in DEPT, APT and NOE, a fault of phase or suppression in 1H."""

from __future__ import annotations

from nmrquanv.session.document import Document

WARNING = (
    "Lines point down in a 1H spectrum: a fault of phase or of suppression? Phase it anew, or"
    " exclude the region (Peaks > Exclude Tool)"
)


def are_meant(document: Document) -> bool:
    """Tell whether lines of both signs are to be expected: by the experiment, or asked for."""
    from nmrquanv.spectra.picking import is_signed

    asked = {x.provenance.settings.get("polarity", "auto") for x in document.layers.values()}
    return is_signed(document.sample) or bool(asked & {"negative", "both"})


def warning_of(document: Document) -> str:
    """Return what is to be said of lines that point down where none should; empty otherwise."""
    if document.sample.nucleus != "1H" or are_meant(document):
        return ""
    return WARNING if document.shown.working(document.state).is_negative.any() else ""
