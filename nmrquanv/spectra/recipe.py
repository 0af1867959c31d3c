"""A recipe: the ordered, editable steps from a FID (or a stored spectrum) to a spectrum.

Steps are frozen dataclasses that hold parameters only (``steps.py``); what each does is in
``step_work.py``, how they are written in ``step_entries.py``. A recipe never changes its input:
``apply`` returns a new spectrum, ``run`` also the recipe with what automatic steps found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import ProcessingError
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.clipping import clipped
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.spectra.step_entries import FORMAT_VERSION, step_from_dict, step_to_dict
from nmrquanv.spectra.steps import (
    KINDS,
    MAX_SI,
    TIME_DOMAIN,
    TITLES,
    Apodization,
    Baseline,
    FourierTransform,
    GroupDelay,
    Magnitude,
    Phase,
    Reference,
    Smoothing,
    Step,
    Truncation,
    ZeroFill,
    is_on,
)

__all__ = [
    "FORMAT_VERSION",
    "MAX_SI",
    "Apodization",
    "Baseline",
    "Deconvolution",
    "FourierTransform",
    "GroupDelay",
    "Magnitude",
    "Outcome",
    "Phase",
    "Recipe",
    "Reference",
    "Smoothing",
    "Step",
    "Truncation",
    "ZeroFill",
    "why_not_in_order",
]

_S = TypeVar(
    "_S", GroupDelay, Truncation, Apodization, ZeroFill, FourierTransform, Phase, Magnitude,
    Deconvolution, Baseline, Smoothing, Reference,
)  # fmt: skip

_BEFORE: tuple[tuple[type[Step], type[Step], str], ...] = (
    (Truncation, ZeroFill, "after zero filling it would cut the zeros off again"),
    (Apodization, ZeroFill, "its window lies over what was measured, not over the zeros"),
    (Deconvolution, Magnitude, "magnitudes of lines do not add"),
    (Phase, Magnitude, "a magnitude has no phase any more"),
)
"""What stands before what, and why."""


def why_not_in_order(kinds: tuple[type[Step], ...]) -> str:
    """Return why steps cannot follow each other so; empty if they can.

    Parameters
    ----------
    kinds : tuple of type of Step
    """
    transform = kinds.index(FourierTransform) if FourierTransform in kinds else -1
    for place, kind in enumerate(kinds):
        if kind in TIME_DOMAIN and place > transform:
            return f"{TITLES[kind]} works on the FID: it stands before the Fourier transform"
        if kind not in (*TIME_DOMAIN, FourierTransform) and place < transform:
            return f"{TITLES[kind]} works on spectra: it stands after the Fourier transform"
    if GroupDelay in kinds[1:]:
        return "Group delay counts the digital filter's points: it stands first"
    for first, second, reason in _BEFORE:
        if first in kinds and second in kinds and kinds.index(first) > kinds.index(second):
            return f"{TITLES[first]} stands before {TITLES[second].lower()}: {reason}"
    return ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running a recipe gave.

    Parameters
    ----------
    spectrum : Spectrum
    recipe : Recipe
        The same steps; automatic ones hold what they found, their mode is unchanged.
    notes : tuple of str
        Fallbacks taken, for the status bar.
    baseline : (si,) float64, or None
        The curve that a baseline step took out of the real part.
    """

    spectrum: Spectrum
    recipe: Recipe
    notes: tuple[str, ...] = ()
    baseline: NDArray[np.float64] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Ordered processing steps, at most one of each kind.

    Parameters
    ----------
    steps : tuple of Step
        With a :class:`FourierTransform` it works on a FID, without one on a spectrum. Steps of
        the FID stand before the transform (the group delay first of all), the others after it.

    Raises
    ------
    ProcessingError
        The steps stand in an impossible order or one kind occurs twice.
    """

    steps: tuple[Step, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        kinds = tuple(type(step) for step in self.steps)
        for kind in kinds:
            if kind not in KINDS:
                raise ProcessingError(f"a recipe has no step of type {kind.__name__}")
            if kinds.count(kind) > 1:
                raise ProcessingError(f"a recipe has at most one {kind.__name__}, got two")
        if reason := why_not_in_order(kinds):
            raise ProcessingError(reason)

    @property
    def has_transform(self) -> bool:
        """Whether the recipe starts from a FID."""
        return self.step(FourierTransform) is not None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the steps do that every list of peaks must say."""
        step = self.active(Deconvolution)
        return (step.remark,) if step is not None else ()

    @property
    def shift_ppm(self) -> float:
        """What the reference step adds to every chemical shift."""
        step = self.active(Reference)
        return step.shift_ppm if step is not None else 0.0

    def step(self, kind: type[_S]) -> _S | None:
        """Return the step of a kind, switched on or off, or None."""
        return next((step for step in self.steps if isinstance(step, kind)), None)

    def active(self, kind: type[_S]) -> _S | None:
        """Return the step of a kind if there is one and it is switched on."""
        step = self.step(kind)
        return step if step is not None and is_on(step) else None

    def with_step(self, step: Step) -> Recipe:
        """Return the recipe with a step put in place of its kind, or added where it belongs."""
        kinds = [type(old) for old in self.steps]
        if type(step) in kinds:
            return Recipe(tuple(step if type(old) is type(step) else old for old in self.steps))
        rank = KINDS.index(type(step))
        before = (n + 1 for n, kind in enumerate(kinds) if KINDS.index(kind) < rank)
        place = max(before, default=0)
        return Recipe((*self.steps[:place], step, *self.steps[place:]))

    def without_step(self, kind: type[Step]) -> Recipe:
        """Return the recipe without the step of a kind."""
        return Recipe(tuple(step for step in self.steps if not isinstance(step, kind)))

    def moved(self, kind: type[Step], place: int) -> Recipe:
        """Return the recipe with the step of a kind at another place, counted from 0.

        Raises
        ------
        ProcessingError
            The steps cannot follow each other so; it says why.
        """
        rest = [step for step in self.steps if not isinstance(step, kind)]
        own = [step for step in self.steps if isinstance(step, kind)]
        place = min(max(place, 0), len(rest))
        return Recipe((*rest[:place], *own, *rest[place:]))

    def apply(self, data: Fid | Spectrum, report: Report = silent_report) -> Spectrum:
        """Return the spectrum that the steps make of a FID or spectrum; see :meth:`run`."""
        return self.run(data, report).spectrum

    def run(self, data: Fid | Spectrum, report: Report = silent_report) -> Outcome:
        """Process a FID or spectrum and return also what automatic steps found.

        Parameters
        ----------
        data : Fid or Spectrum
            Keeps its sample and source; the spectrum of a FID knows its ``time_points``.
        report : Report
            Called before each step.

        Returns
        -------
        Outcome

        Raises
        ------
        ProcessingError
            A FID recipe met a spectrum or the other way round, or a step cannot work.
        """
        if self.has_transform != isinstance(data, Fid):
            raise ProcessingError(
                "this recipe starts from a FID but was given a processed spectrum: "
                "choose the FID as source"
                if self.has_transform
                else "this recipe starts from a spectrum but was given a FID: add the FT"
            )
        from nmrquanv.spectra.step_work import doing, step_of_fid, step_of_spectrum

        time_points = data.time_points if isinstance(data, Fid) else None
        steps: list[Step] = []
        notes = list(clipped(data)) if isinstance(data, Fid) else []
        shift_ppm, curve = 0.0, None
        for done, step in enumerate(self.steps):
            report(done, len(self.steps), doing(step))
            if isinstance(data, Fid):
                if isinstance(step, Truncation) and step.is_on and time_points is not None:
                    time_points = min(time_points, step.points)
                data = step_of_fid(data, step, time_points)
            elif is_on(step):
                before = data
                data, step, note = step_of_spectrum(before, step, shift_ppm)
                curve = before.trace - data.trace if isinstance(step, Baseline) else curve
                shift_ppm += step.shift_ppm if isinstance(step, Reference) else 0.0
                notes.extend(note)
            steps.append(step)
        assert isinstance(data, Spectrum)
        return Outcome(data, Recipe(tuple(steps)), tuple(notes), curve)

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as JSON values."""
        return {
            "version": FORMAT_VERSION,
            "steps": [step_to_dict(step) for step in self.steps],
        }

    @classmethod
    def from_dict(cls, values: Any) -> Recipe:
        """Return the recipe that :meth:`to_dict` wrote.

        Raises
        ------
        ProcessingError
            A newer version, an unknown step or parameter, or a value out of range.
        """
        if not isinstance(values, dict) or not isinstance(values.get("steps"), list):
            raise ProcessingError("this is not a recipe: it has no list of steps")
        version = values.get("version")
        if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
            raise ProcessingError(
                f"the recipe has format version {version!r}, this program reads up to "
                f"{FORMAT_VERSION}: update the program"
            )
        return cls(tuple(step_from_dict(entry, version) for entry in values["steps"]))
