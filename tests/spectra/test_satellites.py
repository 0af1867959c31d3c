"""13C satellites: made by hand, simulated, and in real spectra whose satellites are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.io import read
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.satellites import RULES, with_satellites
from nmrquanv.spectra.scoring import assigned
from nmrquanv.spectra.simulate import KINDS, simulate_seed
from nmrquanv.spectra.spectrum import Sample
from nmrquanv.spectra.thresholds import Thresholds

SF_MHZ = 400.0
AXIS = Axis(16384, 8000.0, SF_MHZ, 15.0)


def peaks_at(lines: Iterable[tuple[float, float]], width_hz: float = 1.0) -> tuple[Peak, ...]:
    """Return peaks at Hz; a height of 100 stands 10,000 sigma."""
    return tuple(
        Peak(hz / SF_MHZ, height, snr=100.0 * abs(height), fwhm_hz=width_hz) for hz, height in lines
    )


def satellites_in(peaks: tuple[Peak, ...], nucleus: str = "1H", axis: Axis = AXIS) -> list[float]:
    marked = with_satellites(peaks, Sample(nucleus), axis)
    assert [p.id for p in marked] == [p.id for p in peaks]
    return [round(p.ppm * SF_MHZ, 1) for p in marked if p.peak_class == "satellite"]


def pair(parent_hz: float, coupling_hz: float, height: float = 0.54) -> list[tuple[float, float]]:
    """Return a pair, 1 Hz to lower frequency as the isotope shifts it."""
    return [
        (parent_hz + 0.5 * coupling_hz - 1.0, height),
        (parent_hz - 0.5 * coupling_hz - 1.0, height),
    ]


@pytest.mark.parametrize(
    ("nucleus", "coupling_hz"),
    [("1H", 125.0), ("1H", 209.0), ("13C", 35.0), ("13C", 70.0), ("19F", 245.0), ("31P", 50.0)],
)
def test_a_pair_about_a_tall_line_is_its_satellites(nucleus: str, coupling_hz: float) -> None:
    beside = pair(1000.0, coupling_hz)
    found = satellites_in(peaks_at([(1000.0, 100.0), *beside]), nucleus)
    assert found == [hz for hz, _ in beside]


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param([(1062.0, 0.54)], id="no partner"),
        pytest.param([(1062.0, 0.54), (930.0, 0.54)], id="not mirrored"),
        pytest.param([(1062.0, 0.54), (940.0, 0.54)], id="shifted to the wrong side"),
        pytest.param([(1062.0, 0.75), (937.0, 0.40)], id="heights unlike"),
        pytest.param(pair(1000.0, 125.0, 1.0), id="too tall"),
        pytest.param(pair(1000.0, 125.0, 0.2), id="too low"),
        pytest.param(pair(1000.0, 125.0, -0.54), id="other sign"),
        pytest.param(pair(1000.0, 90.0), id="too near"),
        pytest.param(pair(1000.0, 240.0), id="too far"),
    ],
)
def test_an_impurity_of_half_a_percent_stays_a_signal(beside: list[tuple[float, float]]) -> None:
    assert satellites_in(peaks_at([(1000.0, 100.0), *beside])) == []


def test_every_line_of_a_multiplet_has_its_own() -> None:
    triplet = [(1007.0, 50.0), (1000.0, 100.0), (993.0, 50.0)]
    beside = [x for hz, height in triplet for x in pair(hz, 126.0, 0.0054 * height)]
    assert len(satellites_in(peaks_at([*triplet, *beside]))) == 6


def test_the_outer_lines_of_a_weak_multiplet_are_not_taken_from_it() -> None:
    """Two triplets mirrored by chance: their taller middle lines are nobody's satellites."""
    weak = [(hz + step, h) for hz in (1062.0, 937.0) for step, h in ((7, 0.5), (0, 1), (-7, 0.5))]
    assert satellites_in(peaks_at([(1000.0, 100.0), *weak])) == []


