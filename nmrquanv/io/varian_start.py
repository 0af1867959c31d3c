"""The operator's processing of a Varian data set, the starting values of a FID."""

from __future__ import annotations

from nmrquanv.errors import FormatError
from nmrquanv.io.procpar import Procpar
from nmrquanv.spectra.recipe import MAX_SI
from nmrquanv.spectra.starting_recipe import OperatorsProcessing


def starting_values(procpar: Procpar, td: int, notes: list[str]) -> OperatorsProcessing:
    """Return the operator's active lb, fn, rp and lp; None for all where one is damaged."""
    try:
        return _operators_values(procpar, td)
    except FormatError as error:
        notes.append(f"starting values are defaults ({error})")
    return OperatorsProcessing()


def _operators_values(procpar: Procpar, td: int) -> OperatorsProcessing:
    lb_hz, fn = procpar.number("lb"), procpar.number("fn")
    rp, lp = procpar.number("rp"), procpar.number("lp")
    si = int(fn / 2) if fn is not None and 4 <= fn <= 2 * MAX_SI else None
    if si is not None and si > 64 * max(td, 1024):
        si = None
    is_phased = rp is not None and (rp != 0 or bool(lp))
    return OperatorsProcessing(
        lb_hz=lb_hz if lb_hz is not None and 0 <= lb_hz <= 1000 else None,
        si=si,
        ph0_deg=-((rp or 0.0) + (lp or 0.0)) if is_phased else None,
        ph1_deg=(lp or 0.0) if is_phased else None,
    )
