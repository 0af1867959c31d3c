from __future__ import annotations

import time

import pytest

from nmrquanv.gui.pages.drawing_check import NOT_SHOWN, DrawingCheck
from nmrquanv.progress import Cancelled, silent_report
from nmrquanv.session.study_catalogue import Drawing, Reported

GOOD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text y="9">δ</text></svg>'


def endless(depth: int = 26) -> str:
    """Return a drawing of two kilobytes with 2**depth squares."""
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    groups = [
        f'<g id="a{n}"><use xlink:href="#a{n - 1}"/><use xlink:href="#a{n - 1}" x="1"/></g>'
        for n in range(1, depth)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {link} viewBox="0 0 9 9"><defs>'
        f'<rect id="a0" width="1" height="1"/>{"".join(groups)}</defs>'
        f'<use xlink:href="#a{depth - 1}"/></svg>'
    )


def finding(name: str, *svgs: str, is_bundled: bool = False) -> Reported:
    return Reported(
        name, "quick", ("It is so.",), tuple(Drawing(s, "") for s in svgs), is_bundled=is_bundled
    )


@pytest.mark.slow
def test_a_drawing_that_never_ends_is_left_out_and_told_and_the_others_are_shown() -> None:
    bad, broken = endless(), "<svg"
    assert len(bad) < 2500
    check = DrawingCheck()
    first, second, ours = check.without_endless(
        [
            finding("ansatz", bad, GOOD),
            finding("noise", GOOD, broken),
            finding("scaling", bad, is_bundled=True),
        ],
        silent_report,
    )
    assert [d.svg for d in first.drawings] == [GOOD]
    assert first.answer == ("It is so.", NOT_SHOWN)
    assert len(second.drawings) == 2
    assert NOT_SHOWN not in second.answer
    assert len(ours.drawings) == 1
    before = time.monotonic()
    check.without_endless([finding("ansatz", bad, GOOD)], silent_report)
    assert time.monotonic() - before < 0.1


def test_looking_at_drawings_can_be_cancelled() -> None:
    def cancelled(_done: int, _total: int, _text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        DrawingCheck().without_endless([finding("noise", GOOD)], cancelled)
