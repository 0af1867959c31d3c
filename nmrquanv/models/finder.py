"""Find the peaks of a spectrum: windows, network, refinement on the native trace, confidence.

:func:`find_peaks` is the whole way, for networks and for the classical finder alike. Its parts
(``search.py``, ``refinement.py``) are also what training uses, so that a model is trained on what
it will see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmrquanv.finders import CLASSICAL, QUANV, Polarity
from nmrquanv.models.answering import SlotsAnswers, dense_answers
from nmrquanv.models.final_evidence import final_evidence
from nmrquanv.models.final_fit import WEIGHING, settled
from nmrquanv.models.first_fit import EVERYWHERE, Where, first_fit, scores_of
from nmrquanv.models.ground import Ground
from nmrquanv.models.marking import Marked, on_tops
from nmrquanv.models.structure import Structure
from nmrquanv.progress import Report, shared, silent_report, standing
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.flat_tops import with_flat_tops
from nmrquanv.spectra.peak_classes import with_classes
from nmrquanv.spectra.peaks import REFERENCE_HEIGHT, Peak, PeakList, Provenance
from nmrquanv.spectra.picking import pick_classical, signs
from nmrquanv.spectra.reference_height import in_bands, reference_height
from nmrquanv.spectra.scope import texts_of
from nmrquanv.spectra.searching import bends, is_calculated, stands_out, within_reason
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import CARD_THRESHOLDS
from nmrquanv.version import __version__

if TYPE_CHECKING:
    from nmrquanv.models.library import LoadedModel

Array = NDArray[np.float64]

HOPELESS = 0.15
_MIN_SNR = 2.5
_EDGE_WIDTHS, _EDGE_POINTS = 1.0, 3.0
_GROUND_WIDTHS = 10.0
"""In usual widths: what is broader and has no top must stand out, or it is a piece of ground."""

_FIRST_FIT = 0.8
"""Share of the time that goes by until all lines are fitted once."""


def find_peaks(
    spectrum: Spectrum,
    model: str = QUANV,
    *,
    region: PpmRange | None = None,
    polarity: Polarity = "auto",
    one_window: bool = False,
    report: Report = silent_report,
) -> PeakList:
    """Find all candidate peaks of a spectrum.

    Parameters
    ----------
    spectrum : Spectrum
    model : str
        ``"quanv"``, ``"cnn"``, ``"classical"``, a model of the user's library, or a card's path.
    region : (high_ppm, low_ppm) or None
        List only what is there; None means everywhere. The whole spectrum is searched: what its
        lines share tells of each.
    polarity : "auto" | "positive" | "negative" | "both"
        See :func:`nmrquanv.spectra.picking.signs`.
    one_window : bool
        Put the region (or the whole spectrum) on exactly one window of 200 points, the paper's
        own mode. Lines that are narrower than its points are not resolved.
    report : Report
        Called often; may cancel.

    Returns
    -------
    PeakList
        Every candidate, loosely chosen: pass it through ``PeakList.passing(Thresholds())``.
        Positions, heights and widths are those of the fit on the native trace.

    Raises
    ------
    ModelError
        No such model, or it cannot do this.
    SearchError
        A region outside the spectrum, or too few points.
    """
    if model == CLASSICAL:
        return pick_classical(spectrum, region=region, polarity=polarity, report=report)
    from nmrquanv.models import library

    report(0, 100, "loading the model")
    loaded = library.load(model)
    return find_loaded(
        spectrum, loaded, region=region, polarity=polarity, one_window=one_window, report=report
    )


def find_loaded(
    spectrum: Spectrum,
    loaded: LoadedModel,
    *,
    region: PpmRange | None = None,
    polarity: Polarity = "auto",
    one_window: bool = False,
    report: Report = silent_report,
) -> PeakList:
    """Find all candidate peaks with a model at hand; see :func:`find_peaks`."""

    def find(spectrum: Spectrum, region: PpmRange | None) -> PeakList:
        where = Where(region, polarity, one_window)
        found = final_lines(spectrum, loaded, where, report)
        peaks = tuple(p for part in found for p in _peaks(spectrum, loaded, part))
        report(99, 100, WEIGHING)
        settings = {
            "polarity": polarity,
            "region": region,
            "one_window": one_window,
            REFERENCE_HEIGHT: reference_height(spectrum),
            CARD_THRESHOLDS: loaded.card.thresholds.to_dict(),
        }
        marked = with_classes(with_flat_tops(peaks, spectrum), spectrum, standing(report, 99))
        if region is not None:
            marked = tuple(p for p in marked if region[1] <= p.ppm <= region[0])
        known = loaded.card.name, loaded.card.digest(), settings, __version__
        provenance = Provenance(*known, texts_of(spectrum, marked, known[0]))
        shapes = (part.marked.lines.common for part in found)
        shape = next((known for known in shapes if known is not None), None)
        in_hz = None if shape is None else shape.wider(spectrum.axis.point_hz)
        return PeakList(marked, provenance, spectrum.noise.sigma, shape=in_hz)

    return within_reason(spectrum, region, find)


@dataclass(frozen=True, slots=True, eq=False)
class Final:
    """The lines of one sign as they are listed, arrays over ``n``.

    Parameters
    ----------
    marked : Marked
        Native points; errors with the shape's uncertainty in them.
    noise : (n,) float64
        At each line.
    score : (n,) float64
        0 to 1, before calibration.
    sign : +1.0 or -1.0
    structure : Structure
    evidence : (n, k) float32
        By which the score was given (:data:`nmrquanv.models.final_evidence.FINAL_EVIDENCE`); none
        in the paper's own ways.
    """

    marked: Marked
    noise: Array
    score: Array
    sign: float
    structure: Structure
    evidence: NDArray[np.float32]

    @property
    def snr(self) -> Array:
        """Height above the local floor (of a line without a top: of the line) over the noise."""
        height, above = self.marked.lines.height, self.marked.above
        return np.where(np.isfinite(above), above, height) / self.noise

    @property
    def is_clear(self) -> NDArray[np.bool_]:
        """Which lines stand so far above the noise that they are listed."""
        return self.snr > _MIN_SNR


def final_lines(
    spectrum: Spectrum,
    loaded: LoadedModel,
    where: Where = EVERYWHERE,
    report: Report = silent_report,
) -> list[Final]:
    """Find and fit lines, drop what is hopeless, and fit the rest again on the ground of the tops.

    Returns
    -------
    list of Final
        One for each sign.

    Notes
    -----
    A false line beside a true one takes part of its signal and shifts it. So the first fit only
    serves to judge, and the second, of the lines that have a chance, gives the numbers, with the
    shape that the lines share where the spectrum tells it (:mod:`nmrquanv.models.final_fit`). Then
    tops without a line get one, and lines that the data do not determine go
    (:mod:`nmrquanv.models.grounding`). How many lines stand under lone tops is counted with the
    shape that the spectrum's lines share (:mod:`nmrquanv.models.counting`); both lines of a pair
    keep the score of the whole. The paper's own ways, one window and the slots head, answer
    without the tops.
    """
    first_part = shared(report, 0, 1, _FIRST_FIT)
    fitted = first_fit(spectrum, loaded.network, where, first_part, loaded.card.window)
    is_grounded = not where.one_window and not isinstance(loaded.network, SlotsAnswers)
    found, usual = [], tuple(prepared.native.sign for prepared, _ in fitted)
    if is_grounded and where.polarity != "auto":
        usual = signs(spectrum, report=standing(report, round(100 * _FIRST_FIT)))
    for number, (prepared, first) in enumerate(fitted):

        def part(done: int, total: int, text: str, number: int = number) -> None:
            share = _FIRST_FIT + (1 - _FIRST_FIT) * (number + done / total) / len(fitted)
            report(round(100 * share), 100, text)

        paused = standing(part, 60)
        score = scores_of(loaded.network, first)
        kept = np.flatnonzero(score >= HOPELESS)
        hits, score, native = first.candidates.chosen(kept), score[kept], prepared.native
        if not is_grounded:
            lines = native.fit(hits, part)
            marked = on_tops(None, native.with_errors(lines, native.shape_error(lines)))
            structure = Structure.plain(marked.lines)
            noise = native.noise_at(marked.lines.position)
            evidence = np.zeros((score.size, 0), dtype=np.float32)
        else:
            is_only_sign = usual == (native.sign,)
            ground = Ground.of(spectrum, native, is_only_sign=is_only_sign, report=paused)
            told, structure = settled(ground, in_bands(spectrum), (hits, score), part)
            marked = told.marked
            noise = native.noise_at(marked.lines.position)
            evidence = final_evidence(ground, told, structure, noise)
            score = dense_answers(loaded.network).last_word(evidence, told.score)
        found.append(Final(marked, noise, score, native.sign, structure, evidence))
    return found


def _is_ground(spectrum: Spectrum, found: Final) -> NDArray[np.bool_]:
    """Tell which lines are pieces of a ground that dips or rolls, much broader than any line."""
    lines, has_top = found.marked.lines, np.isfinite(found.marked.top)
    result = np.zeros(has_top.size, dtype=bool)
    if has_top.any():
        usual = float(np.median(lines.fwhm[has_top]))
        broad = np.flatnonzero(~has_top & (lines.fwhm > _GROUND_WIDTHS * usual))
        own = lines.chosen(broad)
        result[broad] = ~stands_out(found.sign * spectrum.trace, own.position, own.fwhm)
    return result


def _peaks(spectrum: Spectrum, loaded: LoadedModel, found: Final) -> list[Peak]:
    """Return final lines as peaks, those below the noise left out."""
    lines, axis, snr = found.marked.lines, spectrum.axis, found.snr
    sure, told = loaded.card.confidence(found.score), found.structure
    area, error = told.area * axis.point_hz, told.position_err(lines) * axis.point_ppm
    top = axis.ppm(found.marked.top)
    keep = found.is_clear
    # At the very ends the sweep wraps around and filters cut: what stands there is no line.
    edge = np.maximum(_EDGE_WIDTHS * lines.fwhm, _EDGE_POINTS)
    is_inside = (lines.position > edge) & (lines.position < axis.size - 1 - edge)
    keep &= is_inside | np.isfinite(found.marked.top)
    if is_calculated(spectrum):
        keep &= bends(found.sign * spectrum.trace, lines.position, lines.fwhm, lines.height)
    keep &= ~_is_ground(spectrum, found)
    return [
        Peak(
            ppm=float(axis.ppm(lines.position[i])),
            height=float(found.sign * lines.height[i]),
            snr=float(snr[i]),
            fwhm_hz=float(lines.fwhm[i] * axis.point_hz),
            area=float(found.sign * area[i]),
            ppm_err=float(error[i]),
            confidence=float(sure[i]),
            finder=loaded.card.name,
            top_ppm=float(top[i]) if np.isfinite(top[i]) else None,
            peak_class="signal" if is_inside[i] else "edge",
            kind=told.kind[i],
            least_lines=int(told.least[i]),
        )
        for i in np.flatnonzero(keep)
    ]
