"""What of a document is worth a second look: where finders disagree; what is doubtful or hidden.

There are two rounds, so that a crowded spectrum's review stays bearable: first the doubts, lines
that their confidence alone hides among them; then what is hidden otherwise and above the noise.
Settled is what a person confirmed, added, moved or deleted, and what lies in a reviewed region.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nmrquanv.finders import known_finder, stacked
from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.session.working_list import unburied
from nmrquanv.spectra.comparison import compare
from nmrquanv.spectra.peaks import Peak, PeakList, new_peak_id

DOUBTFUL = 0.9
"""A peak that is shown with less confidence is wrong one time in four, on simulated spectra."""

_LEAST_SNR = 3.0
"""Of a hidden line that is above the noise."""

_BY = {"snr": "S/N", "height": "height", "confidence": "confidence", "number": "maximum number"}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line to look at.

    Parameters
    ----------
    peak : Peak
        Of the working list, or, where ``is_listed`` is False, of a finder's layer.
    why : str
        In a person's words.
    is_listed : bool
        Whether the working list has it, shown or hidden.
    is_shown : bool
        Whether the thresholds show it.
    """

    peak: Peak
    why: str
    is_listed: bool = True
    is_shown: bool = True


def doubts(document: Document) -> tuple[Doubt, ...]:
    """Return what is worth a look in a document, highest ppm first."""
    shown = document.shown_peaks()
    networks = [n for n, x in document.layers.items() if x.provenance.card_sha256]
    layers = {name: document.shown_layer(name) for name in networks}
    found = [*_shown(document, shown, layers), *_hidden(document, shown)]
    found += _others(document, [d.peak for d in found], shown, layers)
    return _unsettled(document, found)


def hidden_lines(document: Document) -> tuple[Doubt, ...]:
    """Return the hidden lines above the noise that are no doubts, highest ppm first.

    What a person excluded by a region, and what another line explains, is not asked about.
    """
    limits = {f: document.limits(f) for f in {p.finder for p in document.peaks}}
    hiders: dict[str, list[str]] = {}
    for kind, name in _BY.items():
        for peak in document.shown.hidden(document.state, kind):
            hiders.setdefault(peak.id, []).append(name)
    for peak in document.shown.hidden(document.state, "place"):
        hiders.pop(peak.id, None)
    known = {d.peak.id for d in _hidden(document, document.shown_peaks())}
    return _unsettled(
        document,
        [
            Doubt(peak, f"hidden by its {' and '.join(hiders[peak.id])}", is_shown=False)
            for peak in document.peaks
            if peak.id in hiders
            and peak.id not in known
            and (peak.snr or 0.0) >= _LEAST_SNR
            and (limits[peak.finder].shows_satellites or not peak.is_explained)
        ],
    )


def nothing_left(document: Document) -> str:
    """Say why there is nothing to review in a document."""
    networks = sum(bool(x.provenance.card_sha256) for x in document.layers.values())
    if not document.peaks:
        return "Nothing to review: find peaks first"
    if networks == 0:
        return (
            "Nothing to review: nothing is hidden, and without a network nobody disagrees or "
            "gives a confidence"
        )
    if networks == 1:
        return "Nothing to review: nothing is doubtful or hidden (a second network may disagree)"
    return "Nothing to review: the networks agree, and nothing is doubtful or hidden"


def _unsettled(document: Document, found: list[Doubt]) -> tuple[Doubt, ...]:
    left = unburied(PeakList(tuple(d.peak for d in found)), document.tombstones, document.peaks)
    ids = {peak.id for peak in left if not _is_settled(document, peak)}
    return tuple(sorted((d for d in found if d.peak.id in ids), key=_place))


def _place(doubt: Doubt) -> float:
    return -doubt.peak.ppm


def _is_settled(document: Document, peak: Peak) -> bool:
    return peak.is_users or any(r.contains(peak.ppm) for r in document.reviewed_regions)


