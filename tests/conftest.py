"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def examples() -> Path:
    """Folder of the bundled real spectra: always there."""
    return ROOT / "resources" / "example_spectra"


@pytest.fixture(scope="session")
def shared_data() -> Path | None:
    """Folder of the shared real spectra, or None where the checkout stands alone."""
    folder = ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None
