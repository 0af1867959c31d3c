"""The study's spectra: 200 points, a few lines, three difficulties; made from a seed.

A *preset* is a difficulty. Counts, widths, noise and overlap of the three are our reconstruction:
the paper names their kind, not their values. They stand in ``resources/training`` with all else
that it leaves open (:data:`FILE`). Versioned by :data:`PRESET_VERSION`: a change of what
:func:`make` gives for a preset and a seed is a new version, and so are other ranges in the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import TrainingError
from nmrquanv.guarded import read_json
from nmrquanv.paths import resource
from nmrquanv.spectra.lineshapes import pseudo_voigt

POINTS = 200
SLOTS = 5
"""Peaks that the paper's head has room for."""

_EDGE_POINTS = 6.0
_LEAST_HEIGHT = 0.3
# Distances between centres in mean widths of the two lines: least, and from where they are clear.
_LEAST_SEPARATION, _CLEAR = 0.5, 1.5
_TRIES = 64


@dataclass(frozen=True, slots=True)
class Preset:
    """How spectra are drawn; every range is uniform.

    Parameters
    ----------
    name : str
    n_min, n_max : int
        Lines in a spectrum.
    fwhm_min, fwhm_max : float, points
    sigma_min, sigma_max : float
        Noise, as a share of the noiseless maximum.
    overlap : float, 0 to 1
        Probability that a line is put beside another, at 0.5 to 1.5 of their mean width. The
        others stand 1.5 mean widths clear where there is room.
    """

    name: str
    n_min: int
    n_max: int
    fwhm_min: float
    fwhm_max: float
    sigma_min: float
    sigma_max: float
    overlap: float

    def __post_init__(self) -> None:
        for low, high, least in (
            (self.n_min, self.n_max, 1),
            (self.fwhm_min, self.fwhm_max, 1e-3),
            (self.sigma_min, self.sigma_max, 0.0),
            (self.overlap, self.overlap, 0.0),
        ):
            if not least <= low <= high:
                raise TrainingError(f"preset '{self.name}': impossible range {low} to {high}")
        if self.overlap > 1:
            raise TrainingError(f"preset '{self.name}': overlap is a probability")

    @property
    def max_peaks(self) -> int:
        """Room for lines in the arrays and in a head: the paper's five, or more if needed."""
        return max(SLOTS, self.n_max)

    def changed(self, changes: Iterable[tuple[str, float]]) -> Preset:
        """Return the preset with some values replaced, for sweeps.

        Raises
        ------
        TrainingError
            A name that presets do not have.
        """
        wanted = dict(changes)
        known = {f.name for f in fields(Preset)} - {"name"}
        if unknown := sorted(set(wanted) - known):
            raise TrainingError(f"presets have no {', '.join(unknown)}")
        counts = {k: int(v) for k, v in wanted.items() if k in ("n_min", "n_max")}
        return replace(self, **(wanted | counts))  # type: ignore[arg-type]


FILE = "training/specification.json"
"""Resource with everything that the paper leaves open."""


def _presets() -> dict[str, Preset]:
    told = read_json(resource(FILE), dict[str, Any])["presets"]
    return {name: Preset(name, **values) for name, values in reversed(told.items())}


PRESETS = _presets()

_VERSION, _RANGES = 1, "8708ca6d715dcc12"
"""Of :func:`make`, and of the ranges that belong to it."""


def preset_version(presets: Mapping[str, Preset]) -> int | str:
    """Return the version of presets: a number for ours; other ranges have a name of their own."""
    values = {name: asdict(preset) for name, preset in presets.items()}
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
    return _VERSION if digest == _RANGES else f"{_VERSION}, ranges {digest}"


