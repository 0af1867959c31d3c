"""The golden peak list: what every built-in finder sees in every bundled spectrum.

A change that is not meant to change results is proved by it. One command writes it anew after a
change that is meant to, and another names every difference::

    python tests/models/test_golden_peaks.py --write
    python tests/models/test_golden_peaks.py
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nmrquanv.io import read
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.thresholds import Thresholds

GOLDEN = Path(__file__).parents[1] / "data" / "golden_peaks.json"
EXAMPLES = Path(__file__).parents[2] / "resources" / "example_spectra"
FINDERS = ("quanv", "cnn", "classical")
Off = tuple[float, float, float]
"""How far a row may be off: ppm, share of the height, confidence."""

EXACT: Off = (2e-5, 1e-3, 2e-3)
ROUNDED: Off = (5e-4, 0.05, 0.1)
"""Where lines crowd, the last digit decides whether a fit takes one more step, and its neighbours
feel it: processors differ by as much."""

Row = tuple[float, float, float]


def searches() -> Iterator[tuple[str, PeakList]]:
    """Yield the name and the candidates of each search."""
    listed = json.loads((EXAMPLES / "examples.json").read_text(encoding="utf-8"))["examples"]
    for entry in listed:
        spectrum = read(EXAMPLES / entry["path"]).spectrum()
        for finder in FINDERS:
            yield f"{entry['path']} {finder}", find_peaks(spectrum, finder)
    menthol = read(EXAMPLES / "bruker_1h_menthol/10").spectrum()
    yield "menthol, a region", find_peaks(menthol, "cnn", region=(2.3, 1.9))
    dept = read(EXAMPLES / "bruker_dept135_caryophyllene_oxide/12").spectrum()
    yield "DEPT-135, negative lines", find_peaks(dept, "quanv", polarity="negative")
    yield (
        "menthol, one window",
        find_peaks(menthol, "quanv", region=(0.86, 0.8), one_window=True),
    )


def rows(peaks: PeakList) -> list[Row]:
    """Return ppm, height in sigma and confidence (-1: none) of each peak, rounded."""
    sigma = peaks.sigma or 1.0
    return [
        (
            round(p.ppm, 5),
            float(f"{p.height / sigma:.4g}"),
            -1.0 if p.confidence is None else round(p.confidence, 3),
        )
        for p in peaks
    ]


def seen() -> dict[str, dict[str, list[Row]]]:
    """Search everything."""
    return {
        name: {"candidates": rows(found), "shown": rows(found.passing(Thresholds()))}
        for name, found in searches()
    }


def unlike(first: list[Row], second: list[Row], off: Off) -> list[Row]:
    """Return the rows of the first list that the second does not have."""

    def has(row: Row) -> bool:
        return any(
            abs(row[0] - other[0]) <= off[0]
            and abs(row[1] - other[1]) <= off[1] * max(abs(row[1]), 3.0)
            and abs(row[2] - other[2]) <= off[2]
            for other in second
        )

    return [row for row in first if not has(row)]


def golden() -> dict[str, dict[str, list[Row]]]:
    """Return the list as it was written."""
    loaded: dict[str, dict[str, list[Row]]] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def now():
    return seen()


@pytest.mark.parametrize("kind", ["candidates", "shown"])
def test_finders_see_what_they_always_saw_in_the_bundled_spectra(now, kind):
    assert now.keys() == golden().keys()
    for name, lists in golden().items():
        allowed = max(1, len(lists[kind]) // 25)
        assert len(unlike(lists[kind], now[name][kind], ROUNDED)) <= allowed, name
        assert len(unlike(now[name][kind], lists[kind], ROUNDED)) <= allowed, name


def main() -> int:
    """Write the list, or compare it with what is found now; 1 when they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="take what is found now for right")
    arguments = parser.parse_args()
    now = seen()
    if arguments.write:
        parts = (
            f'"{name}": {{\n'
            + ",\n".join(f'"{kind}": {json.dumps(table)}' for kind, table in both.items())
            + "}"
            for name, both in now.items()
        )
        GOLDEN.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
        return 0
    count = 0
    for name, both in golden().items():
        for kind, table in both.items():
            found = now[name][kind]
            gone, new = unlike(table, found, EXACT), unlike(found, table, EXACT)
            count += len(gone) + len(new) + (len(table) != len(found))
            told = (f"{name}, {kind}: {len(table)} -> {len(found)}", *gone, *new)
            sys.stdout.write(" ".join(str(part) for part in told) + "\n")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main())
