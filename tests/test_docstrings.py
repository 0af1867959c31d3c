"""scipy's docstrings stay as they were written, in programs that show none."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from nmrquanv.docstrings import leave_as_written

_SCRIPT = """
import json, sys
from scipy._lib import _docscrape
taken_apart, begin = [], _docscrape.NumpyDocString.__init__
def counted(self, *words, **named):
    taken_apart.append(1)
    begin(self, *words, **named)
_docscrape.NumpyDocString.__init__ = counted
{before}
import numpy as np
from scipy.signal import find_peaks
from scipy.stats import bootstrap
at = find_peaks(np.array([0.0, 1.0, 0.0, 3.0, 0.0]))[0]
low = bootstrap((np.arange(9.0),), np.mean, rng=1).confidence_interval.low
told = [" ".join((f.__doc__ or "").split()) for f in (find_peaks, bootstrap)]
print(json.dumps([len(taken_apart), told, at.tolist(), low]))
"""


def _after(before: str) -> tuple[int, list[str], list[int], float]:
    """Return docstrings taken apart, two of them, and two results, after something was done."""
    words = [sys.executable, "-c", _SCRIPT.format(before=before)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    told: tuple[int, list[str], list[int], float] = tuple(json.loads(done.stdout))
    return told


def test_hardly_a_docstring_is_taken_apart_and_functions_stay_what_they_are() -> None:
    spared = _after("from nmrquanv.docstrings import leave_as_written; leave_as_written()")
    usual = _after("")
    assert spared[0] < 0.1 * usual[0]
    assert spared[2:] == usual[2:]
    for text, beginning in zip(
        spared[1], ("Find peaks inside", "Compute a two-sided"), strict=True
    ):
        assert text.startswith(beginning)
        assert "Parameters" in text


def test_what_is_imported_already_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    import scipy.signal  # noqa: F401
    from scipy._lib import _docscrape

    marked = object()
    monkeypatch.setattr(_docscrape, "FunctionDoc", marked)
    leave_as_written()
    assert _docscrape.FunctionDoc is marked


def test_a_library_without_such_notes_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy._lib import _docscrape

    monkeypatch.delitem(sys.modules, "scipy._lib._array_api")
    monkeypatch.delattr(_docscrape, "FunctionDoc")
    leave_as_written()
    assert not hasattr(_docscrape, "FunctionDoc")
    monkeypatch.setitem(sys.modules, "scipy._lib._docscrape", None)
    leave_as_written()
