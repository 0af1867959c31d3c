"""Partners of lines: 1:1 to 1:20 of their size, at 0.4 to 1.5 of the width that the trace shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nmrquanv.spectra.simulation.acquisitions import Acquisition
from nmrquanv.spectra.simulation.faults import log_uniform
from nmrquanv.spectra.simulation.instrument import envelope
from nmrquanv.spectra.simulation.scene import Scene, joined
from nmrquanv.spectra.simulation.true_lines import processed_shapes

NEAREST, FARTHEST, SMALLEST = 0.4, 1.5, 20.0
"""Distances, in processed FWHM, and the largest ratio of the two areas."""

_SEEN_SIGMAS = 8.0


def with_partners(rng: np.random.Generator, scene: Scene, experiment: Acquisition) -> Scene:
    """Return a scene in which some lines have a partner.

    Parameters
    ----------
    scene : Scene
    experiment : Acquisition
        Decides how wide the lines are in the trace.

    Notes
    -----
    Tall lines are taken, since a small partner of a small line is lost in the noise. Others stand
    alone, put anywhere, and as many of these stay without a partner.
    """
    able = np.flatnonzero(~scene.is_excused & (scene.area != 0))
    if not able.size:
        return scene
    height = np.abs(scene.area[able]) / np.maximum(scene.lorentz_hz[able], 1e-3)
    able = able[height > height.max() * _SEEN_SIGMAS / max(experiment.snr, 2 * _SEEN_SIGMAS)]
    hosts = _chosen(scene, rng.choice(able, min(able.size, int(rng.integers(1, 9)))))
    n = int(rng.integers(2, 9))
    lone = _chosen(scene, rng.choice(able, 2 * n))
    lone = replace(lone, hz=rng.uniform(*experiment.limits_hz, 2 * n))
    hosts = joined(hosts, _chosen(lone, np.arange(n)))
    steady = replace(experiment.instrument, drift_hz=0.0, sidebands=())
    factor = envelope(rng, steady, experiment.td, experiment.sw_hz)
    lag = round(steady.group_delay_points)
    decay = factor[: experiment.td - lag] * experiment.weight()[lag:]
    width = processed_shapes(hosts, decay, experiment.sw_hz).fwhm_hz
    away = rng.uniform(NEAREST, FARTHEST, width.size) * rng.choice([-1.0, 1.0], width.size)
    share = np.array([log_uniform(rng, 1 / SMALLEST, 1.0) for _ in range(width.size)])
    beside = replace(hosts, hz=hosts.hz + away * width, area=hosts.area * share)
    return joined(scene, lone, beside)


def _chosen(scene: Scene, which: np.ndarray) -> Scene:
    return Scene(
        scene.hz[which],
        scene.area[which],
        scene.lorentz_hz[which],
        scene.gauss_hz[which],
        scene.phase_deg[which],
        scene.is_excused[which],
    )
