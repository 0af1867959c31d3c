"""The Python interface: spectra searched and peak lists written as window and command line do.

``nmrquanv`` offers these functions, imported when they are asked for.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

from nmrquanv.errors import RegionError, SearchError
from nmrquanv.finders import QUANV, Polarity
from nmrquanv.guarded import plain
from nmrquanv.io import peak_schema, peak_tables
from nmrquanv.io.tables import formats
from nmrquanv.models import finder
from nmrquanv.models.explain import explanation
from nmrquanv.models.explain_words import NOT_SOUGHT, story, top_told
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.facts import SpectrumFacts, facts_of
from nmrquanv.spectra.integrals import why_not
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.peaks import REFERENCE_HEIGHT, Origin, PeakList
from nmrquanv.spectra.picking import is_looked_for, polarity_of
from nmrquanv.spectra.recipe import Outcome, Recipe
from nmrquanv.spectra.reference_height import reference_height
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.spectra.starting_recipe import fid_recipe, spectrum_recipe
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.spectra.top_near import peak_near, sign_here, top_near
from nmrquanv.version import __version__


def find_peaks(
    data: DataSet | Fid | Spectrum,
    model: str = QUANV,
    *,
    recipe: Recipe | None = None,
    thresholds: Thresholds | None = None,
    region: tuple[float, float] | None = None,
    polarity: Polarity = "auto",
) -> PeakList:
    """Find the peaks that a new window shows.

    Parameters
    ----------
    data : DataSet, Fid or Spectrum
        What ``read`` gave, or a spectrum of your own.
    model : str
        ``"quanv"``, ``"cnn"``, ``"classical"``, a model of your library, or a card's path.
    recipe : Recipe or None
        How to process the data; None processes as the window does.
    thresholds : Thresholds or None
        What it leaves open, the model's card says, then the program: as in a window without
        settings of one's own. A maximum number of peaks, and regions to search or to exclude,
        are among them.
    region : (high_ppm, low_ppm) or None
        Only there; None means everywhere.
    polarity : "auto" | "positive" | "negative" | "both"

    Returns
    -------
    PeakList
        Those that pass; ``.candidates`` are all, ``.origin.spectrum`` is what was searched.

    Raises
    ------
    ProcessingError
        The recipe does not fit the data.
    ModelError
        No such model.
    SearchError
        What was given is no spectrum, but perhaps a path to one.
    ValueError
        A region outside the spectrum.
    """
    if not isinstance(data, DataSet | Fid | Spectrum):
        raise SearchError(f"{data!r} is no spectrum: find_peaks takes what nmrquanv.read gives")
    outcome = processed(data, recipe)
    return find_in(outcome, model, thresholds=thresholds, region=region, polarity=polarity)


def processed(data: DataSet | Fid | Spectrum, recipe: Recipe | None = None) -> Outcome:
    """Process data as the window does, or by a recipe of one's own.

    The spectrum's notes are those of reading and of processing.
    """
    if isinstance(data, DataSet):
        recipe = recipe or data.recipe
        data = data.data
    if recipe is None:
        recipe = fid_recipe(data) if isinstance(data, Fid) else spectrum_recipe()
    outcome = recipe.run(data)
    source = outcome.spectrum.source
    noted = replace(source, notes=(*source.notes, *outcome.notes))
    return replace(outcome, spectrum=replace(outcome.spectrum, source=noted))


def find_in(
    outcome: Outcome,
    model: str,
    *,
    thresholds: Thresholds | None = None,
    region: tuple[float, float] | None = None,
    polarity: Polarity = "auto",
) -> PeakList:
    """Find the peaks of a processed spectrum: see :func:`find_peaks`."""
    spectrum, thresholds = outcome.spectrum, thresholds or Thresholds()
    candidates = finder.find_peaks(spectrum, model, region=region, polarity=polarity)
    limits = candidates.limits(thresholds)
    height = reference_height(spectrum, limits.excluded)
    peaks = as_listed(candidates, thresholds, spectrum)
    if not spectrum.axis.has_hz:  # after the thresholds: lines in reach are told by their widths
        candidates, peaks = candidates.without_hz(), peaks.without_hz()
    if why_not(spectrum):
        candidates, peaks = candidates.without_areas(), peaks.without_areas()
    known = peaks.provenance
    settings = {**known.settings, **plain(asdict(limits)), REFERENCE_HEIGHT: height}
    facts = facts_of(spectrum, outcome.recipe.to_dict())
    return replace(
        peaks,
        provenance=replace(known, settings=settings, program_version=__version__),
        origin=Origin(facts, spectrum, candidates.peaks),
    )


def explain(peaks: PeakList, ppm: float) -> tuple[str, ...]:
    """Say why a list has a peak at a chemical shift, or why it has none.

    Parameters
    ----------
    peaks : PeakList
        What :func:`find_peaks` gave.
    ppm : float, ppm

    Returns
    -------
    tuple of str
        A sentence for each step: what the trace shows, what each grid's windows answered, what
        the fit and the confidence made of it.

    Raises
    ------
    SearchError
        The list was read from a file: its spectrum is not at hand.
    RegionError
        The place lies outside the spectrum.
    """
    spectrum = peaks.origin.spectrum if peaks.origin is not None else None
    if spectrum is None:
        raise SearchError("the list does not know its spectrum: explain what find_peaks gave")
    high, low = spectrum.axis.limits_ppm
    if not low <= ppm <= high:
        raise RegionError(f"{ppm:g} ppm lies outside the spectrum ({high:g} to {low:g} ppm)")
    peak = peak_near(peaks.candidates, ppm, spectrum.axis)
    at = ppm if peak is None else peak.ppm
    sign = sign_here(spectrum, at, peak)
    top = top_near(spectrum, at, sign)
    way = polarity_of(peaks.provenance.settings)
    found = explanation(spectrum, peaks.provenance.finder, at, sign=sign, polarity=way)
    told = (top_told(top),) if found is None else story(found, top, peak)
    is_here = top is not None and top.is_here
    if is_here and not is_looked_for(spectrum, peaks.provenance.settings, sign):
        return (*told, NOT_SOUGHT)
    return told


def export_of(peaks: PeakList) -> peak_tables.PeakExport:
    """Return what a file with these peaks says."""
    origin = peaks.origin or Origin(SpectrumFacts())
    return peak_tables.PeakExport(peaks, origin.facts, data=origin.spectrum)


def write_peaks(
    path: str | Path,
    peaks: PeakList,
    *,
    overwrite: bool = False,
    schema: int = peak_schema.NEWEST,
) -> None:
    """Write peaks to a file, in the format that its name's ending says.

    Parameters
    ----------
    path : str or Path
        An earlier list of this name is replaced.
    peaks : PeakList
    overwrite : bool
        Replace files too that are not known to be such a list: write-protected ones, those of the
        measured data, and files beside a table that are not its provenance.
    schema : int
        Version of our own form (``nmrquanv.peaks/2``), for JSON and CSV; 1 leaves out kinds and
        parents, for programs that know no other.

    Raises
    ------
    OverwriteError
        Such a file stands there.
    ExportError
        There is no format of that ending, or the place cannot be written to.
    """
    if schema not in peak_schema.VERSIONS:
        raise ValueError(f"there are versions {peak_schema.VERSIONS} of peak lists, not {schema}")
    export = replace(export_of(peaks), schema=schema)
    formats.write_peaks(Path(path), export, is_forced=overwrite)


def read_peaks(path: str | Path) -> PeakList:
    """Read peaks that the window, the command line or another program wrote.

    The format is what the name ends in: all that :func:`write_peaks` writes but the
    text for a journal.

    What the file says of the spectrum is in ``.origin.facts``. Its integrals are not in a peak
    list: :func:`nmrquanv.io.tables.formats.read_peaks` has them too.

    Raises
    ------
    FormatError
        The file is missing, damaged, or no peak list.
    """
    export = formats.read_peaks(Path(path))
    return replace(export.peaks, origin=Origin(export.spectrum))
