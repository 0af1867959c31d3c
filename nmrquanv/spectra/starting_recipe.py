"""The recipe that a data set starts with: the operator's own choices, else the usual ones."""

from __future__ import annotations

from dataclasses import dataclass

from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Fid
from nmrquanv.spectra.steps import (
    LEAST_BASELINE_POINTS,
    MAX_SI,
    Apodization,
    Baseline,
    FourierTransform,
    GroupDelay,
    Phase,
    Reference,
    ZeroFill,
)

DEFAULT_LB_HZ = {"1H": 0.3, "19F": 0.3, "31P": 1.0, "13C": 1.0}
"""Usual exponential line broadening by nucleus (LB of TopSpin's standard parameter sets)."""

OTHER_LB_HZ = 1.0
"""Line broadening for a nucleus that ``DEFAULT_LB_HZ`` does not name."""


@dataclass(frozen=True, slots=True)
class OperatorsProcessing:
    """What the operator chose on the spectrometer; None for what was left unsaid.

    Parameters
    ----------
    lb_hz : float, Hz, or None
        Line broadening; None takes the usual one of the nucleus.
    si : int, complex points, or None
        None takes the power of two that is at least twice ``td``.
    ph0_deg, ph1_deg : float, degrees, or None
        Bruker's sign, used as manual phase; both None phases automatically, one None counts
        as 0.
    """

    lb_hz: float | None = None
    si: int | None = None
    ph0_deg: float | None = None
    ph1_deg: float | None = None


def starting_recipe(td: int, nucleus: str, operator: OperatorsProcessing | None = None) -> Recipe:
    """Return the recipe to start a FID with; what the operator left unsaid gets a default.

    Parameters
    ----------
    td : int, complex points
    nucleus : str
        Such as ``"1H"``.
    operator : OperatorsProcessing or None

    Returns
    -------
    Recipe
        Group delay, apodization, zero filling, transform, phase, baseline, reference; the baseline
        is off where there are too few points for one.
    """
    operator = operator or OperatorsProcessing()
    lb_hz, si = operator.lb_hz, operator.si
    if lb_hz is None:
        lb_hz = DEFAULT_LB_HZ.get(nucleus, OTHER_LB_HZ)
    if si is None:
        si = min(MAX_SI, 1 << (2 * td - 1).bit_length())
    phase = Phase("automatic")
    if operator.ph0_deg is not None or operator.ph1_deg is not None:
        phase = Phase("manual", operator.ph0_deg or 0.0, operator.ph1_deg or 0.0)
    return Recipe(
        (
            GroupDelay(),
            Apodization(lb_hz),
            ZeroFill(si),
            FourierTransform(),
            phase,
            Baseline("automatic", is_on=si >= LEAST_BASELINE_POINTS),
            Reference(),
        )
    )


def fid_recipe(
    fid: Fid,
    *,
    lb_hz: float | None = None,
    si: int | None = None,
    ph0_deg: float | None = None,
    ph1_deg: float | None = None,
) -> Recipe:
    """Return the recipe to start a FID with; see :func:`starting_recipe` and its operator."""
    operator = OperatorsProcessing(lb_hz, si, ph0_deg, ph1_deg)
    return starting_recipe(fid.data.size, fid.sample.nucleus, operator)


def spectrum_recipe() -> Recipe:
    """Return the recipe to start a processed spectrum with: it is shown as stored."""
    return Recipe((Phase("manual"), Baseline(is_on=False), Reference()))
