"""What the program writes, for ``files.py``: each with how it is read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest import mock

import document_scenarios
from files import TOLD, Scenario

from nmrquanv.folders import write_folder
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.formats import read_peaks, write_peaks
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.writing import write_whole


def _peaks(version: str) -> PeakExport:
    count = 3 if version == "old" else 40
    peaks = tuple(Peak(1.0 + 0.1 * k, 100.0 + k, id=f"{version}{k}") for k in range(count))
    return PeakExport(PeakList(peaks, Provenance("quanv", program_version=version)))


def _list(name: str) -> Scenario:
    def write(folder: Path, version: str) -> None:
        write_peaks(folder / name, _peaks(version), is_forced=True)

    def look(folder: Path) -> dict[str, object]:
        export = read_peaks(folder / name)
        is_told = any("was changed after" in note for note in export.spectrum.notes)
        version = export.peaks.provenance.program_version
        return {
            "peaks": [(p.ppm, p.height) for p in export.peaks],
            "provenance": TOLD if is_told else version,
        }

    return Scenario(f"export of {name}", lambda f: write(f, "old"), lambda f: write(f, "new"), look)


def _contents(folder: Path) -> dict[str, object]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and p.suffix != ".part" and ".part/" not in str(p)
    }


def _model() -> Scenario:
    from nmrquanv.models import library
    from nmrquanv.models.networks import build

    card = library.load("cnn").card
    card = replace(card, name="mine", title="mine", parent=None)

    def save(folder: Path, seed: int) -> None:
        made = replace(card, architecture={**card.architecture, "seed": seed})
        with mock.patch.object(library, "user_folder", return_value=folder):
            library.save_user_model(made, build(made))

    def look(folder: Path) -> dict[str, object]:
        with mock.patch.object(library, "user_folder", return_value=folder):
            names = [p.stem for p in sorted(folder.glob("*.json"))]
            return {name: library.load(name).card.architecture["seed"] for name in names}

    return Scenario("keep a model", lambda f: save(f, 1), lambda f: save(f, 2), look)


def _folder() -> Scenario:
    def look(folder: Path) -> dict[str, object]:
        inside = folder / "data"
        return {"data": _contents(inside) if inside.is_dir() else None}

    files = {"fid": b"x" * 5000, "pdata/1/1r": b"y" * 3000}
    return Scenario(
        "write a data set", lambda f: None, lambda f: write_folder(f / "data", files), look
    )


def _plain() -> Scenario:
    return Scenario(
        "write one file",
        lambda f: write_whole(f / "a", b"old"),
        lambda f: write_whole(f / "a", b"new" * 4000),
        _contents,
    )


SCENARIOS = (_plain(), _folder(), _list("peaks.json"), _list("peaks.csv"), _list("peaks.tsv"),
             _model(), *document_scenarios.SCENARIOS)  # fmt: skip
