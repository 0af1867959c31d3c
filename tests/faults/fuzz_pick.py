"""Hostile spectra for every finder: each ends in a peak list or in a named error.

One command, ``python tests/faults/fuzz_pick.py --full``, tries 400 spectra with 3 finders each and
names what broke; without ``--full`` a tenth of them. What counts as broken: an exception that is
no :class:`NmrQuanvError`, a warning, more than 5 seconds, a peak that is not finite or stands
beside the spectrum, and any shown peak where there is no line.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmrquanv.errors import NmrQuanvError
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds

FINDERS = ("quanv", "cnn", "classical")
FULL, SHORT = 400, 39
MOST_S = 5.0
_NOISE_PEAKS = 3
"""As many as noise may show, where there are points enough (100) to know noise from lines."""

Array = np.ndarray
Maker = Callable[[np.random.Generator, int], Array]


def _lines(rng: np.random.Generator, n: int, count: int = 8) -> Array:
    """Return a sum of Lorentzians, without noise."""
    x = np.arange(n)
    width, place = rng.uniform(3, 12, count), rng.uniform(0, n, count)
    height = 10.0 ** rng.uniform(0, 3, count)
    return sum(
        h / (1 + (2 * (x - p) / w) ** 2) for h, p, w in zip(height, place, width, strict=True)
    )


def _noise(rng: np.random.Generator, n: int) -> Array:
    return rng.normal(size=n)


def _noisy_lines(rng: np.random.Generator, n: int) -> Array:
    return _lines(rng, n) + _noise(rng, n)


def _time_noise(rng: np.random.Generator, n: int) -> Array:
    """Return complex noise that dies away in time: correlated, as after apodization."""
    fid = (rng.normal(size=n) + 1j * rng.normal(size=n)) * np.exp(-np.arange(n) / (n / 6))
    return np.fft.fftshift(np.fft.fft(fid))


def _steps(rng: np.random.Generator, n: int) -> Array:
    return np.repeat(rng.normal(size=n // 16 + 1), 16)[:n]


def _empty_regions(rng: np.random.Generator, n: int) -> Array:
    y = _noisy_lines(rng, n)
    y[: n // 3], y[-n // 4 :] = 0.0, 0.0
    return y


def _comb(rng: np.random.Generator, n: int) -> Array:
    y = np.zeros(n)
    y[:: int(rng.integers(2, 40))] = 1.0
    return y


def _single_point(rng: np.random.Generator, n: int) -> Array:
    y = np.zeros(n)
    y[int(rng.integers(n))] = 10.0 ** rng.uniform(-9, 9)
    return y


def _equal_lines(rng: np.random.Generator, n: int) -> Array:
    x, apart = np.arange(n), int(rng.integers(8, 60))
    y = 1.0 / (1 + ((x % apart - apart / 2) / 2) ** 2)
    return 100.0 * y + rng.choice([0.0, 1.0]) * _noise(rng, n)


def _dynamic(rng: np.random.Generator, n: int) -> Array:
    return 1e12 * _lines(rng, n, 1) + _noisy_lines(rng, n)


def _clipped(rng: np.random.Generator, n: int) -> Array:
    return np.clip(_noisy_lines(rng, n), -3.0, 30.0)


def _outlier(rng: np.random.Generator, n: int) -> Array:
    y = _noise(rng, n)
    y[int(rng.integers(n))] = rng.choice([-1e15, 1e15, 1e300])
    return y


def _flat_tops(rng: np.random.Generator, n: int) -> Array:
    return np.where(np.sin(np.arange(n) / rng.uniform(3, 40)) > 0, 1.0, 0.0)


def _huge(rng: np.random.Generator, n: int) -> Array:
    return 1e300 * _noisy_lines(rng, n) / 2000.0


def _tiny(rng: np.random.Generator, n: int) -> Array:
    return 1e-300 * _noisy_lines(rng, n)


def _below_normal(rng: np.random.Generator, n: int) -> Array:
    return np.round(_noisy_lines(rng, n)) * 5e-324


NO_LINES: dict[str, Maker] = {
    "zero": lambda rng, n: np.zeros(n),
    "constant": lambda rng, n: np.full(n, 10.0 ** rng.uniform(-9, 9)),
    "ramp": lambda rng, n: rng.choice([-1.0, 1.0]) * np.arange(n) * 10.0 ** rng.uniform(-3, 3),
    "exponential": lambda rng, n: np.exp(rng.choice([-1, 1]) * np.arange(n) * 9.0 / n),
    "steep exponential": lambda rng, n: np.exp(-np.arange(n) / 7.0),
    "parabola": lambda rng, n: (np.arange(n) / n + rng.uniform(0, 1)) ** 2,
}
NOISE: dict[str, Maker] = {
    "noisy exponential": lambda rng, n: 1e3 * np.exp(-np.arange(n) * 9.0 / n) + _noise(rng, n),
    "noisy ramp": lambda rng, n: np.arange(n) * 0.1 + _noise(rng, n),
    "whole ramp": lambda rng, n: np.arange(n) // int(rng.integers(1, 9)) * 1.0,
    "noise": _noise,
    "complex noise": lambda rng, n: rng.normal(size=n) + 1j * rng.normal(size=n),
    "correlated noise": _time_noise,
    "uniform noise": lambda rng, n: rng.uniform(-1, 1, n),
    "whole noise": lambda rng, n: np.round(2 * _noise(rng, n)),
    "uneven noise": lambda rng, n: _noise(rng, n) * (1 + np.arange(n) / n),
}
LINES: dict[str, Maker] = {
    "lines without noise": _lines,
    "complex lines without noise": lambda rng, n: np.fft.fftshift(
        np.fft.fft(np.exp(2j * np.pi * rng.uniform() * np.arange(n) - 9.0 * np.arange(n) / n))
    ),
    "noisy lines": _noisy_lines,
    "wide noise": lambda rng, n: rng.standard_cauchy(n),
    "steps": _steps,
    "empty regions": _empty_regions,
    "comb": _comb,
    "alternating": lambda rng, n: (-1.0) ** np.arange(n),
    "single point": _single_point,
    "equal lines": _equal_lines,
    "huge dynamic range": _dynamic,
    "clipped": _clipped,
    "whole numbers": lambda rng, n: np.round(_noisy_lines(rng, n) / 20.0),
    "one outlier": _outlier,
    "flat tops": _flat_tops,
    "1e300": _huge,
    "1e-300": _tiny,
    "below normal": _below_normal,
    "negative lines": lambda rng, n: -_noisy_lines(rng, n),
    "one step": lambda rng, n: (np.arange(n) > rng.uniform(0.2, 0.8) * n) * 1.0,
    "arch": lambda rng, n: -((np.arange(n) / n - rng.uniform(0, 1)) ** 2),
    "sine": lambda rng, n: np.sin(np.arange(n) / rng.uniform(0.5, 400)),
    "chirp": lambda rng, n: np.sin((np.arange(n) / 40.0) ** 2),
    "random walk": lambda rng, n: np.cumsum(_noise(rng, n)),
    "imaginary only": lambda rng, n: 1j * _noisy_lines(rng, n),
}
KINDS = NO_LINES | NOISE | LINES
SMALL = (*range(2, 20), 24, 31, 32, 33, 48, 63, 64, 100, 127, 200)
LARGE = (256, 400, 1000, 1024, 2048, 4096, 8191, 16384)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A spectrum, and the most peaks that may be shown of it (None: any number)."""

    name: str
    spectrum: Spectrum
    most: int | None


