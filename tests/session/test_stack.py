from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import ProcessingError
from nmrquanv.io import read
from nmrquanv.io.row_values import unit_of, value_of
from nmrquanv.io.rows import row_labels
from nmrquanv.progress import Cancelled
from nmrquanv.session.stack import RegionSeries, Stack, StackTrace
from nmrquanv.session.stack_reading import read_rows, rows_of
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.integrals import why_not
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.several import Term, shift_to, standing_in, summed
from nmrquanv.spectra.spectrum import Sample, Spectrum
from nmrquanv.spectra.steps import Baseline, Magnitude

SF_MHZ, FWHM_HZ = 400.0, 2.0
ODD = Path(__file__).resolve().parents[3] / "shared" / "data" / "odd"


def lorentzians(*lines: tuple[float, float], size: int = 16384, nucleus: str = "1H") -> Spectrum:
    axis = Axis(size, 4000.0, SF_MHZ, 9.5)
    x = (axis.all_ppm()[:, None] - np.array([p for p, _ in lines])) * SF_MHZ / (0.5 * FWHM_HZ)
    data = ((1 - 1j * x) / (1 + x**2)) @ np.array([h for _, h in lines])
    return Spectrum(data, axis, Sample(nucleus))


def noisy(spectrum: Spectrum, sigma: float = 0.02) -> Spectrum:
    """A spectrum as it is measured: without noise it looks like one of magnitudes."""
    noise = np.random.default_rng(1).normal(0, sigma, (2, len(spectrum.data)))
    return spectrum.with_data(spectrum.data + noise[0] + 1j * noise[1])


def stack_of(*spectra: Spectrum, **more) -> Stack:
    return Stack(tuple(StackTrace(f"s{n}", s) for n, s in enumerate(spectra)), **more)


def test_what_stands_in_a_region_is_the_line_that_was_put_there() -> None:
    found = standing_in(lorentzians((7.0, 100.0), (3.0, 20.0)), (3.5, 2.5))
    assert found is not None
    assert found.ppm == pytest.approx(3.0, abs=1e-4)
    assert found.height == pytest.approx(20.0, rel=0.01)
    inside = 20.0 * FWHM_HZ * np.arctan(0.5 * SF_MHZ / (0.5 * FWHM_HZ))
    foot = 100.0 * (0.5 * FWHM_HZ) ** 2 / ((4.0 * SF_MHZ) ** 2) * SF_MHZ
    assert found.area == pytest.approx(inside + foot, rel=2e-3)


def test_a_negative_line_counts_as_what_it_is() -> None:
    found = standing_in(lorentzians((3.0, -20.0)), (3.2, 2.8))
    assert found is not None
    assert found.height == pytest.approx(-20.0, rel=0.01)


def test_where_a_spectrum_does_not_reach_nothing_is_invented() -> None:
    assert standing_in(lorentzians((3.0, 1.0)), (12.0, 10.0)) is None
    assert shift_to(lorentzians((3.0, 1.0)), 11.0, 0.2) is None


def test_a_difference_leaves_what_only_one_has_on_equal_and_on_other_axes() -> None:
    first = lorentzians((7.0, 100.0), (3.0, 20.0))
    same, finer = lorentzians((7.0, 100.0)), lorentzians((7.0, 100.0), size=32768)
    alone = lorentzians((3.0, 20.0))
    np.testing.assert_allclose(summed([Term(first), Term(same, -1)]).data, alone.data, atol=1e-9)
    left = summed([Term(first), Term(finer, -1)])
    inner = slice(50, -50)
    np.testing.assert_allclose(left.trace[inner], alone.trace[inner], atol=0.02)


def test_a_sum_counts_scales_and_shifts() -> None:
    made = summed([Term(lorentzians((3.0, 10.0))), Term(lorentzians((3.1, 10.0)), 2.0, -0.1)])
    found = standing_in(made, (3.2, 2.8))
    assert found is not None
    assert found.height == pytest.approx(30.0, rel=0.01)
    moved = summed([Term(lorentzians((3.0, 10.0)), 1.0, 0.5), Term(lorentzians((3.5, 10.0)))])
    assert standing_in(moved, (3.7, 3.3)).height == pytest.approx(20.0, rel=0.01)


