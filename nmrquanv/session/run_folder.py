"""Writes what the user reviewed as a run folder, the input of ``nmrquanv train --run``.

The run folder holds ``run.json`` and one ``N.npz`` a spectrum (arrays only, nothing pickled)::

    {"model", "epochs", "simulated_share", "seed",
     "examples": [{"spectrum": "0.npz", "name", "sha256",
                   "regions": [[high, low], ...],
                   "peaks": [{"ppm", "fwhm_hz", "height"}, ...]}]}

``N.npz``: ``real``, ``imag`` (missing for a real spectrum), ``sw_hz``, ``sf_mhz``,
``offset_ppm``, ``nucleus``, ``time_points`` (nan where unknown). Within the regions the peaks
are the truth: every line is among them and nothing else is a line.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv.errors import TrainingError
from nmrquanv.session.document import Document
from nmrquanv.session.state import Region
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.writing import write_whole

MIN_PEAKS = 10
"""Fewer reviewed peaks than this teach nothing and test nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user chooses for a retraining.

    Parameters
    ----------
    model : str
        Name of the model to start from.
    epochs : int, >= 1
    simulated_share : float, 0 to 1
        Share of simulated windows among the training windows.
    seed : int
    """

    model: str
    epochs: int = 10
    simulated_share: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        if self.epochs < 1 or not 0 <= self.simulated_share <= 1:
            raise ValueError(f"options out of range: {self}")


@dataclass(frozen=True, slots=True)
class Example:
    """One spectrum with its reviewed regions and the true peaks in them."""

    name: str
    spectrum: Spectrum
    regions: tuple[Region, ...]
    peaks: tuple[Peak, ...]


def examples_of(documents: Iterable[Document]) -> tuple[Example, ...]:
    """Return the reviewed parts of documents; those without a reviewed region give nothing."""
    result = []
    for document in documents:
        regions = document.reviewed_regions
        if regions:
            # satellites are lines of the spectrum, hidden or not: no model is to unlearn them
            thresholds = replace(document.thresholds, shows_satellites=True)
            tallest = document.reference_height()
            peaks = tuple(
                p
                for p in document.peaks
                if thresholds.passes(p, tallest) and any(r.contains(p.ppm) for r in regions)
            )
            result.append(Example(document.name, document.spectrum, regions, peaks))
    return tuple(result)


def check(examples: Sequence[Example]) -> None:
    """Tell whether there is enough to train on.

    Raises
    ------
    TrainingError
        Says what is missing and how to get it.
    """
    if not examples:
        raise TrainingError(
            "no region is marked as reviewed: mark the parts of a spectrum in which every line "
            "is in the peak list"
        )
    count = sum(len(e.peaks) for e in examples)
    if count < MIN_PEAKS:
        raise TrainingError(
            f"the reviewed regions hold {count} peaks, training needs {MIN_PEAKS} at least: "
            "review more"
        )
    for example in examples:
        if not example.spectrum.axis.has_hz:
            raise TrainingError(
                f"{example.name}: the spectrometer frequency is not known, so line widths mean "
                "nothing: set it before retraining"
            )


def write_run_folder(folder: Path, examples: Sequence[Example], options: Options) -> None:
    """Write everything that ``nmrquanv train --run`` needs; ``run.json`` comes last.

    Raises
    ------
    TrainingError
        There is not enough to train on (:func:`check`), or the folder cannot be written to.
    """
    check(examples)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        entries = []
        for number, example in enumerate(examples):
            name = f"{number}.npz"
            _write_spectrum(folder / name, example.spectrum)
            entries.append(_entry(name, example))
        run = {
            "model": options.model,
            "epochs": options.epochs,
            "simulated_share": options.simulated_share,
            "seed": options.seed,
            "examples": entries,
        }
        write_whole(folder / "run.json", json.dumps(run, indent=1).encode())
    except OSError as error:
        raise TrainingError(f"{folder}: cannot be written to ({error.strerror})") from error


def _write_spectrum(path: Path, spectrum: Spectrum) -> None:
    axis = spectrum.axis
    parts = {"real": np.asarray(spectrum.data.real)}
    if spectrum.is_complex:
        parts["imag"] = np.asarray(spectrum.data.imag)
    points = math.nan if spectrum.time_points is None else float(spectrum.time_points)
    held = io.BytesIO()
    np.savez(
        held,
        allow_pickle=False,
        sw_hz=axis.sw_hz,
        sf_mhz=axis.sf_mhz,
        offset_ppm=axis.offset_ppm,
        nucleus=np.array(spectrum.sample.nucleus),
        time_points=points,
        **parts,
    )
    write_whole(path, held.getvalue())


def _entry(name: str, example: Example) -> dict[str, Any]:
    return {
        "spectrum": name,
        "name": example.name,
        "sha256": example.spectrum.source.sha256,
        "regions": [[r.high_ppm, r.low_ppm] for r in example.regions],
        "peaks": [{"ppm": p.ppm, "fwhm_hz": p.fwhm_hz, "height": p.height} for p in example.peaks],
    }
