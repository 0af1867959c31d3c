"""What a person reviewed: spectra with the regions and lines vouched for, read and set apart.

The run folder is written by the window (``session/run_folder.py`` says its form). Data are split
by spectrum; with fewer than three spectra by disjoint regions at least a window apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nmrquanv.errors import FormatError, TrainingError
from nmrquanv.guarded import read_json
from nmrquanv.guarded_arrays import read_npz
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.windows import FWHM_POINTS, STANDARD, WINDOW_POINTS, narrow_width_points
from nmrquanv.spectra.axis import Axis, PpmRange
from nmrquanv.spectra.spectrum import Sample, Spectrum, TrueLine

MOST_EPOCHS = 100_000

HELD_OUT_SHARE = 0.3
FEWEST_SPECTRA = 3

IGNORED_SHARE = 0.8
"""What is weaker than this share of the weakest marked line was below the user's thresholds: it was
not shown, so nobody has judged it."""


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """A spectrum and the regions in which a person vouches for the peak list.

    Parameters
    ----------
    spectrum : Spectrum
    lines : tuple of TrueLine
        Inside the regions; there is none besides.
    regions : tuple of (high_ppm, low_ppm)
    name : str
    sha256 : str
        Of its data: what the card remembers.
    corrected : tuple of float, ppm
        Where the person added, moved or deleted a peak.
    """

    spectrum: Spectrum
    lines: tuple[TrueLine, ...]
    regions: tuple[PpmRange, ...]
    name: str
    sha256: str
    corrected: tuple[float, ...] = ()

    def within(self, regions: tuple[PpmRange, ...]) -> Reviewed:
        """Return the same spectrum with fewer regions, and the lines in them."""

        def inside(ppm: float) -> bool:
            return any(low <= ppm <= high for high, low in regions)

        lines = tuple(x for x in self.lines if inside(x.ppm))
        corrected = tuple(ppm for ppm in self.corrected if inside(ppm))
        return replace(self, regions=regions, lines=lines, corrected=corrected)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Reviewed data for training and for the comparison, and how they were told apart."""

    training: tuple[Reviewed, ...]
    held_out: tuple[Reviewed, ...]
    how: str


@dataclass(frozen=True, slots=True)
class RunPeak:
    """A line as the run folder has it; width and height as they were measured."""

    ppm: float
    fwhm_hz: float | None
    height: float


@dataclass(frozen=True, slots=True)
class Correction:
    """A peak that a person added, moved or deleted; only a moved one came from elsewhere."""

    ppm: float
    from_ppm: float | None = None


@dataclass(frozen=True, slots=True)
class RunCorrections:
    """What a person changed in the regions: nothing is trained on it, the card lists it."""

    added: tuple[Correction, ...] = ()
    moved: tuple[Correction, ...] = ()
    deleted: tuple[Correction, ...] = ()

    def places(self) -> tuple[float, ...]:
        """Return where something was changed, ppm."""
        return tuple(c.ppm for c in (*self.added, *self.moved, *self.deleted))


@dataclass(frozen=True, slots=True)
class RunExample:
    """One reviewed spectrum of a run folder: its file there, its regions and its lines."""

    spectrum: str
    name: str
    regions: tuple[PpmRange, ...]
    peaks: tuple[RunPeak, ...]
    sha256: str | None = None
    corrections: RunCorrections = RunCorrections()

    def __post_init__(self) -> None:
        if Path(self.spectrum).name != self.spectrum:
            raise ValueError(f"a spectrum lies in the folder itself, not at {self.spectrum!r}")


