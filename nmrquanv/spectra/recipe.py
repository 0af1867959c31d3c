"""A recipe: the ordered, editable steps from a FID (or a stored spectrum) to a spectrum.

Steps are frozen dataclasses that hold parameters only; the mathematics is in
``processing.py``, ``autophase.py`` and ``baseline.py``. A recipe never changes its input:
``apply`` returns a new spectrum, ``run`` also the recipe with what automatic steps found.
"""

from __future__ import annotations

from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from nmrquanv.errors import FormatError, ProcessingError
from nmrquanv.guarded import as_type
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra import processing
from nmrquanv.spectra.autophase import autophase
from nmrquanv.spectra.baseline import subtract_baseline
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.spectra.steps import (
    KINDS,
    MAX_SI,
    Apodization,
    Baseline,
    FourierTransform,
    GroupDelay,
    Phase,
    Reference,
    Step,
    ZeroFill,
)

__all__ = [
    "MAX_SI",
    "Apodization",
    "Baseline",
    "FourierTransform",
    "GroupDelay",
    "Outcome",
    "Phase",
    "Recipe",
    "Reference",
    "Step",
    "ZeroFill",
]

FORMAT_VERSION = 1
"""Of the dictionary form; raised when an older program could no longer read it."""

_NAMES: dict[str, type[Step]] = {
    "group_delay": GroupDelay,
    "apodization": Apodization,
    "zero_fill": ZeroFill,
    "fourier_transform": FourierTransform,
    "phase": Phase,
    "baseline": Baseline,
    "reference": Reference,
}
_TIME_DOMAIN = (GroupDelay, Apodization, ZeroFill)
_S = TypeVar("_S", GroupDelay, Apodization, ZeroFill, FourierTransform, Phase, Baseline, Reference)


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
    """

    spectrum: Spectrum
    recipe: Recipe
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """Ordered processing steps, at most one of each kind.

    Parameters
    ----------
    steps : tuple of Step
        With a :class:`FourierTransform` it works on a FID, without one on a spectrum. Steps of
        the FID stand before the transform (the group delay first of all), phase, baseline and
        reference after it.

    Raises
    ------
    ProcessingError
        The steps stand in an impossible order or one kind occurs twice.
    """

    steps: tuple[Step, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        kinds = [type(step) for step in self.steps]
        for kind in kinds:
            if kind not in KINDS:
                raise ProcessingError(f"a recipe has no step of type {kind.__name__}")
            if kinds.count(kind) > 1:
                raise ProcessingError(f"a recipe has at most one {kind.__name__}, got two")
        transform = kinds.index(FourierTransform) if FourierTransform in kinds else -1
        for place, kind in enumerate(kinds):
            if kind in _TIME_DOMAIN and place > transform:
                raise ProcessingError(f"{kind.__name__} works on the FID: put it before the FT")
            if kind not in (*_TIME_DOMAIN, FourierTransform) and place < transform:
                raise ProcessingError(f"{kind.__name__} works on spectra: put it after the FT")
        if GroupDelay in kinds[1:]:
            raise ProcessingError("GroupDelay counts the filter's points: put it first")

    @property
    def has_transform(self) -> bool:
        """Whether the recipe starts from a FID."""
        return self.step(FourierTransform) is not None

    @property
    def shift_ppm(self) -> float:
        """What the reference step adds to every chemical shift."""
        step = self.step(Reference)
        return step.shift_ppm if step is not None else 0.0

    def step(self, kind: type[_S]) -> _S | None:
        """Return the step of a kind, or None."""
        return next((step for step in self.steps if isinstance(step, kind)), None)

    def with_step(self, step: Step) -> Recipe:
        """Return the recipe with a step put in place of its kind, or added where it belongs."""
        kinds = [type(old) for old in self.steps]
        if type(step) in kinds:
            return Recipe(tuple(step if type(old) is type(step) else old for old in self.steps))
        rank = KINDS.index(type(step))
        place = sum(KINDS.index(kind) < rank for kind in kinds)
        return Recipe((*self.steps[:place], step, *self.steps[place:]))

    def without_step(self, kind: type[Step]) -> Recipe:
        """Return the recipe without the step of a kind."""
        return Recipe(tuple(step for step in self.steps if not isinstance(step, kind)))

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
        time_points = data.data.size if isinstance(data, Fid) else None
        steps: list[Step] = []
        notes: list[str] = []
        for done, step in enumerate(self.steps):
            report(done, len(self.steps), _doing(step))
            if isinstance(data, Fid):
                data = _step_of_fid(data, step, time_points)
            else:
                data, step, note = _step_of_spectrum(data, step)
                notes.extend(note)
            steps.append(step)
        assert isinstance(data, Spectrum)
        return Outcome(data, Recipe(tuple(steps)), tuple(notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as JSON values."""
        names = {kind: name for name, kind in _NAMES.items()}
        return {
            "version": FORMAT_VERSION,
            "steps": [{"kind": names[type(step)], **asdict(step)} for step in self.steps],
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
        if version != FORMAT_VERSION:
            raise ProcessingError(
                f"the recipe has format version {version!r}, this program reads "
                f"{FORMAT_VERSION}: update the program"
            )
        return cls(tuple(_step_from_dict(entry) for entry in values["steps"]))


def _step_from_dict(entry: Any) -> Step:
    """Return the step that a dictionary with its ``kind`` describes."""
    if not isinstance(entry, dict):
        raise ProcessingError(f"the recipe holds {entry!r} where a step should stand")
    kind = _NAMES.get(str(entry.get("kind")))
    if kind is None:
        raise ProcessingError(f"the recipe holds an unknown step {entry.get('kind')!r}")
    given = {name: value for name, value in entry.items() if name != "kind"}
    allowed = {f.name for f in fields(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING}
    if not needed <= given.keys() <= allowed:
        raise ProcessingError(
            f"the recipe's step {entry['kind']!r} has the parameters {sorted(given)}, "
            f"it takes {sorted(allowed)}"
        )
    try:
        return as_type(given, kind, f"the recipe's step {entry['kind']!r}")
    except FormatError as error:
        raise ProcessingError(str(error)) from error


def _doing(step: Step) -> str:
    """Return what a step does, for the progress line."""
    return {
        GroupDelay: "Removing the group delay",
        Apodization: "Apodization",
        ZeroFill: "Zero filling",
        FourierTransform: "Fourier transform",
        Phase: "Phasing",
        Baseline: "Correcting the baseline",
        Reference: "Referencing",
    }[type(step)]


def _step_of_fid(fid: Fid, step: Step, time_points: float | None) -> Fid | Spectrum:
    match step:
        case GroupDelay():
            return fid if step.is_on else replace(fid, group_delay_points=0.0)
        case Apodization():
            return processing.apodize(fid, step.lb_hz)
        case ZeroFill():
            return processing.zero_fill(fid, int(step.si))
        case _:
            return processing.fourier_transform(fid, time_points)


def _step_of_spectrum(spectrum: Spectrum, step: Step) -> tuple[Spectrum, Step, tuple[str, ...]]:
    notes: tuple[str, ...] = ()
    match step:
        case Phase():
            if step.mode == "automatic":
                found = autophase(spectrum)
                step = replace(step, ph0_deg=found.ph0_deg, ph1_deg=found.ph1_deg)
                notes = found.notes
            flip = 180.0 if step.is_flipped else 0.0
            spectrum = processing.phase(spectrum, step.ph0_deg + flip, step.ph1_deg)
        case Baseline(mode="automatic"):
            spectrum = subtract_baseline(spectrum)
        case Reference():
            spectrum = processing.reference(spectrum, step.shift_ppm)
    return spectrum, step, notes
