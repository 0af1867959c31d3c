"""Find the peaks of a spectrum: windows, network, refinement on the native trace, confidence.

:func:`find_peaks` is the whole way, for networks and for the classical finder alike. Its parts
(:func:`search`, :func:`refine`) are also what training uses, so that a model is trained on what
it will see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmrquanv import __version__
from nmrquanv.models import windows as win
from nmrquanv.models.confidence import Surroundings, evidence
from nmrquanv.models.decoding import Candidates, decode, without_duplicates
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.fitting import FittedLines, fit_lines
from nmrquanv.spectra.noise import noise_correlation, noise_sigma
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.picking import Polarity, pick_classical, signs
from nmrquanv.spectra.solvents import classified
from nmrquanv.spectra.spectrum import Spectrum

if TYPE_CHECKING:
    from nmrquanv.models.library import LoadedModel
    from nmrquanv.models.networks import DenseNetwork, SlotsNetwork

Region = tuple[float, float]

_BATCH = 96
_SILENT_HEIGHT = 3.0
_ENOUGH_POINTS = 4.0
_HOPELESS = 0.15
_MIN_SNR = 2.5


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """Lines of one sign after refinement.

    Parameters
    ----------
    candidates : Candidates
    lines : FittedLines
        Native points; heights positive for lines of this sign.
    evidence : (n, k) float32
    sign : +1.0 or -1.0
    """

    candidates: Candidates
    lines: FittedLines
    evidence: NDArray[np.float32]
    sign: float


def find_peaks(
    spectrum: Spectrum,
    model: str = "quanv",
    *,
    region: Region | None = None,
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
        Only there; None means everywhere.
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
    ValueError
        A region outside the spectrum.
    """
    if model == "classical":
        region = _inside(spectrum, region)
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
    region: Region | None = None,
    polarity: Polarity = "auto",
    one_window: bool = False,
    report: Report = silent_report,
) -> PeakList:
    """Find all candidate peaks with a model at hand; see :func:`find_peaks`."""
    region = _inside(spectrum, region)
    found = refined_peaks(
        spectrum, loaded, region=region, polarity=polarity, one_window=one_window, report=report
    )
    peaks = tuple(p for part in found for p in _peaks(spectrum, loaded, *part))
    if region is not None:
        peaks = tuple(p for p in peaks if region[1] <= p.ppm <= region[0])
    settings = {"polarity": polarity, "region": region, "one_window": one_window}
    provenance = Provenance(loaded.card.name, loaded.card.digest(), settings, __version__)
    marked = classified(peaks, spectrum.sample, spectrum.axis.sf_mhz)
    return PeakList(marked, provenance, noise_sigma(spectrum.trace))


def _inside(spectrum: Spectrum, region: Region | None) -> Region | None:
    """Return the region as (high, low), or complain when it misses the spectrum."""
    if region is None:
        return None
    high, low = max(region), min(region)
    span = spectrum.axis.span(high, low)
    if span.stop - span.start < 8:
        first, last = spectrum.axis.limits_ppm
        raise ValueError(
            f"the region {high:g} to {low:g} ppm holds fewer than 8 points of the spectrum, "
            f"which reaches from {first:.3f} to {last:.3f} ppm"
        )
    return high, low


def refined_peaks(
    spectrum: Spectrum,
    loaded: LoadedModel,
    *,
    region: Region | None = None,
    polarity: Polarity = "auto",
    one_window: bool = False,
    report: Report = silent_report,
) -> list[tuple[Refined, NDArray[np.float64]]]:
    """Search and refine each sign in turn; drop what is hopeless and refine the rest again.

    Returns
    -------
    list of (Refined, (n,) float64)
        One for each sign, with the scores (0 to 1, before calibration) of its lines.

    Notes
    -----
    A false line beside a true one takes part of its signal and shifts it. So the first fit only
    serves to judge, and the second, of the lines that have a chance, gives the numbers.
    """
    from nmrquanv.models.networks import SlotsNetwork, dense

    sigma = noise_sigma(spectrum.trace)
    narrow = win.narrow_width_points(spectrum, sigma)
    chosen = signs(spectrum, polarity)
    found = []
    for number, sign in enumerate(chosen):

        def part(done: int, total: int, text: str, first: int = number) -> None:
            report(round(100 * (first + done / max(total, 1)) / len(chosen)), 100, text)

        grids = win.grids(spectrum, narrow, sign)
        if isinstance(loaded.network, SlotsNetwork):
            spans = _whole(spectrum, region) if one_window else _tiles(grids[0], region)
            hits = search_slots(spectrum, loaded.network, spans, sign)
        elif one_window:
            hits = search_view(spectrum, dense(loaded.network), _whole(spectrum, region)[0], sign)
        else:
            hits = search(grids, spectrum, dense(loaded.network), region, part)
        native = NativeTrace.of(spectrum, narrow, sign)
        first_fit = refine(native, hits, grids[0], part)
        score = scores_of(loaded, first_fit)
        keep = score >= _HOPELESS
        lines = native.fit(hits.chosen(keep), part)
        evidence_kept = first_fit.evidence[keep]
        found.append((Refined(hits.chosen(keep), lines, evidence_kept, sign), score[keep]))
    return found


