from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.facts import facts_of
from nmrquanv.spectra.html import MAX_ROWS, drawing
from nmrquanv.spectra.peaks import Origin, Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<script>alert("x")</script>&<b>'


def spectrum(title: str = "") -> Spectrum:
    data = np.zeros(4096)
    data[1024] = 10.0
    source = Source(f"/data/{title}", "1", "Bruker", notes=(title,))
    return Spectrum(data, Axis(4096, 4000.0, 400.0, 10.0), Sample("1H", title, title), source)


def peaks(count: int, text: str = "") -> PeakList:
    found = spectrum(text)
    return PeakList(
        tuple(Peak(1 + 0.1 * i, 5.0, snr=10.0, label=text, finder=text) for i in range(count)),
        Provenance(text, settings={"region": text}),
        origin=Origin(facts_of(found), found),
    )


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.names.add(tag)


@pytest.mark.parametrize("shown", [spectrum(EVIL), peaks(2, EVIL)])
def test_a_vendors_words_are_shown_as_words(shown) -> None:
    html = shown._repr_html_()
    known = {"div", "b", "svg", "path", "text", "table", "thead", "tbody", "tr", "th", "td"}
    assert Tags(html).names <= known
    assert "&lt;script&gt;" in html
    assert {"table", "svg"} <= Tags(html).names
    ElementTree.fromstring(html)  # well-formed too


def test_a_list_tells_how_many_rows_are_left_out() -> None:
    html = peaks(MAX_ROWS + 7)._repr_html_()
    assert html.count("<tr>") == MAX_ROWS + 1
    assert "and 7 more" in html
    assert "more" not in peaks(MAX_ROWS)._repr_html_()


def test_the_drawing_has_the_line_and_the_tick_at_their_place() -> None:
    found = spectrum()
    svg = ElementTree.fromstring(drawing(found.trace, (10.0, 0.0), [(7.5, 10.0)]))
    trace, tick = (path.get("d") for path in svg.iter(f"{SVG}path"))
    numbers = np.array(trace.removeprefix("M").split(), dtype=float).reshape(-1, 2)
    x, _ = numbers[numbers[:, 1].argmin()]
    assert x == pytest.approx(640 * 0.25, abs=1.5)
    assert float(tick.removeprefix("M").split()[0]) == pytest.approx(160.0)


@pytest.mark.parametrize("shown", [PeakList(), PeakList((Peak(3.0, -2.0),))])
def test_lists_without_a_spectrum_are_sticks(shown) -> None:
    ElementTree.fromstring(shown._repr_html_())


def test_a_flat_spectrum_is_drawn() -> None:
    ElementTree.fromstring(drawing(np.zeros(8), (1.0, 0.0)))


def test_one_line_says_what_it_is() -> None:
    assert (
        repr(spectrum("a\nb")) == "Spectrum(1H, 400.00 MHz, a b, 4096 points, 10.000 to 0.002 ppm)"
    )
    assert repr(peaks(3, "quanv")) == "PeakList(3 peaks, 1.200 to 1.000 ppm, by quanv)"
    assert repr(PeakList()) == "PeakList(0 peaks, by user)"
    assert "\n" not in repr(peaks(3))


def test_a_list_draws_the_part_of_its_spectrum_that_has_peaks() -> None:
    svg = ElementTree.fromstring(peaks(3)._repr_html_())
    words = [text.text for text in svg.iter(f"{SVG}text")]
    left, right = float(words[0]), float(words[2])
    assert 1.2 < left < 1.25
    assert 0.95 < right < 1.0
    ticks = [float(p.get("d")[1:].split()[0]) for p in svg.iter(f"{SVG}path")][1:]
    places = [640 * (left - ppm) / (left - right) for ppm in (1.2, 1.1, 1.0)]
    assert ticks == pytest.approx(places, abs=20)
    off = PeakList((Peak(99.0, 1.0), Peak(-40.0, 1.0)), origin=peaks(1).origin)
    ElementTree.fromstring(off._repr_html_())
    ElementTree.fromstring(PeakList((Peak(99.0, 1.0),), origin=peaks(1).origin)._repr_html_())
