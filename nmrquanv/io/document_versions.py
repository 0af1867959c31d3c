"""Manifests of older versions turned into the next one, step by step.

A file of every version is kept in ``tests/data/documents``. What is given here has not been
checked yet: the result is, so that a step need not care for what it does not understand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nmrquanv.spectra.starting_recipe import spectrum_recipe

Values = dict[str, Any]


def _of_version_1(values: Values) -> Values:
    """Say of data that were too large to be embedded that they are elsewhere.

    In version 1 they had no array of their own, and the shown trace stood for them.
    """
    given = values.get("spectra")
    spectra = given if isinstance(given, list) else []
    return {**values, "schema": "nmrquanv.document/2", "spectra": [_with_data(x) for x in spectra]}


def _with_data(spectrum: Any) -> Any:
    data = spectrum.get("data") if isinstance(spectrum, dict) else None
    if not isinstance(data, dict) or data.get("fid") or data.get("trace"):
        return spectrum
    trace = spectrum_recipe().to_dict()
    elsewhere = {"recipe": data.get("recipe"), "shown": spectrum.get("recipe")}
    found = {"trace": spectrum.get("shown"), "recipe": trace, "elsewhere": elsewhere}
    return {**spectrum, "recipe": trace, "data": {**data, **found}}


def _of_version_2(values: Values) -> Values:
    """Take every peak for a line: version 2 knew no other kind, no parents and no notes."""
    return {**values, "schema": "nmrquanv.document/3"}


MIGRATIONS: dict[int, Callable[[Values], Values]] = {1: _of_version_1, 2: _of_version_2}
"""Version -> what turns a manifest of it into one of the next version."""
