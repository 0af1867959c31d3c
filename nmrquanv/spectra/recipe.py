"""A recipe: the ordered, editable steps from a FID (or a stored spectrum) to a spectrum.

Steps are frozen dataclasses that hold parameters only; the mathematics is in
``processing.py``, ``autophase.py`` and ``baseline.py``. A recipe never changes its input:
``apply`` returns a new spectrum, ``run`` also the recipe with what automatic steps found.
"""

from __future__ import annotations

from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from typing import Any, Literal, TypeVar, get_args

import numpy as np

from nmrquanv.errors import ProcessingError
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra import processing
from nmrquanv.spectra.autophase import autophase
from nmrquanv.spectra.baseline import subtract_baseline
from nmrquanv.spectra.spectrum import Fid, Spectrum

FORMAT_VERSION = 1
"""Of the dictionary form; raised when an older program could no longer read it."""

MAX_SI = 1 << 24
"""Largest spectrum that a recipe makes, points: 256 MiB of complex numbers."""

DEFAULT_LB_HZ = {"1H": 0.3, "19F": 0.3, "31P": 1.0, "13C": 1.0}
"""Usual exponential line broadening by nucleus (LB of TopSpin's standard parameter sets)."""

OTHER_LB_HZ = 1.0
"""Line broadening for a nucleus that ``DEFAULT_LB_HZ`` does not name."""


