"""Small spectra, exact, in folders of folders; and workers that do their tasks here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nmrquanv.interface import processed
from nmrquanv.io import read
from nmrquanv.io.jcamp_out import spectrum_jcamp
from nmrquanv.pool import Said

PLACES = ("-60/a.jdx", "-60/deep/b/c/d/e/f.jdx", "g.jdx", "h/i.jdx")


@pytest.fixture
def spectra(tmp_path: Path) -> Path:
    """Return a folder with a JCAMP-DX spectrum at each of PLACES.

    Lines at -75.0, -100.3 and, which tells them apart, -120 - i ppm.
    """
    folder = tmp_path / "spectra"
    ppm = np.linspace(-50.0, -150.0, 4096)
    for number, place in enumerate(PLACES):
        trace = np.random.default_rng(number).normal(0.0, 1.0, ppm.size)
        for position, height in ((-75.0, 1000.0), (-100.3, -600.0), (-120.0 - number, 300.0)):
            trace += height / (1.0 + ((ppm - position) / 0.05) ** 2)
        text = tmp_path / f"{number}.csv"
        np.savetxt(text, np.column_stack((ppm, trace)), "%.9f", ",")
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        spectrum = processed(read(text, sf_mhz=376.5, nucleus="19F")).spectrum
        path.write_bytes(spectrum_jcamp(spectrum))
    return folder


class Here:
    """Workers that do what they are given in this process, the last task first.

    ``before`` is asked before each task; it may return what is said in place of doing it.
    """

    def __init__(self, count: int = 1, before: Callable[[Any], Said | None] | None = None) -> None:
        self.count, self.before = count, before
        self.tasks: list[tuple[Any, Any, tuple[Any, ...]]] = []
        self.given: list[Any] = []

    def start(self, key: object, function: Callable[..., Any], *arguments: Any) -> None:
        self.tasks.append((key, function, arguments))
        self.given.append(key)

    def wait(self, seconds: float | None = None) -> list[Said]:
        if not self.tasks:
            return []
        key, function, arguments = self.tasks.pop()
        instead = self.before(key) if self.before else None
        return [instead or Said("done", key, function(*arguments))]

    def stop(self) -> None:
        self.tasks.clear()
