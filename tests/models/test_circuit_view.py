from __future__ import annotations

import numpy as np
import pytest
import torch

from nmrquanv.errors import ModelError
from nmrquanv.models import library
from nmrquanv.models import windows as win
from nmrquanv.models.answering_front_ends import Circuits, Convolution
from nmrquanv.models.cards import new_card
from nmrquanv.models.channel_traces import WindowPlace, traces
from nmrquanv.models.circuit_view import CircuitChoice, drawn, look
from nmrquanv.models.circuits import ANSATZES, qnode
from nmrquanv.models.networks import build
from nmrquanv.models.one_window import view_grid
from nmrquanv.models.quadratic_forms import extreme_shapes, forms
from nmrquanv.spectra.simulate import simulate


@pytest.fixture(scope="module")
def spectrum():
    return simulate(np.random.default_rng(5), "clean").spectrum


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_a_form_answers_as_the_circuit_on_a_quantum_simulator(ansatz) -> None:
    layer = Circuits.started(2, ansatz, 2, "valid", 4)
    window = np.random.default_rng(1).normal(size=32)
    matrices = forms(layer)
    for circuit in range(2):
        run = qnode(ansatz, 2, layer.tables[circuit])
        measured = np.array(run(window, layer.weights[circuit]), float)
        answered = [window @ form @ window / (window @ window) for form in matrices[circuit]]
        assert np.allclose(answered, measured, atol=1e-6)
    assert np.allclose(matrices, matrices.swapaxes(-1, -2), atol=0)


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_drawn_gates_never_cross_and_keep_their_order(ansatz) -> None:
    layer = Circuits.started(1, ansatz, 3, "valid", 2)
    weights = layer.weights[0]
    made = drawn(layer.tables[0], weights)
    taken: dict[tuple[int, int], int] = {}
    last = [-1] * 5
    for number, gate in enumerate(made):
        low, high = sorted((gate.first, gate.second))
        for qubit in range(low, high + 1):
            assert (gate.column, qubit) not in taken
            assert gate.column > last[qubit]
            taken[gate.column, qubit] = number
            last[qubit] = gate.column
    turns = [gate for gate in made if gate.parameter >= 0]
    assert [gate.parameter for gate in turns] == list(range(weights.size))
    assert np.allclose([gate.angle_rad for gate in turns], weights)


@pytest.mark.parametrize("ansatz", ANSATZES)
def test_gates_said_to_have_no_effect_have_none_and_only_those(ansatz) -> None:
    layer = Circuits.started(1, ansatz, 3, "valid", 3)
    made = drawn(layer.tables[0], layer.weights[0])
    before = forms(layer)
    idle = set()
    for number in range(layer.weights.shape[1]):
        turned = Circuits.started(1, ansatz, 3, "valid", 3)
        turned.weights[0, number] += 0.7
        if np.abs(forms(turned) - before).max() < 1e-9:
            idle.add(number)
    assert {g.parameter for g in made if g.parameter >= 0 and not g.has_effect} == idle
    assert (len(idle) == 5) == (ansatz in ("strongly_entangling", "product"))


def test_shapes_are_what_a_channel_answers_to_most() -> None:
    form = forms(Circuits.started(1, "strongly_entangling", 3, "valid", 1))[0, 0]
    most, least = extreme_shapes(form)
    for shape in (most, least):
        assert shape.points @ form @ shape.points == pytest.approx(shape.value)
        assert np.linalg.norm(shape.points) == pytest.approx(1)
        assert shape.points[np.abs(shape.points).argmax()] > 0
    others = np.random.default_rng(0).normal(size=(200, 32))
    answers = np.einsum("ni,ij,nj->n", others, form, others) / (others**2).sum(1)
    assert least.value < answers.min() < answers.max() < most.value


def test_of_equal_shapes_the_one_most_like_a_line_is_drawn() -> None:
    form = forms(Circuits.started(1, "two_design", 3, "valid", 1))[0, 0]
    most, _ = extreme_shapes(form)
    assert most.equals == 16
    assert most.value == pytest.approx(1)
    assert most.points @ form @ most.points == pytest.approx(1)
    assert most.points.argmax() in (15, 16)


