"""Recipes as files of their own: saved for one spectrum, used on others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nmrquanv.errors import FormatError, ProcessingError
from nmrquanv.guarded import read_json
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.writing import write_whole

SCHEMA = "nmrquanv.recipe/1"
ENDING = ".recipe.json"
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class _RecipeForm:
    """What a recipe's file holds: ``recipe`` is ``Recipe.to_dict()``."""

    schema: str
    recipe: dict[str, Any]


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe that :func:`write_recipe` wrote.

    Raises
    ------
    FormatError
        The file cannot be read, is no recipe, or one of a newer program.
    """
    path = Path(path)
    form = read_json(path, _RecipeForm, _MOST_BYTES)
    if form.schema != SCHEMA:
        raise FormatError(f"{path}: is '{form.schema}', not a recipe ('{SCHEMA}')")
    try:
        return Recipe.from_dict(form.recipe)
    except ProcessingError as error:
        raise FormatError(f"{path}: {error}") from error


def write_recipe(path: str | Path, recipe: Recipe) -> None:
    """Write a recipe, whole or not at all.

    Raises
    ------
    ExportError
        The place cannot be written to.
    """
    values = {"schema": SCHEMA, "recipe": recipe.to_dict()}
    write_whole(Path(path), (json.dumps(values, indent=1) + "\n").encode())
