"""What a PennyLane device changes: networks trained exactly, tested with and without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nmrquanv.statistics import Estimate, estimate, paired
from nmrquanv.study.experiments.registry import Evaluation
from nmrquanv.study.report.methods import ANSATZ_LABELS, F1
from nmrquanv.study.report.summary import Row, Summary, Table, sentence, with_interval
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import DEVICE_HELD_OUT, DEVICE_TEST, WITHOUT_DEVICE, RunSpec

NAME = "device"
QUESTION = "Do the networks answer as well when a device runs their circuits?"
_MAE = "mae_points"


@dataclass(frozen=True, slots=True)
class _Compared:
    """Means on the device and without it, their difference, and the number of networks."""

    there: float
    here: float
    difference: Estimate
    n: int


def summarise(results: Results, specs: Sequence[RunSpec], evaluation: Evaluation) -> Summary | None:
    """Compare the same networks on the same spectra; None where no device was only tested on.

    Parameters
    ----------
    results : Results
    specs : sequence of RunSpec
        As experiments ask for them.
    evaluation : Evaluation
    """
    if evaluation.evaluator != DEVICE_TEST:
        return None
    groups: dict[str, list[RunSpec]] = {}
    for spec in dict.fromkeys(specs):
        if evaluation.of(spec) != spec:
            groups.setdefault(_label(spec), []).append(spec)
    rows: list[Row] = []
    for label, members in groups.items():
        f1 = _compared(results, members, F1)
        if f1 is None:
            continue
        error = _compared(results, members, _MAE)
        change = with_interval(error.difference, 3, "+") if error else "–"
        difference = with_interval(f1.difference, 3, "+")
        rows.append((label, f1.n, f"{f1.here:.3f}", f"{f1.there:.3f}", difference, change))
    whole = _compared(results, [s for members in groups.values() for s in members], F1)
    said = []
    if whole is not None:
        difference = with_interval(whole.difference, 3, "+")
        said.append(
            sentence(f"F1 on the device minus F1 without it: {difference}, {whole.n} networks")
        )
    columns = ("", "runs", "F1 without", "F1 on the device", "difference", "MAE, difference")
    note = (
        f"Best checkpoint and its threshold from exact validation; the first {DEVICE_HELD_OUT} test"
        " spectra only, so F1 itself has a wide margin: the difference on the same spectra counts."
    )
    table = Table("The same networks and spectra, F1 at 4 points", columns, tuple(rows), note)
    return Summary(NAME, QUESTION, tuple(said), (table,) if rows else ())


def _label(spec: RunSpec) -> str:
    head = "" if spec.head == "slots" else f", {spec.head} head"
    return f"{ANSATZ_LABELS[spec.ansatz]}, {spec.preset} spectra{head}"


def _compared(results: Results, specs: Sequence[RunSpec], name: str) -> _Compared | None:
    there: list[float] = []
    here: list[float] = []
    for spec in specs:
        measured, found = results.value(spec, name), results.get(spec)
        exact = found["extra"].get(WITHOUT_DEVICE, {}).get(name) if found else None
        if measured is not None and exact is not None:
            there.append(measured)
            here.append(float(exact))
    if not there:
        return None
    return _Compared(
        estimate(there).mean, estimate(here).mean, paired(there, here).difference, len(there)
    )
