"""Recipes as files of their own: saved for one spectrum, used on others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nmrquanv.errors import ExportError, FormatError, ProcessingError, system_errors_as
from nmrquanv.guarded import read_json, require_readable
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
        The place cannot be written to, or the file would be too large to be read again.
    """
    values = {"schema": SCHEMA, "recipe": recipe.to_dict()}
    content = (json.dumps(values, indent=1) + "\n").encode()
    advice = "give the baseline fewer points and regions"
    require_readable(len(content), _MOST_BYTES, f"not written: '{path}'", advice)
    with system_errors_as(ExportError, f"cannot write '{path}': …; choose another place"):
        write_whole(Path(path), content)
