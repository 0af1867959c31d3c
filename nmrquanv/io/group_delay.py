"""How long Bruker's digital filter delays a FID."""

from __future__ import annotations

from nmrquanv.io.bruker_parameters import Parameters

_DECIM = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)
_LATE_11_12 = (72.5, 71 + 1 / 3, 72.25, 71 + 2 / 3, 72.125, 71 + 5 / 6, 72.0625, 71 + 11 / 12,
               72.03125)  # fmt: skip
_FIRMWARE_10 = (44.75, 33.5, 66.625, 59 + 1 / 12, 68.5625, 60.375, 69.53125, 61 + 1 / 48,
                70.015625, 61.34375, 70.2578125, 61.505208333333333, 70.37890625, 61.5859375,
                70.439453125, 61.626302083333333, 70.4697265625, 61.646484375, 70.48486328125,
                61.656575520833333, 70.492431640625)  # fmt: skip
_FIRMWARE_11 = (46.0, 36.5, 48.0, 50 + 1 / 6, 53.25, 69.5, 72.25, 70 + 1 / 6, 72.75, 70.5, 73.0,
                70 + 2 / 3, *_LATE_11_12)  # fmt: skip
_FIRMWARE_12 = (46.0, 36.5, 48.0, 50 + 1 / 6, 53.25, 69.5, 71.625, 70 + 1 / 6, 72.125, 70.5,
                72.375, 70 + 2 / 3, *_LATE_11_12)  # fmt: skip
_FIRMWARE_13 = (2.75, 2.8333333333333333, 2.875, 2.9166666666666667, 2.9375, 2.9583333333333333,
                2.96875, 2.9791666666666667, 2.984375, 2.9895833333333333, 2.9921875,
                2.9947916666666667)  # fmt: skip

DELAYS = {
    10: dict(zip(_DECIM, _FIRMWARE_10, strict=True)),
    11: dict(zip(_DECIM, _FIRMWARE_11, strict=True)),
    12: dict(zip(_DECIM, _FIRMWARE_12, strict=True)),
    13: dict(zip(_DECIM, _FIRMWARE_13, strict=False)),
}
"""Delay in complex points by firmware DSPFVS and decimation DECIM.

Source: W. M. Westler and F. Abildgaard, "DMX digital filters and non-Bruker offline processing"
(1996); the same numbers as ``nmrglue.fileio.bruker.bruker_dsp_table``.
"""


def group_delay_points(acqus: Parameters) -> tuple[float, str]:
    """Return the group delay in complex points, and a note where it had to be guessed.

    Parameters
    ----------
    acqus : Parameters

    Returns
    -------
    (float, str)
        The note is empty when GRPDLY or the table gave the value.

    Raises
    ------
    FormatError
        GRPDLY is missing and DECIM or DSPFVS is not a number.

    Notes
    -----
    GRPDLY exists since DSPFVS 20 (TopSpin 1); older files have it -1, 0 or not at all. Without
    digital filtering (DIGMOD 0, DECIM 1) there is no delay.
    """
    delay = acqus.number("GRPDLY", -1.0)
    if delay > 0:
        return delay, ""
    decim = acqus.number("DECIM", 1.0)
    if acqus.whole("DIGMOD", 1) == 0 or decim <= 1:
        return 0.0, ""
    firmware = acqus.whole("DSPFVS", 0)
    known = DELAYS.get(firmware, {}).get(round(decim))
    if known is None or abs(decim - round(decim)) > 1e-6:
        return 0.0, (
            f"the digital filter's delay is unknown (no GRPDLY, DECIM {decim:g}, DSPFVS "
            f"{firmware}): taken as 0, the phase may be twisted"
        )
    return known, ""
