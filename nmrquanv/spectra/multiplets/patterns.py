"""First-order patterns: which couplings explain a row of lines.

The way back from lines to couplings is that of T. R. Hoye: every line stands for a whole number
of the ``2**n`` transitions of a spin with ``n`` partners; from the outermost line inwards, the
first distance that earlier couplings do not explain is the next coupling. Centre and couplings are
then fitted to all lines together, and kept only if positions and intensities agree with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.multiplets.coupling_fit import fitted_couplings
from nmrquanv.spectra.multiplets.first_order import (
    AREA_ERROR,
    NAMES,
    Coupling,
    Pattern,
    RowLines,
    quantile_of,
)

MAX_PARTNERS = 7
MAX_LINES = 40
LEAST_SYMMETRIC = 5

INTENSITY_SHARE, APART_SHARE = 0.25, 0.2
"""Mirrored lines' mean intensity may differ from the pattern's by this part of it: where lines
stand so close that a fit shares areas badly among them, and where they stand apart."""

_CLOSE_WIDTHS, _APART_WIDTHS = 2.0, 3.0

STEEPEST_ROOF = 1.92
"""Ratio of mirrored lines' intensities at dnu/J = 3, of the AB system: steeper is second order."""

MIRROR_WIDTHS = 0.25
"""Lines that mirror each other do so within this part of their width, however unsure they are."""

SURE_WIDTHS = 0.15
"""Several couplings are told from lines whose places are so unsure that one of them is off by this
part of a width: then almost any row has some that fit."""

UNSEEN_SHARE, SEEN_SNR = 0.12, 12.0
"""Outer lines of a sextet or septet, below this part of its tallest, are often not listed: where
their S/N would be below this. Others would have been found."""


def pattern_of(lines: RowLines) -> Pattern | None:
    """Return the simplest first-order pattern that explains all lines; None when none does.

    Parameters
    ----------
    lines : RowLines
        At least one, at most :data:`MAX_LINES`; all lines of the multiplet and no others.
    """
    n = len(lines.hz)
    if not 1 <= n <= MAX_LINES or np.any(lines.intensity <= 0):
        return None
    if n == 1:
        return Pattern(float(lines.hz[0]), float(lines.error_hz[0]), (), 0.0, 1.0)
    if not _is_one_width(lines) or _leans_too_much(lines):
        return None
    for partners in range(1, MAX_PARTNERS + 1):
        if partners + 1 <= n <= 2**partners:
            for numbers in _transitions(lines, partners):
                found = _deduced(lines, numbers, partners)
                if found is not None:
                    return _likelier(lines, found, numbers)
    return _with_unseen_ends(lines)


def _likelier(lines: RowLines, found: Pattern, numbers: NDArray[np.int64]) -> Pattern:
    """Return the pattern, or the longer one whose ends are not seen if intensities say so."""
    longer = _with_unseen_ends(lines)
    if longer is None:
        return found
    partners = longer.couplings[0].partners
    binomial = np.array([comb(partners, k) for k in range(1, partners)], dtype=np.float64)
    misfits = [_misfit(lines, shares) for shares in (numbers.astype(np.float64), binomial)]
    return longer if misfits[1] < 0.5 * misfits[0] else found


def _misfit(lines: RowLines, shares: NDArray[np.float64]) -> float:
    """Return how far the intensities of mirrored lines are from a pattern's, root mean square."""
    mean = 0.5 * (lines.intensity + lines.intensity[::-1])
    return float(np.sqrt(np.mean((mean / mean.sum() * shares.sum() / shares - 1.0) ** 2)))


def is_symmetric(lines: RowLines) -> bool:
    """Tell whether positions and intensities mirror each other, as those of one nucleus do.

    Fewer than :data:`LEAST_SYMMETRIC` lines do so by chance, or as two doublets.
    """
    if len(lines.hz) < LEAST_SYMMETRIC or _leans_too_much(lines):
        return False
    sums = lines.hz + lines.hz[::-1]
    allowed = np.minimum(lines.tolerance_hz, MIRROR_WIDTHS * lines.fwhm_hz)
    allowed = 2.0 * np.maximum(allowed, allowed[::-1])
    return bool(np.all(np.abs(sums - np.median(sums)) <= allowed))


