"""What the channels of a front end answer in one window of a spectrum, just as heads see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models import windows as win
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.circuit_view import CircuitChoice, front_end_of
from nmrquanv.models.circuits import KERNEL, N_QUBITS
from nmrquanv.models.one_window import view_grid
from nmrquanv.models.products import on_one_thread
from nmrquanv.spectra.spectrum import Spectrum

Seen = Literal["compressed", "relative"]


@dataclass(frozen=True, slots=True)
class ChannelTraces:
    """What goes into a front end and what comes out of it, in one window.

    Parameters
    ----------
    ppm : (200,) float64, ppm
    seen : (200,) float64
        The trace that the front end slides over.
    centre_ppm : (positions,) float64, ppm
        Middle of the stretch of each position.
    channels : (5, positions) float64
    span : int
        Points that one stretch covers.
    """

    ppm: NDArray[np.float64]
    seen: NDArray[np.float64]
    centre_ppm: NDArray[np.float64]
    channels: NDArray[np.float64]
    span: int = KERNEL


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """The window that the traces show.

    Parameters
    ----------
    high_ppm, low_ppm : float, ppm
    is_whole : bool
        True puts the whole range on 200 points, as "Find peaks in view" does; False takes the
        200 points around its middle of the finest grid that finding peaks uses.
    sign : +1.0 or -1.0
        -1 looks at negative lines.
    seen : "compressed" | "relative"
        Which of the two traces that a dense network's front end slides over.
    """

    high_ppm: float
    low_ppm: float
    is_whole: bool = True
    sign: float = 1.0
    seen: Seen = "compressed"


def traces(choice: CircuitChoice, spectrum: Spectrum, place: WindowPlace) -> ChannelTraces:
    """Slide the chosen circuit, or filters, over one window of a spectrum.

    Raises
    ------
    ModelError
        There is no such model.

    Notes
    -----
    With the model's own circuit these are the very numbers that its head sees.
    """
    loaded, layer, _ = front_end_of(choice)
    ppm, seen = _window(spectrum, place, loaded.card)
    with on_one_thread():
        answer = layer(seen[None])[:, 0].astype(np.float64)
    group = min(max(choice.group, 0), layer.out_channels // N_QUBITS - 1)
    first = 0.5 if layer.padding == "same" else (KERNEL - 1) / 2
    at = first + np.arange(answer.shape[1])
    step = float(ppm[1] - ppm[0])
    return ChannelTraces(
        ppm,
        seen.astype(np.float64),
        ppm[0] + step * at,
        answer[N_QUBITS * group : N_QUBITS * (group + 1)],
    )


def _window(
    spectrum: Spectrum, place: WindowPlace, card: ModelCard
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return the window's chemical shifts and what the front end slides over, each (200,)."""
    high, low = max(place.high_ppm, place.low_ppm), min(place.high_ppm, place.low_ppm)
    if place.is_whole:
        grid, first = view_grid(spectrum, high, low)
        grid = replace(grid, trace=place.sign * grid.trace)
    else:
        narrow = win.narrow_width_points(spectrum)
        grid = win.grids(spectrum, narrow, place.sign, card.window)[0]
        middle = round(float(grid.axis.point(0.5 * (high + low))))
        first = int(np.clip(middle - win.WINDOW_POINTS // 2, 0, grid.axis.size - win.WINDOW_POINTS))
    inside = slice(first, first + win.WINDOW_POINTS)
    ppm = np.asarray(grid.axis.ppm(np.arange(first, inside.stop)), dtype=np.float64)
    if card.head == "dense":
        return ppm, np.ascontiguousarray(win.features(grid)[win.FEATURES.index(place.seen), inside])
    trace = grid.trace[inside]
    height = float(np.ptp(trace)) or 1.0
    return ppm, ((trace - trace.min()) / height).astype(np.float32)
