"""How strong the noise of a trace is: robust scales for any spectrum.

Both must hold when noise is correlated (zero filling, apodization), when the baseline rolls, when
lines fill the trace, and when there is nothing but noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.calm import FEWEST_POINTS, KEPT, LOUDER, calm
from nmrquanv.spectra.neighbours import UNIFORM, difference_sigma, least_step
from nmrquanv.spectra.noise_correlation import noise_correlation

MAD_TO_SIGMA = 1.4826
"""Median absolute deviation of a normal distribution, inverse: 1 / Phi^-1(3/4)."""

_BLOCKS = 256
_MIN_BLOCK, _MAX_BLOCK = 48, 512
_MEMORIES = 80
_MOST_BLOCKS = 2048
"""Of longer traces evenly spread parts tell as much."""

_FEWEST_BLOCKS = 4
_ORDINARY = 300
_COARSE = 2.0
"""Steps of the digits: of less noise most values are one or two, and their median tells nothing."""

_LOUDEST, _FEWEST_QUIET, _APART = 5.0, 0.5, 0.5
"""Of the blocks that tell sigma half and more have no point beyond 5 sigma (chance puts one of a
million there): 94 % and more in the bundled spectra, 42 % and less where lines fill the trace. And
how much less neighbours must tell to be believed: correlated noise looks smaller to them."""

_NOISE_LIKE, _SWING = 7.0, 2.0
"""Largest over median absolute value of a few hundred normal deviates: 3.7 / 0.67, and a margin."""


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """The noise of a spectrum, estimated once: see ``Spectrum.noise``.

    Parameters
    ----------
    sigma : float, intensity
        Standard deviation in the quiet parts; positive.
    profile : (si,) float64, intensity
        Standard deviation at each point.
    step : float, intensity
        Of the digits, where the noise is no larger than two of them; else 0.
    is_full : bool
        Lines leave no quiet stretch: sigma is that of neighbouring points, or too large.
    """

    sigma: float
    profile: NDArray[np.float64]
    step: float = 0.0
    is_full: bool = False

    @classmethod
    def of(cls, trace: NDArray[np.float64], period: float | None = None) -> Noise:
        """Estimate the noise of a trace; extreme intensities are counted in a power of two.

        ``period`` (points) is that of the wiggles which a cut FID leaves, where known.
        """
        exponent = power_of_two(trace)
        if exponent:
            trace = np.ldexp(trace, -exponent)
        sigma, step, is_full = _look(trace)
        if period is not None and period >= FEWEST_POINTS and not step:
            without = _look(calm(trace, period)).sigma / float(np.sqrt(KEPT))
            sigma = without if without < LOUDER * sigma else sigma
        profile = np.full(trace.size, sigma) if step else noise_profile(trace, sigma)
        if exponent:
            step = float(np.ldexp(step, exponent))
            sigma = max(float(np.ldexp(sigma, exponent)), float(np.finfo(np.float64).tiny))
            profile = np.maximum(np.ldexp(profile, exponent), np.finfo(np.float64).tiny)
        return cls(sigma, profile, step, is_full)


def power_of_two(data: NDArray[np.generic]) -> int:
    """Return in which power of two intensities are to be counted so that they can be squared.

    0 for all that measured data have: from 2**-300 to 2**300.
    """
    largest = float(np.maximum(np.abs(data.real), np.abs(data.imag)).max())
    exponent = int(np.frexp(largest)[1])
    return exponent if abs(exponent) > _ORDINARY else 0


def noise_sigma(trace: NDArray[np.float64]) -> float:
    """Return the standard deviation of the noise of a trace.

    Parameters
    ----------
    trace : (n,) float64, n >= 2

    Returns
    -------
    float
        Positive also for a constant trace (then the smallest positive float of its scale).

    Notes
    -----
    The trace is cut into about 256 blocks; each is freed of a straight line and gives
    1.4826 MAD. The quietest fifth of them fixes a first value, and the median over all blocks
    that are not louder than 1.4 times it is the result: for pure noise that is every block, so
    nothing is lost to a low percentile. Differences of neighbouring points, a common shortcut,
    are several times too small on zero-filled data: they are asked where no stretch is quiet, and
    believed of white noise. Noise below a file's digits is what rounding leaves, or more.
    """
    return _look(trace).sigma


class _Look(NamedTuple):
    """The noise of a trace, the step of its digits if that matters, whether lines fill it."""

    sigma: float
    step: float
    is_full: bool


def _look(trace: NDArray[np.float64]) -> _Look:
    sigma, length = _quiet_sigma(trace)
    step = least_step(trace)
    if sigma < _COARSE * step:
        return _Look(max(_block_sigma(trace, length, is_coarse=True), UNIFORM * step), step, False)
    if _has_quiet(trace, sigma, length):
        return _Look(sigma, 0.0, False)
    between = difference_sigma(trace)
    if between is None:
        return _Look(sigma, 0.0, True)
    return _Look(between, 0.0, True) if between < _APART * sigma else _Look(sigma, 0.0, False)


def _has_quiet(trace: NDArray[np.float64], sigma: float, length: int) -> bool:
    """Tell whether the blocks that sigma is from look like noise."""
    size = np.abs(_straightened(_blocks(trace, length)))
    share = MAD_TO_SIGMA * row_medians(size) / sigma
    tells = (share > 0.5) & (share < 1.4)
    quiet = size.max(axis=1, initial=0.0)[tells] < _LOUDEST * sigma
    return bool(quiet.sum() >= _FEWEST_QUIET * quiet.size)


def _quiet_sigma(trace: NDArray[np.float64]) -> tuple[float, int]:
    """Return the noise of the quiet stretches, and the length of the blocks it was seen in."""
    length = int(np.clip(trace.size // _BLOCKS, _MIN_BLOCK, _MAX_BLOCK))
    sigma = _block_sigma(trace, length)
    # Noise of wide lines is correlated over many points: a short block would take it for slope.
    memory = float(np.maximum(noise_correlation(trace, sigma, length // 4), 0.0).sum())
    longer = int(min(_MEMORIES * memory, trace.size / 24))
    # Of a few hundred points there is no twenty-fourth that tells noise from slope.
    if _MEMORIES * memory > length and longer >= _MIN_BLOCK // 2:
        return _block_sigma(trace, longer), longer
    return sigma, length


def _blocks(trace: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Return a trace in blocks of a length, or two of what is shorter."""
    n = trace.size
    length = min(n, max(8, n // 2)) if n < 2 * length else length
    count = n // length
    return trace[: count * length].reshape(count, length)[:: -(-count // _MOST_BLOCKS)]


def _block_sigma(trace: NDArray[np.float64], length: int, *, is_coarse: bool = False) -> float:
    """Return the noise as seen by straight blocks of one length; few values have no median."""
    flat = _straightened(_blocks(trace, length))
    sigmas = flat.std(axis=1) if is_coarse else MAD_TO_SIGMA * row_medians(np.abs(flat))
    # Filter edges and zero-padded stretches hold no noise at all: they are not quiet, but empty.
    alive = sigmas > 1e-3 * np.median(sigmas)
    sigmas = sigmas[alive] if alive.any() else sigmas
    quiet = np.percentile(sigmas, 20)
    sigma = float(np.median(sigmas[sigmas <= 1.4 * quiet]))
    # Transforms round to some 1e-11 of the tallest point; no receiver comes near.
    floor = float(np.abs(trace).max()) * 1e-9
    return max(sigma, floor, np.finfo(np.float64).tiny)


def _straightened(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return blocks (b, p) freed of a straight line each, about their medians."""
    x = np.linspace(-1.0, 1.0, blocks.shape[1])
    slope = (blocks @ x) / (x @ x)
    flat = blocks - blocks.mean(axis=1, keepdims=True) - slope[:, None] * x
    return np.asarray(flat - row_medians(flat)[:, None], dtype=np.float64)


def row_medians(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the medians of rows (b, p) of finite numbers, as ``np.median`` does.

    That looks for the two in the middle and for what is no number apart: four times the time.
    """
    half, is_odd = divmod(rows.shape[1], 2)
    parted = np.partition(rows, half, axis=1)
    if is_odd:
        return np.asarray(parted[:, half])
    return np.asarray(0.5 * (parted[:, :half].max(axis=1) + parted[:, half]))


def noise_profile(trace: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """Return the noise point by point: digital filters and decoupling make it uneven.

    Parameters
    ----------
    trace : (n,) float64
    sigma : float
        Of the quiet parts; the profile lies between it and four times it.

    Notes
    -----
    Second differences see noise, and neither baseline nor the flanks of lines; how large they are
    against those of the quietest blocks tells how much louder the noise is. Blocks with a line in
    them stand out by single large differences and do not count; nor do blocks full of lines, whose
    swing is large for their differences. The profile is a running median
    over a twenty-fourth of the sweep, bridged where lines leave no such block.
    """
    length = int(np.clip(trace.size // _BLOCKS, _MIN_BLOCK, _MAX_BLOCK))
    count = trace.size // length
    if count < 32:
        return np.full(trace.size, sigma)
    stride = -(-count // _MOST_BLOCKS)
    rows = trace[: count * length].reshape(count, length)[::stride]
    count = len(rows)
    bends = np.abs(np.diff(rows, n=2, axis=1))
    size = row_medians(bends)
    is_noise = (bends.max(axis=1) < _NOISE_LIKE * size) & (size > 0)
    swing = row_medians(np.abs(_straightened(rows)))
    usual = swing[is_noise] / size[is_noise]
    if is_noise.any():
        is_noise &= swing <= _SWING * np.percentile(usual, 20) * size
    if is_noise.sum() < 2 * _FEWEST_BLOCKS:
        return np.full(trace.size, sigma)
    place, blocks = np.flatnonzero(is_noise), np.arange(count)
    lo = np.searchsorted(place, blocks - count // 48)
    hi = np.searchsorted(place, blocks + count // 48, side="right")
    typical = _medians(size[place], lo, hi)
    known = np.flatnonzero(np.isfinite(typical))
    if known.size == 0:
        return np.full(trace.size, sigma)
    ratio = np.interp(blocks, known, typical[known] / np.percentile(typical[known], 20))
    middle = (stride * blocks + 0.5) * length
    local = sigma * np.clip(ratio, 1.0, 4.0)
    return np.asarray(np.interp(np.arange(trace.size), middle, local), dtype=np.float64)


def _medians(
    values: NDArray[np.float64], lo: NDArray[np.int64], hi: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the medians of ``values[lo:hi]``; NaN of fewer than four."""
    count = hi - lo
    near = lo[:, None] + np.arange(max(1, int(count.max(initial=0))))
    row = np.where(near < hi[:, None], values[np.minimum(near, values.size - 1)], np.inf)
    row = np.sort(row, axis=1)
    each = np.arange(count.size), np.maximum(count - 1, 0) // 2, count // 2
    last = np.minimum(each[2], row.shape[1] - 1)
    middle = 0.5 * (row[each[0], each[1]] + row[each[0], last])
    return np.where(count >= _FEWEST_BLOCKS, middle, np.nan)
