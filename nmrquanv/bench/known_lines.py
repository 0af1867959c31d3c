"""Finders on the lines of known molecules: exact from spin systems, first-order from lists.

Counts are of one molecule, whatever the number of its spectra, and every molecule weighs the same:
intervals are over molecules.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from nmrquanv.bench.markdown_tables import interval, number, table
from nmrquanv.bench.placed_patterns import Held, PlacedPatterns, placed
from nmrquanv.bench.shipped_finders import labels
from nmrquanv.errors import FormatError, NmrQuanvError
from nmrquanv.io import read
from nmrquanv.io.known_data_sets import KnownDataSet, known_data_sets
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.statistics import Interval, Paired, bootstrap_mean, paired


@dataclass(frozen=True, slots=True)
class LinesResult:
    """Finders on known lines.

    Parameters
    ----------
    counts : dict of str to dict of str to Held
        Finder -> molecule -> what became of its lines.
    spectra : dict of str to tuple of str
        Molecule -> its spectra that showed signals.
    left_out : dict of str to str
        Molecules and data sets that could not be used -> why.
    """

    counts: dict[str, dict[str, Held]]
    spectra: dict[str, tuple[str, ...]]
    left_out: dict[str, str]

    def f1(self, model: str) -> Interval:
        """Return the mean over molecules of a finder's F1, with its interval."""
        return bootstrap_mean([[held.f1 for held in self.counts[model].values()]])

    def between(self, first: str, second: str) -> Paired:
        """Compare two finders, molecule by molecule."""
        one, other = self.counts[first], self.counts[second]
        return paired([one[m].f1 for m in one], [other[m].f1 for m in one])

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        first, *others = self.counts
        return asdict(self) | {
            "f1": {model: asdict(self.f1(model)) for model in self.counts},
            "differences": {f"{first} - {o}": asdict(self.between(first, o)) for o in others},
        }


def measure_lines(
    folders: Sequence[Path], models: Sequence[str], report: Report = silent_report
) -> LinesResult:
    """Measure finders, with their shipped thresholds, on every data set whose signals are known.

    Raises
    ------
    FormatError
        No data set there shows known signals.
    ModelError
        A model does not exist.
    """
    names = labels(models)
    known = [(folder.resolve(), k) for folder in folders for k in known_data_sets(folder)]
    counts: dict[str, dict[str, Held]] = {name: {} for name in names}
    spectra: dict[str, tuple[str, ...]] = {}
    left_out = {}
    lists: dict[tuple[Path, str], PeakList] = {}  # several molecules may be in one spectrum
    for number_, (folder, one) in enumerate(known):
        report(number_, len(known), "known molecules")
        try:
            spectrum, patterns = _placed(one)
        except NmrQuanvError as error:
            told = " ".join(str(error).split()).replace(f"{folder}{os.sep}", "")
            left_out[f"{one.sample}, {one.name}"] = told
            continue
        spectra[one.sample] = (*spectra.get(one.sample, ()), one.name)
        for model, name in zip(models, names, strict=True):
            if (one.path, model) not in lists:
                found = find_peaks(spectrum, model)
                lists[one.path, model] = as_listed(found, Thresholds(), spectrum)
            held = patterns.held(lists[one.path, model])
            counts[name][one.sample] = counts[name].get(one.sample, Held()) + held
    if not spectra:
        told = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise FormatError(
            f"{', '.join(map(str, folders))}: no data set here shows known signals"
            f" ({told or 'no lists: expected ground_truth/NAME.csv beside the data set NAME'})"
        )
    report(len(known), len(known), "known molecules")
    return LinesResult(counts, spectra, left_out)


def _placed(known: KnownDataSet) -> tuple[Spectrum, PlacedPatterns]:
    """Read a data set and look for its signals, or say why there are none."""
    spectrum = read(known.path).spectrum()
    if not spectrum.axis.has_hz:
        raise FormatError(f"{known.path}: does not say its frequency, so no Hz are known")
    nucleus = spectrum.sample.nucleus or "1H"
    patterns = placed(spectrum, known.signals(nucleus, spectrum.axis.sf_mhz))
    if not patterns.places:
        raise FormatError(f"none of its {patterns.told} signals stands clear on the trace")
    return spectrum, patterns


def lines_markdown(result: LinesResult) -> str:
    """Return the finders' means over molecules, their differences, and each molecule's F1."""
    first, *others = result.counts
    n = len(result.spectra)
    head = ["finder", "F1", "lines found", "patterns with the right number", "lines too many"]
    rows = []
    for name, own in result.counts.items():
        whole = reduce(add, own.values(), Held())
        rows.append(
            [
                name,
                interval(result.f1(name)),
                f"{whole.found} of {whole.lines}",
                f"{whole.exact} of {whole.patterns}",
                str(whole.surplus),
            ]
        )
    compared = []
    for other in others:
        pair = result.between(first, other)
        told = interval(pair.difference, is_signed=True)
        compared.append(
            [f"{first} - {other}", told, "<0.001" if pair.p < 0.001 else number(pair.p)]
        )
    each = [
        [molecule, str(len(names)), *(number(result.counts[m][molecule].f1) for m in result.counts)]
        for molecule, names in result.spectra.items()
    ]
    parts = [f"Means over {n} molecules, 95 % intervals over molecules.", table(head, rows)]
    if compared and n > 1 and not math.isnan(result.between(first, others[0]).p):
        parts.append(table(["difference of F1", "mean", "p, not corrected"], compared))
    parts.append(table(["molecule", "spectra", *result.counts], each))
    parts += [f"Left out: {name}: {why}" for name, why in result.left_out.items()]
    return "\n\n".join(parts) + "\n"