def test_a_carbon_satellite_may_lack_its_partner_when_the_width_is_the_parents() -> None:
    tall = (1000.0, 100.0)
    assert satellites_in(_weakened(peaks_at([tall, (1017.0, 0.54)])), "13C") == [1017.0]
    (parent, beside) = peaks_at([tall, (1017.0, 0.54)])
    broad = _weakened((parent, replace(beside, fwhm_hz=2.0)))
    assert satellites_in(broad, "13C") == []
    # a parent of low S/N shows no satellites: what stands there is something else
    low = tuple(replace(p, snr=0.05 * (p.snr or 0)) for p in peaks_at([tall, (1017.0, 0.54)]))
    assert satellites_in(low, "13C") == []


def test_where_the_partner_could_not_be_overlooked_one_carbon_line_is_an_impurity() -> None:
    clear = peaks_at([(1000.0, 100.0), (1017.0, 0.54)])
    assert clear[1].snr == pytest.approx(54)
    assert satellites_in(clear, "13C") == []
    hidden = peaks_at([(1000.0, 100.0), (1017.0, 0.54), (982.0, 80.0)])
    assert 1017.0 in satellites_in(hidden, "13C")


def _weakened(peaks: tuple[Peak, ...]) -> tuple[Peak, ...]:
    return tuple(replace(p, snr=0.2 * (p.snr or 0)) for p in peaks)


def test_what_a_person_answers_for_and_solvent_are_never_relabelled() -> None:
    parent, upper, lower = peaks_at([(1000.0, 100.0), *pair(1000.0, 125.0)])
    for change in ({"is_confirmed": True}, {"source": "added"}, {"peak_class": "solvent"}):
        marked = with_satellites((parent, replace(upper, **change), lower), Sample("1H"), AXIS)
        assert marked[1].peak_class == change.get("peak_class", "signal")


def test_nothing_is_marked_without_hz_or_a_known_nucleus() -> None:
    peaks = peaks_at([(1000.0, 100.0), *pair(1000.0, 125.0)])
    assert satellites_in(peaks, axis=replace(AXIS, has_hz=False)) == []
    assert satellites_in(peaks, "15N") == []
    assert with_satellites((), Sample("1H"), AXIS) == ()


def test_water_has_no_carbon() -> None:
    parent, *beside = peaks_at([(1000.0, 100.0), *pair(1000.0, 125.0)])
    assert satellites_in((replace(parent, peak_class="water"), *beside)) == []


def test_they_are_hidden_unless_asked_for_or_a_persons() -> None:
    parent, upper, lower = peaks_at([(1000.0, 100.0), *pair(1000.0, 125.0)])
    marked = PeakList(with_satellites((parent, upper, lower), Sample("1H"), AXIS))
    everything = Thresholds(0.0, 0.0, 0.0)
    assert [p.id for p in marked.passing(everything)] == [parent.id]
    assert len(marked.passing(replace(everything, shows_satellites=True))) == 3
    kept = PeakList(tuple(replace(p, is_confirmed=True) for p in marked))
    assert len(kept.passing(everything)) == 3
    # what is shown must still pass the rest
    assert len(marked.passing(Thresholds(0.0, 0.01, 0.0, shows_satellites=True))) == 1


def test_simulated_satellites_are_found_and_no_line_that_counts_is_lost() -> None:
    """True lines of spectra of all kinds as peaks: what the rule does, apart from any finder."""
    counted_wrongly = n_counted = n_true = n_found = 0
    for kind in KINDS:
        for seed in range(2):
            made = simulate_seed(500 + seed, kind)
            lines = [x for x in made.lines if abs(x.height) >= 3 * made.sigma]
            peaks = tuple(
                Peak(x.ppm, x.height, snr=abs(x.height) / made.sigma, fwhm_hz=x.fwhm_hz)
                for x in lines
            )
            spectrum = made.spectrum
            marked = with_satellites(peaks, spectrum.sample, spectrum.axis)
            is_marked = np.array([p.peak_class == "satellite" for p in marked], dtype=bool)
            places, counts = assigned([p.ppm for p in marked], lines, spectrum.axis, made.sigma)
            counting = np.array([place is not None and counts[place] for place in places])
            is_true = np.array([x.is_excused for x in lines]) & _beside_a_parent(peaks, made)
            counted_wrongly += int((is_marked & counting).sum())
            n_counted += int(counting.sum())
            n_true += int(is_true.sum())
            n_found += int((is_marked & is_true).sum())
    assert n_counted > 500
    assert counted_wrongly <= 0.001 * n_counted
    assert n_true > 50
    assert n_found > 0.6 * n_true


