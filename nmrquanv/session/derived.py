"""What follows from immutable values, kept while they are the same objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class Remembered:
    """The newest value under each name, with what it was made of.

    A value is made anew when one of its parts is another object (or another number, text or bytes);
    an edit that does not touch a part so costs nothing.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[object, ...], object]] = {}

    def get(self, name: str, parts: tuple[object, ...], make: Callable[[], _T]) -> _T:
        """Return the value under a name, made if its parts are not those of the one kept."""
        known = self._kept.get(name)
        if known is not None and _are_same(known[0], parts):
            return known[1]  # type: ignore[return-value]
        value = make()
        self._kept[name] = parts, value
        return value

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()


def _are_same(old: tuple[object, ...], new: tuple[object, ...]) -> bool:
    return len(old) == len(new) and all(
        a is b or (isinstance(a, float | int | str | bool | bytes) and a == b)
        for a, b in zip(old, new, strict=True)
    )
