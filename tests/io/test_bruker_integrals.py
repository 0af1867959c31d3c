"""TopSpin's lists of integrals: both forms of intrng, and integrals.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_integrals import ListedRegion, read_regions


def test_both_lists_of_a_real_data_set_name_the_same_regions(examples: Path) -> None:
    folder = examples / "bruker_1h_aspirin_fidonly" / "1" / "pdata" / "1"
    exact, listed = (read_regions(folder / name) for name in ("intrng", "integrals.txt"))
    assert len(exact) == len(listed) == 5
    for one, other in zip(exact, listed, strict=True):
        assert one.high_ppm == pytest.approx(other.high_ppm, abs=6e-4)
        assert one.low_ppm == pytest.approx(other.low_ppm, abs=6e-4)
        assert one.value is None
    assert [one.value for one in listed] == [2.57899, 1.0, 1.06864, 0.97164, 2.95309]
    assert listed[0].high_ppm > listed[0].low_ppm > listed[1].high_ppm


def test_the_short_form_of_intrng(tmp_path: Path) -> None:
    (tmp_path / "intrng").write_text("P 0\n2.461998   0.074765\n7.485638   7.159457\n")
    wanted = (ListedRegion(7.485638, 7.159457), ListedRegion(2.461998, 0.074765))
    assert read_regions(tmp_path / "intrng") == wanted


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "no list"), ("P 0\n", "lists 0"), ("ppm,height\n1,2\n", "no list"),
     ("P 0\n1 1\n", "from 1 to 1"), ("P 0\n1e999 1\n", "damaged")],
)  # fmt: skip
def test_what_is_no_list_is_refused(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "intrng").write_text(text)
    with pytest.raises(FormatError, match=why):
        read_regions(tmp_path / "intrng")
