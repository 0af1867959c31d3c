"""An explanation in sentences: what the trace shows, what each step of the search made of it."""

from __future__ import annotations

from nmrquanv.models.decoding import MIN_PROBABILITY
from nmrquanv.models.explained import Explanation, GridAnswer
from nmrquanv.models.finder import HOPELESS
from nmrquanv.numbers import fixed
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.top_near import TopNear

NOT_SOUGHT = "Lines that point this way were not looked for: search for both signs."
"""Told of a place where a line of the other sign stands."""

_MOST_NAMED = 2

EVIDENCE_WORDS = {
    "network_logit": "network's own answer (logit)",
    "snr": "S/N (log10)",
    "height_over_error": "height over its error (log10)",
    "relative_width": "width against narrow lines (log2)",
    "scale": "grid (0 is the finest)",
    "neighbour_distance": "distance of the next line in widths (log2)",
    "neighbour_height": "height of the next line against it (log10)",
    "tallest_near": "tallest within 15 points against it (log10)",
    "tallest_around": "tallest within 70 points against it (log10)",
    "tallest_far": "tallest within 350 points against it (log10)",
    "tallest": "tallest of all against it (log10)",
    "roughness": "roughness around it (log10)",
    "misfit": "what the fit leaves (log10)",
    "moved": "way that the fit moved it, widths",
    "prominence": "rise over its sides (log10 sigma)",
    "relative_prominence": "rise as a share of its height",
    "above_floor": "trace above the floor (log10 sigma)",
    "fraction_of_trace": "share of the trace that it makes up",
    "position_error": "error of its place in widths (log10)",
    "crowding": "lines around it (log2)",
}
"""The evidence for a line, in a person's words."""


def top_told(top: TopNear | None) -> str:
    """Return what the trace itself shows of a place."""
    if top is None:
        return "The trace has no maximum that stands clear of the noise."
    stands = (
        f"stands {fixed(top.rise_snr, 1)} sigma above its valleys and {fixed(top.above_snr, 1)}"
        " above the floor"
    )
    if not top.is_here:
        far = fixed(top.away_widths, 1)
        where = f"the nearest one, at {fixed(top.ppm, 4)} ppm, is {far} of its widths away and"
        return f"The trace has no maximum here: {where} {stands}."
    kind = "is a visible top" if top.is_top else "is a maximum, too low for a visible top"
    return f"The trace {kind} here: it {stands}."


def grid_told(number: int, grid: GridAnswer) -> str:
    """Return what one grid gave."""
    looked = [answer for _, _, answer in grid.windows if answer is not None]
    n = len(grid.windows)
    if not looked:
        what = f"its {n} windows here hold no signal and were not looked at"
    else:
        each = ", ".join(fixed(x, 2) for x in looked)
        what = f"{len(looked)} of {n} windows answered {each}; together {fixed(grid.answer, 2)}"
    if grid.candidate_ppm is not None:
        what += f": a line at {fixed(grid.candidate_ppm, 4)} ppm"
    return f"Grid {number + 1} ({fixed(grid.point_hz, 2)} Hz a point): {what}."


def outcome_told(found: Explanation, final: Peak | None) -> str:
    """Return what became of the place in the search.

    Parameters
    ----------
    found : Explanation
    final : Peak or None
        The line that the finder's list has there; None where it has none.
    """
    surest = max((grid.answer for grid in found.grids), default=0.0)
    if final is not None and found.line is not None:
        sure = found.line.confidence if final.confidence is None else final.confidence
        told = "" if sure is None else f", with confidence {fixed(sure, 2)}"
        return f"Fitted and kept, at {fixed(final.ppm, 4)} ppm{told}."
    if final is not None:
        return (
            f"The list has a line at {fixed(final.ppm, 4)} ppm because a visible top stands there,"
            " or because the spectrum's own line shape asks for one: no window saw it."
        )
    if not found.was_seen:
        return (
            f"No candidate: the surest answer here is {fixed(surest, 2)}, a candidate needs"
            f" {fixed(MIN_PROBABILITY, 2)}."
        )
    if found.line is None:
        other = "" if found.merged_ppm is None else f" at {fixed(found.merged_ppm, 4)} ppm"
        return f"Merged: two grids saw one line, and the surer one{other} stands for both."
    if found.line.score < HOPELESS:
        return (
            f"Dropped after the first fit: score {fixed(found.line.score, 2)}, below"
            f" {fixed(HOPELESS, 2)} a line has no chance."
        )
    return (
        f"Left out at the end: the fit gave it a score of {fixed(found.line.score, 2)}, but the"
        f" data do not determine it{_beside(found)}, or it stands below the noise."
    )


def _beside(found: Explanation) -> str:
    """Return the nearest lines that a line was fitted with; empty where it stands alone."""
    near = sorted(found.neighbours, key=lambda line: abs(line.ppm - found.ppm))[:_MOST_NAMED]
    named = " and ".join(f"{fixed(x.ppm, 4)}" for x in sorted(near, key=lambda x: -x.ppm))
    return f" beside the line{'s' * (len(near) > 1)} at {named} ppm" if near else ""


def story(found: Explanation, top: TopNear | None, final: Peak | None) -> tuple[str, ...]:
    """Return all that is told of a place, a sentence for each step."""
    grids = (grid_told(number, grid) for number, grid in enumerate(found.grids))
    return (top_told(top), *grids, outcome_told(found, final))
