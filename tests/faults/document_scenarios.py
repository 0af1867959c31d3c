"""Documents, recoveries and settings as they are written, for ``files.py``."""

from __future__ import annotations

import hashlib
from pathlib import Path
from unittest import mock

import numpy as np
from files import Scenario

from nmrquanv.io.document_data import Packed
from nmrquanv.io.document_file import SCHEMA, read_document, write_document
from nmrquanv.io.document_form import VERSION, DocumentFile, Manifest
from nmrquanv.io.recovery_file import STATE, RecoveryFolder, SaidBeside, read_recovery
from nmrquanv.session.copies import Copy, recoveries
from nmrquanv.session.settings import TABLE
from nmrquanv.session.settings_file import SettingsFile
from nmrquanv.session.state import Processed, State
from nmrquanv.session.storing import packed
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe


def _spectrum(seed: int) -> Spectrum:
    data = np.random.default_rng(seed).normal(size=3000) + 0j
    axis = Axis(data.size, 4000.0, 400.0, 9.5)
    return Spectrum(data, axis, Sample("1H", "CDCl3"), Source("made", "1", "simulated"))


READ, SHOWN = _spectrum(1), {"old": _spectrum(2), "new": _spectrum(3)}


def _packed(version: str) -> Packed:
    """Return a document: the data that were read stay, the trace and the peaks are new."""
    peaks = tuple(Peak(1.0 + 0.1 * k, 9.0, id=f"{version}{k}") for k in range(20))
    found = PeakList(peaks, Provenance("quanv"))
    processed = Processed(DataSet(READ, spectrum_recipe(), ("1",)), spectrum_recipe(), None)
    state = State(processed, layers={"quanv": found}, peaks=found)
    return packed("made", state, SHOWN[version], "0")


def _told(one: Packed) -> dict[str, object]:
    sums = {n: hashlib.sha256(a.tobytes()).hexdigest() for n, a in one.arrays.items()}
    return {"peaks": [p.id for p in one.stored.peaks.peaks], **sums}


def save() -> Scenario:
    def write(folder: Path, version: str) -> None:
        one = _packed(version)
        manifest = Manifest(f"{SCHEMA}/{VERSION}", version, "2026-01-01", (one.stored,))
        write_document(folder / "a.nmrq", DocumentFile(manifest, one.arrays))

    def look(folder: Path) -> dict[str, object]:
        read = read_document(folder / "a.nmrq")
        return _told(Packed(read.manifest.spectra[0], read.arrays))

    return Scenario("save a document", lambda f: write(f, "old"), lambda f: write(f, "new"), look)


def _change(version: str) -> SaidBeside:
    return SaidBeside("2026-01-01T00:00:00+00:00", version)


def _look(folder: Path) -> dict[str, object]:
    found = sorted(folder.rglob(STATE))
    return {str(n): _told(read_recovery(one.parent).load()) for n, one in enumerate(found)}


def autosave() -> Scenario:
    writers: dict[Path, RecoveryFolder] = {}

    def prepare(folder: Path) -> None:
        writers[folder] = RecoveryFolder(folder / "recovery" / "1")
        writers[folder].write(_packed("old"), _change("old"))

    def act(folder: Path) -> None:
        writers[folder].write(_packed("new"), _change("new"))

    return Scenario("autosave", prepare, act, _look)


def first_autosave() -> Scenario:
    def act(folder: Path) -> None:
        RecoveryFolder(folder / "recovery" / "1").write(_packed("new"), _change("new"))

    return Scenario("first autosave", lambda f: None, act, _look)


def take_over() -> Scenario:
    def prepare(folder: Path) -> None:
        RecoveryFolder(folder / "recovery" / "left" / "1").write(_packed("old"), _change("old"))

    def act(folder: Path) -> None:
        with mock.patch.dict("os.environ", {"NMRQUANV_DATA": str(folder)}):
            copy = Copy()
            try:
                mine = RecoveryFolder(copy.adopt(recoveries() / "left" / "1"))
                mine.write(_packed("new"), _change("new"))
            finally:
                copy.close()

    return Scenario("go on with what was left", prepare, act, _look)


def settings() -> Scenario:
    def write(folder: Path, theme: str) -> None:
        file = SettingsFile(folder / "settings.json", TABLE)
        file.set("theme", theme)
        file.set("last_folder", theme * 200)
        file.save()

    def look(folder: Path) -> dict[str, object]:
        file = SettingsFile(folder / "settings.json", TABLE)
        return {"problems": file.problems, "values": (file["theme"], file["last_folder"])}

    return Scenario(
        "save the settings", lambda f: write(f, "light"), lambda f: write(f, "dark"), look
    )


SCENARIOS = (save(), autosave(), first_autosave(), take_over(), settings())
