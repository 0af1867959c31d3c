"""Whether the receiver cut the FID off at its limit: one gain too high."""

from __future__ import annotations

import numpy as np

from nmrquanv.spectra.spectrum import Fid

_FEWEST = 5
"""Of points at the very limit: the tallest point of a sound FID occurs once, by chance twice."""


def clipped(fid: Fid) -> tuple[str, ...]:
    """Return what to say of a FID that stands at one greatest value; nothing of a sound one."""
    parts = (fid.data.real, fid.data.imag)
    most = max(float(np.abs(part).max(initial=0.0)) for part in parts)
    count = sum(int(np.count_nonzero(np.abs(part) == most)) for part in parts)
    if most == 0.0 or count < _FEWEST:
        return ()
    return (
        f"the FID is clipped ({count} points at its greatest value): the baseline rolls and lines "
        "have false neighbours; measure again with a lower receiver gain",
    )