@dataclass(frozen=True, slots=True)
class Run:
    """What ``run.json`` asks for.

    Parameters
    ----------
    model : str
        Name of the model to start from.
    epochs, seed : int
    simulated_share : float, 0 to 1
    examples : tuple of RunExample
    """

    model: str
    epochs: int
    simulated_share: float
    seed: int
    examples: tuple[RunExample, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.epochs <= MOST_EPOCHS or not 0 <= self.simulated_share <= 1:
            raise ValueError(f"{self.epochs} epochs, share {self.simulated_share}: out of range")
        if not 0 <= self.seed < 1 << 32:
            raise ValueError(f"a seed is a whole number from 0 to {(1 << 32) - 1}")


def require_standard(card: ModelCard) -> None:
    """Refuse a model that sees other windows than training makes.

    Raises
    ------
    TrainingError
    """
    if card.window != STANDARD:
        raise TrainingError(
            f"model '{card.name}' sees windows of {card.window.points} points and lines"
            f" {card.window.fwhm_points:g} points wide, training makes those of"
            f" {STANDARD.points} and {STANDARD.fwhm_points:g}: retrain another model"
        )


def read_run(folder: Path) -> Run:
    """Read what a run folder asks for.

    Raises
    ------
    TrainingError
        ``run.json`` is missing or damaged; names it.
    """
    try:
        return read_json(folder / "run.json", Run)
    except FormatError as error:
        raise TrainingError(f"no readable run: {error}") from error


def read_examples(folder: Path, examples: tuple[RunExample, ...]) -> tuple[Reviewed, ...]:
    """Read the reviewed spectra of a run folder.

    Raises
    ------
    TrainingError
        A file is missing or damaged; names it.
    """
    result = []
    for example in examples:
        path = folder / example.spectrum
        try:
            result.append(_reviewed(read_npz(path), example))
        except FormatError as error:
            raise TrainingError(f"no readable reviewed spectrum: {error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{path}: no readable reviewed spectrum ({error})") from error
    return tuple(result)


def _reviewed(arrays: dict[str, Any], example: RunExample) -> Reviewed:
    data = arrays["real"] + 1j * arrays["imag"] if "imag" in arrays else arrays["real"]
    if data.ndim != 1 or not np.isfinite(data).all():
        raise ValueError(f"its points are no finite numbers in a row: {data.dtype} {data.shape}")
    sw_hz, sf_mhz, offset = (float(arrays[k]) for k in ("sw_hz", "sf_mhz", "offset_ppm"))
    axis = Axis(data.size, sw_hz, sf_mhz, offset)
    time_points = float(arrays["time_points"])
    spectrum = Spectrum(
        data,
        axis,
        Sample(nucleus=str(arrays["nucleus"])),
        time_points=time_points if np.isfinite(time_points) else None,
    )
    width = narrow_width_points(spectrum) * axis.point_hz
    lines = tuple(TrueLine(p.ppm, p.fwhm_hz or width, p.height) for p in example.peaks)
    regions = tuple((max(r), min(r)) for r in example.regions)
    sha256, corrected = example.sha256 or example.name, example.corrections.places()
    return Reviewed(spectrum, lines, regions, example.name, sha256, corrected)


def split(examples: tuple[Reviewed, ...], known: frozenset[str], seed: int) -> Split:
    """Set data aside that neither the model nor any parent was trained on.

    Parameters
    ----------
    examples : tuple of Reviewed
    known : frozenset of str
        Hashes of all data that the model or a parent was trained on: never held out.
    seed : int

    Raises
    ------
    TrainingError
        Nothing can be set aside; says what to review.
    """
    rng = np.random.default_rng(seed)
    fresh = [e for e in examples if e.sha256 not in known]
    names = {e.sha256 for e in examples}
    if len(names) >= FEWEST_SPECTRA and fresh:
        hashes = sorted({e.sha256 for e in fresh})
        count = min(max(1, round(HELD_OUT_SHARE * len(names))), len(hashes))
        chosen = set(rng.choice(hashes, count, replace=False))
        held = tuple(e for e in examples if e.sha256 in chosen)
        kept = tuple(e for e in examples if e.sha256 not in chosen)
        if kept and sum(len(e.lines) for e in held):
            return Split(kept, held, f"by spectrum: {len(chosen)} of {len(names)} held out")
    return _split_by_region(fresh, examples, rng)


def _split_by_region(
    fresh: list[Reviewed], examples: tuple[Reviewed, ...], rng: np.random.Generator
) -> Split:
    """Cut each fresh spectrum's reviewed stretch in two, a window left unused between."""
    training = [e for e in examples if all(e is not f for f in fresh)]
    held = []
    for example in fresh:
        is_left = bool(rng.random() < 0.5)
        pair = _cut(example, from_left=is_left) or _cut(example, from_left=not is_left)
        if pair is None:
            training.append(example)
            continue
        training.append(pair[0])
        held.append(pair[1])
    if not held or not any(e.lines for e in training):
        raise TrainingError(
            "the reviewed regions are too few to set some aside for the comparison: review a "
            "second region (or a longer one) of a spectrum that the model was not trained on"
        )
    how = "by disjoint regions of the same spectra, since fewer than three spectra were reviewed"
    return Split(tuple(training), tuple(held), how)


def _cut(example: Reviewed, *, from_left: bool) -> tuple[Reviewed, Reviewed] | None:
    """Return the larger and the smaller part of a spectrum's regions, at least a window apart."""
    ppm = np.sort([x.ppm for x in example.lines])
    if len(ppm) < 4:
        return None
    native = narrow_width_points(example.spectrum) / FWHM_POINTS
    apart = WINDOW_POINTS * native * example.spectrum.axis.point_ppm
    share = HELD_OUT_SHARE if from_left else 1.0 - HELD_OUT_SHARE
    at = float(np.quantile(ppm, 1.0 - share))
    above = _clipped(example.regions, np.inf, at + apart / 2)
    below = _clipped(example.regions, at - apart / 2, -np.inf)
    kept, held = (below, above) if from_left else (above, below)
    parts = example.within(kept), example.within(held)
    return parts if all(len(p.lines) >= 2 for p in parts) else None


def _clipped(regions: tuple[PpmRange, ...], high: float, low: float) -> tuple[PpmRange, ...]:
    clipped = [(min(h, high), max(lo, low)) for h, lo in regions]
    return tuple((h, lo) for h, lo in clipped if h > lo)
