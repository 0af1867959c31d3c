"""Make ``resources/training/fields.json``: the fields that the bundled FIDs' own lines tell.

    PYTHONPATH=. python packaging/real_fields.py

Every FID of ``resources/example_spectra`` is transformed with little line broadening, and its field
is learnt as a search learns it, from lone tall lines. What is not adopted, because Voigt lines do
as well or too few lines stand alone, is left out, and said. Training draws from the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nmrquanv as nq
from nmrquanv.models.line_shape import line_shape
from nmrquanv.paths import resource
from nmrquanv.spectra.recipe import Apodization, Recipe, ZeroFill

TARGET = Path(__file__).parents[1] / "resources" / "training" / "fields.json"
BROADENINGS_HZ = (0.0, 0.1, 0.2, 0.3)
FILLINGS = (2, 4)


def recipes(recipe: Recipe, td: int) -> Iterator[Recipe]:
    """Yield a FID's recipe with other windows and sizes."""
    size = 1 << (td - 1).bit_length()
    for lb_hz in BROADENINGS_HZ:
        for filling in FILLINGS:
            yield recipe.with_step(Apodization(lb_hz)).with_step(ZeroFill(filling * size))


def fields_of(path: Path, title: str) -> list[dict[str, Any]]:
    """Return the fields that a FID tells, one for each way of processing that tells one."""
    data = nq.read(path, source="fid")
    found = []
    for recipe in recipes(data.recipe, data.data.data.size):
        spectrum = recipe.apply(data.data)
        shape = line_shape(spectrum)
        if not shape.field.is_adopted or shape.form is None:
            continue
        spread, point_hz = shape.field.spread, spectrum.axis.sw_hz / spectrum.axis.size
        # Native traces may be interpolated: the form's width says how far a point is in Hz.
        step_hz = float(shape.form.width_hz[0]) / spread.form(shape.field.width).fwhm
        assert step_hz <= point_hz * 1.001
        found.append(
            {
                "source": f"{title} ({path.parent.name})",
                "lines": shape.field.lines,
                "width_hz": round(shape.field.width * step_hz, 4),
                "hz": [round(-float(s) * step_hz, 4) for s in spread.shift],
                "share": [round(float(s), 5) for s in spread.share],
            }
        )
    return found


def main() -> None:
    """Write the table and say what each FID tells."""
    folder = resource("example_spectra")
    table = []
    for example in json.loads((folder / "examples.json").read_text())["examples"]:
        found = fields_of(folder / example["path"], example["title"])
        print(f"{example['title']}: {len(found)} fields")
        table += found
    rows = ",\n".join(json.dumps(entry) for entry in table)
    TARGET.write_text(f"[\n{rows}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
