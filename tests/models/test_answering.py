"""Networks without torch: they answer as torch's and PennyLane's do, and find the same peaks.

``NMRQUANV_LONG=1`` searches every bundled spectrum both ways, the usual form two of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from threadpoolctl import ThreadpoolController

from nmrquanv.errors import ModelError
from nmrquanv.io import read
from nmrquanv.models import circuits, library
from nmrquanv.models import windows as win
from nmrquanv.models.answering import Answers, DenseAnswers, answers_of
from nmrquanv.models.answering_front_ends import Circuits
from nmrquanv.models.cards import FINAL_VERSION, ModelCard, new_card
from nmrquanv.models.confidence import EVIDENCE
from nmrquanv.models.final_evidence import FINAL_EVIDENCE, KNOWN_TO
from nmrquanv.models.finder import find_loaded
from nmrquanv.models.networks import DenseNetwork, Network, build
from nmrquanv.spectra.spectrum import Spectrum

IS_LONG = bool(os.environ.get("NMRQUANV_LONG"))
SMALL = {"n_circuits": 2, "channels": 8, "width": 5, "dilations": [1, 4, 2]}
CARDS = {
    "circuits": new_card("quanv", **SMALL),
    "random circuits": new_card("quanv", seed=4, **{**SMALL, "ansatz": "random"}),
    "two-design": new_card("quanv", **{**SMALL, "ansatz": "two_design"}),
    "convolution": new_card("cnn", **SMALL),
    "normalised": new_card("cnn", **{**SMALL, "front_end": "convolution_normalised"}),
    "quadratic": new_card("cnn", **{**SMALL, "front_end": "quadratic"}),
    "judging settled lines": new_card("cnn", **SMALL, final_evidence=FINAL_VERSION),
    "slots": new_card("quanv", "slots", n_slots=7),
    "slots of a convolution": new_card("cnn", "slots"),
}
LOGIT = 1e-6
"""How far a logit may be from torch's, both in double precision."""
SINGLE = 2e-6
"""The same of torch in single precision, as a share of the largest logit."""


def trained(card: ModelCard) -> Network:
    """Return a network whose normalisation has seen something."""
    network = build(card)
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(5)
        for _ in range(2):
            network(torch.randn(6, *shape_of_input(card)))
    return network.eval()


def shape_of_input(card: ModelCard) -> tuple[int, ...]:
    return (len(win.FEATURES), 200) if card.head == "dense" else (200,)


def inputs(card: ModelCard) -> np.ndarray:
    """Return windows of noise, one of them empty."""
    made = np.random.default_rng(2).normal(size=(5, *shape_of_input(card)))
    made[3] = 0.0
    return made


def far(card: ModelCard, network: Network, answers: Answers, given: np.ndarray) -> float:
    """Return the largest distance of the logits, and that of offsets or positions."""
    with torch.inference_mode():
        wanted = [part.numpy() for part in network(torch.from_numpy(given))]
    return max(
        float(np.abs(a - b).max()) for a, b in zip(answers.logits(given), wanted, strict=True)
    )


@pytest.mark.parametrize("name", CARDS)
def test_logits_are_torchs(name: str) -> None:
    card = CARDS[name]
    network, given = trained(card), inputs(card)
    state = {k: v.numpy() for k, v in network.state_dict().items()}
    assert far(card, network, answers_of(card, state), given.astype(np.float32)) < 1e-5
    assert far(card, network.double(), answers_of(card, state), given) < LOGIT


@pytest.fixture(scope="module")
def bundled(examples: Path) -> list[Spectrum]:
    listed = json.loads((examples / "examples.json").read_text("utf-8"))["examples"]
    return [read(examples / entry["path"]).spectrum() for entry in listed]


def features_of(spectrum: Spectrum, card: ModelCard) -> np.ndarray:
    """Return every fourth window of a spectrum's finest grid, as a network sees it."""
    grid = win.grids(spectrum, win.narrow_width_points(spectrum), 1.0, card.window)[0]
    starts = win.window_starts(grid.axis.size, 0, grid.axis.size, card.window.points)[::4]
    return win.cut(win.features(grid), starts[:64], card.window.points)


