"""What tables of JCAMP-DX say twice: the number that a line of differences ends with, and X."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import read
from tests.io.test_jcamp import affn, dif, difdup, packed, sqz, write, xydata

Spoil = Callable[[list[str], int], list[str]]


def swapped(rows: list[str], place: int) -> list[str]:
    return [*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :]]


def doubled(rows: list[str], place: int) -> list[str]:
    """One line stands twice, the next is lost: the count is right."""
    return [*rows[: place + 1], rows[place], *rows[place + 2 :]]


def halves_changed(rows: list[str], place: int) -> list[str]:
    return [*rows[place:], *rows[:place]]


@pytest.fixture(scope="module")
def numbers() -> np.ndarray:
    rng = np.random.default_rng(3)
    return np.round(3e5 / (1 + ((np.arange(512) - 200) / 3) ** 2) + rng.normal(size=512) * 40)


def parts(numbers: np.ndarray, form: Callable[..., str], **labels: object) -> tuple[str, list[str]]:
    """Return a file's head, and the lines of its table."""
    head, _, body = xydata(numbers, form, **labels).partition("##XYDATA= (X++(Y..Y))\n")
    return head + "##XYDATA= (X++(Y..Y))\n", body.removesuffix("\n##END=\n").split("\n")


def whole(head: str, rows: list[str]) -> str:
    return head + "\n".join(rows) + "\n##END=\n"


@pytest.mark.parametrize("form", [dif, difdup])
def test_a_difference_that_was_changed_is_found_by_the_check_of_the_next_line(
    tmp_path: Path, numbers: np.ndarray, form: Callable[..., str]
) -> None:
    head, rows = parts(numbers, form)
    changed = re.sub(r"[JKLM](?=\d)", "N", rows[4], count=1)
    assert changed != rows[4]
    for spoilt in ([*rows[:4], changed, *rows[5:]], swapped(rows, 4)):
        path = write(tmp_path / "a.jdx", whole(head, spoilt))
        with pytest.raises(FormatError, match=r"a\.jdx: .* begins with .* copy it again"):
            read(path)


@pytest.mark.parametrize("spoil", [swapped, doubled, halves_changed])
@pytest.mark.parametrize("form", [affn, packed, sqz])
@pytest.mark.parametrize("place", [1, 4, 28])
def test_lines_that_are_not_where_their_x_says_are_refused(
    tmp_path: Path, numbers: np.ndarray, form: Callable[..., str], spoil: Spoil, place: int
) -> None:
    head, rows = parts(numbers, form)
    assert "X of its lines" not in " ".join(
        read(write(tmp_path / "a.jdx", whole(head, rows))).source.notes
    )
    path = write(tmp_path / "a.jdx", whole(head, spoil(rows, place)))
    with pytest.raises(FormatError, match=r"a\.jdx: line \d+ of a table begins at X = .*copy it"):
        read(path)


def one_a_line(numbers: np.ndarray, form: str, step: float) -> list[str]:
    return [f"{form.format(1000 - step * i)} {value:.0f}" for i, value in enumerate(numbers)]


@pytest.mark.parametrize(("form", "step"), [("{:.0f}", 1.0), ("{:.3f}", 0.37), ("{!r}", 0.37)])
@pytest.mark.parametrize("spoil", [swapped, doubled])
def test_lines_of_one_number_are_compared_as_well(
    tmp_path: Path, numbers: np.ndarray, form: str, step: float, spoil: Spoil
) -> None:
    head, _ = parts(numbers, affn)
    rows = one_a_line(numbers, form, step)
    path = tmp_path / "a.jdx"
    assert np.array_equal(read(write(path, whole(head, rows))).data.trace, 0.5 * numbers)
    write(path, whole(head, spoil(rows, 100)))
    with pytest.raises(FormatError, match="begins at X"):
        read(path)


@pytest.mark.parametrize(
    ("form", "step"), [("{:.0f}", 0.99), ("{:.0f}", 1.01), ("{:.0f}", 0.3), ("{:.1f}", 0.13),
                       ("{:.3g}", 0.37), ("{:.4E}", 0.37)],
)  # fmt: skip
def test_x_that_was_rounded_is_no_fault(
    tmp_path: Path, numbers: np.ndarray, form: str, step: float
) -> None:
    head, _ = parts(numbers, affn)
    path = write(tmp_path / "a.jdx", whole(head, one_a_line(numbers, form, step)))
    assert np.array_equal(read(path).data.trace, 0.5 * numbers)


def test_x_that_says_nothing_of_the_order_is_told(tmp_path: Path, numbers: np.ndarray) -> None:
    head, rows = parts(numbers, affn)
    for x in ("0", "{}"):
        rng = np.random.default_rng(1)
        without = [
            x.format(rng.integers(1000)) + row.partition(" ")[1] + row.partition(" ")[2]
            for row in rows
        ]
        data = read(write(tmp_path / "a.jdx", whole(head, without)))
        assert np.array_equal(data.data.trace, 0.5 * numbers)
        assert any("X of its lines" in note for note in data.source.notes)


@pytest.mark.parametrize("form", [affn, sqz, dif])
def test_values_that_are_missing_are_refused_with_their_line(
    tmp_path: Path, numbers: np.ndarray, form: Callable[..., str]
) -> None:
    head, rows = parts(numbers, form)
    rows[6] = re.sub(r"(.*)([ @A-Ra-r%])\d*$", r"\1 ?", rows[6])
    path = write(tmp_path / "a.jdx", whole(head, rows))
    with pytest.raises(FormatError, match=r"a\.jdx: .*line 7 of a table, lacks.*export"):
        read(path)


@pytest.mark.timeout(60)  # tried in every way to part its digits, it took for ever
def test_a_long_line_with_a_wrong_end_is_refused_at_once(
    tmp_path: Path, numbers: np.ndarray
) -> None:
    head, rows = parts(numbers, sqz)
    rows[6] += "C4567" * 100 + "&"
    with pytest.raises(FormatError, match=r"a\.jdx: "):
        read(write(tmp_path / "a.jdx", whole(head, rows)))


@pytest.mark.parametrize("sf", [0, "nan", -400.0])
def test_a_frequency_of_topspin_that_is_none_gives_way_to_the_label(
    tmp_path: Path, numbers: np.ndarray, sf: object
) -> None:
    text = xydata(numbers, affn, **{"$SF": sf, "$OFFSET": 12.0})
    axis = read(write(tmp_path / "a.jdx", text)).data.axis
    assert (axis.sf_mhz, axis.offset_ppm) == (400.13, 12.0)