def test_spectra_of_two_nuclei_are_not_added() -> None:
    with pytest.raises(ProcessingError, match="1H and one of 13C"):
        summed([Term(lorentzians((3.0, 1.0))), Term(lorentzians((3.0, 1.0), nucleus="13C"))])
    far = lorentzians((3.0, 1.0))
    far = far.with_data(far.data, far.axis.shifted(50.0))
    with pytest.raises(ProcessingError, match="no chemical shift in common"):
        summed([Term(lorentzians((3.0, 1.0))), Term(far)])


def test_alignment_puts_every_reference_line_on_one_shift() -> None:
    stack = stack_of(*(lorentzians((3.0 + by, 10.0)) for by in (0.0, 0.013, -0.021)))
    aligned = stack.aligned(3.0, 0.05)
    assert [t.shift_ppm for t in aligned.traces] == pytest.approx([0.0, -0.013, 0.021], abs=2e-4)
    series = RegionSeries.of(replace(aligned, regions=((3.2, 2.8),)))
    assert [series.value(n, 0, "shift") for n in range(3)] == pytest.approx([3.0] * 3, abs=2e-4)


def test_a_series_follows_scale_visibility_and_values() -> None:
    heights = (10.0, 5.0, 2.5)
    stack = stack_of(*(lorentzians((3.0, h)) for h in heights)).with_region(2.9, 3.1)
    first, second, third = (t.id for t in stack.traces)
    stack = stack.changed(second, lambda t: replace(t, scale=4.0))
    series = RegionSeries.of(stack)
    shown = [series.value(n, 0, "height") for n in range(3)]
    assert shown == pytest.approx([10.0, 20.0, 2.5], rel=0.01)
    assert series.places() == (1.0, 2.0, 3.0)
    stack = stack.changed(third, lambda t: replace(t, is_visible=False))
    for trace, value in ((first, 0.1), (second, 0.4)):
        stack = stack.changed(trace, lambda t, value=value: replace(t, value=value))
    assert RegionSeries.of(stack).places() == (0.1, 0.4)
    assert RegionSeries.of(stack).has_values


def test_equally_tall_makes_it_so_and_the_offset_counts_from_the_tallest() -> None:
    stack = stack_of(lorentzians((3.0, 10.0)), lorentzians((3.0, -40.0)), offset=0.5)
    assert stack.step() == pytest.approx(20.0, rel=0.01)
    tall = [max(abs(e) for e in t.extent) for t in stack.equally_tall().traces]
    assert tall == pytest.approx([40.0, 40.0], rel=0.01)


def test_a_region_takes_the_place_of_those_that_it_overlaps() -> None:
    stack = Stack().with_region(1.0, 2.0).with_region(5.0, 4.0).with_region(1.5, 2.5)
    assert stack.regions == ((5.0, 4.0), (2.5, 1.5))
    assert stack.without_region(0).regions == ((2.5, 1.5),)


@pytest.mark.parametrize(
    ("label", "value"),
    [("vdlist 10 ms", (0.01, "s")), ("vdlist 2.5 s", (2.5, "s")), ("vplist 5 µs", (5e-6, "s")),
     ("d2 = 0.5 s", (0.5, "s")), ("vdlist 3s", (3.0, "s")), ("vdlist 10m", (0.01, "s")),
     ("difflist 1.5e1 G/cm", (15.0, "G/cm")), ("vclist 8", (8.0, "")), ("row 3", (3.0, "")),
     ("gzlvl1 = -500", (-500.0, "")), ("d2 = 0.5 s, pw = 7 µs", (0.5, "s")),
     ("", (None, "")), ("vclist many", (None, "")), ("gzlvl1", (None, ""))],
)  # fmt: skip
def test_values_of_labels_have_their_unit_and_times_are_in_seconds(label, value) -> None:
    number, unit = value
    assert value_of(label) == (None if number is None else pytest.approx(number))
    assert unit_of(label) == unit


