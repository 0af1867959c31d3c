from copy import deepcopy

import numpy as np
import pytest
import torch

from nmrquanv.errors import TrainingError
from nmrquanv.models import library
from nmrquanv.models.cards import FINAL_VERSION
from nmrquanv.models.confidence import EVIDENCE
from nmrquanv.models.final_evidence import FINAL_EVIDENCE
from nmrquanv.models.networks import ConfidenceHead
from nmrquanv.progress import silent_report
from nmrquanv.training.confidence import Lesson, fit_head
from nmrquanv.training.judged import Judged
from nmrquanv.training.judging import add_last_word, continue_head


def judged(seed, n, sign=1.0):
    """Peaks whose first evidence tells, one in five times wrongly, whether they are right."""
    rng = np.random.default_rng(seed)
    evidence = rng.normal(size=(n, len(EVIDENCE))).astype(np.float32)
    right = (sign * evidence[:, 0] > 0) ^ (rng.uniform(size=n) < 0.2)
    return Judged(evidence, right, np.ones(n, bool))


@pytest.fixture(scope="module")
def taught():
    head = ConfidenceHead()
    fit_head(head, judged(0, 4000), 0)
    return head


@pytest.fixture
def head(taught):
    return deepcopy(taught)


def loss_of(head, peaks):
    return continue_head(head, judged(0, 0), peaks, 0)


def test_a_few_peaks_are_not_learnt_by_heart(head):
    others = judged(1, 4000)
    before = loss_of(head, others)
    few = judged(2, 60)
    continue_head(head, few, judged(3, 500), 0)
    assert loss_of(head, others) <= before + 0.01
    fit_head(head, few, 0)
    assert loss_of(head, others) > before + 0.3


def test_what_has_changed_is_learnt(head):
    changed = judged(4, 4000, sign=-1.0)
    before = loss_of(head, changed)
    after = continue_head(head, judged(5, 4000, sign=-1.0), changed, 0)
    assert after < 0.8 * before
    assert loss_of(head, changed) == pytest.approx(after)


def test_a_head_that_knows_better_stays_as_it_was(head):
    state = {name: value.clone() for name, value in head.state_dict().items()}
    continue_head(head, judged(6, 500, sign=-1.0), judged(7, 2000), 0)
    assert all(torch.equal(state[name], value) for name, value in head.state_dict().items())


@pytest.mark.slow
def test_a_model_learns_to_judge_settled_lines(tmp_path):
    """What it learns is in card and weights, and a list follows it."""
    for path in (library.find_card("cnn"), library.find_card("cnn").with_suffix(".safetensors")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "cnn.json"
    add_last_word(path, 5, 2, silent_report)
    model = library.load(path)
    assert model.card.architecture["final_evidence"] == FINAL_VERSION
    assert model.network.final is not None
    evidence = np.zeros((1, len(FINAL_EVIDENCE)))
    assert model.network.last_word(evidence, np.array([2.0]))[0] <= 1.0


def test_what_settled_lines_are_worth_is_learnt_alike_each_time():
    rng = np.random.default_rng(0)
    evidence = rng.normal(size=(500, 3)).astype(np.float32)
    judged = Judged(evidence, evidence[:, 0] > 0, np.ones(500, bool))
    heads = [ConfidenceHead(3, 0.3) for _ in range(2)]
    heads[1].load_state_dict(heads[0].state_dict())
    for head in heads:
        fit_head(head, judged, 4, Lesson(20, 0.1))
    states = [head.state_dict() for head in heads]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_a_network_that_finds_nothing_yet_is_told_from_one_that_diverged():
    nothing = Judged(np.zeros((0, len(EVIDENCE)), np.float32), np.zeros(0, bool), np.zeros(0, bool))
    with pytest.raises(TrainingError, match="more spectra or for more epochs"):
        fit_head(ConfidenceHead(), nothing, 0)


def test_a_confidence_for_settled_lines_leaves_some_evidence_out_while_it_learns():
    head = ConfidenceHead(len(FINAL_EVIDENCE), 0.5)
    evidence = torch.ones(400, len(FINAL_EVIDENCE))
    assert head(evidence).std() > 1e-3
    assert head.eval()(evidence).std() < 1e-6
