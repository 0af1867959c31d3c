"""The bundled spectra: each can be opened, is described truly, and may be given away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nmrquanv.io import read

MAY_BE_BUNDLED = {"nmredata-data-test", "bruker-data-test"}


def test_every_example_opens_and_is_what_the_list_says(examples: Path) -> None:
    entries = json.loads((examples / "examples.json").read_text(encoding="utf-8"))["examples"]
    assert len(entries) >= 5
    for entry in entries:
        data = read(examples / entry["path"])
        assert data.sample.nucleus == entry["nucleus"]
        assert data.sample.solvent == entry["solvent"]
        assert data.data.axis.sf_mhz == pytest.approx(entry["sf_mhz"], abs=0.01)
        assert entry["description"].endswith(".")
        assert entry["title"]


def test_every_example_has_a_licence_that_allows_it(examples: Path) -> None:
    entries = json.loads((examples / "examples.json").read_text(encoding="utf-8"))["examples"]
    licences = (examples / "licences.txt").read_text(encoding="utf-8")
    for entry in entries:
        assert any(name in entry["licence"] for name in MAY_BE_BUNDLED)
        assert entry["path"].split("/")[0] in licences
    assert licences.count("Permission is hereby granted, free of charge") == 2
    folders = {path.name for path in examples.iterdir() if path.is_dir()}
    assert folders == {entry["path"].split("/")[0] for entry in entries}
