"""More that a person can do with a document's integrals: regions by themselves, level, a sum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nmrquanv.errors import ProcessingError
from nmrquanv.session import state_changes
from nmrquanv.session.multiplet_edits import Analysed
from nmrquanv.spectra.integral_regions import Satellites, regions_of, satellites_of
from nmrquanv.spectra.integrals import (
    Integral,
    area_error,
    level,
    set_sum,
    values_of,
    why_not,
)
from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.multiplets.nuclei import fitted, integrated


@dataclass(frozen=True, slots=True)
class IntegralFacts:
    """What the peaks say of an integral.

    Parameters
    ----------
    fitted_area : float or None, intensity x Hz
        Of its peaks that are shown; None where no area is known, or areas count nothing.
    satellites : "in" | "out" | "partly" | ""
        Whether 13C satellites of its lines lie in it; empty for other nuclei and empty regions.
    area_error, fit_error : float or None, intensity x Hz
        What the noise makes of the running integral and of the fitted area.
    """

    fitted_area: float | None
    satellites: Satellites
    area_error: float | None = None
    fit_error: float | None = None


def why_no_areas(document: Analysed) -> str:
    """Return why areas of a document's spectrum count nothing; empty where they may."""
    return why_not(document.spectrum)


def values(document: Analysed) -> dict[str, tuple[float | None, float | None]]:
    """Return area (intensity x Hz) and number of nuclei of each integral, by its id.

    A number is None where nothing is set; both are where areas of the spectrum count nothing.
    """
    if why_no_areas(document):
        return {one.id: (None, None) for one in document.state.integrals}
    return {**values_of(document.spectrum, document.state.integrals)}


def nuclei_of_multiplets(
    document: Analysed, multiplets: Sequence[Multiplet]
) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """Return the nuclei of multiplets by the integrals over them, and by their fitted areas."""
    integrals = () if why_no_areas(document) else document.state.integrals
    numbers = {key: number for key, (_, number) in values(document).items()}
    return integrated(multiplets, integrals, numbers), fitted(multiplets, integrals)


def facts_of(document: Analysed) -> dict[str, IntegralFacts]:
    """Return what the shown peaks say of each integral, by its id."""
    if why_no_areas(document):
        return {one.id: IntegralFacts(None, "") for one in document.state.integrals}
    peaks = document.shown_peaks()
    sf_mhz = document.spectrum.axis.sf_mhz
    is_proton = document.sample.nucleus == "1H"
    found = {}
    for one in document.state.integrals:
        inside = [p for p in peaks if one.low_ppm <= p.ppm <= one.high_ppm]
        areas = [(p.area, p.snr) for p in inside if p.area is not None]
        signals = (p for p in peaks if p.peak_class == "signal")
        satellites = satellites_of(one, signals, sf_mhz) if is_proton else ""
        errors = [area / snr for area, snr in areas if snr]
        found[one.id] = IntegralFacts(
            sum(area for area, _ in areas) if areas else None,
            satellites,
            area_error(document.spectrum, one),
            math.hypot(*errors) if errors else None,
        )
    return found


def integrate_signals(document: Analysed) -> int:
    """Integrate every multiplet that no integral covers; one undo step. Return how many.

    Raises
    ------
    ProcessingError
        Areas of this spectrum count nothing: says why.
    """
    if reason := why_no_areas(document):
        raise ProcessingError(f"Nothing was integrated: {reason}")
    axis = document.spectrum.axis
    peaks = document.shown_peaks()
    multiplets = document.state.multiplets or multiplets_of(
        peaks, axis.sf_mhz, document.sample.nucleus
    )
    classes = {p.id: p.peak_class for p in peaks}
    wanted = [
        m for m in multiplets if any(classes.get(i, "signal") == "signal" for i in m.peak_ids)
    ]
    high, low = axis.limits_ppm
    state, added = document.state, 0
    for left, right in regions_of(wanted, peaks, axis.sf_mhz):
        one = Integral(min(left, high), max(right, low))
        if not any(_overlap(one, other) for other in document.state.integrals):
            state, added = state_changes.with_integral(state, one), added + 1
    if added:
        document.push("Integrate Signals", state)
    return added


def level_integral(document: Analysed, integral_id: str) -> None:
    """Lay a line through both ends of an integral under it; done again, take it away."""
    old = next((i for i in document.state.integrals if i.id == integral_id), None)
    if old is None:
        return
    is_level = old.bias != 0.0 or old.slope != 0.0
    new = replace(old, bias=0.0, slope=0.0) if is_level else level(document.spectrum, old)
    text = "Take Integral's Line Away" if is_level else "Level Integral"
    document.push(text, state_changes.with_integral(document.state, new))


def set_foot(
    document: Analysed, integral_id: str, bias: float | None = None, slope: float | None = None
) -> None:
    """Set bias (intensity) or slope (intensity per ppm) of the line under an integral."""
    old = next((i for i in document.state.integrals if i.id == integral_id), None)
    if old is None:
        return
    new = replace(
        old,
        bias=old.bias if bias is None else bias,
        slope=old.slope if slope is None else slope,
    )
    if new != old:
        document.push("Change Integral", state_changes.with_integral(document.state, new))


def set_sum_of_integrals(document: Analysed, nuclei: float) -> None:
    """Let the integrals count so many nuclei together.

    Raises
    ------
    ProcessingError
        Their areas add up to nothing.
    """
    integrals = set_sum(document.spectrum, document.state.integrals, nuclei)
    document.push("Set Sum of Integrals", replace(document.state, integrals=integrals))


def _overlap(one: Integral, other: Integral) -> bool:
    return one.low_ppm < other.high_ppm and one.high_ppm > other.low_ppm
