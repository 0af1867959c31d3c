"""What the second simulator tells, as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping

from nmrquanv.bench.markdown_tables import interval, number, table
from nmrquanv.bench.second.hard_kinds import SECOND_KINDS
from nmrquanv.bench.second.second_measures import SecondResult
from nmrquanv.bench.second.sites import CASES


def second_markdown(found: Mapping[str, SecondResult]) -> str:
    """Return the tables of all finders side by side; empty where nothing was measured."""
    if not found:
        return ""
    return "\n\n".join(part for part in (_kinds(found), _splits(found), _coverage(found)) if part)


def _kinds(found: Mapping[str, SecondResult]) -> str:
    one = next(iter(found.values()))
    rows = []
    for kind in SECOND_KINDS:
        cells = [kind, str(one.kinds[kind].lines)]
        for result in found.values():
            own = result.kinds[kind]
            both = f"{number(own.precision, 2)} / {number(own.recall, 2)}"
            cells.append(f"{interval(own.f1)}, {both}")
        rows.append(cells)
    rows.append(["**macro**", "", *(interval(r.macro_f1) for r in found.values())])
    count = one.kinds[SECOND_KINDS[0]].spectra
    text = (
        "Second simulator, kinds that no model is trained on: F1 with 95 % bootstrap interval,"
        f" precision / recall, {count} spectra of each kind:\n\n"
    )
    return text + table(["kind", "lines", *found], rows)


def _splits(found: Mapping[str, SecondResult]) -> str:
    head = ["finder", "lines", "S/N", *(f"1:{r:g} at {a:g} FWHM" for a, r in CASES), "one, single"]
    rows = [
        [name, own.shape, f"{own.snr:g}", *(interval(p) for p in (*own.pairs, own.single))]
        for name, result in found.items()
        for own in result.splits
    ]
    text = "Second simulator: P(two found in place | pair) and P(one found | single):\n\n"
    return text + table(head, rows)


def _coverage(found: Mapping[str, SecondResult]) -> str:
    having = {name: r.coverage for name, r in found.items() if r.coverage}
    if not having:
        return ""
    cells: dict[tuple[str, float, float], dict[str, str]] = {}
    for name, coverage in having.items():
        for own in coverage:
            said = f"{interval(own.share)}, {own.lines}"
            cells.setdefault((own.shape, own.low_snr, own.high_snr), {})[name] = said
    rows = [
        [
            shape,
            f"{low:g} and more" if math.isinf(high) else f"{low:g} to {high:g}",
            *(of.get(name, "") for name in having),
        ]
        for (shape, low, high), of in cells.items()
    ]
    text = (
        "Second simulator: share of clear lines within one standard error of their position"
        " (promised: 0.68), and how many lines:\n\n"
    )
    return text + table(["field", "S/N", *having], rows)