def _is_one_width(lines: RowLines) -> bool:
    return bool(lines.fwhm_hz.max() <= 3.0 * lines.fwhm_hz.min())


def _leans_too_much(lines: RowLines) -> bool:
    """Tell whether mirrored lines differ more than a roof of first order explains."""
    least = lines.intensity - 2.0 * lines.intensity_error
    greatest = (lines.intensity + 2.0 * lines.intensity_error)[::-1]
    return bool(np.any(least > STEEPEST_ROOF * (1 + INTENSITY_SHARE) * greatest))


def _transitions(lines: RowLines, partners: int) -> Iterator[NDArray[np.int64]]:
    """Yield how many of the ``2**partners`` transitions each line may stand for, likeliest first.

    Mirrored lines get the same number, and the outermost one transition each.
    """
    total, n = 2**partners, len(lines.hz)
    mean = 0.5 * (lines.intensity + lines.intensity[::-1])
    noise = lines.intensity_error / mean.sum() * total
    wanted = mean / mean.sum() * total
    share = _shares(lines)
    if partners == n - 1:
        # rounding does not find large binomial numbers when intensities are a few percent off
        binomial = np.array([comb(partners, k) for k in range(n)], dtype=np.int64)
        if _agree(wanted, binomial, noise, share):
            yield binomial
    numbers = _rounded(wanted.tolist(), total)
    if numbers is not None and _agree(wanted, numbers, noise, share):
        yield numbers


def _shares(lines: RowLines) -> NDArray[np.float64]:
    """Return by which part of itself the intensity of each line may be off, ``(n,)``."""
    gap = np.diff(lines.hz)
    nearest = np.minimum(np.append(gap, np.inf), np.append(np.inf, gap)) / lines.fwhm_hz
    inner = (nearest - _CLOSE_WIDTHS) / (_APART_WIDTHS - _CLOSE_WIDTHS)
    share = INTENSITY_SHARE + (APART_SHARE - INTENSITY_SHARE) * np.clip(inner, 0.0, 1.0)
    return np.asarray(np.maximum(share, share[::-1]))


