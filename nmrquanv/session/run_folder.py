"""Writes what the user reviewed as a run folder, the input of ``nmrquanv train --run``.

The run folder holds ``run.json`` and one ``N.npz`` a spectrum (arrays only, nothing pickled)::

    {"model", "epochs", "simulated_share", "seed",
     "examples": [{"spectrum": "0.npz", "name", "sha256",
                   "regions": [[high, low], ...],
                   "peaks": [{"ppm", "fwhm_hz", "height"}, ...],
                   "corrections": {"added": [{"ppm"}, ...], "moved": [{"from_ppm", "ppm"}, ...],
                                   "deleted": [{"ppm"}, ...]}}]}

``N.npz``: ``real``, ``imag`` (missing for a real spectrum), ``sw_hz``, ``sf_mhz``,
``offset_ppm``, ``nucleus``, ``time_points`` (nan where unknown). Within the regions the peaks
are the truth: every line is among them and nothing else is a line. The corrections say what a
person changed there; no training needs them, the card of the new model lists them.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nmrquanv.errors import IN_DATA_FOLDER, TrainingError, system_errors_as
from nmrquanv.extras import require
from nmrquanv.guarded import MAX_JSON_BYTES, require_readable
from nmrquanv.guarded_arrays import MAX_ARRAYS_BYTES
from nmrquanv.session.document import Document
from nmrquanv.session.state import State
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Spectrum, TrueLine
from nmrquanv.spectra.user_marks import Region
from nmrquanv.writing import write_whole

if TYPE_CHECKING:
    from nmrquanv.training.reviewed import Reviewed

_HEADS_BYTES = 1 << 16
"""More than all but the points takes in a spectrum's file."""

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
class Corrections:
    """What a person changed in the reviewed regions of a spectrum.

    Parameters
    ----------
    added, deleted : tuple of float, ppm
    moved : tuple of (float, float), ppm
        From where a finder had put it, to where the person did.
    """

    added: tuple[float, ...] = ()
    moved: tuple[tuple[float, float], ...] = ()
    deleted: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """One spectrum with its reviewed regions, the true peaks in them, and what was corrected."""

    name: str
    spectrum: Spectrum
    regions: tuple[Region, ...]
    peaks: tuple[Peak, ...]
    corrections: Corrections = Corrections()


def examples_of(documents: Iterable[Document]) -> tuple[Example, ...]:
    """Return the reviewed parts of documents; those without a reviewed region give nothing."""
    result = []
    for document in documents:
        regions = document.reviewed_regions
        if regions:
            # satellites are lines of the spectrum, hidden or not: no model is to unlearn them
            of = {f: document.limits(f) for f in {p.finder for p in document.peaks}}
            limits = {f: replace(x, shows_satellites=True) for f, x in of.items()}
            tallest = document.reference_height()
            peaks = tuple(
                p
                for p in document.peaks
                if limits[p.finder].passes(p, tallest) and any(r.contains(p.ppm) for r in regions)
            )
            corrections = _corrections(document.state, peaks, regions)
            result.append(Example(document.name, document.spectrum, regions, peaks, corrections))
    return tuple(result)


def _corrections(state: State, peaks: Sequence[Peak], regions: Sequence[Region]) -> Corrections:
    """Return what a person changed within regions, highest ppm first."""
    stones = [t for t in state.tombstones if any(r.contains(t.ppm) for r in regions)]
    first = {t.peak.id: t.ppm for t in reversed(state.tombstones) if t.reason == "moved"}
    return Corrections(
        tuple(p.ppm for p in peaks if p.source == "added"),
        tuple((first.get(p.id, p.ppm), p.ppm) for p in peaks if p.source == "moved"),
        tuple(sorted((t.ppm for t in stones if t.reason == "deleted"), reverse=True)),
    )


def check(examples: Sequence[Example], options: Options | None = None) -> None:
    """Tell whether there is enough to train on, and what trains.

    Parameters
    ----------
    examples : sequence of Example
    options : Options or None
        With them it is also tried whether the model they name can be retrained, and whether some
        of the data can be set aside for the comparison, as the training will do it.

    Raises
    ------
    TrainingError, MissingPackageError
        Says what is missing and how to get it.
    """
    require("train", "retraining")
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
    if options is not None:
        from nmrquanv.models.library import list_models
        from nmrquanv.training.reviewed import require_standard, split

        card = next((c for c in list_models() if c.name == options.model), None)
        if card is None:
            raise TrainingError(f"there is no model '{options.model}': choose another one")
        require_standard(card)
        split(tuple(map(_as_read, examples)), frozenset(card.data_hashes), options.seed)


def _as_read(example: Example) -> Reviewed:
    """Return an example as the training will read it, as far as it is split by that."""
    from nmrquanv.training.reviewed import Reviewed

    lines = tuple(TrueLine(p.ppm, p.fwhm_hz or 0.0, p.height) for p in example.peaks)
    regions = tuple((r.high_ppm, r.low_ppm) for r in example.regions)
    sha256 = example.spectrum.source.sha256 or example.name
    return Reviewed(example.spectrum, lines, regions, example.name, sha256)


def write_run_folder(folder: Path, examples: Sequence[Example], options: Options) -> None:
    """Write everything that ``nmrquanv train --run`` needs; ``run.json`` comes last.

    Raises
    ------
    TrainingError
        There is not enough to train on (:func:`check`), the folder cannot be written to, or a
        spectrum is so large that it could not be read again.
    """
    check(examples)
    with system_errors_as(TrainingError, f"{folder}: cannot be written to (…): {IN_DATA_FOLDER}"):
        folder.mkdir(parents=True, exist_ok=True)
        entries = []
        for number, example in enumerate(examples):
            name = f"{number}.npz"
            _write_spectrum(folder / name, example)
            entries.append(_entry(name, example))
        run = {
            "model": options.model,
            "epochs": options.epochs,
            "simulated_share": options.simulated_share,
            "seed": options.seed,
            "examples": entries,
        }
        content = json.dumps(run, indent=1).encode()
        advice = "review fewer regions, or fewer spectra"
        require_readable(len(content), MAX_JSON_BYTES, "the run", advice, TrainingError)
        write_whole(folder / "run.json", content)


def _write_spectrum(path: Path, example: Example) -> None:
    spectrum = example.spectrum
    axis = spectrum.axis
    require_readable(
        spectrum.data.nbytes + _HEADS_BYTES,
        MAX_ARRAYS_BYTES,
        f"{example.name}",
        "process it with fewer points",
        TrainingError,
    )
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
        "corrections": {
            "added": [{"ppm": ppm} for ppm in example.corrections.added],
            "moved": [{"from_ppm": old, "ppm": ppm} for old, ppm in example.corrections.moved],
            "deleted": [{"ppm": ppm} for ppm in example.corrections.deleted],
        },
    }
