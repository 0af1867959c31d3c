"""The two forms of a 1D measurement: :class:`Fid` and :class:`Spectrum`, both immutable.

One convention for all vendors, established by the readers: ``fftshift(fft(fid.data))`` has the
highest ppm at index 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.axis import Axis


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


@dataclass(frozen=True, slots=True, eq=False)
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

    @property
    def dwell_s(self) -> float:
        """Time between complex points, seconds."""
        return 1.0 / self.axis.sw_hz


@dataclass(frozen=True, slots=True, eq=False)
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
    """

    data: NDArray[np.complex128] | NDArray[np.float64]
    axis: Axis
    sample: Sample = field(default_factory=Sample)
    source: Source = field(default_factory=lambda: Source("", "simulated", "simulated"))
    time_points: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", _frozen(np.asarray(self.data)))
        if self.data.size != self.axis.size:
            raise ValueError(f"{self.data.size} points of data on an axis of {self.axis.size}")

    @property
    def trace(self) -> NDArray[np.float64]:
        """The real part, which is what is drawn and picked, shape ``(si,)``."""
        return self.data.real

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
