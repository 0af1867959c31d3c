"""The delay of Bruker's digital filter, from GRPDLY or the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from nmrquanv.io.bruker_parameters import Parameters
from nmrquanv.io.group_delay import DELAYS, group_delay_points


def delay(**values: object) -> tuple[float, str]:
    return group_delay_points(Parameters(Path("acqus"), {k: str(v) for k, v in values.items()}))


def test_the_table_is_the_one_that_nmrglue_has() -> None:
    from nmrglue.fileio.bruker import bruker_dsp_table

    assert DELAYS.keys() == bruker_dsp_table.keys()
    for firmware, delays in bruker_dsp_table.items():
        assert DELAYS[firmware] == pytest.approx(delays, abs=1e-9)


def test_grpdly_counts_where_it_is_positive() -> None:
    assert delay(GRPDLY=67.98, DECIM=16, DSPFVS=12) == (67.98, "")


@pytest.mark.parametrize("grpdly", [None, -1, 0])
def test_the_table_counts_where_grpdly_is_missing_or_not_positive(grpdly: int | None) -> None:
    values = {} if grpdly is None else {"GRPDLY": grpdly}
    assert delay(DECIM=16, DSPFVS=12, **values) == (71.625, "")
    assert delay(DECIM=24, DSPFVS=10, DIGMOD=1, **values)[0] == pytest.approx(61.0208333)


def test_without_a_digital_filter_there_is_no_delay() -> None:
    assert delay(DECIM=1, DSPFVS=12) == (0.0, "")
    assert delay(DIGMOD=0, DECIM=16, DSPFVS=12) == (0.0, "")


def test_an_unknown_filter_is_taken_as_none_and_said() -> None:
    points, note = delay(DECIM=17, DSPFVS=12)
    assert points == 0
    assert "DECIM 17" in note
