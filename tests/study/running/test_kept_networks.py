"""A study run's network as a model of the list: the same answers, and a card that says whence."""

from __future__ import annotations

import json

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.errors import FormatError, ModelError
from nmrquanv.models import library
from nmrquanv.paths import resource
from nmrquanv.study.data.datasets import PRESETS, make
from nmrquanv.study.running.kept_networks import finder_of, model_of_run
from nmrquanv.study.running.results import path_of, write_result
from nmrquanv.study.running.runs import run
from nmrquanv.study.running.specs import RunSpec

NAME = "paper-slots"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Run a small network whose weights are kept, and one whose are not."""
    folder = tmp_path_factory.mktemp("study")
    kept = RunSpec("quanv", spectra=64, epochs=2, measures=("real",))
    dropped = RunSpec("cnn", spectra=10, epochs=1)
    for spec in (kept, dropped):
        write_result(folder, spec.key(), run(spec))
    return folder, kept, dropped


def test_the_model_answers_as_the_run_did_and_says_which_it_was(study, tmp_path) -> None:
    folder, spec, _ = study
    card = model_of_run(folder, spec.key(), tmp_path)
    assert card.name == NAME
    assert card.training["study_run"] == spec.key()
    best = json.loads(path_of(folder, spec.key()).read_text())["metrics"]["best"]
    assert card.metrics["f1_4"] == best["f1_4"]
    assert "hard" in card.metrics["measured_on"]
    loaded = library.load(tmp_path / f"{NAME}.json")
    spectra = make(PRESETS["hard"], 20, 9)
    wanted = finder_of(folder, spec)(spectra)
    score, position = loaded.network.answer(np.asarray(spectra.traces, np.float32))
    assert position * 199 == pytest.approx(wanted.position, abs=1e-4)
    assert score == pytest.approx(wanted.score, abs=1e-5)


def test_runs_that_are_not_there_or_kept_no_network_are_told(study, tmp_path) -> None:
    folder, _, dropped = study
    with pytest.raises(FormatError):
        model_of_run(folder, "0" * 16, tmp_path)
    with pytest.raises((ModelError, FormatError)):
        model_of_run(folder, dropped.key(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_papers_own_form_is_in_the_list_and_comes_from_a_committed_run() -> None:
    card = next(c for c in library.list_models() if c.name == NAME)
    assert library.is_bundled(NAME)
    assert card.head == "slots"
    assert "study" in card.title
    told = json.loads(path_of(resource("help/study"), card.training["study_run"]).read_text())
    spec = {k: v for k, v in card.training.items() if k != "study_run"}
    assert RunSpec.from_dict(spec).key() == card.training["study_run"]
    # Trained again, on this machine or another: the same to the rounding of the arithmetic.
    assert card.metrics["f1_4"] == pytest.approx(told["metrics"]["best"]["f1_4"], abs=0.03)


def test_it_can_be_tried_on_a_spectrum_of_ones_own() -> None:
    peaks = nq.find_peaks(
        nq.read(resource("example_spectra/bruker_1h_menthol")), NAME, region=(3.55, 3.25)
    )
    assert peaks.provenance.finder == NAME
    assert all(3.25 <= peak.ppm <= 3.55 for peak in peaks.candidates)
