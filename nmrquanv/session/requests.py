"""What the user asks to be read: a path with what it does not say, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nmrquanv.errors import DoubtfulTextError, SeveralDataSetsError
from nmrquanv.progress import Report, silent_report
from nmrquanv.session.document import Document
from nmrquanv.spectra.data_files import DataFile
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Outcome

if TYPE_CHECKING:
    from nmrquanv.io.text_form import TextForm


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
    files : tuple of DataFile
        Those of the data set that a document tells of.
    held : str
        The source that these files give.
    text : TextForm or None
        How it is read as a text of columns.
    asks : bool
        A text that leaves doubts is shown to the user before it is opened.
    """

    path: str
    source: str | None = None
    sf_mhz: float | None = None
    nucleus: str | None = None
    files: tuple[DataFile, ...] = ()
    held: str = ""
    text: TextForm | None = None
    asks: bool = False

    @property
    def is_held(self) -> bool:
        """Whether the document has what is asked for, so that the path need not be looked at."""
        has_all = bool(self.files) and all(file.content is not None for file in self.files)
        return has_all and self.source in (None, self.held)

    def changed(
        self, source: str | None, sf_mhz: float | None = None, nucleus: str | None = None
    ) -> Request:
        """Return the request for a source, with what else is told now."""
        return replace(
            self,
            source=source,
            sf_mhz=self.sf_mhz if sf_mhz is None else sf_mhz,
            nucleus=self.nucleus if nucleus is None else nucleus,
        )

    def read(self, report: Report = silent_report) -> DataSet:
        """Read it; where there is a choice, sum up what can be chosen, away from the window.

        Raises
        ------
        DoubtfulTextError
            A text that leaves doubts, where the user wants to be asked.
        """
        from nmrquanv.io.summaries import summaries
        from nmrquanv.io.text_guess import guessed

        if self.asks and self.text is None:
            looks = guessed(self.path)
            if looks is not None and (looks.doubts or looks.is_peak_list):
                raise DoubtfulTextError(f"{self.path}: {'; '.join(looks.doubts)}", looks)
        if self.is_held:
            return self._from_files()
        try:
            return self._read(self.path)
        except SeveralDataSetsError as error:
            listed = summaries(self.path, error.choices, report)
            error.choices = tuple(choice for choice, _ in listed)
            error.summaries = tuple(known for _, known in listed)
            raise

    def _from_files(self) -> DataSet:
        """Read what the document holds, and say that it lies where it once lay."""
        from nmrquanv.io.source_files import unpacked_files

        with unpacked_files(self.files) as place:
            found = self._read(str(place))
        data = found.data
        notes = tuple(note.replace(str(place), self.path) for note in data.source.notes)
        source = replace(data.source, path=self.path, notes=notes)
        return replace(found, data=replace(data, source=source))

    def _read(self, path: str) -> DataSet:
        from nmrquanv.io.source_files import read_with_files

        return read_with_files(
            path,
            source=self.source,
            sf_mhz=self.sf_mhz,
            nucleus=self.nucleus,
            text=self.text,
        )


def document_name(path: str) -> str:
    """Return what a path is called in the list of spectra: sample and experiment number."""
    place = Path(path)
    parts = [p for p in place.parts if p not in ("/", "\\", place.anchor)]
    names = [part.lower() for part in parts]
    if "pdata" in names:
        parts = parts[: names.index("pdata")]
    elif parts and names[-1] in ("fid", "ser", "acqus", "procpar"):
        parts = parts[:-1]
    if len(parts) > 1 and parts[-1].isdigit():
        return f"{parts[-2]}/{parts[-1]}"
    return parts[-1] if parts else path


def request_of(document: Document) -> Request:
    """Return where a stored document's data came from: read when another source is asked for."""
    source, axis = document.dataset.source, document.dataset.data.axis
    is_text = source.kind == "text"
    sf_mhz = axis.sf_mhz if is_text and axis.has_hz else None
    nucleus = document.sample.nucleus if is_text else None
    return Request(source.path, None, sf_mhz, nucleus, document.dataset.files, source.kind)


def source_of(document: Document) -> str | None:
    """Return which of a document's sources it shows; None where there is no choice."""
    kind = document.dataset.source.kind
    return kind if kind in document.dataset.sources else None


def processed(dataset: DataSet, report: Report) -> tuple[DataSet, Outcome]:
    """Run a data set's own recipe, and estimate the noise before the window asks for it."""
    outcome = dataset.recipe.run(dataset.data, report)
    _ = outcome.spectrum.noise
    return dataset, outcome


def synthetic(seed: int, kind: str) -> DataSet:
    """Return a synthetic spectrum; the same seed and kind give the same one."""
    from nmrquanv.spectra.simulate import simulate_seed, to_dataset

    return to_dataset(simulate_seed(seed, kind))
