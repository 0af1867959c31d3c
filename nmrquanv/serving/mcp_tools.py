"""What other programs may ask: which folders, what a data set is, its points, its peaks.

All is read-only and stays in the folders that were named at the start: a path that leads out of
them, by ``..`` or by a link, is refused before anything is opened, and so is a data set with such
a link in it. What readers open besides, above the path that was asked for, is held to the same
folders (:func:`nmrquanv.guarded.confined`). Readers of third parties are not: they are programs
that somebody installed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nmrquanv.errors import FormatError, NmrQuanvError, RefusedError
from nmrquanv.finders import CLASSICAL
from nmrquanv.guarded import confined, may_be_read, parse_json
from nmrquanv.serving.audit import Audit

if TYPE_CHECKING:
    from nmrquanv.spectra.dataset import DataSet

MOST_POINTS = 4000
"""In one answer; more are told as the least and greatest of so many stretches."""

_MOST_ENTRIES = 100_000
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions, for some folders.

    Parameters
    ----------
    allowed : tuple of Path
        Folders; absolute, links followed.
    audit : Audit
    """

    allowed: tuple[Path, ...]
    audit: Audit

    def folders(self) -> Answer:
        """Return the folders that may be read, and the data sets in them."""
        return self._answer("folders", {}, self._listed)

    def info(self, path: str) -> Answer:
        """Return what is known of a data set: nucleus, frequency, solvent, points, steps."""

        def work() -> Answer:
            from nmrquanv.io import outline
            from nmrquanv.io.described import describe

            with confined(self.allowed):
                return describe(outline(self.inside(path)))

        return self._answer("info", {"path": path}, work)

    def read(self, path: str, high_ppm: float | None, low_ppm: float | None, points: int) -> Answer:
        """Return the points of a processed spectrum between two shifts.

        Parameters
        ----------
        path : str
        high_ppm, low_ppm : float or None
            None is the end of the spectrum.
        points : int
            At most so many; where there are more, each stands for a stretch.
        """
        asked = {"path": path, "high_ppm": high_ppm, "low_ppm": low_ppm, "points": points}

        def work() -> Answer:
            from nmrquanv import interface

            spectrum = interface.processed(self._data(path)).spectrum
            ends = spectrum.axis.limits_ppm
            high = max(ends) if high_ppm is None else high_ppm
            low = min(ends) if low_ppm is None else low_ppm
            span = spectrum.axis.span(high, low)
            ppm, trace = spectrum.axis.all_ppm()[span], spectrum.trace[span]
            return _points(ppm, trace, min(max(points, 2), MOST_POINTS))

        return self._answer("read", asked, work)

    def pick(self, path: str, model: str, high_ppm: float | None, low_ppm: float | None) -> Answer:
        """Return the peaks that ``nmrquanv pick`` writes: the schema ``nmrquanv.peaks``.

        Parameters
        ----------
        path : str
        model : str
            ``"quanv"``, ``"cnn"``, ``"classical"``, or a model of the user's library.
        high_ppm, low_ppm : float or None
            Only between them; None is everywhere.
        """
        asked = {"path": path, "model": model, "high_ppm": high_ppm, "low_ppm": low_ppm}

        def work() -> Answer:
            from nmrquanv import interface
            from nmrquanv.io import peak_tables

            if (high_ppm is None) != (low_ppm is None):
                raise FormatError("a region has two ends: give both high_ppm and low_ppm")
            _check_model(model)
            region = None
            if high_ppm is not None and low_ppm is not None:
                region = (high_ppm, low_ppm)
            found = interface.find_peaks(self._data(path), model, region=region)
            text = peak_tables.peaks_json(interface.export_of(found))
            return parse_json(text.encode(), dict[str, Any], "the list")

        return self._answer("pick", asked, work)

    def inside(self, path: str) -> Path:
        """Return where a path leads, once it is known to stay in an allowed folder.

        Raises
        ------
        RefusedError
            It does not, or something in the data set leads elsewhere.
        """
        real = Path(os.path.realpath(path))
        home = next((folder for folder in self.allowed if real.is_relative_to(folder)), None)
        if home is None:
            raise RefusedError(
                f"'{path}' is not in a folder that may be read; these may: "
                + ", ".join(map(str, self.allowed))
            )
        from nmrquanv.io.reading import data_set_of

        with confined(self.allowed):
            _check_links(real, path)
            whole = data_set_of(real)
            if whole is not None and whole != real and whole.is_dir():
                _check_links(whole, path)
        return real

    def _data(self, path: str) -> DataSet:
        """Read a data set that lies inside."""
        from nmrquanv.io import read

        with confined(self.allowed):
            return read(self.inside(path))

    def _listed(self) -> Answer:
        from nmrquanv.io import data_sets

        with confined(self.allowed):
            return {
                "folders": [
                    {"path": str(folder), "data_sets": list(data_sets(self.inside(str(folder))))}
                    for folder in self.allowed
                ]
            }

    def _answer(self, tool: str, asked: Mapping[str, Any], work: Callable[[], Answer]) -> Answer:
        """Do what was asked between two lines of the record."""
        self.audit.add(tool, asked, "asked")
        began = time.monotonic()
        try:
            answer = work()
        except NmrQuanvError as error:
            outcome = "refused" if isinstance(error, RefusedError) else "failed"
            self.audit.add(tool, asked, outcome, why=str(error))
            raise
        except Exception as error:
            self.audit.add(tool, asked, "failed", why=f"a fault of the program: {error!r}")
            raise
        self.audit.add(tool, asked, "answered", seconds=round(time.monotonic() - began, 3))
        return answer


def _check_links(folder: Path, path: str) -> None:
    """Refuse a folder with a link out of the folders that may be read."""
    seen = 0
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            seen += 1
            entry = Path(place, name)
            if entry.is_symlink() and not may_be_read(entry):
                raise RefusedError(f"'{entry}' is a link out of the folders that may be read")
        if seen > _MOST_ENTRIES:
            raise RefusedError(f"'{path}' holds too many files: name one data set in it")


def _check_model(model: str) -> None:
    """Refuse what is no model's name: a card's path would be read, wherever it lies."""
    from nmrquanv.models.library import list_models

    known = [CLASSICAL, *(card.name for card in list_models())]
    if model not in known:
        raise RefusedError(
            f"'{model}': a model is named, not given by a path: choose one of {', '.join(known)}"
        )


def _points(ppm: Any, trace: Any, most: int) -> Answer:
    """Return points as they are, or the least and greatest of stretches where there are more."""
    if ppm.size <= most:
        return {"is_thinned": False, "ppm": ppm.tolist(), "intensity": trace.tolist()}
    starts = np.linspace(0, ppm.size, most // 2 + 1).astype(int)[:-1]
    return {
        "is_thinned": True,
        "ppm": ppm[starts].tolist(),
        "least": np.minimum.reduceat(trace, starts).tolist(),
        "greatest": np.maximum.reduceat(trace, starts).tolist(),
    }
