from __future__ import annotations

import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.errors import MissingPackageError
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.facts import facts_of
from nmrquanv.spectra.peaks import Origin, Peak, PeakList, common_ends
from nmrquanv.spectra.spectrum import Sample, Spectrum

CHOSEN, HIDDEN = Peak(7.0, 10.0, snr=50.0), Peak(3.0, -1.0, snr=5.0)


@pytest.fixture
def peaks() -> PeakList:
    axis = Axis(1024, 4000.0, 400.0, 10.0)
    spectrum = Spectrum(np.zeros(1024), axis, Sample("1H"))
    return PeakList((CHOSEN,), origin=Origin(facts_of(spectrum), spectrum, (CHOSEN, HIDDEN)))


@pytest.fixture(autouse=True)
def _no_window():
    mpl.use("Agg")
    yield
    plt.close("all")


def test_candidates_are_all_and_the_length_counts_the_chosen(peaks) -> None:
    assert (len(peaks), len(peaks.candidates)) == (1, 2)
    assert peaks == PeakList((CHOSEN,))
    assert PeakList((CHOSEN,)).candidates == PeakList((CHOSEN,))


def test_records_have_the_schemas_names_and_hz_where_known(peaks) -> None:
    (record,) = peaks.to_records()
    assert (record["ppm"], record["hz"], record["height_rel"]) == (7.0, 2800.0, 1.0)
    assert PeakList((CHOSEN,)).to_records()[0]["hz"] is None
    assert PeakList((CHOSEN,)).to_records(100.0)[0]["hz"] == 700.0


def test_a_table_of_pandas_has_a_row_for_each_peak(peaks) -> None:
    frame = peaks.to_pandas()
    assert list(frame["hz"]) == [2800.0]
    assert frame.to_dict("records") == peaks.to_records()
    assert list(PeakList().to_pandas().columns) == list(frame.columns)


def test_a_plot_has_the_trace_and_the_marks_high_ppm_on_the_left(peaks) -> None:
    ax = peaks.plot()
    trace, marks = ax.get_lines()
    assert len(trace.get_xdata()) == 1024
    assert (list(marks.get_xdata()), list(marks.get_ydata())) == ([7.0], [10.0])
    assert ax.xaxis_inverted()
    assert ax.get_xlabel() == "1H chemical shift / ppm"
    assert PeakList((CHOSEN, HIDDEN)).plot(ax) is ax
    assert ax.xaxis_inverted()
    assert PeakList((CHOSEN, HIDDEN)).plot().xaxis_inverted()


@pytest.mark.parametrize(
    ("package", "ask"), [("pandas", PeakList.to_pandas), ("matplotlib.pyplot", PeakList.plot)]
)
def test_without_the_optional_package_the_message_names_it(peaks, monkeypatch, package, ask):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=f"pip install {package.split('.')[0]}"):
        ask(peaks)


def test_a_part_is_a_list_like_one_that_was_made_anew(peaks) -> None:
    part = peaks.filtered(lambda p: p.height > 0)
    anew = PeakList(tuple(part), peaks.provenance, peaks.sigma, peaks.origin)
    assert part == anew
    assert part.origin is peaks.origin
    with pytest.raises(AttributeError):
        part.peaks = ()


PLACES = st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0]), max_size=6)


@given(PLACES, st.sampled_from([0.0, 2.0, 2.5, 5.0]), st.sets(st.integers(0, 5)), st.booleans())
def test_a_peak_more_or_less_gives_the_list_that_would_be_made_anew(at, put, gone, asked) -> None:
    old, new = PeakList(tuple(Peak(ppm, 1.0) for ppm in at)), Peak(put, 2.0)
    ids = {p.id for i, p in enumerate(old) if i in gone}
    if asked:
        old.positions_ppm()
    added = old.add(new)
    assert added.peaks == PeakList((*old.peaks, new)).peaks
    left = added.remove(ids)
    assert left.peaks == tuple(p for p in added if p.id not in ids)
    for peaks in (added, left):
        assert peaks.positions_ppm().tolist() == [p.ppm for p in peaks]
        assert not peaks.positions_ppm().flags.writeable
    with pytest.raises(ValueError, match="share an id"):
        added.add(new)


@given(st.lists(st.integers(0, 3), max_size=8), st.lists(st.integers(0, 3), max_size=8))
def test_what_two_lists_share_at_their_ends_is_never_counted_twice(first, second) -> None:
    some = [Peak(float(i), 1.0) for i in range(4)]
    old, new = ([some[i] for i in places] for places in (first, second))
    begin, end = common_ends(old, new)
    assert begin + end <= min(len(old), len(new))
    assert old[:begin] == new[:begin]
    assert old[len(old) - end :] == new[len(new) - end :]
    if begin + end < min(len(old), len(new)):
        assert old[begin] is not new[begin]
        assert old[-1 - end] is not new[-1 - end]
