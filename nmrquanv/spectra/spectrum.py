"""The two forms of a 1D measurement: :class:`Fid` and :class:`Spectrum`, both immutable.

One convention for all vendors, established by the readers: ``fftshift(fft(fid.data))`` has the
highest ppm at index 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nmrquanv.errors import ProcessingError
from nmrquanv.numbers import fixed
from nmrquanv.spectra import html
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.noise import Noise
from nmrquanv.spectra.plotting import plot_trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Source:
    """Where data came from, and what is known of the sample.

    Parameters
    ----------
    path : str
        File or folder that the user opened; empty for data that never was a file.
    kind : str
        ``"fid"``, a Bruker PROCNO such as ``"1"``, ``"text"`` or ``"simulated"``.
    format : str
        ``"Bruker"``, ``"Varian/Agilent"``, ``"text"``, ``"simulated"``.
    sha256 : str or None
        Of the file with the intensities.
    notes : tuple of str
        Fallbacks taken while reading, shown in the status bar ("1i missing: ...").
    """

    path: str
    kind: str
    format: str
    sha256: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """What the file says of the experiment; empty strings where it says nothing."""

    nucleus: str = ""
    solvent: str = ""
    title: str = ""
    pulse_program: str = ""


def _in_words(axis: Axis, sample: Sample) -> str:
    """Return what data are in one line."""
    high, low = axis.limits_ppm
    parts = [
        sample.nucleus,
        f"{axis.sf_mhz:.2f} MHz" if axis.has_hz else "MHz not known",
        sample.solvent,
        f"{axis.size} points",
        f"{fixed(high, 3)} to {fixed(low, 3)} ppm",
    ]
    return ", ".join(" ".join(part.split()) for part in parts if part)


def _frozen(data: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view-or-copy of a finite one-dimensional array."""
    if data.ndim != 1 or data.size < 2:
        raise ValueError(f"expected one dimension of at least 2 points, got shape {data.shape}")
    if not np.isfinite(data).all():
        raise ValueError("the data hold values that are not finite")
    kind = np.complex128 if np.iscomplexobj(data) else np.float64
    frozen = np.array(data, dtype=kind) if data.flags.writeable else data.astype(kind, copy=False)
    frozen.flags.writeable = False
    return frozen


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fid:
    """A free induction decay.

    Parameters
    ----------
    data : (td,) complex128
        Such that ``fftshift(fft(data))`` has the highest ppm at index 0.
    axis : Axis
        Of the spectrum that a transform with ``si = td`` gives (``axis.size == td``).
    sfo1_mhz : float, MHz
        Transmitter frequency of the observed nucleus.
    group_delay_points : float, points, >= 0
        Points by which the digital filter delays the signal (Bruker GRPDLY); 0 for none.
    """

    data: NDArray[np.complex128]
    axis: Axis
    sfo1_mhz: float
    group_delay_points: float = 0.0
    sample: Sample = field(default_factory=Sample)
    source: Source = field(default_factory=lambda: Source("", "fid", "simulated"))

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", _frozen(np.asarray(self.data, dtype=np.complex128)))
        if self.data.size != self.axis.size:
            raise ValueError(f"{self.data.size} points of data on an axis of {self.axis.size}")

    def __repr__(self) -> str:
        return f"Fid({_in_words(self.axis, self.sample)})"

    @property
    def dwell_s(self) -> float:
        """Time between complex points, seconds."""
        return 1.0 / self.axis.sw_hz

    @property
    def time_points(self) -> int:
        """How many points were measured: some programs store zeros behind them. At least 2."""
        last = self.data.size - int(np.argmax(self.data[::-1] != 0))
        return max(2, last) if self.data[last - 1] else self.data.size


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spectrum:
    """A spectrum; index 0 is the highest ppm.

    Parameters
    ----------
    data : (si,) complex128 or float64
        Complex wherever possible: phase and band-limited resampling need both parts.
    axis : Axis
    time_points : float or None
        How many of its ``si`` time-domain points carry signal (TD of the FID), where known; the
        ratio tells how far noise is correlated by zero filling.
    remarks : tuple of str
        What was done to it that every list of its peaks must say.
    is_magnitude : bool
        Magnitudes, or made of some: its areas count nothing, whatever was done to it since.
    """

    data: NDArray[np.complex128] | NDArray[np.float64]
    axis: Axis
    sample: Sample = field(default_factory=Sample)
    source: Source = field(default_factory=lambda: Source("", "simulated", "simulated"))
    time_points: float | None = None
    remarks: tuple[str, ...] = ()
    is_magnitude: bool = False
    _noise: Noise | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", _frozen(np.asarray(self.data)))
        if self.data.size != self.axis.size:
            raise ValueError(f"{self.data.size} points of data on an axis of {self.axis.size}")

    @classmethod
    def from_arrays(
        cls,
        ppm: ArrayLike,
        intensity: ArrayLike,
        *,
        sf_mhz: float | None = None,
        nucleus: str = "",
        solvent: str = "",
    ) -> Spectrum:
        """Make a spectrum of numbers that come from elsewhere.

        Parameters
        ----------
        ppm : (si,) array, ppm
            Equally spaced, rising or falling.
        intensity : (si,) array
            Real, or complex with the imaginary part of an upright line positive on its side of
            high ppm.
        sf_mhz : float or None, MHz
            Frequency of 0 ppm; without it nothing is known in Hz.
        nucleus, solvent : str
            Such as ``"1H"`` and ``"CDCl3"``; solvent lines are recognised by them.

        Raises
        ------
        ProcessingError
            The numbers are no spectrum: lengths differ, values are not finite, shifts are not
            equally spaced.
        """
        shifts, data = np.asarray(ppm, dtype=np.float64), np.asarray(intensity)
        if shifts.ndim == data.ndim == 1 and shifts.size > 1 and shifts[0] < shifts[-1]:
            shifts, data = shifts[::-1], data[::-1]
        try:
            axis = Axis.through(shifts, sf_mhz)
            source = Source("", "arrays", "arrays")
            return cls(_frozen(data), axis, Sample(nucleus, solvent), source)
        except (ValueError, TypeError) as error:
            raise ProcessingError(
                f"these arrays are no spectrum: {error}: give ppm and intensity of equal length"
            ) from error

    def __repr__(self) -> str:
        return f"Spectrum({_in_words(self.axis, self.sample)})"

    def _repr_html_(self) -> str:
        known = {
            "title": self.sample.title,
            "nucleus": self.sample.nucleus,
            "solvent": self.sample.solvent,
            "points": str(self.axis.size),
            "ppm": " to ".join(fixed(ppm, 2) for ppm in self.axis.limits_ppm),
            "format": self.source.format,
            "path": self.source.path,
            "notes": "; ".join(self.source.notes),
        }
        facts = {name: value for name, value in known.items() if value}
        drawn = html.drawing(self.trace, self.axis.limits_ppm)
        return html.section(repr(self), (), drawn, html.table(list(facts), [list(facts.values())]))

    def plot(self, ax: Axes | None = None, marks: Sequence[tuple[float, float]] = ()) -> Axes:
        """Draw the spectrum, with marks (ppm, height) over it: see :func:`plot_trace`."""
        trace = (self.axis.all_ppm(), self.trace)
        return plot_trace(trace, marks, ax, self.sample.nucleus)

    @property
    def trace(self) -> NDArray[np.float64]:
        """The real part, which is what is drawn and picked, shape ``(si,)``."""
        return self.data.real

    @property
    def noise(self) -> Noise:
        """The noise of the trace: estimated when first asked for, then remembered."""
        noise = self._noise
        if noise is None:
            period = self.axis.size / self.time_points if self.time_points else None
            noise = Noise.of(self.trace, period)
            object.__setattr__(self, "_noise", noise)
        return noise

    @property
    def is_complex(self) -> bool:
        """Whether the imaginary part is known."""
        return bool(np.iscomplexobj(self.data))

    def with_data(self, data: NDArray[Any], axis: Axis | None = None) -> Spectrum:
        """Return the same measurement with other intensities, and another axis if given."""
        return replace(self, data=data, axis=axis or self.axis)


@dataclass(frozen=True, slots=True)
class TrueLine:
    """A line of a synthetic spectrum, known exactly.

    Parameters
    ----------
    ppm, fwhm_hz, height : float
        Position, width as processed, and signed height in the spectrum's intensity units.
    is_excused : bool
        A satellite or sideband: neither missed nor false when found.
    """

    ppm: float
    fwhm_hz: float
    height: float
    is_excused: bool = False
