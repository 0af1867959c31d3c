"""Two sites in chemical exchange, from slow to fast: the exact line shape.

``d/dt M = L M`` for the transverse magnetisation of sites A and B (Bloch and McConnell), so the FID
is ``1^T exp(L t) p`` with the populations ``p``: two decays with complex amplitudes. Slow exchange
broadens both lines by ``k / pi``, at coalescence they are one, fast exchange narrows that.

References
----------
H. M. McConnell, J. Chem. Phys. 28 (1958) 430.
"""

from __future__ import annotations

import numpy as np

from nmrquanv.spectra.simulation.blends import Array, Blend
from nmrquanv.spectra.simulation.faults import log_uniform
from nmrquanv.spectra.simulation.spin_systems import first_order

SLOWEST, FASTEST = 0.02, 60.0
"""Rates that are drawn, as shares of the rate at coalescence."""


def two_sites(
    hz: Array, area: Array, apart_hz: float, share: float, rate_s: float, width_hz: float
) -> Blend:
    """Return lines whose nuclei exchange between two sites.

    Parameters
    ----------
    hz, area : (m,) float64
        Of the lines with the mean of both sites' shifts, weighted by their populations.
    apart_hz : float, Hz
        Site B lies that much higher than site A.
    share : float, 0 to 1
        Population of site A.
    rate_s : float, 1/s
        A nucleus in A leaves it with ``2 rate (1 - share)``, one in B with ``2 rate share``: both
        with ``rate`` where the populations are equal.
    width_hz : float, Hz
        Natural FWHM at either site.

    Notes
    -----
    Eigenvalues of ``L`` are decays and frequencies, ``-pi width + 2 pi i nu``. Higher shifts turn
    forwards here; :class:`Blend` turns them as the spectrum wants it.
    """
    from_a, from_b = 2 * rate_s * (1 - share), 2 * rate_s * share
    turn = 2j * np.pi * apart_hz * np.array([share - 1, share])
    rates = np.array([[-from_a, from_b], [from_a, -from_b]])
    value, vector = np.linalg.eig(rates + np.diag(turn - np.pi * width_hz))
    population = np.array([share, 1 - share], dtype=np.complex128)
    amplitude = vector.sum(axis=0) * np.linalg.solve(vector, population)
    # The FID of a spectrum whose highest shift stands first turns backwards.
    return Blend(value.imag / (2 * np.pi), -value.real / np.pi, amplitude.conj(), hz, area)


def coalescence_rate(apart_hz: float) -> float:
    """Return the rate, 1/s, at which two equal lines become one."""
    return float(np.pi * apart_hz / np.sqrt(2.0))


def exchanging_sites(rng: np.random.Generator, sf_mhz: float, width_hz: float) -> Blend:
    """Return a random signal in exchange: rotamers, amides, rings that flip, tautomers."""
    apart_hz = width_hz * log_uniform(rng, 3, 60)
    share = 0.5 if rng.random() < 0.3 else float(rng.uniform(0.1, 0.9))
    # A defective matrix (exactly at coalescence) has one eigenvector: never drawn exactly.
    rate = coalescence_rate(apart_hz) * log_uniform(rng, SLOWEST, FASTEST)
    couplings = [(7.0 * float(rng.uniform(0.5, 2)), 1)] if rng.random() < 0.3 else []
    sticks = first_order(float(rng.uniform(0.8, 9.5)) * sf_mhz, couplings)
    area = sticks.area * float(rng.choice([1.0, 2.0, 3.0, 6.0, 9.0]))
    return two_sites(sticks.hz, area, apart_hz, share, rate, width_hz)
