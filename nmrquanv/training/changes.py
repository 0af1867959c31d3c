"""What a retrained model does better and worse than the one it was made from: place by place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from nmrquanv.models import library
from nmrquanv.progress import Report, shared
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.scoring import assigned
from nmrquanv.training.reviewed import Reviewed, Split
from nmrquanv.training.reviewed_peaks import agreement, noise_of, shown_peaks

Kind = Literal["found", "gone", "missed", "false"]
BETTER: tuple[Kind, ...] = ("found", "gone")
"""A line that the old model missed is found; a false peak of its is gone. The others are worse."""

MOST = 40
"""Changes that are told of."""

_NEAR_HZ = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """A place where two models differ, one of them rightly.

    Parameters
    ----------
    name, sha256 : str
        Of the spectrum.
    ppm : float, ppm
    kind : "found" | "gone" | "missed" | "false"
        A line found now; a false peak gone; a line missed now; a false peak that is new.
    is_held_out : bool
        Neither model learnt there.
    """

    name: str
    sha256: str
    ppm: float
    kind: Kind
    is_held_out: bool

    @property
    def is_better(self) -> bool:
        """Whether the new model is right there."""
        return self.kind in BETTER


def changes(
    example: Reviewed, old: PeakList, new: PeakList, *, is_held_out: bool
) -> tuple[Change, ...]:
    """Return where the shown peaks of two models differ in a spectrum's reviewed regions."""
    found: list[tuple[float, Kind]] = []
    for region in example.regions:
        part = example.within((region,))
        own = [[p for p in peaks if region[1] <= p.ppm <= region[0]] for peaks in (old, new)]
        found += _in_region(part, own[0], own[1])
    return tuple(
        Change(example.name, example.sha256, ppm, kind, is_held_out)
        for ppm, kind in sorted(found, reverse=True)
    )


def chosen(all_of_them: Iterable[Change]) -> tuple[Change, ...]:
    """Return those that are told of: held-out ones first, as many better as worse where many."""
    ordered = sorted(all_of_them, key=lambda c: not c.is_held_out)
    better = [c for c in ordered if c.is_better]
    worse = [c for c in ordered if not c.is_better]
    room = max(MOST // 2, MOST - len(worse))
    return (*better[:room], *worse[: MOST - len(better[:room])])


def held_against(paths: tuple[Path, Path], parts: Split, report: Report) -> dict[str, Any]:
    """Hold both models against what was reviewed; a spectrum is searched once by each.

    Where nobody corrected a held-out region and the old model is right in all of it, the list is
    its own answer: that measures nothing, and is said (``uncorrected``).
    """
    text = "judging on the held-out regions"
    spectra = {id(e.spectrum): e.spectrum for e in parts.held_out}
    lists: list[dict[int, PeakList]] = []
    for number, path in enumerate(paths):
        model, own = library.load(path), {}
        for place, (key, spectrum) in enumerate(spectra.items()):
            step = shared(report, number * len(spectra) + place, 2 * len(spectra))
            own[key] = shown_peaks(model, spectrum, _saying(step, text))
        lists.append(own)
    held = parts.held_out
    old, new = (agreement(held, [own[id(e.spectrum)] for e in held]) for own in lists)
    seen = [(e, True) for e in held] + [(e, False) for e in parts.training]
    places = [
        change
        for e, is_held_out in seen
        if id(e.spectrum) in spectra
        for change in changes(
            e, lists[0][id(e.spectrum)], lists[1][id(e.spectrum)], is_held_out=is_held_out
        )
    ]
    return {
        "old": old.to_dict(),
        "new": new.to_dict(),
        "uncorrected": old.f1 == 1.0 and not any(e.corrected for e in held),
        "changes": [asdict(c) for c in chosen(places)],
    }


def _saying(report: Report, what: str) -> Report:
    def part(done: int, total: int, text: str) -> None:
        report(done, total, what)

    return part


def _in_region(
    part: Reviewed, old: Sequence[Peak], new: Sequence[Peak]
) -> list[tuple[float, Kind]]:
    axis, noise = part.spectrum.axis, noise_of(part)
    before, after = (
        assigned([p.ppm for p in peaks], part.lines, axis, noise)[0] for peaks in (old, new)
    )
    had, has = ({i for i in lines if i is not None} for lines in (before, after))
    result: list[tuple[float, Kind]] = [(part.lines[i].ppm, "found") for i in has - had]
    result += [(part.lines[i].ppm, "missed") for i in had - has]
    false_before = [p for p, i in zip(old, before, strict=True) if i is None]
    false_after = [p for p, i in zip(new, after, strict=True) if i is None]
    result += [(p.ppm, "gone") for p in _without(false_before, false_after, axis)]
    result += [(p.ppm, "false") for p in _without(false_after, false_before, axis)]
    return result


def _without(peaks: Sequence[Peak], others: Sequence[Peak], axis: Axis) -> list[Peak]:
    """Return the peaks that have no other nearer than half a width."""
    there = np.array([p.ppm for p in others])
    reach = [0.5 * (p.fwhm_hz or _NEAR_HZ) / axis.sf_mhz for p in peaks]
    return [
        p for p, near in zip(peaks, reach, strict=True) if not (np.abs(there - p.ppm) <= near).any()
    ]
