"""Documents to work on, made of lines that are known exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from nmrquanv.session import child, jobs
from nmrquanv.session.document import Document
from nmrquanv.session.settings import Settings
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe

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
