"""How steps of processing say their values."""

from __future__ import annotations

import pytest

from nmrquanv.gui.panels.phase_editor import wrapped
from nmrquanv.gui.panels.step_words import points_text


@pytest.mark.parametrize(
    ("degrees", "expected"), [(0, 0), (180, 180), (-180, 180), (190, -170), (-400, -40), (720, 0)]
)
def test_angles_are_shown_within_half_a_turn(degrees, expected) -> None:
    assert wrapped(degrees) == pytest.approx(expected)


def test_sizes_are_written_as_spectroscopists_say_them() -> None:
    assert [points_text(n) for n in (65536, 1024, 1000)] == ["64k", "1k", "1000"]
