"""Arrays of one length that belong together: some rows of them, sets as one, and their shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import Field, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray


class ArrayRows:
    """What a dataclass of nothing but arrays over the same ``n`` can do."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def chosen(self, which: NDArray[np.generic]) -> Self:
        """Return some of the rows, by index or by mask."""
        return type(self)(*(getattr(self, f.name)[which] for f in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return several sets as one."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))


def shares(part: NDArray[np.float64], whole: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return which share of something another is, each; 0 of nothing.

    Heights may be 0: a person marks a peak where a trace is flat, and lists of other programs have
    such lines.
    """
    whole = np.broadcast_to(np.asarray(whole, dtype=np.float64), np.shape(part))
    with np.errstate(over="ignore"):  # beside the least numbers all others are endless
        return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole != 0)


def middle_of(values: Iterable[float], weights: Iterable[float]) -> float:
    """Return a mean by the magnitude of weights; the plain one where all of them are 0."""
    weight = np.abs(np.fromiter(weights, np.float64))
    by = weight if weight.any() else None
    return float(np.average(np.fromiter(values, np.float64), weights=by))