def _beside_a_parent(peaks: tuple[Peak, ...], made: object) -> np.ndarray:
    spectrum = made.spectrum  # type: ignore[attr-defined]
    rule = RULES.get(spectrum.sample.nucleus)
    if rule is None or not peaks:
        return np.zeros(len(peaks), dtype=bool)
    hz = spectrum.axis.sf_mhz * np.array([p.ppm for p in peaks])
    height = np.array([p.height for p in peaks])
    apart, share = np.abs(hz[:, None] - hz), height[:, None] / height
    within = (apart >= rule.least_hz) & (apart <= rule.most_hz)
    return np.asarray((within & (share > 0.004) & (share < 0.007)).any(axis=1))


def test_menthols_chloroform_has_its_pair_and_its_small_signals_stay(examples: Path) -> None:
    dataset = read(examples / "bruker_1h_menthol" / "10")
    spectrum = dataset.recipe.run(dataset.data).spectrum
    marked = find_peaks(spectrum, "classical").peaks
    found = np.array([p.ppm for p in marked if p.peak_class == "satellite"])
    for ppm in (7.491, 7.073):  # J(CH) of chloroform: 209 Hz
        assert np.abs(found - ppm).min() < 0.002
    tallest = PeakList(marked).tallest()
    assert all(p.height < 0.01 * tallest for p in marked if p.peak_class == "satellite")


def test_the_methyl_group_of_ethylindanone(shared_data: Path | None, examples: Path) -> None:
    if shared_data is None:
        test_menthols_chloroform_has_its_pair_and_its_small_signals_stay(examples)
        return
    marked = _found(shared_data / "varian_1h_ethylindanone.fid", (2.0, 0.7))
    for ppm in (1.1455, 0.8941):
        assert _class_at(marked, ppm) == {"satellite"}
    # impurities of 1 to 2 % that the notes on this spectrum call real
    for ppm in (1.893, 1.449, 1.309, 0.9164):
        assert "satellite" not in _class_at(marked, ppm)


def test_the_carbons_of_caryophyllene_oxide(shared_data: Path | None, examples: Path) -> None:
    folder = examples if shared_data is None else shared_data
    marked = _found(folder / "bruker_13c_caryophyllene_oxide" / "11", (42.0, 18.0))
    assert _class_at(marked, 39.636) == {"satellite"}
    # at 6 to 7 sigma a finder may overlook these, but no other class is right
    for ppm in (29.611, 27.063, 21.485):
        assert _class_at(marked, ppm) <= {"satellite"}
    for ppm in (39.761, 39.156, 29.907, 29.786, 27.216, 21.635):
        assert _class_at(marked, ppm) == {"signal"}


def _found(path: Path, region: tuple[float, float]) -> tuple[Peak, ...]:
    dataset = read(path)
    spectrum = dataset.recipe.run(dataset.data).spectrum
    return find_peaks(spectrum, "quanv", region=region).peaks


def _class_at(peaks: tuple[Peak, ...], ppm: float) -> set[str]:
    """Return the classes of the likely peaks nearest to a place."""
    near = [p for p in peaks if abs(p.ppm - ppm) < 0.0015 * max(1.0, ppm / 4)]
    return {p.peak_class for p in near if (p.confidence or 0.0) > 0.5}


def test_satellites_name_the_line_that_they_belong_to() -> None:
    lines = [(2000.0, 100.0), *pair(2000.0, 130.0), (3200.0, 60.0), *pair(3200.0, 130.0, 0.33)]
    marked = with_satellites(peaks_at(lines), Sample("1H"), AXIS)
    told = {p.ppm: p.parent_ppm for p in marked if p.peak_class == "satellite"}
    assert len(told) == 4
    assert all(abs(parent - ppm) * SF_MHZ < 70 for ppm, parent in told.items())
    assert {p.parent_ppm for p in marked if p.peak_class == "signal"} == {None}