@pytest.mark.parametrize("name", ["quanv", "cnn"])
def test_the_bundled_networks_answer_as_torchs_on_the_bundled_spectra(
    name: str, bundled: list[Spectrum]
) -> None:
    model = library.load_copy(name)
    network = model.network.eval()
    state = {k: v.numpy() for k, v in network.state_dict().items()}
    own = answers_of(model.card, state)
    features = [features_of(spectrum, model.card) for spectrum in bundled]
    for given in features:
        with torch.inference_mode():
            largest = float(network(torch.from_numpy(given)).logit.abs().max())
        assert far(model.card, network, own, given) < SINGLE * largest
    network = network.double()
    for given in features:
        assert far(model.card, network, own, given.astype(np.float64)) < LOGIT


def test_circuits_answer_as_pennylane_does(bundled: list[Spectrum]) -> None:
    layer = library.load("quanv").network.front_end
    assert isinstance(layer, Circuits)
    trace = features_of(bundled[0], library.load("quanv").card)[7, 0]
    answer = layer(trace[None])[:, 0]
    padded = np.pad(trace.astype(np.float64), circuits.SAME_PADDING)
    for circuit, table in enumerate(layer.tables):
        node = circuits.qnode(layer.ansatz, layer.n_layers, structure=table)
        for position in range(0, 200, 17):
            stretch = padded[position : position + circuits.KERNEL]
            values = np.array(node(stretch, layer.weights[circuit]))
            np.testing.assert_allclose(
                answer[5 * circuit : 5 * circuit + 5, position], values, atol=1e-6
            )


class _ByTorch(DenseAnswers):
    """What asks torch's network in double precision in its own place."""

    network: DenseNetwork

    def answer(self, features):
        with torch.inference_mode():
            found = self.network(torch.from_numpy(features).double())
        return torch.sigmoid(found.logit).numpy(), found.offset.numpy()

    def sureness(self, evidence):
        with torch.inference_mode():
            found = self.network.confidence(torch.from_numpy(evidence).double())
        return torch.sigmoid(found).numpy()

    def last_word(self, evidence, before):
        if self.network.final is None:
            return before
        with torch.inference_mode():
            return torch.sigmoid(self.network.final(torch.from_numpy(evidence).double())).numpy()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "searched"), [("quanv", 1), ("cnn", 3)])
def test_the_same_peaks_are_found_in_the_bundled_spectra(
    name: str, searched: int, bundled: list[Spectrum]
) -> None:
    model = library.load_copy(name)
    network = model.network.eval().double()
    state = {k: v.numpy() for k, v in network.state_dict().items()}
    own = answers_of(model.card, state)
    assert isinstance(own, DenseAnswers)
    torchs = _ByTorch(*(getattr(own, f) for f in DenseAnswers.__dataclass_fields__))
    object.__setattr__(torchs, "network", network)
    for spectrum in bundled if IS_LONG else [bundled[searched]]:
        found, wanted = (
            find_loaded(spectrum, library.LoadedModel(model.card, answers))
            for answers in (own, torchs)
        )
        assert len(found) == len(wanted)
        for peak, other in zip(found, wanted, strict=True):
            assert peak.ppm == pytest.approx(other.ppm, abs=1e-7)
            assert peak.height == pytest.approx(other.height, rel=1e-5)
            assert peak.confidence == pytest.approx(other.confidence, abs=1e-5)


def test_the_last_word_is_torchs() -> None:
    card = CARDS["judging settled lines"]
    network = trained(card).double()
    assert isinstance(network, DenseNetwork)
    assert network.final is not None
    network.final.scale.fill_(2.0)
    answers = answers_of(card, {k: v.numpy() for k, v in network.state_dict().items()})
    evidence = 9.0 * np.random.default_rng(1).normal(size=(50, len(FINAL_EVIDENCE)))
    with torch.inference_mode():
        wanted = torch.sigmoid(network.final(torch.from_numpy(evidence))).numpy()
    before = np.full(50, 0.3)
    assert isinstance(answers, DenseAnswers)
    np.testing.assert_allclose(answers.last_word(evidence, before), wanted, atol=1e-9)
    assert np.ptp(wanted) > 0.01


