"""Uneven fields: what is drawn, and the table of real ones."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.spectra.simulation.fields import (
    MOST_PARTS,
    measured_field,
    parted_field,
    random_field,
    real_fields,
)
from nmrquanv.spectra.simulation.instrument import FieldSpread

ROOT = Path(__file__).resolve().parents[3]


def shape(field: FieldSpread, width_hz: float) -> np.ndarray:
    x = np.linspace(-8.0, 8.0, 3201)
    own = np.array(field.width_hz) + width_hz
    each = np.array(field.share) / own / (1 + (2 * (x[:, None] - np.array(field.hz)) / own) ** 2)
    return np.asarray(each.sum(axis=1))


def test_shares_are_those_of_one_sample() -> None:
    for seed in range(60):
        field = random_field(np.random.default_rng(seed), 1.0)
        assert sum(field.share) == pytest.approx(1.0)
        assert min(field.share) >= 0.0
        assert len(field.hz) == len(field.width_hz) == len(field.share)


def test_fields_have_two_to_eight_parts_and_mostly_one_top() -> None:
    from scipy.signal import find_peaks

    parts, tops = set(), []
    for seed in range(200):
        field = parted_field(np.random.default_rng(seed), 1.0, 1.0)
        parts.add(len(field.hz))
        line = shape(field, 1.0)
        tops.append(find_peaks(line, prominence=0.06 * line.max())[0].size)
    assert parts == set(range(2, MOST_PARTS + 1))
    assert 0.0 < np.mean(np.array(tops) > 1) < 0.15


def test_real_fields_come_from_bundled_spectra_and_lean_to_either_side() -> None:
    known = real_fields()
    assert {"Cyclosporin A (bruker_1h_cyclosporin)"} < {field.source for field in known}
    for field in known:
        assert sum(field.share) == pytest.approx(1.0, abs=1e-3)
        assert field.lines >= 2
    leans = []
    for seed in range(40):
        drawn = measured_field(np.random.default_rng(seed), 1.0)
        leans.append(np.sign(np.dot(drawn.hz, drawn.share)))
    assert {-1.0, 1.0} <= set(leans)


def test_a_real_field_is_as_wide_as_asked_for() -> None:
    narrow, wide = (measured_field(np.random.default_rng(3), size) for size in (0.5, 2.0))
    assert np.ptp(wide.hz) == pytest.approx(4 * np.ptp(narrow.hz))


def test_the_table_is_what_the_command_makes_of_the_bundled_fids() -> None:
    path = ROOT / "packaging" / "real_fields.py"
    spec = importlib.util.spec_from_file_location("real_fields", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = ROOT / "resources" / "example_spectra" / "bruker_1h_aspirin_fidonly" / "1"
    made = module.fields_of(folder, "Aspirin")
    kept = [field for field in real_fields() if field.source.startswith("Aspirin")]
    assert len(made) == len(kept)
    for one, other in zip(made, kept, strict=True):
        assert one["hz"] == pytest.approx(other.hz, abs=0.01)
        assert one["share"] == pytest.approx(other.share, abs=0.01)
