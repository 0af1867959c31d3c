"""``nmrquanv info PATH``: say what a data set is."""

from __future__ import annotations

import argparse
import json
from typing import Any

from nmrquanv.cli.exit_codes import DONE, one_line
from nmrquanv.cli.output import write_out
from nmrquanv.io.described import describe
from nmrquanv.numbers import fixed


def run(arguments: argparse.Namespace) -> int:
    """Read the data set and write what is known of it to standard output."""
    from nmrquanv.io import outline

    facts = describe(
        outline(
            arguments.path,
            source=arguments.source,
            sf_mhz=arguments.sf_mhz,
            nucleus=arguments.nucleus,
            text=arguments.text,
        )
    )
    if arguments.is_json:
        write_out(json.dumps(facts, ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    else:
        write_out(_text(facts))
    return DONE


def _text(facts: dict[str, Any]) -> str:
    """Return the facts as aligned lines for a person."""
    unknown = "not in the file"
    kind = "complex" if facts["is_complex"] else "real"
    where = "FID" if facts["domain"] == "time" else "spectrum"
    lines = [
        ("path", facts["path"]),
        ("vendor", facts["vendor"]),
        ("source", f"{facts['source']} (of {', '.join(facts['sources'])})"),
        ("nucleus", facts["nucleus"] or unknown),
        ("frequency", f"{fixed(facts['sf_mhz'], 6)} MHz" if facts["sf_mhz"] else unknown),
        ("solvent", facts["solvent"] or unknown),
        ("title", facts["title"] or ""),
        ("points", f"{facts['points']} {kind}, {where}"),
        ("width", f"{fixed(facts['sw_hz'], 3)} Hz" if facts["sw_hz"] else unknown),
        ("axis", f"{fixed(facts['high_ppm'], 4)} to {fixed(facts['low_ppm'], 4)} ppm"),
        *(("recipe" if i == 0 else "", step) for i, step in enumerate(_steps(facts["recipe"]))),
        *(("note", note) for note in facts["notes"]),
    ]
    return "".join(f"{name:<10} {one_line(str(value))}".rstrip() + "\n" for name, value in lines)


def _steps(recipe: dict[str, Any]) -> list[str]:
    """Return one line for each processing step."""
    steps = []
    for step in recipe.get("steps", []):
        settings = ", ".join(f"{key} {value}" for key, value in step.items() if key != "kind")
        steps.append(f"{step.get('kind', 'step')}" + (f": {settings}" if settings else ""))
    return steps or ["nothing to do"]