def _require_finite(step: object, *names: str) -> None:
    for name in names:
        value = getattr(step, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise ProcessingError(
                f"{type(step).__name__}: {name} must be a finite number, got {value!r}"
            )


def _require_one_of(step: object, name: str, allowed: tuple[str, ...]) -> None:
    value = getattr(step, name)
    if value not in allowed:
        raise ProcessingError(
            f"{type(step).__name__}: {name} must be one of {', '.join(allowed)}, got {value!r}"
        )


def _require_switch(step: object, name: str) -> None:
    if not isinstance(getattr(step, name), bool):
        raise ProcessingError(
            f"{type(step).__name__}: {name} must be true or false, got {getattr(step, name)!r}"
        )


@dataclass(frozen=True, slots=True)
class GroupDelay:
    """Take out the delay of the digital filter (``Fid.group_delay_points``).

    Parameters
    ----------
    is_on : bool
        False shows the spectrum as a plain transform gives it, with its twisted phase.
    """

    is_on: bool = True

    def __post_init__(self) -> None:
        _require_switch(self, "is_on")


@dataclass(frozen=True, slots=True)
class Apodization:
    """Multiply the FID by ``exp(-pi lb t)``.

    Parameters
    ----------
    lb_hz : float, Hz
        Line broadening added to every line; negative sharpens (and raises the noise).
    """

    lb_hz: float = 0.3

    def __post_init__(self) -> None:
        _require_finite(self, "lb_hz")


@dataclass(frozen=True, slots=True)
class ZeroFill:
    """Append zeros up to ``si`` complex points, or cut the FID down to them.

    Parameters
    ----------
    si : int, complex points, 2 to ``MAX_SI``
    """

    si: int

    def __post_init__(self) -> None:
        if isinstance(self.si, bool) or not isinstance(self.si, int | np.integer):
            raise ProcessingError(f"ZeroFill: si must be a whole number, got {self.si!r}")
        if not 2 <= self.si <= MAX_SI:
            raise ProcessingError(f"ZeroFill: si must be 2 to {MAX_SI} points, got {self.si}")


@dataclass(frozen=True, slots=True)
class FourierTransform:
    """Go from the FID to the complex spectrum."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Multiply by ``exp(i pi/180 (ph0 + ph1 k/SI))``, k = 0 at the highest ppm.

    Parameters
    ----------
    mode : "manual" | "automatic"
        In automatic mode ``Recipe.run`` finds the two angles and writes them here.
    ph0_deg, ph1_deg : float, degrees
        Bruker's PHC0 and PHC1.
    is_flipped : bool
        Turn the result by 180 degrees, whatever the mode.
    """

    mode: Literal["manual", "automatic"] = "automatic"
    ph0_deg: float = 0.0
    ph1_deg: float = 0.0
    is_flipped: bool = False

    def __post_init__(self) -> None:
        _require_one_of(self, "mode", ("manual", "automatic"))
        _require_finite(self, "ph0_deg", "ph1_deg")
        _require_switch(self, "is_flipped")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Subtract a smooth curve through the parts of the trace that hold no lines.

    Parameters
    ----------
    mode : "off" | "automatic"
    """

    mode: Literal["off", "automatic"] = "automatic"

    def __post_init__(self) -> None:
        _require_one_of(self, "mode", ("off", "automatic"))


@dataclass(frozen=True, slots=True)
class Reference:
    """Add a constant to every chemical shift.

    Parameters
    ----------
    shift_ppm : float, ppm
    """

    shift_ppm: float = 0.0

    def __post_init__(self) -> None:
        _require_finite(self, "shift_ppm")


Step = GroupDelay | Apodization | ZeroFill | FourierTransform | Phase | Baseline | Reference
_KINDS: tuple[type[Step], ...] = get_args(Step)
"""Every kind of step, in the order in which a new step is put into a recipe."""
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
            if kind not in _KINDS:
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

    def step(self, kind: type[_S]) -> _S | None:
        """Return the step of a kind, or None."""
        return next((step for step in self.steps if isinstance(step, kind)), None)

    def with_step(self, step: Step) -> Recipe:
        """Return the recipe with a step put in place of its kind, or added where it belongs."""
        kinds = [type(old) for old in self.steps]
        if type(step) in kinds:
            return Recipe(tuple(step if type(old) is type(step) else old for old in self.steps))
        rank = _KINDS.index(type(step))
        place = sum(_KINDS.index(kind) < rank for kind in kinds)
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
    def from_dict(cls, values: dict[str, Any]) -> Recipe:
        """Return the recipe that :meth:`to_dict` wrote.

        Raises
        ------
        ProcessingError
            A newer version, an unknown step or parameter, or a value out of range.
        """
        version = values.get("version")
        if version != FORMAT_VERSION:
            raise ProcessingError(
                f"the recipe has format version {version!r}, this program reads "
                f"{FORMAT_VERSION}: update the program"
            )
        return cls(tuple(_step_from_dict(entry) for entry in values.get("steps", ())))


def _step_from_dict(entry: dict[str, Any]) -> Step:
    """Return the step that a dictionary with its ``kind`` describes."""
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
    return kind(**given)


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


def fid_recipe(
    fid: Fid,
    *,
    lb_hz: float | None = None,
    si: int | None = None,
    ph0_deg: float | None = None,
    ph1_deg: float | None = None,
) -> Recipe:
    """Return the recipe to start a FID with; what the operator left unsaid gets a default.

    Parameters
    ----------
    fid : Fid
    lb_hz : float, Hz, or None
        The operator's line broadening; None takes the usual one of the nucleus.
    si : int, complex points, or None
        None takes the power of two that is at least twice ``td``.
    ph0_deg, ph1_deg : float, degrees, or None
        The operator's phase (Bruker's sign), used as manual phase; both None phases
        automatically, one None counts as 0.

    Returns
    -------
    Recipe
        Group delay, apodization, zero filling, transform, phase, baseline, reference.
    """
    if lb_hz is None:
        lb_hz = DEFAULT_LB_HZ.get(fid.sample.nucleus, OTHER_LB_HZ)
    if si is None:
        si = min(MAX_SI, 1 << (2 * fid.data.size - 1).bit_length())
    phase = Phase("automatic")
    if ph0_deg is not None or ph1_deg is not None:
        phase = Phase("manual", ph0_deg or 0.0, ph1_deg or 0.0)
    return Recipe(
        (
            GroupDelay(),
            Apodization(lb_hz),
            ZeroFill(si),
            FourierTransform(),
            phase,
            Baseline("automatic"),
            Reference(),
        )
    )


def spectrum_recipe() -> Recipe:
    """Return the recipe to start a processed spectrum with: it is shown as stored."""
    return Recipe((Phase("manual"), Baseline("off"), Reference()))