def test_a_network_that_knows_less_evidence_hears_what_it_knows() -> None:
    card = new_card("cnn", **SMALL, final_evidence=1)
    network = trained(card).double()
    assert isinstance(network, DenseNetwork)
    assert network.final is not None
    answers = answers_of(card, {k: v.numpy() for k, v in network.state_dict().items()})
    assert isinstance(answers, DenseAnswers)
    evidence = np.random.default_rng(1).normal(size=(9, len(FINAL_EVIDENCE)))
    with torch.inference_mode():
        known = torch.from_numpy(evidence[:, : KNOWN_TO[1]])
        wanted = torch.sigmoid(network.final(known)).numpy()
    said = answers.last_word(evidence, np.full(9, 0.3))
    np.testing.assert_allclose(said, wanted, atol=1e-9)


def test_a_network_that_cannot_judge_settled_lines_leaves_them_as_they_were() -> None:
    card = CARDS["convolution"]
    state = {name: value.numpy() for name, value in trained(card).state_dict().items()}
    answers, before = answers_of(card, state), np.array([0.2, 0.9])
    assert isinstance(answers, DenseAnswers)
    said = answers.last_word(np.zeros((2, len(FINAL_EVIDENCE))), before)
    assert np.array_equal(said, before)


def test_an_answer_does_not_depend_on_threads() -> None:
    network = library.load("quanv").network
    given = inputs(CARDS["circuits"]).astype(np.float32)
    evidence = np.random.default_rng(0).normal(size=(300, len(EVIDENCE))).astype(np.float32)
    before = *network.answer(given), network.sureness(evidence)
    with ThreadpoolController().limit(limits=4, user_api="blas"):
        after = *network.answer(given), network.sureness(evidence)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_what_has_learned_by_now_can_be_asked() -> None:
    network, card = trained(CARDS["convolution"]), CARDS["convolution"]
    state = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    answers = answers_of(card, state)
    assert far(card, network, answers, inputs(card).astype(np.float32)) < 1e-5


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("missing", "'out.bias' is missing"),
        ("shape", r"out.bias is float32 \(3,\), expected \(2,\)"),
        ("whole numbers", "out.bias is int64"),
        ("unknown", "unknown: mine"),
        ("gate", "names a gate or qubit that there is not"),
        ("qubit", "names a gate or qubit that there is not"),
        ("rotations", "more rotations than there are weights"),
    ],
)
def test_weights_that_do_not_fit_are_refused(what: str, told: str) -> None:
    card = CARDS["circuits"]
    state = {k: v.numpy().copy() for k, v in build(card).state_dict().items()}
    gates = state["front_end.gates"]
    match what:
        case "missing":
            del state["out.bias"]
        case "shape":
            state["out.bias"] = np.zeros(3, np.float32)
        case "whole numbers":
            state["out.bias"] = np.zeros(2, np.int64)
        case "unknown":
            state["mine"] = np.zeros(2, np.float32)
        case "gate":
            gates[0, 0, 0] = 5
        case "qubit":
            gates[0, 0, 1] = 7
        case "rotations":
            state["front_end.gates"] = np.concatenate((gates, gates), axis=1)
    with pytest.raises(ModelError, match=told):
        answers_of(card, state)


WITHOUT = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "pennylane"):
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Blocker())
from nmrquanv import find_peaks, read
from nmrquanv.models.channel_traces import WindowPlace, traces
from nmrquanv.models.circuit_view import CircuitChoice, look
data = read(sys.argv[1])
for name in ("quanv", "cnn"):
    print(name, len(find_peaks(data, name)))
    look(CircuitChoice(name))
    traces(CircuitChoice(name), data.spectrum(), WindowPlace(3.0, 2.0))
look(CircuitChoice("quanv", "random"))
print(len(find_peaks(data, "paper-slots", region=(2.4, 2.2))))
"""


@pytest.mark.slow
def test_every_finder_and_the_circuit_page_work_without_torch_and_pennylane(
    examples: Path,
) -> None:
    path = examples / "bruker_1h_aspirin_fidonly" / "1"
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    counts = [int(line.split()[-1]) for line in done.stdout.splitlines()]
    assert min(counts[:2]) > 20
