"""What lies outside of what networks were trained on; each note names the networks it is about.

Classical picking was not trained: of it only that is said which holds without a training.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nmrquanv.finders import known_finder
from nmrquanv.spectra.peak import Peak
from nmrquanv.spectra.trace_notes import Note

Array = NDArray[np.float64]

TRAINED_SNR = (5.0, 1.0e5)
"""S/N of the tallest lines of the simulated spectra that networks are trained on."""

TRAINED_WIDTH_HZ = 30.0
"""Broadest usual lines of those simulated spectra, but for the few of samples near a metal."""

_FEWEST = 3
_NUMBER = re.compile(r"\d[\d.]*")
_WHOSE = "\0"


def strength(peaks: Sequence[Peak], network: str) -> Note | None:
    """Tell lines that are all fainter, or a line that is stronger, than what was trained on."""
    known = [p.snr for p in peaks if p.snr is not None]
    if not known:
        return None
    most = max(known)
    less, more = (
        f", {x} than any {_trained(network)}" if network else "" for x in ("less", "more")
    )
    if most < TRAINED_SNR[0]:
        return Note(
            "faint",
            f"the tallest line has S/N {most:.1f}{less}: apodize as broad as the lines, or"
            " measure more scans",
        )
    if most > TRAINED_SNR[1]:
        return Note(
            "strong",
            f"the tallest line has S/N {most:.0f}{more}: what is below a thousandth of it may be"
            " its own shape",
        )
    return None


def broad(widths_hz: Array, network: str) -> Note | None:
    """Tell lines that are broader than what was trained on; ``widths_hz`` of tall ones."""
    if not network or widths_hz.size < _FEWEST or np.median(widths_hz) <= TRAINED_WIDTH_HZ:
        return None
    return Note(
        "broad",
        f"lines are {np.median(widths_hz):.0f} Hz broad, more than nearly all"
        f" {_trained(network)}, and lines that are closer than that may be listed as one; apodize"
        " less, or shim and measure again",
    )


def joined_notes(notes: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the notes of several finders, each once; of a training with the names of all.

    Parameters
    ----------
    notes : mapping of str to sequence of str
        Finder to notes, as :func:`nmrquanv.spectra.scope.texts_of` gave them for it. Of those that
        differ in a number alone the first one's is told.
    """
    said: dict[str, tuple[str, list[str]]] = {}
    for finder, own in notes.items():
        for note in own:
            text = note.replace(_trained(finder), _WHOSE)
            said.setdefault(_NUMBER.sub("0", text), (text, []))[1].append(finder)
    return tuple(text.replace(_WHOSE, _trained(*finders)) for text, finders in said.values())


def _trained(*finders: str) -> str:
    """Return the words for what some networks were trained on."""
    known = [known_finder(name) for name in finders]
    names = [f"'{n}'" if x is None else x.title for n, x in zip(finders, known, strict=True)]
    listed = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
    return f"in the training of {listed}"
