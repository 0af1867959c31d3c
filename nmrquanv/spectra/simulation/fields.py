"""Fields of magnets that were shimmed badly: of up to eight parts, or as real spectra show them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nmrquanv.guarded import read_json
from nmrquanv.paths import resource
from nmrquanv.spectra.simulation.faults import lopsided_field
from nmrquanv.spectra.simulation.instrument import FieldSpread

FILE = "training/fields.json"
"""Made by ``packaging/real_fields.py`` from the bundled FIDs."""

MOST_PARTS = 8

_SIDE_TOP, _SHRUNK, _SPLIT = 0.05, 0.75, 0.08
_SMOOTH = 0.8


@dataclass(frozen=True, slots=True)
class RealField:
    """The field that a measured spectrum's own lines tell.

    Parameters
    ----------
    source : str
        Which spectrum.
    lines : int
        How many lines it was learnt from.
    width_hz : float, Hz
        Lorentzian width of these lines without it.
    hz, share : tuple of float
        Its parts.
    """

    source: str
    lines: int
    width_hz: float
    hz: tuple[float, ...]
    share: tuple[float, ...]


@lru_cache(maxsize=1)
def real_fields() -> tuple[RealField, ...]:
    """Return the fields of the bundled spectra."""
    return tuple(read_json(resource(FILE), list[RealField]))


def random_field(rng: np.random.Generator, width_hz: float) -> FieldSpread:
    """Return an uneven field: with a tail to one side, of two to eight parts, or a real one.

    Parameters
    ----------
    width_hz : float, Hz
        Natural width of the lines; the field is of about that size.
    """
    kind = rng.choice(3, p=[0.3, 0.4, 0.3])
    size_hz = width_hz * float(rng.uniform(0.4, 1.5))
    if kind == 0:
        return lopsided_field(rng, size_hz)
    if kind == 1:
        return parted_field(rng, width_hz, size_hz)
    return measured_field(rng, size_hz)


def parted_field(rng: np.random.Generator, width_hz: float, size_hz: float) -> FieldSpread:
    """Return a field of two to eight parts of any shares, on one side or both.

    Notes
    -----
    Mostly such that lines keep one top: it is drawn narrower until they do. Few magnets are left so
    that each line has two.
    """
    n = int(rng.integers(2, MOST_PARTS + 1))
    hz = rng.uniform(-1.0, 1.0, n) * size_hz * float(rng.uniform(0.6, 2.0))
    if rng.random() < 0.5:
        hz = np.abs(hz) * rng.choice([-1.0, 1.0])
    share = rng.dirichlet(np.full(n, float(rng.uniform(0.6, 3.0))))
    own = rng.uniform(0.0, 0.6, n) * size_hz
    while rng.random() > _SPLIT and _tops(hz, own + width_hz, share) > 1:
        hz, own = _SHRUNK * hz, _SHRUNK * own
    hz = hz - hz[int(np.argmax(share))]
    return FieldSpread(_numbers(hz), _numbers(own), _numbers(share))


def measured_field(rng: np.random.Generator, size_hz: float) -> FieldSpread:
    """Return one of the real fields, as wide as asked for, turned round in half of the cases.

    Notes
    -----
    Shares vary by a quarter, smoothly, so that no two are the same. Parts are broadened by their
    distance, for it is a distribution that they stand for.
    """
    sources = sorted({field.source for field in real_fields()})
    source = sources[int(rng.integers(len(sources)))]
    known = [field for field in real_fields() if field.source == source]
    one = known[int(rng.integers(len(known)))]
    order = np.argsort(one.hz)
    hz, share = np.array(one.hz)[order], np.array(one.share)[order]
    wave = np.sin(np.linspace(0, float(rng.uniform(2, 9)), hz.size) + float(rng.uniform(0, 6.3)))
    share = share * np.exp(0.25 * rng.standard_normal() * wave)
    scale = size_hz / one.width_hz * float(rng.choice([-1.0, 1.0]))
    between = float(np.median(np.diff(hz))) * abs(scale)
    own = np.full(hz.size, _SMOOTH * between)
    return FieldSpread(_numbers(hz * scale), _numbers(own), _numbers(share / share.sum()))


def _tops(hz: NDArray[np.float64], width: NDArray[np.float64], share: NDArray[np.float64]) -> int:
    """Return how many tops a line has that the field spreads."""
    from scipy.signal import find_peaks

    x = np.linspace(hz.min() - width.max(), hz.max() + width.max(), 241)
    line = (share / width / (1 + (2 * (x[:, None] - hz) / width) ** 2)).sum(axis=1)
    return int(find_peaks(line, prominence=_SIDE_TOP * line.max())[0].size)


def _numbers(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(v) for v in values)