def _whole(spectrum: Spectrum, region: Region | None) -> list[Region]:
    return [region or spectrum.axis.limits_ppm]


def _tiles(grid: win.Grid, region: Region | None) -> list[Region]:
    """Return windows of 200 grid points that cover a region, for heads that take one window."""
    span = grid.axis.span(*region) if region else slice(0, grid.axis.size)
    starts = win.window_starts(grid.axis.size, span.start, span.stop)
    last = win.WINDOW_POINTS - 1
    return [(float(grid.axis.ppm(s)), float(grid.axis.ppm(s + last))) for s in starts]


def search(
    grids: tuple[win.Grid, ...],
    spectrum: Spectrum,
    network: DenseNetwork,
    region: Region | None = None,
    report: Report = silent_report,
) -> Candidates:
    """Let a network with the dense head search all scales, windows with a signal only.

    Parameters
    ----------
    grids : tuple of Grid
        Polarity applied, finest first.
    spectrum : Spectrum
        Whose native points the answer counts.
    network : DenseNetwork
        In evaluation mode.
    region : (high_ppm, low_ppm) or None
    report : Report
    """
    jobs = []
    for grid in grids:
        channels = win.features(grid)
        span = grid.axis.span(*region) if region else slice(0, grid.axis.size)
        starts = win.window_starts(grid.axis.size, span.start, span.stop)
        points = np.clip(starts[:, None] + np.arange(win.WINDOW_POINTS), 0, grid.axis.size - 1)
        speaks = channels[0][points].max(axis=1) > np.arcsinh(_SILENT_HEIGHT) / 8
        jobs.append((channels, starts[speaks]))
    total = sum(len(starts) for _, starts in jobs)
    done = 0
    parts = []
    for scale, (grid, (channels, starts)) in enumerate(zip(grids, jobs, strict=True)):
        answers = []
        for first in range(0, len(starts), _BATCH):
            report(round(0.6 * done), max(total, 1), "looking at windows")
            chunk = starts[first : first + _BATCH]
            answers.append(_answer(network, win.cut(channels, chunk)))
            done += len(chunk)
        if answers:
            probability, offset = (np.concatenate([a[k] for a in answers]) for k in (0, 1))
            # Offsets of overlapping windows are averaged with the weights of their scores.
            whole = win.stitch(probability, starts, grid.axis.size)
            pull = win.stitch(offset * probability, starts, grid.axis.size)
            offsets = pull / np.maximum(whole, 1e-6)
            parts.append(decode(whole, offsets.astype(np.float32), grid, scale, spectrum.axis.size))
    return without_duplicates(Candidates.joined(parts))


def search_view(
    spectrum: Spectrum, network: DenseNetwork, view: Region, sign: float = 1.0
) -> Candidates:
    """Let a network search one window of 200 points laid over a region."""
    grid = win.whole_window(spectrum, *view)
    grid = replace(grid, trace=sign * grid.trace)
    probability, offset = _answer(network, win.features(grid)[None])
    found = decode(probability[0], offset[0], grid, 0, win.WINDOW_POINTS)
    per_point = grid.axis.point_hz / spectrum.axis.point_hz
    start = spectrum.axis.point(grid.axis.offset_ppm)
    return replace(found, position=start + found.position * per_point, fwhm=found.fwhm * per_point)


def search_slots(
    spectrum: Spectrum, network: SlotsNetwork, spans: list[Region], sign: float = 1.0
) -> Candidates:
    """Let a network with the paper's head fill its slots in each of several windows."""
    import torch

    parts = []
    for high, low in spans:
        grid = win.whole_window(spectrum, high, low)
        grid = replace(grid, trace=sign * grid.trace)
        if (grid.trace.max() - np.median(grid.trace)) < 4.0 * grid.sigma:
            continue
        with torch.inference_mode():
            answer = network(torch.from_numpy(grid.trace.astype(np.float32))[None])
        probability = torch.sigmoid(answer.logit[0]).numpy().astype(np.float64)
        ppm = grid.axis.ppm(answer.position[0].numpy() * (win.WINDOW_POINTS - 1))
        fwhm = win.FWHM_POINTS * grid.axis.point_hz / spectrum.axis.point_hz
        n = probability.size
        where = spectrum.axis.point(ppm)
        part = Candidates(where, np.full(n, fwhm), probability, np.zeros(n, np.int64))
        parts.append(part.chosen(probability > 0.5))
    found = Candidates.joined(parts)
    # Windows overlap: of two answers for one place the surer stays.
    keep = np.ones(found.position.size, bool)
    for i in np.flatnonzero(np.diff(found.position) < 0.5 * found.fwhm[1:]):
        keep[i if found.probability[i] < found.probability[i + 1] else i + 1] = False
    return found.chosen(keep)


