"""Stretches of the axis as they are typed: point and comma, either order, joined."""

from __future__ import annotations

import pytest

from nmrquanv.errors import NumberError
from nmrquanv.spectra.place_text import places_in, places_text


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("", ()),
        ("10:8.5", ((10.0, 8.5),)),
        (" 4,6 : 5,2 ; 10 : 8.5;", ((10.0, 8.5), (5.2, 4.6))),
        ("-140:-60", ((-60.0, -140.0),)),
        ("3:2; 2.5:1; 1:0.5", ((3.0, 0.5),)),
    ],
)
def test_what_is_typed(typed, places) -> None:
    assert places_in(typed) == places
    assert places_in(places_text(places)) == places


@pytest.mark.parametrize("typed", ["5", "a : 3", "4 : 4", "1:2:3", "1.000,5 : 3"])
def test_what_is_none_is_told_with_the_form(typed) -> None:
    with pytest.raises(NumberError, match="HIGH : LOW"):
        places_in(typed)
