"""Make ``resources/training/devices.json`` from the calibrations that qiskit-ibm-runtime ships.

The package is a tool for this alone; the program never imports it. In an environment of its own:

    pip install qiskit-ibm-runtime numpy
    PYTHONPATH=. python packaging/device_table.py

Circuits are routed onto the two trees of five qubits that these devices' maps have (a line, and a
fork), with rotations that the router cannot see into, so that every weight stays one rotation.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nmrquanv.models.circuits import CNOT, CZ, RX, RY, RZ, Gates, gates
from nmrquanv.study.circuits.preparation import PREPARATION

try:
    from qiskit import QuantumCircuit, transpile
    from qiskit.circuit import Parameter, ParameterExpression
    from qiskit.circuit.library import CXGate, CZGate, RXGate, RYGate, RZGate, UGate
    from qiskit.transpiler import Target
    from qiskit_ibm_runtime import fake_provider
except ImportError:
    sys.exit("this needs: pip install qiskit-ibm-runtime (and nmrquanv's folder in PYTHONPATH)")

TARGET = Path(__file__).parents[1] / "resources" / "training" / "devices.json"
DEVICES = {
    "manila": "FakeManilaV2",
    "quito": "FakeQuitoV2",
    "brisbane": "FakeBrisbane",
    "fez": "FakeFez",
    "boston": "FakeBoston",
}
SHAPES = {"line": [(0, 1), (1, 2), (2, 3), (3, 4)], "fork": [(0, 1), (1, 2), (1, 3), (3, 4)]}
ANSATZES = ("strongly_entangling", "two_design")
LAYERS, TRIES, QUBITS = 3, int(sys.argv[1]) if len(sys.argv) > 1 else 400, 5
ENTANGLERS = ("cx", "ecr", "cz")
_MICRO, _NANO = 1e6, 1e9

Row = list[float]
Edges = list[tuple[int, int]]


def target_of(edges: Edges) -> Any:
    """Return a map of five qubits with rotations, CNOT and CZ."""
    made = Target(num_qubits=QUBITS)
    anywhere = {(q,): None for q in range(QUBITS)}
    both_ways = {pair: None for a, b in edges for pair in ((a, b), (b, a))}
    for turn in (RXGate, RYGate, RZGate):
        made.add_instruction(turn(Parameter("angle")), dict(anywhere))
    made.add_instruction(UGate(*map(Parameter, ("theta", "phi", "lam"))), anywhere)
    for gate in (CXGate(), CZGate()):
        made.add_instruction(gate, dict(both_ways))
    return made


def is_plain(circuit: Any) -> bool:
    """Tell whether every rotation still has one weight of its own."""
    return all(
        isinstance(p, Parameter) or not isinstance(p, ParameterExpression)
        for one in circuit.data
        for p in one.operation.params
    )


def rows_of(circuit: Any, one: Any) -> list[Row]:
    """Return the rows of one instruction: kind, qubits, weight or -1, fixed angle."""
    wires = [circuit.find_bit(q).index for q in one.qubits]
    name, params = one.operation.name, one.operation.params
    if name in ("cx", "cz"):
        return [[{"cx": CNOT, "cz": CZ}[name], *wires, -1, 0.0]]
    if name == "u":
        theta, phi, lam = (float(p) for p in params)
        steps = ((RZ, lam, -1), (RY, theta, -1), (RZ, phi, -1))
    else:
        (angle,) = params
        kind = {"rx": RX, "ry": RY, "rz": RZ}[name]
        is_weight = isinstance(angle, Parameter)
        steps = (
            (kind, 0.0 if is_weight else float(angle), int(angle.name[4:]) if is_weight else -1),
        )
    return [
        [kind, wires[0], wires[0], weight, round(angle, 12)]
        for kind, angle, weight in steps
        if weight >= 0 or abs(math.remainder(angle, 2 * math.pi)) > 1e-9
    ]


def routed(
    table: Gates, edges: Edges, start: list[int] | None = None
) -> tuple[list[Row], list[int], list[int]]:
    """Route a table of gates; return rows (kind, a, b, weight, angle), start and end places."""
    circuit, used = QuantumCircuit(QUBITS), 0
    turns = {RX: circuit.rx, RY: circuit.ry, RZ: circuit.rz}
    for kind, a, b in table.tolist():
        if kind <= RZ:
            turns[kind](Parameter(f"turn{used}"), a)
            used += 1
        else:
            (circuit.cx if kind == CNOT else circuit.cz)(a, b)
    target = target_of(edges)
    best = None
    for seed in range(TRIES):
        found = transpile(
            circuit,
            target=target,
            optimization_level=3,
            seed_transpiler=seed,
            initial_layout=start,
        )
        if not is_plain(found):
            continue
        count = sum(len(i.qubits) == 2 for i in found.data)
        if best is None or (count, found.depth()) < (best[0], best[1].depth()):
            best = count, found
    found = best[1]
    rows = [row for one in found.data for row in rows_of(found, one)]
    layout = found.layout
    if layout is None:
        return rows, list(range(QUBITS)), list(range(QUBITS))
    begin = layout.initial_index_layout(filter_ancillas=True)
    return rows, list(begin), list(layout.final_index_layout())


def backwards(table: Gates) -> Gates:
    """Return a table read from its end; rotations are named by their old places."""
    return table[::-1].copy()


def routed_preparation(edges: Edges, end: list[int]) -> dict[str, Any]:
    """Route the preparation so that it ends where the ansatz starts: its reverse from there."""
    count = int((PREPARATION[:, 0] <= RZ).sum())
    rows, _, begin = routed(backwards(PREPARATION), edges, start=end)
    turned = []
    for kind, a, b, weight, angle in rows[::-1]:
        if weight >= 0:
            weight = count - 1 - weight
        turned.append([kind, a, b, weight, -angle])
    return {"gates": turned, "start": begin, "end": end}


def circuits() -> dict[str, Any]:
    """Return all routed circuits: ansatz -> shape -> the circuit and its preparation."""
    found = {}
    for ansatz in ANSATZES:
        for shape, edges in SHAPES.items():
            rows, start, end = routed(gates(ansatz, LAYERS), edges)
            ready = routed_preparation(edges, start)
            told = {"ansatz": {"gates": rows, "start": start, "end": end}, "preparation": ready}
            found.setdefault(ansatz, {})[shape] = told
            two = [sum(r[0] in (CNOT, CZ) for r in part["gates"]) for part in told.values()]
            print(ansatz, shape, "two-qubit gates: circuit", two[0], "preparation", two[1])
    return found


class Snapshot:
    """The calibration of a device."""

    def __init__(self, name: str) -> None:
        self.backend = getattr(fake_provider, DEVICES[name])()
        self.target = self.backend.target
        self.properties = self.backend.properties()
        self.entangler = next(e for e in ENTANGLERS if e in self.target.operation_names)
        self.pairs = {}
        for (a, b), known in self.target[self.entangler].items():
            if known and known.error is not None and known.error < 0.5 and known.duration:
                told = (float(known.error), float(known.duration) * _NANO)
                for pair in ((a, b), (b, a)):
                    self.pairs[pair] = min(told, self.pairs.get(pair, told))

    def neighbours(self, qubit: int) -> list[int]:
        """Return the qubits that have an entangler with this one."""
        return sorted(b for a, b in self.pairs if a == qubit)

    def flips(self, qubit: int) -> tuple[float, float]:
        """Return the probabilities to read 1 for 0, and 0 for 1."""
        told = {p.name: p.value for p in self.properties.qubits[qubit]}
        return told["prob_meas1_prep0"], told["prob_meas0_prep1"]

    def placings(self, shape: str) -> Iterator[tuple[int, ...]]:
        """Yield every place of a shape on the map."""
        edges = SHAPES[shape]

        def grow(placed: list[int]) -> Iterator[tuple[int, ...]]:
            if len(placed) == QUBITS:
                yield tuple(placed)
                return
            parent = next(a for a, b in edges if b == len(placed))
            for qubit in self.neighbours(placed[parent]):
                if qubit not in placed:
                    yield from grow([*placed, qubit])

        for first in range(self.backend.num_qubits):
            yield from grow([first])

    def cost(self, gates_of: list[Row], placed: tuple[int, ...]) -> float:
        """Return minus the logarithm of the chance that no gate and no readout fails."""
        total = 0.0
        for kind, a, b, *_ in gates_of:
            if kind in (CNOT, CZ):
                total -= math.log1p(-self.pairs[placed[int(a)], placed[int(b)]][0])
        for qubit in placed:
            total -= math.log1p(-min(0.5, sum(self.flips(qubit)) / 2))
        return total

    def told(self, shape: str, placed: tuple[int, ...]) -> dict[str, Any]:
        """Return what the five qubits of a placing are like."""
        target, seen = self.target, [self.target.qubit_properties[q] for q in placed]
        one = [target["sx"][(q,)] for q in placed]
        return {
            "shape": shape,
            "qubits": list(placed),
            "t1_us": [round(q.t1 * _MICRO, 3) for q in seen],
            "t2_us": [round(min(q.t2, 2 * q.t1) * _MICRO, 3) for q in seen],
            "error_1q": [float(f"{p.error:.5g}") for p in one],
            "duration_1q_ns": [round(p.duration * _NANO, 2) for p in one],
            "read_1_for_0": [round(self.flips(q)[0], 6) for q in placed],
            "read_0_for_1": [round(self.flips(q)[1], 6) for q in placed],
            "pairs": [
                [a, b, float(f"{error:.5g}"), round(duration, 2)]
                for a, b in SHAPES[shape]
                for error, duration in [self.pairs[placed[a], placed[b]]]
            ],
        }


def device(name: str, found: dict[str, Any]) -> dict[str, Any]:
    """Return a device: its best place for each ansatz."""
    snapshot = Snapshot(name)
    placed = {}
    for ansatz in ANSATZES:
        tries = [
            (snapshot.cost(found[ansatz][shape]["ansatz"]["gates"], place), shape, place)
            for shape in SHAPES
            for place in snapshot.placings(shape)
            if all(snapshot.target.qubit_properties[q].t1 for q in place)
        ]
        cost, shape, place = min(tries)
        placed[ansatz] = snapshot.told(shape, place)
        print(name, ansatz, shape, place, f"all right with chance {math.exp(-cost):.3f}")
    return {
        "date": str(snapshot.properties.last_update_date)[:10],
        "version": str(snapshot.properties.backend_version),
        "entangler": snapshot.entangler,
        "placed": placed,
    }


def main() -> None:
    """Write the table."""
    found = circuits()
    content = {
        "what": "Calibrations of real devices and the study's circuits routed onto their maps.",
        "source": f"snapshots in qiskit-ibm-runtime {version('qiskit-ibm-runtime')} (Apache-2.0),"
        f" routed with qiskit {version('qiskit')}, best of {TRIES} seeds",
        "command": "PYTHONPATH=. python packaging/device_table.py",
        "gate_columns": ["kind (0 RX, 1 RY, 2 RZ, 3 CNOT, 4 CZ)", "qubit", "second", "weight or -1",
                         "fixed angle"],
        "shapes": {name: [list(e) for e in edges] for name, edges in SHAPES.items()},
        "circuits": found,
        "devices": {name: device(name, found) for name in DEVICES},
    }  # fmt: skip
    text = json.dumps(content, indent=1)
    # One row of numbers a line.
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(TARGET, len(text), "bytes")


if __name__ == "__main__":
    main()
