"""What the user asks to be read: a path with what it does not say, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nmrquanv.errors import SeveralDataSetsError
from nmrquanv.progress import Report
from nmrquanv.session.document import Document
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Outcome


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be read.

    Parameters
    ----------
    path : str
    source : str or None
        ``"fid"``, a PROCNO, or None for the default.
    sf_mhz, nucleus
        What a text file does not say.
    """

    path: str
    source: str | None = None
    sf_mhz: float | None = None
    nucleus: str | None = None

    def read(self) -> DataSet:
        """Read it; where there is a choice, sum up what can be chosen, away from the window."""
        from nmrquanv.io import read
        from nmrquanv.io.summaries import summary

        try:
            return read(self.path, source=self.source, sf_mhz=self.sf_mhz, nucleus=self.nucleus)
        except SeveralDataSetsError as error:
            error.summaries = tuple(summary(choice) for choice in error.choices)
            raise


def document_name(path: str) -> str:
    """Return what a path is called in the list of spectra: sample and experiment number."""
    place = Path(path)
    parts = [p for p in place.parts if p not in ("/", "\\", place.anchor)]
    if "pdata" in parts:
        parts = parts[: parts.index("pdata")]
    elif parts and parts[-1] in ("fid", "ser", "acqus", "procpar"):
        parts = parts[:-1]
    if len(parts) > 1 and parts[-1].isdigit():
        return f"{parts[-2]}/{parts[-1]}"
    return parts[-1] if parts else path


def request_of(document: Document) -> Request:
    """Return where a stored document's data came from: read when another source is asked for."""
    source, axis = document.dataset.source, document.dataset.data.axis
    is_text = source.kind == "text"
    sf_mhz = axis.sf_mhz if is_text and axis.has_hz else None
    return Request(source.path, None, sf_mhz, document.sample.nucleus if is_text else None)


def source_of(document: Document) -> str | None:
    """Return which of a document's sources it shows; None where there is no choice."""
    kind = document.dataset.source.kind
    return kind if kind in document.dataset.sources else None


def processed(dataset: DataSet, report: Report) -> tuple[DataSet, Outcome]:
    """Run a data set's own recipe."""
    return dataset, dataset.recipe.run(dataset.data, report)
