"""Sweeps that leave lines outside: what a receiver without a digital filter makes of these.

A point is measured every ``1 / sw``: a line that lies beyond the edge turns between two points as
one does that lies a whole sweep away. So it stands at the opposite side, at ``hz - sw`` or
``hz + sw``, with its own sense of turning, since both channels are measured; only a receiver of one
channel would mirror it at the edge. It has gone through the slope of an analog filter: weaker, its
phase turned.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nmrquanv.spectra.simulation.acquisitions import Acquisition
from nmrquanv.spectra.simulation.faults import log_uniform
from nmrquanv.spectra.simulation.scene import Scene

COUNTS_DEG = 40.0
"""A folded line that is farther out of phase is excused: it has no top where it stands."""


def narrow_sweep(rng: np.random.Generator, scene: Scene, experiment: Acquisition) -> Acquisition:
    """Return the experiment with a sweep that is too narrow for the sample, and no digital filter.

    Its middle is such that a good part of the lines lies inside.
    """
    if not len(scene):
        return experiment
    sw_hz = experiment.sw_hz * log_uniform(rng, 0.3, 0.85)
    centre_hz = float(rng.choice(scene.hz)) + float(rng.uniform(-0.4, 0.4)) * sw_hz
    instrument = replace(experiment.instrument, has_filter=False)
    return replace(experiment, sw_hz=sw_hz, centre_hz=centre_hz, instrument=instrument)


def folded(rng: np.random.Generator, scene: Scene, experiment: Acquisition) -> Scene:
    """Return the scene as it is sampled: lines beyond the edges at their folded places.

    Parameters
    ----------
    scene : Scene
        Blends that lie outside are left outside.
    experiment : Acquisition

    Notes
    -----
    Behind a digital filter nothing folds. Phase and loss of an analog filter grow with the distance
    beyond the edge. A delay of the first point turns a line by its true frequency: the correction
    takes out what belongs to the place. Lines more than one sweep away are gone.
    """
    if experiment.instrument.has_filter:
        return scene
    turns = np.round((scene.hz - experiment.centre_hz) / experiment.sw_hz)
    beyond = np.abs(scene.hz - experiment.centre_hz) / experiment.sw_hz - 0.5
    is_folded = np.abs(turns) == 1
    loss = np.exp(-float(rng.uniform(0.5, 4)) * np.maximum(beyond, 0.0))
    slope_deg = float(rng.choice([0.0, rng.normal(0, 90)], p=[0.4, 0.6]))
    phase = turns * (slope_deg * beyond - 360.0 * experiment.instrument.dead_points)
    phase = np.where(is_folded, phase, 0.0)
    out = np.abs((scene.phase_deg + phase + 180.0) % 360.0 - 180.0) > COUNTS_DEG
    return replace(
        scene,
        hz=np.where(is_folded, scene.hz - turns * experiment.sw_hz, scene.hz),
        area=np.where(is_folded, scene.area * loss, scene.area),
        phase_deg=scene.phase_deg + phase,
        is_excused=scene.is_excused | (is_folded & out),
    )