PRESET_VERSION = preset_version(PRESETS)
"""What runs, reports and cards name; part of a run's key, so that no run stands for another."""


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Spectra with known lines, sorted by position; read-only arrays.

    Parameters
    ----------
    traces : (n, 200) float32, in [0, 1]
    position : (n, max_peaks) float32
        Fraction of the way from the first to the last point; 0 where there is no line.
    is_line : (n, max_peaks) bool
    fwhm : (n, max_peaks) float32, points
    height : (n, max_peaks) float32
        In the scaled trace's units.
    noise_sigma : (n,) float32
        In the scaled trace's units.
    """

    traces: NDArray[np.float32]
    position: NDArray[np.float32]
    is_line: NDArray[np.bool_]
    fwhm: NDArray[np.float32]
    height: NDArray[np.float32]
    noise_sigma: NDArray[np.float32]

    def __post_init__(self) -> None:
        for f in fields(self):
            getattr(self, f.name).flags.writeable = False

    def __len__(self) -> int:
        return len(self.traces)

    @property
    def points(self) -> NDArray[np.float64]:
        """Positions in points, ``(n, max_peaks)``."""
        points: NDArray[np.float64] = np.float64(self.traces.shape[1] - 1) * self.position
        return points

    def digest(self) -> str:
        """Return the SHA-256 of all arrays."""
        seen = hashlib.sha256()
        for f in fields(self):
            array = getattr(self, f.name)
            seen.update(f"{f.name} {array.dtype.str} {array.shape}".encode())
            seen.update(np.ascontiguousarray(array).tobytes())
        return seen.hexdigest()


def first(spectra: Spectra, count: int) -> Spectra:
    """Return the first spectra alone."""
    return Spectra(*(getattr(spectra, f.name)[:count].copy() for f in fields(spectra)))


def make(preset: Preset, count: int, seed: int) -> Spectra:
    """Draw spectra; every spectrum has its own seed, so fewer are the first of more.

    Parameters
    ----------
    preset : Preset
    count : int
    seed : int

    Notes
    -----
    Pseudo-Voigt lines of mixing U(0, 1) and height U(0.3, 1), centres at least 6 points from the
    ends and half a mean width apart; white noise relative to the maximum; the sum is then scaled
    to [0, 1]. Our reconstruction.
    """
    room = preset.max_peaks
    traces = np.zeros((count, POINTS))
    lines = np.zeros((3, count, room))  # centre, width, height
    is_line = np.zeros((count, room), dtype=bool)
    sigma = np.zeros(count)
    for i in range(count):
        rng = np.random.default_rng([_VERSION, seed, i])
        centre, fwhm = _placed(preset, rng)
        n = centre.size
        height = rng.uniform(_LEAST_HEIGHT, 1.0, n)
        traces[i], scale, sigma[i] = _trace(preset, rng, centre, fwhm, height)
        lines[:, i, :n], is_line[i, :n] = (centre / (POINTS - 1), fwhm, height / scale), True
    position, widths, heights = lines.astype(np.float32)
    return Spectra(
        traces.astype(np.float32), position, is_line, widths, heights, sigma.astype(np.float32)
    )


def _trace(
    preset: Preset,
    rng: np.random.Generator,
    centre: NDArray[np.float64],
    fwhm: NDArray[np.float64],
    height: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float, float]:
    """Return the scaled trace, what it was divided by, and its noise's sigma."""
    x = np.arange(POINTS, dtype=np.float64)
    eta = rng.uniform(0.0, 1.0, centre.size)
    shapes = pseudo_voigt(x, 1.0, centre[:, None], fwhm[:, None], eta[:, None])  # type: ignore[arg-type]
    trace = height @ shapes
    sigma = rng.uniform(preset.sigma_min, preset.sigma_max) * trace.max()
    trace = trace + sigma * rng.standard_normal(POINTS)
    scale = float(np.ptp(trace))
    return (trace - trace.min()) / scale, scale, float(sigma / scale)


def _placed(
    preset: Preset, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return centres, rising, and widths of one spectrum's lines, points.

    Raises
    ------
    TrainingError
        So many lines of such widths have no room.
    """
    count = int(rng.integers(preset.n_min, preset.n_max + 1))
    for _ in range(_TRIES):
        fwhm = rng.uniform(preset.fwhm_min, preset.fwhm_max, count)
        centre = np.empty(count)
        for k in range(count):
            place = _place(preset, rng, centre[:k], fwhm[:k], fwhm[k])
            if place is None:
                break
            centre[k] = place
        else:
            order = np.argsort(centre)
            return centre[order], fwhm[order]
    raise TrainingError(f"preset '{preset.name}': no room for {count} lines in {POINTS} points")


def _place(
    preset: Preset,
    rng: np.random.Generator,
    centre: NDArray[np.float64],
    fwhm: NDArray[np.float64],
    own: float,
) -> float | None:
    """Return a place for one more line, beside another or clear of all; None without room."""
    low, high = _EDGE_POINTS, POINTS - 1 - _EDGE_POINTS
    mean = 0.5 * (fwhm + own)
    anywhere = rng.uniform(low, high, _TRIES)
    if not centre.size:
        return float(anywhere[0])
    apart = np.abs(anywhere[:, None] - centre) / mean
    tries, least = anywhere[(apart >= _CLEAR).all(axis=1)], _LEAST_SEPARATION
    if rng.random() < preset.overlap:
        other = rng.integers(centre.size, size=_TRIES)
        away = rng.uniform(_LEAST_SEPARATION, _CLEAR, _TRIES) * rng.choice((-1.0, 1.0), _TRIES)
        tries = centre[other] + away * mean[other]
    # Where the wish cannot be met, any place that keeps the least separation will do.
    tries = np.concatenate((tries, anywhere))
    apart = np.abs(tries[:, None] - centre) / mean
    fits = (tries >= low) & (tries <= high) & (apart >= least).all(axis=1)
    return float(tries[np.argmax(fits)]) if fits.any() else None
