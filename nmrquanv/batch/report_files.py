"""What stands beside the results of a batch: a table of all spectra, and what made them."""

from __future__ import annotations

import csv
import io
import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from nmrquanv.batch.ledger import Record
from nmrquanv.batch.plan import MANIFEST, SUMMARY, Plan
from nmrquanv.batch.wanted import Wanted
from nmrquanv.errors import ExportError, system_errors_as
from nmrquanv.guarded import plain
from nmrquanv.io.tables.cells import plain as in_one_line
from nmrquanv.io.tables.cells import shielded
from nmrquanv.version import __version__
from nmrquanv.writing import write_together

SCHEMA = "nmrquanv.batch"
COLUMNS = (
    "data_set", "source", "state", "peaks", "nucleus", "sf_mhz", "solvent", "title", "output",
    "message",
)  # fmt: skip
_PACKAGES = ("numpy", "scipy", "nmrglue", "pybaselines", "torch")


@dataclass(frozen=True, slots=True)
class Made:
    """What made the results of a batch."""

    wanted: Wanted
    card_sha256: str | None
    where: str


def write_reports(folder: Path, plan: Plan, made: Made, records: Mapping[str, Record]) -> None:
    """Write table and manifest of a batch, in the order of its plan.

    Raises
    ------
    ExportError
        The folder cannot be written to.
    """
    rows = [(task, records.get(task.name)) for task in plan.tasks]
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(task.path, task.source, record) for task, record in rows)
    writer.writerows(
        [shielded(in_one_line(path)), "", "closed", *[""] * 6, shielded(in_one_line(why))]
        for path, why in plan.closed
    )
    manifest = json.dumps(_manifest(made, plan, [record for _, record in rows]), indent=1)
    files = {
        folder / SUMMARY: table.getvalue().encode("utf-8", "replace"),
        folder / MANIFEST: (manifest + "\n").encode(),
    }
    where = f"cannot write '{folder / SUMMARY}': …; choose another folder"
    with system_errors_as(ExportError, where):
        write_together(files)


def _row(path: str, source: str | None, record: Record | None) -> list[object]:
    """Return the cells of one spectrum: ``done``, ``failed``, or ``left`` for a later run."""
    about = record.about if record else None
    failure = record.failure if record else None
    state = "failed" if failure else "done" if record else "left"
    said: list[object] = [""] * 5
    if about is not None:
        said = [about.peaks, about.nucleus, about.sf_mhz, about.solvent, about.title]
        source = about.source
    output = "; ".join(record.outputs) if record else ""
    message = failure.message if failure else "; ".join(about.notes) if about else ""
    cells = [path, source, state, *said, output, message]
    return [shielded(in_one_line(c)) if isinstance(c, str) else c for c in cells]


def _manifest(made: Made, plan: Plan, records: Sequence[Record | None]) -> dict[str, Any]:
    states = Counter("left" if r is None else "failed" if r.failure else "done" for r in records)
    spectra = [asdict(record) for record in records if record is not None]
    for one in spectra:
        one["failure"] = one["failure"] and one["failure"]["message"]
    manifest: dict[str, Any] = plain(
        {
            "schema": SCHEMA,
            "version": 1,
            "program_version": __version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
            "packages": {name: _version(name) for name in _PACKAGES},
            "model": {"name": made.wanted.model, "card_sha256": made.card_sha256},
            "wanted": made.wanted.to_dict(),
            "where": made.where,
            "counts": {state: states[state] for state in ("done", "failed", "left")},
            "closed": dict(plan.closed),
            "spectra": spectra,
        }
    )
    return manifest


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