@pytest.mark.parametrize(
    ("name", "entries", "said"),
    [
        ("vdlist", ("0.01", "10m", "5u ; short", "2s"), ("0.01 s", "10 ms", "5 µs", "2 s")),
        ("vplist", ("10", "1m", ".5u", "0"), ("10 µs", "1 ms", ".5 µs", "0 µs")),
        ("vclist", ("1", "2", "4", "8"), ("1", "2", "4", "8")),
        ("difflist", ("  1.8", "5.0e0", "# a remark", "9.7", "30"),
         ("1.8 G/cm", "5.0e0 G/cm", "9.7 G/cm", "30 G/cm")),
    ],
)  # fmt: skip
def test_topspins_lists_have_the_units_of_their_manuals(
    tmp_path, examples, name, entries, said
) -> None:
    folder = arrayed(tmp_path, ("0", "0", "0", "0"), examples)
    (folder / "vdlist").unlink()
    (folder / name).write_text("\n".join(entries) + "\n")
    assert row_labels(folder) == tuple(f"{name} {one}" for one in said)


def arrayed(folder: Path, delays: tuple[str, ...], examples: Path) -> Path:
    """Write a pseudo-2D data set: one FID, ever less of it, with its list of delays."""
    original = examples / "bruker_1h_menthol" / "10"
    acqus = (original / "acqus").read_text("latin-1")
    numbers = np.frombuffer((original / "fid").read_bytes(), "<i4")[:4096]
    acqus = "\n".join(
        "##$TD= 4096" if line.startswith("##$TD=") else line for line in acqus.split("\n")
    )
    (folder / "acqus").write_text(acqus, "latin-1")
    (folder / "vdlist").write_text("\n".join(delays) + "\n")
    rows = [np.round(numbers / (n + 1)).astype("<i4") for n in range(len(delays))]
    (folder / "ser").write_bytes(b"".join(row.tobytes() for row in rows))
    return folder


def test_rows_of_an_array_are_traces_with_their_delays(tmp_path, examples) -> None:
    folder = arrayed(tmp_path, ("1m", "20m", "3"), examples)
    assert row_labels(folder) == ("vdlist 1 ms", "vdlist 20 ms", "vdlist 3 s")
    dataset = read(folder)
    assert rows_of(dataset) == ("row 1", "row 2", "row 3")
    recipe = dataset.recipe.run(dataset.data).recipe
    traces = read_rows(dataset, recipe)
    assert [t.value for t in traces] == pytest.approx([0.001, 0.02, 3.0])
    tall = [max(abs(e) for e in t.extent) for t in traces]
    assert tall[0] / np.array(tall) == pytest.approx([1.0, 2.0, 3.0], rel=1e-3)


def test_reading_rows_may_be_cancelled(tmp_path, examples) -> None:
    dataset = read(arrayed(tmp_path, ("1", "2"), examples))

    def report(done: int, _total: int, _text: str) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_rows(dataset, dataset.recipe, report)


@pytest.mark.skipif(not ODD.is_dir(), reason="only on machines with the shared spectra")
def test_an_instruments_array_that_says_nothing_is_called_by_its_rows() -> None:
    path = ODD / "varian_arrayed.fid"
    assert row_labels(path) == ("",) * 4
    dataset = read(path)
    traces = read_rows(dataset, dataset.recipe)
    assert [(t.label, t.value) for t in traces] == [(f"row {n}", None) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("is_said", [True, False])
def test_sums_of_magnitudes_have_no_areas_nor_has_what_is_made_of_them(sign, is_said) -> None:
    """A difference of two has points below zero, and so has a magnitude under a baseline."""
    pair = [lorentzians((3.0, 10.0)), noisy(lorentzians((3.1, 5.0)))]
    magnitudes = [Recipe((Magnitude(),)).apply(one) for one in pair]
    if not is_said:  # as of a file that has intensities alone
        magnitudes = [replace(one, is_magnitude=False) for one in magnitudes]
    made = summed([Term(magnitudes[0]), Term(magnitudes[1], sign)])
    assert "magnitude" in why_not(made)
    assert "magnitude" in why_not(Recipe((Baseline(),)).apply(made))
    assert "magnitude" in why_not(summed([Term(pair[1]), Term(made, sign)]))
    assert why_not(summed([Term(noisy(one), sign) for one in pair])) == ""
