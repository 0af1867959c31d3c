"""The quantum playground: a document's spectrum searched with noisy circuits, and its export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nmrquanv.errors import ExportError, system_errors_as
from nmrquanv.extras import require
from nmrquanv.finders import QUANV, Polarity
from nmrquanv.progress import Report
from nmrquanv.session.document import Document
from nmrquanv.study.circuits.noise_model import NoiseModel
from nmrquanv.writing import write_whole

if TYPE_CHECKING:
    from nmrquanv.study.circuits.repeated import Survey


@dataclass(frozen=True, slots=True)
class PlaygroundChoice:
    """What is tried on a spectrum.

    Parameters
    ----------
    noise : NoiseModel
    repeats : int
    region : (high_ppm, low_ppm) or None
        None for the whole spectrum.
    model : str
    """

    noise: NoiseModel
    repeats: int
    region: tuple[float, float] | None = None
    model: str = QUANV


def playground_work(
    document: Document, choice: PlaygroundChoice, polarity: Polarity = "auto"
) -> Callable[[Report], Survey]:
    """Return the work that tries noisy circuits on what a document holds now.

    Raises
    ------
    MissingPackageError
        torch, which pulls circuits back through their noise, is not installed.
    """
    require("train", "the quantum playground")
    spectrum, thresholds = document.spectrum, document.thresholds

    def work(report: Report) -> Survey:
        from nmrquanv.study.circuits.repeated import Repeated, survey

        asked = Repeated(
            choice.noise, choice.repeats, choice.model, choice.region, polarity, thresholds
        )
        return survey(spectrum, asked, report)

    return work


def export_survey(path: Path, survey: Survey) -> None:
    """Write a survey as CSV: how it was made in comments, a row for each peak.

    Raises
    ------
    ExportError
        The file cannot be written.
    """
    noise = survey.asked.noise.to_dict()
    said = {"model": survey.asked.model, **noise, "circuits": survey.circuits}
    text = io.StringIO()
    for name, value in said.items():
        text.write(f"# {name}: {value}\n")
    rows = survey.to_rows()
    heads = list(rows[0]) if rows else ["ppm"]
    writer = csv.DictWriter(text, heads, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with system_errors_as(ExportError, f"cannot write '{path}': …; choose another place"):
        write_whole(path, text.getvalue().encode())
