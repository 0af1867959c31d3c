"""FIDs of real numbers, as complex ones: what a real Fourier transform shows, in our convention.

Bruker's AQ_mod 0 (*qf*) detects one channel: the transmitter stands at an edge of the sweep, and a
line on its other side is folded in. AQ_mod 2 (*qseq*) takes real and imaginary part in turn, half
a dwell time apart: the transmitter stands in the middle. Both sample twice as often as the sweep
is wide, and the transform of such numbers has each line twice; one half of it is the spectrum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.io.bruker_parameters import Parameters

REAL_MODES = {0: "qf", 2: "qseq"}
"""AQ_mod of FIDs that hold real numbers; 1 (qsim) and 3 (DQD) hold complex ones."""

MOST_LEAD = 64
"""Points of build-up before the signal. The half of the transform that is kept has sharp edges, so
that its time signal rings before the beginning, as a digital filter's does; beyond so many points
the ringing is below a percent of the first point, and only moves what lies at the very edge."""

MAX_OFF_EDGE = 0.02
"""How far from an edge, in sweeps, the transmitter of a qf measurement may be said to stand."""


@dataclass(frozen=True, slots=True)
class Detection:
    """How a FID of real numbers was detected.

    Parameters
    ----------
    mode : str
        ``"qf"`` or ``"qseq"``.
    centre_hz : float, Hz
        Of the sweep's middle from the transmitter, positive to higher ppm: 0 for qseq.
    lead : int, points
        Build-up that the complex FID gets before its first point: a group delay.
    """

    mode: str
    centre_hz: float
    lead: int

    def as_complex(self, numbers: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the complex FID whose transform is the half of the real transform.

        Parameters
        ----------
        numbers : (n,) float64
            As stored, n even.

        Returns
        -------
        (n/2 + lead,) complex128
            Its transform has the highest ppm first; the signal begins at ``lead``.

        Notes
        -----
        The k-th number of qseq, its third and fourth of four negated, is
        ``Re(s(t_k) exp(-i pi k/2))`` with the signal ``s`` and ``t_k = k / (2 sw)``: of its
        transform the positive half runs from +sw/2 at 0 to -sw/2. That of qf runs from the
        transmitter outwards.
        """
        count = numbers.size
        if self.mode == "qseq":
            numbers = numbers * np.resize([1.0, 1.0, -1.0, -1.0], count)
        half = np.fft.fft(numbers, 2 * count)[:count]
        half[0] /= 2  # which belongs to both halves
        signal = np.fft.ifft(np.fft.ifftshift(half))
        if self.centre_hz > 0:
            signal = signal.conj()
        before = signal[count - self.lead :]
        return np.concatenate([before, signal[: count // 2]])


def detection_of(
    acqus: Parameters, procs: Parameters | None, count: int, notes: list[str]
) -> Detection | None:
    """Return how a FID of ``count`` real numbers was detected; None for a complex one.

    Notes
    -----
    On which side of the transmitter the sweep of a qf measurement lies, only the operator's OFFSET
    (ppm of the left edge) tells: a mirror image has the same numbers.
    """
    mode = REAL_MODES.get(acqus.whole("AQ_mod", 3))
    if mode is None:
        return None
    lead = min(MOST_LEAD, count // 8)
    if mode == "qseq":
        notes.append("a FID of real numbers (AQ_mod qseq): read by a real transform")
        return Detection(mode, 0.0, lead)
    sw_hz = acqus.positive("SW_h")
    side = _side(acqus, procs, sw_hz)
    known = "" if side else ", taken for granted: the spectrum may be a mirror image"
    where = "left" if side == -1 else "right"
    notes.append(
        f"a FID of real numbers (AQ_mod qf): read by a real transform, the transmitter at the "
        f"{where} edge{known}"
    )
    return Detection(mode, (side or 1) * sw_hz / 2, lead)


def _side(acqus: Parameters, procs: Parameters | None, sw_hz: float) -> int:
    """Return 1 for a sweep above the transmitter, -1 for one below, 0 for unknown."""
    if procs is None or not (procs.is_number("OFFSET") and procs.is_number("SF")):
        return 0
    sf_mhz = procs.number("SF")
    if sf_mhz <= 0:
        return 0
    transmitter_ppm = (acqus.positive("SFO1") - sf_mhz) / sf_mhz * 1e6
    from_left = (procs.number("OFFSET") - transmitter_ppm) * sf_mhz / sw_hz
    if abs(from_left) < MAX_OFF_EDGE:
        return -1
    return 1 if abs(from_left - 1) < MAX_OFF_EDGE else 0
