"""A stack: several spectra beside or over each other, how each is drawn, and regions for all.

A stack is a value; it knows no windows. Which spectra are in it, and that they follow their
documents, is the page's business.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.peaks import new_peak_id
from nmrquanv.spectra.several import Standing, Term, shift_to, standing_in
from nmrquanv.spectra.spectrum import Spectrum

MAX_OFFSET = 2.0
"""Share of the tallest trace from one baseline to the next."""

QUANTITIES = ("area", "height", "shift")
"""What of a region is compared."""


@dataclass(frozen=True, slots=True)
class StackTrace:
    """A spectrum in a stack.

    Parameters
    ----------
    name : str
    spectrum : Spectrum
        Does not count when two stacks are compared: a document's changes by itself.
    label : str
        What tells it from its neighbours: ``vdlist 10 ms``.
    value : float or None
        The same as a number, to plot against: seconds, gradients, whatever it is.
    scale : float
        It is drawn, and counted in sums, so many times as tall; never 0.
    shift_ppm : float, ppm
        By how much it is moved to line up with the others.
    colour : str
        ``#rrggbb``; empty for the next one of the theme.
    is_visible : bool
    unit : str
        Of the value; empty where none is known.
    has_areas : bool
        Whether areas count anything: those of magnitudes do not. Its spectrum's, as that changes.
    id : str
    """

    name: str
    spectrum: Spectrum = field(compare=False)
    label: str = ""
    value: float | None = None
    scale: float = 1.0
    shift_ppm: float = 0.0
    colour: str = ""
    is_visible: bool = True
    unit: str = ""
    has_areas: bool = field(default=True, compare=False)
    id: str = field(default_factory=new_peak_id)

    @property
    def limits_ppm(self) -> tuple[float, float]:
        """Chemical shift of the first and the last point as they are shown: ``(high, low)``."""
        high, low = self.spectrum.axis.limits_ppm
        return high + self.shift_ppm, low + self.shift_ppm

    @property
    def extent(self) -> tuple[float, float]:
        """Least and greatest intensity as they are drawn."""
        trace = self.spectrum.trace
        ends = self.scale * float(trace.min()), self.scale * float(trace.max())
        return min(ends), max(ends)

    def term(self, sign: float = 1.0) -> Term:
        """Return it as a term of a sum."""
        return Term(self.spectrum, sign * self.scale, self.shift_ppm)


@dataclass(frozen=True, slots=True)
class Stack:
    """Traces from the lowest to the highest, with what holds for all of them.

    Parameters
    ----------
    traces : tuple of StackTrace
    offset : float
        From one baseline to the next, as a share of the tallest trace that is visible; 0 lays
        all over each other.
    regions : tuple of (high_ppm, low_ppm)
        What is compared, highest ppm first.
    deeds : tuple of str
        What was made of the stack elsewhere: ids of sums that were opened, and of what was given
        to the open spectra; see :mod:`nmrquanv.session.stack_deeds`.
    """

    traces: tuple[StackTrace, ...] = ()
    offset: float = 0.25
    regions: tuple[PpmRange, ...] = ()
    deeds: tuple[str, ...] = ()

    @property
    def visible(self) -> tuple[StackTrace, ...]:
        """The traces that are drawn."""
        return tuple(trace for trace in self.traces if trace.is_visible)

    def trace(self, trace_id: str) -> StackTrace | None:
        """Return a trace by its id."""
        return next((trace for trace in self.traces if trace.id == trace_id), None)

    def step(self) -> float:
        """Return how far apart the baselines are, intensity."""
        tallest = max((max(abs(e) for e in trace.extent) for trace in self.visible), default=0.0)
        return self.offset * tallest

    def with_traces(self, *added: StackTrace) -> Stack:
        """Return the stack with traces on top."""
        return replace(self, traces=(*self.traces, *added))

    def without(self, ids: frozenset[str]) -> Stack:
        """Return the stack without some traces."""
        return replace(self, traces=tuple(t for t in self.traces if t.id not in ids))

    def placed(self, ids: Collection[str], place: int) -> Stack:
        """Return the stack with some traces together, ``place`` others below them."""
        chosen = [t for t in self.traces if t.id in ids]
        rest = [t for t in self.traces if t.id not in ids]
        place = min(max(place, 0), len(rest))
        return replace(self, traces=(*rest[:place], *chosen, *rest[place:]))

    def moved(self, ids: Collection[str], by: int) -> Stack:
        """Return the stack with some traces together, so many others higher than the lowest was."""
        numbers = [n for n, trace in enumerate(self.traces) if trace.id in ids]
        return self.placed(ids, numbers[0] + by) if numbers else self

    def changed(self, trace_id: str, change: Callable[[StackTrace], StackTrace]) -> Stack:
        """Return the stack with one trace changed."""
        traces = tuple(change(t) if t.id == trace_id else t for t in self.traces)
        return replace(self, traces=traces)

    def each(self, change: Callable[[StackTrace], StackTrace]) -> Stack:
        """Return the stack with every trace changed."""
        return replace(self, traces=tuple(change(trace) for trace in self.traces))

    def equally_tall(self) -> Stack:
        """Return the stack with each trace as tall as the tallest of the visible ones."""
        tall = {t.id: max(abs(e) for e in t.extent) for t in self.traces}
        most = max((tall[t.id] for t in self.visible), default=0.0)

        def scaled(trace: StackTrace) -> StackTrace:
            return replace(
                trace, scale=trace.scale * most / tall[trace.id] if tall[trace.id] else 1
            )

        return self.each(scaled)

    def aligned(self, ppm: float, reach_ppm: float) -> Stack:
        """Return the stack with the tallest line near a shift, in each trace, moved onto it."""

        def moved(trace: StackTrace) -> StackTrace:
            shift = shift_to(trace.spectrum, ppm, reach_ppm)
            return trace if shift is None else replace(trace, shift_ppm=shift)

        return self.each(moved)

    def with_region(self, first: float, second: float) -> Stack:
        """Return the stack with one more region; one that it overlaps makes way."""
        high, low = max(first, second), min(first, second)
        kept = [r for r in self.regions if r[1] >= high or r[0] <= low]
        return replace(self, regions=tuple(sorted([*kept, (high, low)], reverse=True)))

    def without_region(self, number: int) -> Stack:
        """Return the stack without one of its regions."""
        kept = (r for n, r in enumerate(self.regions) if n != number)
        return replace(self, regions=tuple(kept))


@dataclass(frozen=True, slots=True, eq=False)
class RegionSeries:
    """What stands in the regions of a stack, trace by trace.

    Parameters
    ----------
    traces : tuple of StackTrace
        Those that are visible.
    found : tuple of tuple of (Standing or None)
        For each trace, what stands in each region; None where it does not reach.
    """

    traces: tuple[StackTrace, ...]
    found: tuple[tuple[Standing | None, ...], ...]

    @classmethod
    def of(cls, stack: Stack) -> RegionSeries:
        """Measure all visible traces in all regions."""
        traces = stack.visible
        found = tuple(
            tuple(standing_in(t.spectrum, region, t.shift_ppm) for region in stack.regions)
            for t in traces
        )
        return cls(traces, found)

    def value(self, row: int, region: int, quantity: str) -> float | None:
        """Return area or height, times the trace's scale, or the shift of what stands there."""
        found, trace = self.found[row][region], self.traces[row]
        if found is None or (quantity == "area" and not trace.has_areas):
            return None
        if quantity == "shift":
            return found.ppm
        return trace.scale * (found.height if quantity == "height" else found.area)

    def places(self) -> tuple[float, ...]:
        """Return what each trace is plotted against: its value, or its number where one lacks."""
        values = [trace.value for trace in self.traces]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            return tuple(known)
        return tuple(float(n + 1) for n in range(len(values)))

    @property
    def unit(self) -> str:
        """The unit of the values, where all have the same; else empty."""
        units = {trace.unit for trace in self.traces}
        return units.pop() if len(units) == 1 else ""

    @property
    def has_values(self) -> bool:
        """Whether every trace has a value to be plotted against."""
        return bool(self.traces) and all(trace.value is not None for trace in self.traces)
