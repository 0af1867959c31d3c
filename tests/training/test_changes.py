"""What got better and worse is told place by place, by what the person vouched for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.simulate import simulate
from nmrquanv.training.changes import MOST, Change, changes, chosen
from nmrquanv.training.reviewed import Correction, Reviewed, RunCorrections


@pytest.fixture(scope="module")
def example() -> Reviewed:
    made = simulate(np.random.default_rng([7, 1]), "clean")
    strong = tuple(x for x in made.lines if abs(x.height) > 10 * made.sigma and not x.is_excused)
    high, low = made.spectrum.axis.limits_ppm
    return Reviewed(made.spectrum, strong, ((high, low),), "made", "ab")


def peaks(example: Reviewed, *, without: int | None = None, more: float | None = None) -> PeakList:
    """Return the lines as a list, perhaps without one, perhaps with a false one."""
    own = [
        Peak(x.ppm, x.height, fwhm_hz=x.fwhm_hz)
        for number, x in enumerate(example.lines)
        if number != without
    ]
    false = [] if more is None else [Peak(more, own[0].height, fwhm_hz=1.0)]
    return PeakList((*own, *false))


def kinds(found: tuple[Change, ...]) -> list[tuple[str, float]]:
    return [(c.kind, round(c.ppm, 6)) for c in found]


def test_lines_found_and_missed_and_false_peaks_are_told_apart(example) -> None:
    lone = example.lines[3].ppm
    empty = example.spectrum.axis.limits_ppm[0] - 0.05
    whole = peaks(example)
    lacking, false = peaks(example, without=3), peaks(example, more=empty)
    told = {
        ("found", round(lone, 6)): (lacking, whole),
        ("missed", round(lone, 6)): (whole, lacking),
        ("gone", round(empty, 6)): (false, whole),
        ("false", round(empty, 6)): (whole, false),
    }
    for wanted, (old, new) in told.items():
        found = changes(example, old, new, is_held_out=True)
        assert kinds(found) == [wanted]
        assert found[0].is_better == (wanted[0] in ("found", "gone"))
        assert (found[0].name, found[0].sha256, found[0].is_held_out) == ("made", "ab", True)


def test_where_both_say_the_same_nothing_is_told(example) -> None:
    empty = example.spectrum.axis.limits_ppm[0] - 0.05
    both = peaks(example, without=3, more=empty)
    assert changes(example, both, both, is_held_out=True) == ()


def test_outside_the_regions_nothing_is_told(example) -> None:
    inside = replace(example, regions=((example.lines[3].ppm - 0.001, -50.0),))
    old, new = peaks(example, without=3), peaks(example)
    assert changes(inside, old, new, is_held_out=True) == ()


def test_of_many_as_many_better_as_worse_are_told_and_held_out_ones_first() -> None:
    def some(kind, count, is_held_out):
        return [Change("a", "b", float(k), kind, is_held_out) for k in range(count)]

    many = some("found", 50, False) + some("missed", 50, False) + some("gone", 3, True)
    told = chosen(many)
    assert len(told) == MOST
    assert sum(c.is_better for c in told) == MOST // 2
    assert all(c.is_held_out for c in told[:3])
    few = chosen(some("found", 2, True) + some("false", 50, True))
    assert sum(c.is_better for c in few) == 2
    assert len(few) == MOST


def test_corrections_stay_with_their_regions(example) -> None:
    high, low = example.lines[2].ppm, example.lines[5].ppm
    corrected = replace(example, corrected=(high, low))
    between = 0.5 * (high + low)
    assert corrected.within(((50.0, between),)).corrected == (high,)
    assert corrected.within(((between, -50.0),)).corrected == (low,)
    told = RunCorrections((Correction(4.0),), (Correction(5.05, 5.0),), (Correction(3.0),))
    assert told.places() == (4.0, 5.05, 3.0)
