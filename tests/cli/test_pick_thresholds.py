"""Which thresholds ``nmrquanv pick`` obeys: words, presets, document, settings, card, program."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nmrquanv.io import read
from nmrquanv.io.document_file import write_document
from nmrquanv.io.document_form import VERSION, DocumentFile, Manifest
from nmrquanv.paths import resource
from nmrquanv.session.state import Processed, State
from nmrquanv.session.storing import packed
from nmrquanv.spectra.thresholds import PROGRAM, Thresholds

Run = Callable[..., tuple[int, str, str]]
CLASSICAL = ("--model", "classical")


def test_a_preset_names_thresholds_and_single_ones_go_before_it(
    run_command: Run, fluorine: Path
) -> None:
    def settings(*words: object) -> tuple[float, float, float]:
        _, out, _ = run_command("pick", fluorine, *CLASSICAL, *words, "-o", "-")
        used = json.loads(out)["provenance"]["settings"]
        return used["min_snr"], used["min_height"], used["min_confidence"]

    default = PROGRAM
    assert settings("--preset", "all") == (5.0, 0.0, 0.4)
    assert settings("--preset", "main") == (20.0, 0.03, default.min_confidence)
    assert settings() == settings("--preset", "default")
    assert settings("--preset", "main", "--min-snr", 7) == (7.0, 0.03, default.min_confidence)


def _document(path: Path, thresholds: Thresholds) -> DocumentFile:
    """Return a document file of one spectrum in which someone set thresholds."""
    dataset = read(path)
    outcome = dataset.recipe.run(dataset.data)
    processed = Processed(dataset, outcome.recipe, outcome.spectrum, outcome.notes)
    one = packed("one", State(processed, thresholds=thresholds), outcome.spectrum, "0")
    manifest = Manifest(f"nmrquanv.document/{VERSION}", "0", "2026-01-01T00:00:00Z", (one.stored,))
    return DocumentFile(manifest, one.arrays)


def test_document_file_settings_card_and_program_are_obeyed_in_this_order(
    run_command: Run, fluorine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def used(path: Path, *words: object) -> float:
        code, out, err = run_command("pick", path, *words, "-o", "-")
        assert (code, err) == (0, "")
        return json.loads(out)["provenance"]["settings"]["min_snr"]

    card = json.loads(resource("models/cnn.json").read_text("utf-8"))
    card["thresholds"] = {"min_snr": 5000.0}
    (tmp_path / "strict.json").write_text(json.dumps(card), encoding="utf-8")
    shutil.copy(resource("models/cnn.safetensors"), tmp_path / "strict.safetensors")
    strict = ("--model", tmp_path / "strict.json")
    assert used(fluorine, *CLASSICAL) == PROGRAM.min_snr
    assert used(fluorine, *strict) == 5000.0
    settings = tmp_path / "settings.json"
    settings.write_text('{"schema": "nmrquanv.settings/1", "min_snr": 40}', encoding="utf-8")
    monkeypatch.setenv("NMRQUANV_SETTINGS", str(settings))
    assert used(fluorine, *strict) == 40.0
    assert used(fluorine, *strict, "--preset", "default") == 5000.0
    stored = tmp_path / "one.nmrq"
    write_document(stored, _document(fluorine, Thresholds(min_snr=12.0)))
    assert used(stored, *strict) == 12.0
    assert used(stored, *strict, "--min-snr", 3) == 3.0
