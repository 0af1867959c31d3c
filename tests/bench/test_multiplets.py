"""Classes and couplings are counted right, and are right on simulated multiplets."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import nmrquanv.cli
from nmrquanv.bench.multiplets import (
    KINDS,
    MultipletScore,
    Truth,
    judged,
    make_multiplets,
    measure_simulated,
)
from nmrquanv.cli.command_line import execute
from nmrquanv.spectra.multiplets.first_order import Coupling
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.simulation.spin_systems import first_order


def found(kind: str, *couplings: float, ppm: float = 3.0) -> Multiplet:
    own = tuple(Coupling(j, 0.01, 1) for j in couplings)
    return Multiplet(("a",), ppm, ppm, ppm, kind, couplings=own)


def test_a_class_is_right_alone_and_couplings_within_a_tenth() -> None:
    truth = Truth(3.0, "dd", (8.0, 2.0))
    assert judged(truth, [found("dd", 8.05, 2.0)]) == MultipletScore(1, 1, 1)
    assert judged(truth, [found("dd", 8.2, 2.0)]) == MultipletScore(1, 1, 0)
    assert judged(truth, [found("m")]) == MultipletScore(1)
    assert judged(truth, [found("dd", 8.0, 2.0, ppm=3.1)]) == MultipletScore(1)
    assert judged(truth, []) == MultipletScore(1)


def test_a_simulated_spectrum_has_each_class_with_lines_apart() -> None:
    made, truths = make_multiplets(np.random.default_rng(3))
    assert [t.kind for t in truths] == list(KINDS)
    high, low = made.spectrum.axis.limits_ppm
    assert all(low < t.ppm < high for t in truths)
    for truth in truths:
        couplings = tuple(zip(truth.couplings_hz, KINDS[truth.kind], strict=True))
        assert np.diff(np.sort(first_order(0.0, couplings).hz)).min(initial=9.0) > 0.6


@pytest.mark.slow
def test_nineteen_of_twenty_simulated_classes_are_right() -> None:
    scores = measure_simulated(["classical"], 3)["classical"]
    total = sum(scores.values(), MultipletScore())
    assert total.multiplets == 3 * len(KINDS)
    assert total.classes >= 0.95 * total.multiplets
    assert total.couplings >= 0.95 * total.classes


def test_every_table_of_the_benchmarks_goes_to_standard_output(capfdbinary, monkeypatch) -> None:
    """That of simulated multiplets went to standard error, where progress belongs."""
    score = {"classical": dict.fromkeys(KINDS, MultipletScore(1, 1, 1))}
    monkeypatch.setattr("nmrquanv.bench.multiplets.measure_simulated", lambda *_: score)
    assert execute(["bench", "multiplets", "--models", "classical"]) == 0
    out, err = capfdbinary.readouterr()
    assert b"| all | classical | 14 | 14 | 14 |" in out
    assert b"classical" not in err


def test_nothing_is_told_while_standard_output_is_turned_away() -> None:
    """Of all subcommands: what is printed there would be lost in a pipe."""
    for path in sorted(Path(nmrquanv.cli.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.With) and "redirect_stdout" in ast.unparse(node.items[0]):
                told = [c for c in ast.walk(node) if isinstance(c, ast.Call)]
                names = {c.func.id for c in told if isinstance(c.func, ast.Name)}
                assert not names & {"_tell", "write_out", "print"}, f"{path.name}:{node.lineno}"