def _rounded(wanted: list[float], total: int) -> NDArray[np.int64] | None:
    """Return whole numbers near the wanted ones that mirror each other and sum up to a total.

    Plain lists: of a dozen numbers they are ten times as fast as arrays.
    """
    n = len(wanted)
    base = [max(round(x), 1) for x in wanted]
    base[0] = base[-1] = 1
    inner = range(1, (n + 1) // 2)
    weight = [1 if k == n - 1 - k else 2 for k in range((n + 1) // 2)]
    for _ in range(total):
        surplus = sum(base) - total
        if surplus == 0:
            break
        step = -1 if surplus > 0 else 1
        able = [k for k in inner if base[k] + step >= 1 and weight[k] <= abs(surplus)]
        if not able:
            return None
        chosen = min(able, key=lambda k: abs(base[k] + step - wanted[k]) - abs(base[k] - wanted[k]))
        base[chosen] += step
        base[n - 1 - chosen] = base[chosen]
    return np.array(base, dtype=np.int64) if sum(base) == total else None


def _agree(
    wanted: NDArray[np.float64],
    numbers: NDArray[np.int64],
    noise: NDArray[np.float64],
    share: NDArray[np.float64],
) -> bool:
    """Tell whether intensities are those of the pattern."""
    allowed = share * numbers + 0.05 + 2.0 * noise
    return bool(np.all(np.abs(wanted - numbers) <= allowed))


def _deduced(lines: RowLines, numbers: NDArray[np.int64], partners: int) -> Pattern | None:
    """Return the pattern in which each line stands for so many transitions, if there is one."""
    line_of = np.repeat(np.arange(len(lines.hz)), numbers)
    offset = lines.hz[line_of] - lines.hz[0]
    reach = 0.5 * quantile_of(lines.fwhm_hz, 0.5) + 3.0 * float(lines.error_hz.max())
    is_free = np.ones(offset.size, dtype=bool)
    sums, places = [0.0], [0]
    is_free[0] = False
    signs = np.zeros((1, 0))
    couplings: list[float] = []
    for _ in range(partners):
        if not is_free.any():
            return None
        coupling = float(offset[is_free].min())
        if coupling <= 0:
            return None
        for total in [s + coupling for s in sums]:
            away = np.where(is_free, np.abs(offset - total), np.inf)
            nearest = int(away.argmin())
            if away[nearest] > reach:
                return None
            is_free[nearest] = False
            sums.append(total)
            places.append(nearest)
        couplings.append(coupling)
        down, up = np.full((len(signs), 1), -0.5), np.full((len(signs), 1), 0.5)
        signs = np.vstack([np.hstack([signs, down]), np.hstack([signs, up])])
    return _fitted(lines, line_of[np.array(places)], signs)


def _fitted(
    lines: RowLines, line_of: NDArray[np.intp], signs: NDArray[np.float64]
) -> Pattern | None:
    """Fit centre and couplings to all lines; equal couplings are one.

    Parameters
    ----------
    lines : RowLines
    line_of : (2**k,) int
        The line that each transition belongs to.
    signs : (2**k, k) float64
        -1/2 or +1/2 of each coupling in each transition.
    """
    n, partners = len(lines.hz), signs.shape[1]
    total = np.zeros((n, partners))
    np.add.at(total, line_of, signs)
    mean: NDArray[np.float64] = total / np.bincount(line_of, minlength=n)[:, None]
    free = fitted_couplings(lines, mean)
    order: NDArray[np.intp] = np.argsort(-free.values)
    groups = _equal_groups(free.values[order], free.errors[order], lines)
    joined = np.zeros((n, len(groups)))
    for k, group in enumerate(groups):
        joined[:, k] = mean[:, order[group]].sum(axis=1)
    fit = fitted_couplings(lines, joined)
    if fit.worst > 1.0 or np.any(fit.values <= 0):
        return None
    if len(groups) > 1 and fit.errors.max() > SURE_WIDTHS * quantile_of(lines.fwhm_hz, 0.5):
        return None
    couplings = tuple(
        Coupling(float(v), float(e), len(g))
        for v, e, g in zip(fit.values, fit.errors, groups, strict=True)
    )
    if any(c.partners not in NAMES for c in couplings):
        return None
    middle = len(lines.hz) // 2
    roof = float(lines.intensity[-middle:].sum() / lines.intensity[:middle].sum())
    return Pattern(fit.centre, fit.centre_error, couplings, fit.misfit, roof)


def _equal_groups(
    values: NDArray[np.float64], errors: NDArray[np.float64], lines: RowLines
) -> list[list[int]]:
    """Group couplings, largest first, that cannot be told apart."""
    width = quantile_of(lines.fwhm_hz, 0.5)
    groups = [[0]]
    for k in range(1, len(values)):
        limit = max(2.0 * float(np.hypot(errors[k], errors[k - 1])), 0.25 * width)
        if values[groups[-1][0]] - values[k] <= limit:
            groups[-1].append(k)
        else:
            groups.append([k])
    return groups


def _snr(lines: RowLines) -> float:
    """Return the S/N of the tallest line; 0 where none is known."""
    known = lines.intensity_error > 0
    ratio = np.divide(lines.intensity, lines.intensity_error, where=known, out=np.zeros(known.size))
    return AREA_ERROR * float(ratio.max())


def _with_unseen_ends(lines: RowLines) -> Pattern | None:
    """Return a sextet or septet whose outer lines are too weak to be listed."""
    n = len(lines.hz)
    for partners in (5, 6):
        unseen = partners + 1 - n
        if unseen != 2:
            continue
        binomial = np.array([comb(partners, k) for k in range(1, partners)], dtype=np.float64)
        if 1.0 / binomial.max() > UNSEEN_SHARE or _snr(lines) / binomial.max() > SEEN_SNR:
            continue
        mean = 0.5 * (lines.intensity + lines.intensity[::-1])
        if np.any(np.abs(mean / mean.sum() * binomial.sum() / binomial - 1) > INTENSITY_SHARE):
            continue
        steps = np.arange(n, dtype=np.float64)[:, None] - (n - 1) / 2
        fit = fitted_couplings(lines, steps)
        if fit.worst <= 1.0:
            coupling = Coupling(float(fit.values[0]), float(fit.errors[0]), partners)
            half = n // 2
            roof = float(lines.intensity[-half:].sum() / lines.intensity[:half].sum())
            return Pattern(fit.centre, fit.centre_error, (coupling,), fit.misfit, roof)
    return None