def test_the_models_own_circuits_and_others_to_look_at() -> None:
    own = look(CircuitChoice("quanv", "", 3))
    assert (own.kind, own.group, own.n_groups, own.is_of_model) == ("circuit", 3, 4, True)
    assert own.ansatz == "strongly_entangling"
    weights = library.load_copy("quanv").network.front_end.weights[3].detach().numpy()
    assert np.allclose([g.angle_rad for g in own.gates if g.parameter >= 0], weights)
    assert look(CircuitChoice("quanv", "strongly_entangling", 3)).is_of_model
    other = look(CircuitChoice("quanv", "random", 1))
    assert (other.ansatz, other.is_of_model) == ("random", False)
    assert look(CircuitChoice("quanv", "random", 1)).gates == other.gates


def test_a_cnn_has_filters_and_no_circuit() -> None:
    seen = look(CircuitChoice("cnn", "", 2))
    front_end = library.load("cnn").network.front_end
    assert isinstance(front_end, Convolution)
    assert (seen.kind, seen.gates, seen.ansatz) == ("convolution", (), "")
    assert [c.form for c in seen.channels] == [None] * 5
    assert np.array_equal(seen.channels[4].shapes[0].points, front_end.kernels[14])


def test_free_quadratic_filters_have_forms_and_no_circuit() -> None:
    card = new_card("cnn", "dense", name="free", front_end="quadratic")
    library.save_user_model(card, build(card))
    seen = look(CircuitChoice("free", "", 0))
    assert (seen.kind, seen.gates) == ("forms", ())
    assert seen.channels[0].form.shape == (32, 32)
    assert len(seen.channels[0].shapes) == 2


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match="nowhere"):
        look(CircuitChoice("nowhere"))


@pytest.mark.parametrize("seen", ["compressed", "relative"])
def test_traces_are_what_the_head_sees_and_what_the_forms_say(spectrum, seen) -> None:
    ppm = spectrum.axis.ppm(np.array([0.4, 0.45]) * spectrum.axis.size)
    made = traces(CircuitChoice("quanv", "", 2), spectrum, WindowPlace(ppm[0], ppm[1], seen=seen))
    grid, first = view_grid(spectrum, ppm[0], ppm[1])
    features = win.cut(win.features(grid), np.array([first]))
    assert np.allclose(made.seen, features[0, win.FEATURES.index(seen)])
    network = library.load_copy("quanv").network
    with torch.no_grad():
        answer = network.front_end(torch.from_numpy(features[0, :2]))
    assert np.allclose(made.channels, answer[win.FEATURES.index(seen), 10:15].numpy(), atol=1e-6)
    stretch = made.seen[100 - 15 : 100 + 17]
    channels = look(CircuitChoice("quanv", "", 2)).channels
    said = [stretch @ c.form @ stretch / (stretch @ stretch) for c in channels]
    assert np.allclose(made.channels[:, 100], said, atol=1e-5)
    assert made.ppm[[0, -1]] == pytest.approx(ppm)
    assert made.centre_ppm[100] == pytest.approx(0.5 * (made.ppm[100] + made.ppm[101]))


def test_a_model_with_slots_sees_its_window_scaled_and_fewer_places(spectrum) -> None:
    card = new_card("quanv", "slots", name="five")
    library.save_user_model(card, build(card))
    made = traces(CircuitChoice("five"), spectrum, WindowPlace(*spectrum.axis.limits_ppm))
    assert (made.seen.min(), made.seen.max()) == (0, 1)
    assert made.channels.shape == (5, 169)
    assert made.centre_ppm[0] == pytest.approx(0.5 * (made.ppm[15] + made.ppm[16]))


def test_on_the_models_own_grid_the_window_is_around_the_middle(spectrum) -> None:
    middle = float(spectrum.axis.ppm(0.5 * spectrum.axis.size))
    made = traces(
        CircuitChoice("cnn"), spectrum, WindowPlace(middle + 0.3, middle - 0.3, is_whole=False)
    )
    grid = win.grids(spectrum, win.narrow_width_points(spectrum))[0]
    step = grid.axis.sw_hz / grid.axis.sf_mhz / grid.axis.size
    assert made.ppm[0] - made.ppm[1] == pytest.approx(step)
    assert made.ppm[100] == pytest.approx(middle, abs=2 * step)
    at_the_end = traces(CircuitChoice("cnn"), spectrum, WindowPlace(99, 98, is_whole=False))
    assert at_the_end.ppm[0] == pytest.approx(grid.axis.ppm(0))
