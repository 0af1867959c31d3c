"""Draw spectra and peaks with matplotlib, which is optional: the only module that asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import MissingPackageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TRACE, _MARK = "#1f4e79", "#c2410c"


def plot_trace(
    trace: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    marks: Sequence[tuple[float, float]],
    ax: Axes | None = None,
    nucleus: str = "",
) -> Axes:
    """Draw a trace with marks over it, high ppm on the left.

    Parameters
    ----------
    trace : (ppm, intensity), each (si,) float64, or None
        None draws a stick for each mark.
    marks : sequence of (ppm, height)
    ax : matplotlib Axes or None
        None makes a figure.
    nucleus : str
        For the label of the axis.

    Raises
    ------
    MissingPackageError
        matplotlib is not installed.
    """
    ax = ax if ax is not None else _new_axes()
    positions, heights = [p for p, _ in marks], [h for _, h in marks]
    if trace is not None:
        ax.plot(*trace, color=_TRACE, linewidth=0.7)
        ax.plot(positions, heights, "v", color=_MARK, markersize=4)
        ax.set_xlim(float(trace[0][0]), float(trace[0][-1]))
    else:
        ax.vlines(positions, 0, heights, color=_MARK, linewidth=0.9)
        if not ax.xaxis_inverted():
            ax.invert_xaxis()
    ax.set_xlabel(f"{nucleus} chemical shift / ppm".strip())
    ax.set_ylabel("intensity")
    return ax


def _new_axes() -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise MissingPackageError.of("matplotlib", "a plot") from error
    return plt.subplots()[1]