def _shown(document: Document, shown: PeakList, layers: dict[str, PeakList]) -> list[Doubt]:
    """Return the shown peaks that not every network has, or has with little confidence."""
    axis = document.spectrum.axis
    seen_by: dict[str, list[str]] = {p.id: [] for p in shown}
    for name, layer in layers.items():
        for pair in compare(shown, layer, axis).pairs:
            seen_by[pair.first.id].append(name)
    found = []
    for peak in shown:
        names = seen_by[peak.id]
        if len(layers) > 1 and 0 < len(names) < len(layers):
            found.append(Doubt(peak, f"only {_titles(names)}"))
        elif peak.confidence is not None and peak.confidence < DOUBTFUL:
            found.append(Doubt(peak, "doubtful"))
    return found


def _hidden(document: Document, shown: PeakList) -> list[Doubt]:
    """Return the peaks of the working list that nothing but their confidence hides."""
    height, is_shown = document.reference_height(), {p.id for p in shown}
    finders = {p.finder for p in document.peaks}
    trusting = {f: replace(document.limits(f), min_confidence=0.0) for f in finders}
    return [
        Doubt(peak, "hidden by its confidence", is_shown=False)
        for peak in document.peaks
        if peak.id not in is_shown and trusting[peak.finder].passes(peak, height)
    ]


def _others(
    document: Document, known: list[Peak], shown: PeakList, layers: dict[str, PeakList]
) -> list[Doubt]:
    """Return the lines of networks that are neither shown nor known as doubts already."""
    axis = document.spectrum.axis
    rest = PeakList(tuple({p.id: p for p in (*shown, *known)}.values()))
    found: list[Doubt] = []
    for name, layer in layers.items():
        for peak in compare(rest, layer, axis).only_second:
            if rest.find(peak.id) is None:
                found.append(Doubt(peak, f"only {_titles([name])}", False, False))
                rest = rest.add(peak)
    return found


def _titles(names: list[str]) -> str:
    known = [known_finder(name) for name in names]
    return " and ".join(k.short if k else n for k, n in zip(known, names, strict=True))


def versions(document: Document, doubt: Doubt) -> tuple[tuple[str, Peak | None], ...]:
    """Return what each network shows at a doubt's place, in the usual order; None for no line."""
    from nmrquanv.spectra.top_near import peak_near

    networks = stacked(n for n, x in document.layers.items() if x.provenance.card_sha256)
    axis, ppm = document.spectrum.axis, doubt.peak.ppm
    return tuple((n, peak_near(document.shown_layer(n), ppm, axis)) for n in networks)


def take_version(document: Document, doubt: Doubt, finder: str) -> None:
    """Let the list say of a place what a network says: its line, confirmed, or none."""
    peak = dict(versions(document, doubt)).get(finder)
    listed = document.peaks.find(doubt.peak.id) if doubt.is_listed else None
    if peak is None:
        if listed is not None:
            document.edit.delete_peaks([listed.id])
        else:
            document.edit.reject_peak(doubt.peak)
        return
    _take(document, peak, listed.id if listed is not None else new_peak_id())


def accept(document: Document, doubt: Doubt) -> None:
    """Confirm a doubt's line; one that only a layer has comes into the list with all its facts."""
    if doubt.is_listed:
        document.edit.confirm_peaks([doubt.peak.id])
    else:
        _take(document, doubt.peak, new_peak_id())


def _take(document: Document, peak: Peak, own_id: str) -> None:
    taken = replace(peak, id=own_id, is_confirmed=True)
    state = replace(document.state, peaks=document.peaks.remove([own_id]).add(taken))
    document.push(f"Take Peak of {_titles([peak.finder])}", state)


def told(doubt: Doubt) -> str:
    """Return a doubt in a line: where, why, how sure, how tall."""
    peak = doubt.peak
    parts = [f"{fixed(peak.ppm, 4)} ppm: {doubt.why}"]
    if peak.confidence is not None:
        parts.append(f"confidence {fixed(peak.confidence, 2)}")
    if peak.snr is not None:
        parts.append(f"S/N {fixed(peak.snr, 0)}")
    return ", ".join(parts)
