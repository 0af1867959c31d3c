"""Listed signals are judged by stated rules."""

from __future__ import annotations

import pytest

from nmrquanv.bench.listed_multiplets import Seen, judged_listed, measure_listed
from nmrquanv.bench.multiplets import MultipletScore
from nmrquanv.errors import FormatError
from nmrquanv.io.signal_lists import ListedClass, read_reach
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.multiplet import Multiplet


def seen(
    kind: str, *couplings: float | tuple[float, int], width_hz: float = 1.0, area: float = 1.0
) -> Seen:
    pairs = [c if isinstance(c, tuple) else (c, 1) for c in couplings]
    own = tuple(Coupling(j, 0.01, n) for j, n in pairs)
    return Seen(Multiplet(("a",), 3.0, 3.0, 3.0, kind, couplings=own, area=area), width_hz)


def classes(listed: ListedClass, *found: Seen) -> tuple[int, int]:
    score = judged_listed(listed, found)
    return score.classes, score.couplings


def test_a_listed_class_is_right_with_its_couplings_and_may_have_finer_structure() -> None:
    listed = ListedClass(3.0, "d", (7.7,))
    assert judged_listed(listed, [seen("d", 7.6)]) == MultipletScore(1, 1, 1, 1, 1)
    assert judged_listed(listed, [seen("dd", 7.6, 1.4)]) == MultipletScore(1, 0, 0, 1)
    assert judged_listed(listed, [seen("dd", 7.6, 5.0)]) == MultipletScore(1)
    assert judged_listed(listed, [seen("d", 9.0)]) == MultipletScore(1, 1, 0, 1, 1)
    assert judged_listed(listed, [seen("s")]) == MultipletScore(1)
    assert judged_listed(ListedClass(3.0, "s"), [seen("d", 7.0)]) == MultipletScore(1)
    assert judged_listed(ListedClass(3.2, "d", (7.7,)), [seen("d", 7.7)]) == MultipletScore(1)


def test_couplings_that_nobody_tells_apart_may_be_equal() -> None:
    listed = ListedClass(3.0, "dddd", (12.8, 3.0, 9.9, 2.7))
    assert classes(listed, seen("ddt", 12.7, 10.0, (2.9, 2))) == (1, 1)
    assert classes(listed, seen("ddt", 12.1, 10.0, (2.9, 2))) == (1, 0)
    assert classes(listed, seen("tt", (11.4, 2), (2.9, 2))) == (0, 0)
    assert classes(listed, seen("tt", (11.4, 2), (2.9, 2), width_hz=3.0)) == (1, 1)
    finer = ListedClass(3.0, "td", (7.7, 1.7))
    assert classes(finer, seen("ddd", 8.1, 7.4, 1.7)) == (1, 1)
    assert classes(finer, seen("ddd", 9.1, 6.4, 1.7)) == (0, 0)


def test_couplings_that_are_not_resolved_may_be_missing() -> None:
    listed = ListedClass(3.0, "dd", (7.7, 1.1))
    assert classes(listed, seen("d", 7.6)) == (1, 1)
    assert classes(listed, seen("d", 7.6, width_hz=0.5)) == (0, 0)
    assert classes(ListedClass(3.0, "d", (1.1,)), seen("s")) == (1, 1)
    assert classes(ListedClass(3.0, "d", (4.0,)), seen("s")) == (0, 0)


def test_m_is_right_where_lines_cannot_be_told_apart_and_only_there() -> None:
    crowded = ListedClass(3.0, "dddd", (12.1, 6.6, 4.2, 3.0))
    assert classes(crowded, seen("m", width_hz=1.7)) == (1, 1)
    assert classes(crowded, seen("m", width_hz=0.4)) == (0, 0)
    assert classes(ListedClass(3.0, "d", (7.7,)), seen("m")) == (0, 0)
    assert classes(ListedClass(3.0, "dd", (7.7, 1.1)), seen("m")) == (0, 0)


def test_a_listed_m_is_any_class_of_several_lines_in_one_piece() -> None:
    listed = ListedClass(3.0, "m")
    assert judged_listed(listed, [seen("m")]) == MultipletScore(1, 1, 1, 1, 1)
    assert judged_listed(listed, [seen("dqd", 13.7, (7.5, 3), 4.6)]) == MultipletScore(1, 1, 1, 1)
    assert judged_listed(listed, [seen("s")]) == MultipletScore(1)
    pieces = [seen("d", 7.0), seen("m", area=1.5)]
    assert judged_listed(listed, pieces) == MultipletScore(1)
    of_two = ListedClass(3.0, "m", nuclei=2)
    assert judged_listed(of_two, pieces) == MultipletScore(1, 1, 1, 1)
    assert judged_listed(of_two, [seen("s"), seen("m", area=1.5)]) == MultipletScore(1)
    assert judged_listed(of_two, [*pieces, seen("t", 7.0)]) == MultipletScore(1)


def test_a_list_says_how_sure_its_shifts_are(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("# textbook, +-0.03 ppm\nshift_ppm,multiplicity,J_Hz\n3.0,d,7.1\n")
    assert read_reach(path) == 0.03
    path.write_text("# FILE IS LOW: use tolerance 0.07\nshift_ppm\n3.0\n")
    assert read_reach(path) == 0.07
    path.write_text("shift_ppm\n3.0\n")
    assert read_reach(path) is None


def test_a_folder_without_lists_is_refused(tmp_path) -> None:
    with pytest.raises(FormatError, match="no list"):
        measure_listed(tmp_path, ["classical"])
