"""The bundled spectra that the welcome page and the File menu offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nmrquanv.guarded import read_json
from nmrquanv.gui.plot.axis_scale import nucleus_text
from nmrquanv.numbers import fixed
from nmrquanv.paths import resource


@dataclass(frozen=True, slots=True)
class ExampleSpectrum:
    """A bundled real spectrum."""

    path: str
    title: str
    facts: str
    description: str


def examples() -> tuple[ExampleSpectrum, ...]:
    """Return the bundled spectra in the order in which they are offered."""
    folder = resource("example_spectra")
    rows = read_json(folder / "examples.json", dict[str, Any])["examples"]
    return tuple(
        ExampleSpectrum(
            str(folder / row["path"]),
            row["title"],
            f"{nucleus_text(row['nucleus'])} · {fixed(row['sf_mhz'], 0)} MHz · {row['solvent']}",
            row["description"],
        )
        for row in rows
    )
