"""Arrays of one length that belong together: some of their rows, and several sets as one."""

from __future__ import annotations

from collections.abc import Sequence
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
