"""Documents to work on, made of lines that are known exactly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nmrquanv.io.recovery_file import STATE
from nmrquanv.session import autosave as autosaving
from nmrquanv.session import child, jobs
from nmrquanv.session.copies import OWNER
from nmrquanv.session.document import Document
from nmrquanv.session.recovery import Listing, Recovery
from nmrquanv.session.settings import Settings
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe

WAIT_MS = 20_000
SF_MHZ = 400.0
FWHM_HZ = 2.0
LINES = ((7.26, 300.0), (7.0, 100.0), (5.0, 50.0), (3.0, 20.0), (1.2, 0.09))
"""Position and height; the first is chloroform, the last below a relative threshold."""


@pytest.fixture(autouse=True)
def _nothing_left_running(qapp) -> Iterator[None]:
    yield
    jobs.shut_down()
    child.shut_down()
    assert not jobs._running


def _lorentzian_spectrum(lines, size=16384, solvent="CDCl3", sigma=0.02):
    axis = Axis(size, 4000.0, SF_MHZ, 9.5)
    offset = axis.all_ppm()[:, None] - np.array([p for p, _ in lines])
    x = offset * SF_MHZ / (0.5 * FWHM_HZ)
    data = ((1 - 1j * x) / (1 + x**2)) @ np.array([h for _, h in lines])
    noise = np.random.default_rng(1).normal(0, sigma, (2, size))
    source = Source("made", "1", "simulated", sha256="ab" * 32)
    return Spectrum(data + noise[0] + 1j * noise[1], axis, Sample("1H", solvent), source)


@pytest.fixture(scope="session")
def spectrum() -> Spectrum:
    return _lorentzian_spectrum(LINES)


@pytest.fixture
def document(spectrum, qapp) -> Document:
    dataset = DataSet(spectrum, spectrum_recipe(), ("1",))
    return Document(dataset, dataset.recipe.run(spectrum), "made")


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path / "settings.json")


def _found(
    finder: str = "quanv", shift_ppm: float = 0.0, skip: tuple[float, ...] = (), **fields
) -> PeakList:
    peaks = [
        Peak(
            ppm + shift_ppm,
            height,
            # The weakest passes in S/N and fails in height: the noise is lower where it stands.
            snr=height / (0.02 if height > 1 else 0.7 * 0.02),
            fwhm_hz=FWHM_HZ,
            confidence=fields.get("confidence", 0.9),
            finder=finder,
            peak_class="solvent" if ppm == LINES[0][0] else "signal",
        )
        for ppm, height in LINES
        if ppm not in skip
    ]
    return PeakList(tuple(peaks), Provenance(finder, "c0ffee", {"polarity": "auto"}), 0.02)


@pytest.fixture
def found() -> Callable[..., PeakList]:
    """Makes what a finder finds in ``spectrum``."""
    return _found


DERIVED = {"_noise", "origin"}
"""Fields that are computed from others when they are asked for."""


def _difference(one: Any, other: Any, path: str = "state") -> str | None:
    """Return where two values differ, compared field by field; None where they are equal."""
    if type(one) is not type(other):
        return f"{path}: {type(one).__name__} and {type(other).__name__}"
    if is_dataclass(one):
        for field in fields(one):
            if field.name in DERIVED:
                continue
            found = _difference(
                getattr(one, field.name), getattr(other, field.name), f"{path}.{field.name}"
            )
            if found:
                return found
        return None
    if isinstance(one, np.ndarray):
        same = one.dtype == other.dtype and np.array_equal(one, other)
        return None if same else f"{path}: arrays differ"
    if isinstance(one, Mapping):
        if list(one) != list(other):
            return f"{path}: keys differ"
        return next((d for k in one if (d := _difference(one[k], other[k], f"{path}[{k}]"))), None)
    if isinstance(one, tuple | list):
        if len(one) != len(other):
            return f"{path}: lengths differ"
        pairs = zip(one, other, strict=True)
        told = (_difference(a, b, f"{path}[{n}]") for n, (a, b) in enumerate(pairs))
        return next(filter(None, told), None)
    return None if one == other else f"{path}: {one!r} and {other!r}"


@pytest.fixture
def difference() -> Callable[..., str | None]:
    """Return what tells where two values differ, field by field, None where they are equal."""
    return _difference


class Program:
    """A workspace with its recovery, as one running copy of the program has them."""

    def __init__(self, settings, qtbot, examples: Path) -> None:
        self.workspace = Workspace(settings)
        self.recovery = Recovery(self.workspace, self.workspace)
        self.autosave = self.recovery.autosave
        self._qtbot, self._examples = qtbot, examples

    def open(self, path: Path | str = "bruker_1h_menthol/10"):
        with self._qtbot.waitSignal(self.workspace.opened, timeout=WAIT_MS):
            self.workspace.open(self._examples / path)
        return self.workspace.current

    def save(self, document, path: Path | None = None) -> None:
        with self._qtbot.waitSignal(self.workspace.saving.saved, timeout=WAIT_MS):
            self.workspace.save(document, path)

    def settle(self) -> None:
        """Wait until everything that was changed is written."""
        self._qtbot.waitUntil(lambda: self.autosave.is_all_safe, timeout=WAIT_MS)

    def look(self) -> Listing:
        with self._qtbot.waitSignal(self.recovery.listed, timeout=WAIT_MS) as told:
            self.recovery.look()
        return told.args[0]

    def recover(self, chosen):
        with self._qtbot.waitSignals([self.workspace.opened] * len(chosen), timeout=WAIT_MS):
            self.recovery.open(chosen)
        return self.workspace.current

    def folders(self) -> list[Path]:
        """Return the folders of its own documents."""
        return sorted(p.parent for p in self.autosave.copy.folder.glob(f"*/{STATE}"))

    def die(self) -> None:
        """Leave on the disk what kill -9 would, with the number of a process that has ended."""
        self.autosave.write_now()
        self.autosave._keeps_all = True
        copy = self.autosave.copy
        if copy._held is not None:
            copy._held.let_go()
            copy._held = None
            (copy.folder / OWNER).write_text(json.dumps({"pid": 1, "began": 1.0}))
        for document in self.workspace.documents:
            self.workspace.close(document)

    def quit(self) -> None:
        """End as the window does."""
        for document in self.workspace.documents:
            self.workspace.close(document)
        self.recovery.shut_down()


@pytest.fixture
def start(settings, qtbot, examples, monkeypatch):
    """Start copies of the program, which write soon."""
    monkeypatch.setattr(autosaving, "DELAY_S", 0.05)
    started: list[Program] = []

    def start() -> Program:
        started.append(Program(settings, qtbot, examples))
        return started[-1]

    yield start
    for program in started:
        program.quit()