def hostile(count: int, seed: int = 0) -> list[Hostile]:
    """Return so many hostile spectra: kinds in turn, sizes and axes drawn."""
    found = []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        kind = list(KINDS)[number % len(KINDS)]
        sizes = SMALL if number // len(KINDS) % 3 == 1 else LARGE
        size = int(rng.choice(sizes))
        mhz = float(rng.choice([400.0, 400.0, 60.0, 1e-3, 1e6]))
        axis = Axis(size, float(rng.choice([8000.0, 8000.0, 1e-2, 1e7])), mhz, 12.0)
        is_enough = kind in NOISE and size >= 100
        most = 0 if kind in NO_LINES else _NOISE_PEAKS if is_enough else None
        data = np.asarray(KINDS[kind](rng, size))
        found.append(Hostile(f"{number}: {kind}, {size} points", Spectrum(data, axis), most))
    return found


def fault_of(case: Hostile, finder: str) -> str:
    """Return what is wrong with a finder's answer; empty when nothing is."""
    began = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            peaks = find_peaks(case.spectrum, finder)
    except NmrQuanvError:
        return ""
    except Exception as error:  # noqa: BLE001  (to be told, not hidden)
        return f"{type(error).__name__}: {error}"
    seconds = time.process_time() - began
    if seconds > MOST_S:
        return f"{seconds:.1f} s"
    return _odd(case, peaks)


def _odd(case: Hostile, peaks: PeakList) -> str:
    """Return what is odd about a peak list."""
    high, low = case.spectrum.axis.limits_ppm
    for p in peaks:
        numbers = [
            x for x in (p.ppm, p.height, p.snr, p.fwhm_hz, p.area, p.ppm_err) if x is not None
        ]
        if not np.isfinite(numbers).all():
            return f"not finite: {p}"
        if not low <= p.ppm <= high:
            return f"outside: {p.ppm}"
    shown = len(peaks.passing(Thresholds()))
    return f"{shown} peaks shown" if case.most is not None and shown > case.most else ""


def main() -> int:
    """Try all and tell what broke; 1 when anything did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"{FULL} spectra, not {SHORT}")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    broken = 0
    cases = hostile(FULL if arguments.full else SHORT, arguments.seed)
    for case in cases:
        for finder in FINDERS:
            if fault := fault_of(case, finder):
                broken += 1
                sys.stdout.write(f"{case.name}, {finder}: {fault}\n")
    told = {"spectra": len(cases), "searches": len(cases) * len(FINDERS), "broken": broken}
    sys.stdout.write(json.dumps(told) + "\n")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
