"""Controls of the study: front ends between circuit and convolution, and the open choices."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nmrquanv.errors import FormatError
from nmrquanv.models.circuits import qnode
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.study.data.datasets import PRESETS, make
from nmrquanv.study.data.study_metrics import Answers, counted, measure
from nmrquanv.study.running.heads import head_of
from nmrquanv.study.running.learning import build_network
from nmrquanv.study.running.predictions import packed, path_of, read_predictions, write_predictions
from nmrquanv.study.running.specs import CHOICES, RunSpec
from nmrquanv.study.running.variants import FreeUnitaryFrontEnd, LowRankFrontEnd


def _windows(count: int = 3) -> torch.Tensor:
    return torch.rand(count, 200, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("name", "value"), [(n, v) for n, values in CHOICES.items() for v in values[1:]]
)
def test_every_choice_is_built_and_answers(name: str, value: float | str) -> None:
    network = build_network(RunSpec("cnn", choices=((name, value),)))
    answer = network.eval()(_windows())
    assert answer.logit.shape == answer.position.shape == (3, 5)
    assert bool(torch.isfinite(answer.logit).all())


def test_a_kernel_of_eight_has_as_many_parameters_as_the_circuit() -> None:
    cnn = build_network(RunSpec("cnn", choices=(("kernel", 8),))).front_end
    quanv = build_network(RunSpec("quanv")).front_end
    assert sum(p.numel() for p in cnn.parameters()) == quanv.weights.numel() == 45


def test_one_softmax_lets_no_two_slots_be_sure() -> None:
    network = build_network(RunSpec("cnn", choices=(("decoding", "softmax"),)))
    answer = network.eval()(_windows())
    total = (torch.sigmoid(answer.logit) + answer.position).sum(dim=1).detach()
    assert total == pytest.approx(1.0, abs=1e-4)


def test_the_ordered_loss_wants_each_line_in_its_own_slot() -> None:
    spectra = make(PRESETS["medium"], 8, 0)
    head = head_of("slots", 200, is_ordered=True)
    _, position, is_line = head.tensors(spectra)
    logit = torch.where(is_line, 20.0, -20.0)
    right = head.loss(type("Output", (), {"logit": logit, "position": position}), position, is_line)
    turned = type("Output", (), {"logit": logit.flip(1), "position": position.flip(1)})
    assert float(right) < 1e-6
    assert float(head.loss(turned, position, is_line)) > 0.1


def test_the_product_circuit_agrees_with_pennylane_and_entangles_nothing() -> None:
    layer = Quanvolution1d(1, "product", 3, seed=3).double()
    window = np.random.default_rng(0).normal(size=32)
    ours = layer(torch.from_numpy(window)[None]).detach().numpy().ravel()
    theirs = qnode("product", 3)(window, layer.weights.detach().numpy()[0])
    assert ours == pytest.approx(np.array(theirs), abs=1e-7)
    assert not np.any(layer.structure()[:, 1] != layer.structure()[:, 2])


def test_a_free_unitary_is_one() -> None:
    layer = FreeUnitaryFrontEnd(2)
    forms = layer.matrices().detach().double()
    assert forms.shape == (10, 32, 32)
    values = torch.linalg.eigvalsh(forms)
    # U^H Z U has sixteen eigenvalues of each sign; its real part's lie between them.
    assert float(values.abs().max()) <= 1.0 + 1e-5
    assert float(forms.diagonal(dim1=1, dim2=2).sum(dim=1).abs().max()) < 1e-4


def test_low_rank_filters_have_so_many_squares() -> None:
    forms = LowRankFrontEnd(5).matrices().detach()
    assert [int(torch.linalg.matrix_rank(f)) for f in forms] == [2] * 5


def test_kept_answers_give_the_same_figures(tmp_path) -> None:
    spectra = make(PRESETS["hard"], 60, 5)
    rng = np.random.default_rng(2)
    near = spectra.points + rng.normal(0, 3, spectra.points.shape)
    answers = Answers(np.clip(near, 0, 199), rng.uniform(0, 1, near.shape))
    write_predictions(tmp_path, "k", packed(answers, 0.4))
    again, threshold = read_predictions(tmp_path, "k")
    first, second = (measure(a, spectra, 0.4) for a in (answers, again))
    assert threshold == pytest.approx(0.4, abs=1e-4)
    assert second["count_accuracy"] == first["count_accuracy"]
    assert second["f1_4"] == pytest.approx(first["f1_4"], abs=0.02)
    counts = counted(answers, spectra, 0.4)
    right, found, lines = (
        sum(int(c) for c in counts[name]) for name in ("right", "found", "lines")
    )
    assert 2 * right / (found + lines) == pytest.approx(first["f1_4"], abs=1e-12)


def test_answers_that_are_none_are_refused(tmp_path) -> None:
    path_of(tmp_path, "k").parent.mkdir()
    np.savez(path_of(tmp_path, "k"), score=np.zeros(3))
    with pytest.raises(FormatError, match="no answers"):
        read_predictions(tmp_path, "k")


@pytest.mark.parametrize("layer", [FreeUnitaryFrontEnd(2), LowRankFrontEnd(5)])
def test_the_fast_way_is_the_quadratic_form(layer) -> None:
    traces = torch.cat((_windows(2), torch.zeros(1, 200))).double()
    double = layer.double()
    with torch.no_grad():
        rows = traces.unfold(1, 32, 1)
        forms = torch.einsum("bpi,kij,bpj->bkp", rows, double.matrices(), rows)
        norms = rows.square().sum(dim=2)[:, None]
        wanted = torch.where(norms > 0, forms / norms.clamp_min(1e-30), 0.0)
        bias = getattr(double, "bias", torch.zeros(len(double.matrices()), dtype=torch.float64))
        found = double(traces)
    assert torch.allclose(found, wanted + bias[:, None], atol=1e-6)
    assert bool((found[2] == bias[:, None].expand_as(found[2])).all())
