import numpy as np
import pytest
import torch

from nmrquanv.models.confidence import EVIDENCE
from nmrquanv.models.networks import ConfidenceHead
from nmrquanv.training.confidence import fit_head
from nmrquanv.training.judged import Judged
from nmrquanv.training.judging import continue_head


def judged(seed, n, sign=1.0):
    """Peaks whose first evidence tells, one in five times wrongly, whether they are right."""
    rng = np.random.default_rng(seed)
    evidence = rng.normal(size=(n, len(EVIDENCE))).astype(np.float32)
    right = (sign * evidence[:, 0] > 0) ^ (rng.uniform(size=n) < 0.2)
    return Judged(evidence, right, np.ones(n, bool))


@pytest.fixture
def head():
    head = ConfidenceHead()
    fit_head(head, judged(0, 4000), 0)
    return head


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
