"""What a person can do with the steps of a recipe: add what it lacks, switch on and off."""

from __future__ import annotations

from dataclasses import replace

from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.deconvolution import Deconvolution
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
from nmrquanv.spectra.spectrum import Fid
from nmrquanv.spectra.starting_recipe import DEFAULT_LB_HZ, OTHER_LB_HZ
from nmrquanv.spectra.steps import KINDS, MAX_SI, TIME_DOMAIN


def offered(recipe: Recipe) -> tuple[type[Step], ...]:
    """Return the kinds of step that a recipe lacks and could have."""
    here = {type(step) for step in recipe.steps}
    return tuple(
        kind
        for kind in KINDS
        if kind not in here
        and kind not in (FourierTransform, Deconvolution)
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


def as_template(recipe: Recipe) -> Recipe:
    """Return what of a recipe is meant for other spectra too.

    Left out are what automatic steps found, the line shape that a trace was cleaned by and the
    reference: they are one spectrum's own.
    """
    phase = recipe.step(Phase)
    if phase is not None and phase.mode == "automatic":
        recipe = recipe.with_step(replace(phase, ph0_deg=0.0, ph1_deg=0.0))
    return recipe.without_step(Deconvolution).without_step(Reference)


def used_on(template: Recipe, own: Recipe) -> Recipe:
    """Return a template as it is used on a spectrum, which keeps a reference of its own."""
    reference = own.step(Reference)
    if template.step(Reference) is not None or reference is None:
        return template
    return template.with_step(reference)


def why_not(recipe: Recipe, dataset: DataSet) -> str:
    """Return why a recipe cannot be used on some data; empty if it can."""
    if recipe.has_transform == isinstance(dataset.data, Fid):
        return ""
    if recipe.has_transform:
        return "shown from a processed spectrum, the recipe starts from the FID"
    return "shown from the FID, the recipe starts from a processed spectrum"
