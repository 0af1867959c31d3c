"""What a person can do with the steps of a recipe: add what it lacks, switch on and off."""

from __future__ import annotations

from dataclasses import replace

from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import (
    Apodization,
    Baseline,
    FourierTransform,
    GroupDelay,
    Magnitude,
    Phase,
    Recipe,
    Reference,
    Smoothing,
    Step,
    Truncation,
    ZeroFill,
)
from nmrquanv.spectra.starting_recipe import DEFAULT_LB_HZ, OTHER_LB_HZ
from nmrquanv.spectra.steps import KINDS, MAX_SI, TIME_DOMAIN


def offered(recipe: Recipe) -> tuple[type[Step], ...]:
    """Return the kinds of step that a recipe lacks and could have."""
    here = {type(step) for step in recipe.steps}
    return tuple(
        kind
        for kind in KINDS
        if kind not in here
        and kind is not FourierTransform
        and (recipe.has_transform or kind not in TIME_DOMAIN)
    )


def usual_step(kind: type[Step], dataset: DataSet) -> Step:
    """Return a step as it is first put into the recipe of some data."""
    own = next((step for step in dataset.recipe.steps if type(step) is kind), None)
    if own is not None and not isinstance(own, FourierTransform):
        return replace(own, is_on=True)
    size = dataset.data.data.size
    usual: dict[type[Step], Step] = {
        GroupDelay: GroupDelay(),
        Truncation: Truncation(size),
        Apodization: Apodization(DEFAULT_LB_HZ.get(dataset.sample.nucleus, OTHER_LB_HZ)),
        ZeroFill: ZeroFill(min(1 << (2 * size - 1).bit_length(), MAX_SI)),
        FourierTransform: FourierTransform(),
        Phase: Phase("automatic"),
        Magnitude: Magnitude(),
        Baseline: Baseline(),
        Smoothing: Smoothing(),
        Reference: Reference(),
    }
    return usual[kind]


def switched(recipe: Recipe, kind: type[Step], *, is_on: bool) -> Recipe:
    """Return a recipe with a step switched on or off; the transform has no switch."""
    step = next((s for s in recipe.steps if type(s) is kind), None)
    if step is None or isinstance(step, FourierTransform):
        return recipe
    return recipe.with_step(replace(step, is_on=is_on))


def is_same(recipe: Recipe, start: Recipe) -> bool:
    """Tell whether a recipe is as it came; what automatic steps found does not count."""

    def as_asked(step: Step) -> Step:
        if isinstance(step, Phase) and step.mode == "automatic":
            return replace(step, ph0_deg=0.0, ph1_deg=0.0)
        return step

    return [as_asked(s) for s in recipe.steps] == [as_asked(s) for s in start.steps]