def _answer(
    network: DenseNetwork, features: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return probabilities and offsets of windows (b, channels, 200), each (b, 200)."""
    import torch

    with torch.inference_mode():
        answer = network(torch.from_numpy(features))
        return torch.sigmoid(answer.logit).numpy(), answer.offset.numpy()


@dataclass(frozen=True, slots=True, eq=False)
class NativeTrace:
    """The trace that lines are fitted on.

    Parameters
    ----------
    trace : (m,) float64
        Polarity applied. Native points; where narrow lines have fewer than four, interpolated
        (band-limited) by a factor of 2 or 4, which keeps the native points.
    factor : int
    sigma : float
    correlation : (k,) float64
        Of its noise.
    narrow : float, native points
    sign : +1.0 or -1.0
    """

    trace: NDArray[np.float64]
    factor: int
    sigma: float
    correlation: NDArray[np.float64]
    narrow: float
    sign: float

    @classmethod
    def of(cls, spectrum: Spectrum, narrow: float, sign: float) -> NativeTrace:
        """Prepare a spectrum's trace."""
        factor = 1 if narrow >= _ENOUGH_POINTS else 2 if 2 * narrow >= _ENOUGH_POINTS else 4
        size = factor * spectrum.axis.size
        trace = sign * (spectrum.trace if factor == 1 else win.resample(spectrum, size))
        sigma = noise_sigma(spectrum.trace)
        return cls(trace, factor, sigma, noise_correlation(trace, sigma), narrow, sign)

    def fit(self, candidates: Candidates, report: Report = silent_report) -> FittedLines:
        """Fit candidates; native points in, native points out."""

        def part(done: int, total: int, text: str) -> None:
            report(round(60 + 40 * done / max(total, 1)), 100, text)

        start, fwhm = self.factor * candidates.position, self.factor * candidates.fwhm
        fitted = fit_lines(self.trace, self.sigma, start, fwhm, self.correlation, part)
        points = ("position", "fwhm", "position_err", "fwhm_err")
        return replace(fitted, **{name: getattr(fitted, name) / self.factor for name in points})


def refine(
    native: NativeTrace, candidates: Candidates, finest: win.Grid, report: Report = silent_report
) -> Refined:
    """Fit candidates on the native trace and collect the evidence for each."""
    lines = native.fit(candidates, report)
    around = Surroundings.of(finest, native.trace.size // native.factor)
    found = evidence(candidates, lines, around, native.sigma, native.narrow)
    return Refined(candidates, lines, found, native.sign)


def scores_of(loaded: LoadedModel, found: Refined) -> NDArray[np.float64]:
    """Return how sure the model is of each refined line, 0 to 1, before calibration.

    A network without a confidence head (slots) answers with its own score.
    """
    import torch

    from nmrquanv.models.networks import SlotsNetwork

    if isinstance(loaded.network, SlotsNetwork):
        return found.candidates.probability
    with torch.inference_mode():
        score = torch.sigmoid(loaded.network.confidence(torch.from_numpy(found.evidence)))
    return score.numpy().astype(np.float64)


def _peaks(
    spectrum: Spectrum, loaded: LoadedModel, found: Refined, score: NDArray[np.float64]
) -> list[Peak]:
    """Return refined lines as peaks, those below the noise left out."""
    lines, axis = found.lines, spectrum.axis
    sigma = noise_sigma(spectrum.trace)
    sure = loaded.card.confidence(score)
    area = lines.area * axis.point_hz
    keep = lines.height > _MIN_SNR * sigma
    keep &= (lines.position > -0.5) & (lines.position < axis.size - 0.5)
    return [
        Peak(
            ppm=float(axis.ppm(lines.position[i])),
            height=float(found.sign * lines.height[i]),
            snr=float(lines.height[i] / sigma),
            fwhm_hz=float(lines.fwhm[i] * axis.point_hz),
            area=float(found.sign * area[i]),
            ppm_err=float(lines.position_err[i] * axis.point_ppm),
            confidence=float(sure[i]),
            finder=loaded.card.name,
        )
        for i in np.flatnonzero(keep)
    ]
