"""The changing line of long work, as it stands on a terminal."""

from __future__ import annotations

import io
import os
import shutil
import sys

import pytest

from nmrquanv.cli.bench import teller
from nmrquanv.cli.progress_line import ProgressLine

COLUMNS = 100


class FakeTerminal(io.StringIO):
    """A terminal so many columns wide that writes over what stands there."""

    def isatty(self) -> bool:
        return True

    def screen(self) -> list[str]:
        rows = []
        for line in self.getvalue().split("\n"):
            cells = ""
            for text in line.split("\r"):
                assert len(text) < COLUMNS, "it would go on in the next row and stay there"
                cells = text + cells[len(text) :]
            rows.append(cells.rstrip())
        return rows


def terminal_of(monkeypatch: pytest.MonkeyPatch) -> FakeTerminal:
    """Put a terminal in the place of standard error; within a test: pytest does so before."""
    made = FakeTerminal()
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((COLUMNS, 24)))
    return made


def test_nothing_is_left_of_longer_text(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    line = ProgressLine()
    line.show("3 of 40 searched: " + "a" * 70)
    line.show("4 of 40 searched: b")
    assert terminal.screen() == ["4 of 40 searched: b"]
    line.say("one failed")
    line.show("5 of 40")
    assert terminal.screen() == ["4 of 40 searched: b", "one failed", "5 of 40"]


def test_text_wider_than_the_terminal_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    line = ProgressLine()
    line.show("a" * 3 * COLUMNS)
    line.show("short")
    assert terminal.screen() == ["short"]


def test_a_benchmark_tells_in_one_such_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    tell = teller()
    tell(0, 2, "the bare window without anything of ours")
    tell(1, 2, "moves")
    assert terminal.screen() == ["moves: 1 of 2"]
    tell(2, 2, "speed")
    assert terminal.screen() == ["speed: 2 of 2", ""]
