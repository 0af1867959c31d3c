"""Recipes as files: read as they were written, refused where they are none."""

from __future__ import annotations

import json

import pytest

from nmrquanv.errors import ExportError, FormatError
from nmrquanv.io import recipe_files
from nmrquanv.io.recipe_files import SCHEMA, read_recipe, write_recipe
from nmrquanv.spectra.recipe import Apodization, Baseline, Recipe, Smoothing
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe


def test_a_recipe_is_read_as_it_was_written(tmp_path) -> None:
    recipe = (
        starting_recipe(4096, "1H")
        .with_step(Apodization(-1.0, "gaussian", gaussian_hz=2.5))
        .with_step(Baseline("points", anchors=(1.5, 8.25), excluded=((5.0, 4.0),)))
        .with_step(Smoothing(9, 4, is_on=False))
    )
    for one in (recipe, spectrum_recipe(), Recipe()):
        write_recipe(tmp_path / "a.recipe.json", one)
        assert read_recipe(tmp_path / "a.recipe.json") == one


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not json", "damaged"),
        (b"[]", "object"),
        (json.dumps({"schema": "nmrquanv.settings/1", "recipe": {}}).encode(), "not a recipe"),
        (json.dumps({"schema": SCHEMA, "recipe": {"version": 99, "steps": []}}).encode(), "update"),
        (
            json.dumps(
                {"schema": SCHEMA, "recipe": {"version": 2, "steps": [{"kind": "x"}]}}
            ).encode(),
            "unknown step",
        ),
    ],
)
def test_what_is_no_recipe_is_refused_by_name(tmp_path, content, reason) -> None:
    path = tmp_path / "b.recipe.json"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=reason) as caught:
        read_recipe(path)
    assert "b.recipe.json" in str(caught.value)


def test_a_recipe_too_long_to_be_read_is_not_written(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(recipe_files, "_MOST_BYTES", 2000)
    anchors = tuple(float(n) for n in range(400))
    path = tmp_path / "c.recipe.json"
    with pytest.raises(ExportError, match=r"c\.recipe\.json.*baseline fewer"):
        write_recipe(path, Recipe().with_step(Baseline("points", anchors=anchors)))
    assert not path.exists()


def test_a_place_that_cannot_be_written_to_is_named(tmp_path) -> None:
    path = tmp_path / "gone" / "d.recipe.json"
    with pytest.raises(ExportError, match=r"cannot write '.*d\.recipe\.json': .*another place"):
        write_recipe(path, Recipe())
