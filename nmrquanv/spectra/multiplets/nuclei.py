"""How many nuclei a multiplet stands for: by a running integral over it, and by fitted areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.multiplets.multiplet import Multiplet


class Stretch(Protocol):
    """What has two ends."""

    @property
    def high_ppm(self) -> float:
        """Left end."""

    @property
    def low_ppm(self) -> float:
        """Right end."""


_S = TypeVar("_S", bound=Stretch)


def covering(multiplet: Multiplet, others: Iterable[Multiplet], among: Iterable[_S]) -> _S | None:
    """Return the stretch that holds this multiplet's centre and no other's."""
    rest = [m.ppm for m in others if m.id != multiplet.id]
    for one in among:
        holds = one.low_ppm <= multiplet.ppm <= one.high_ppm
        if holds and not any(one.low_ppm <= ppm <= one.high_ppm for ppm in rest):
            return one
    return None


def integrated(
    multiplets: Sequence[Multiplet],
    integrals: Sequence[Integral],
    numbers: Mapping[str, float | None],
) -> dict[str, float | None]:
    """Return the nuclei of each multiplet by the integral over it alone; None without one.

    Parameters
    ----------
    multiplets : sequence of Multiplet
    integrals : sequence of Integral
    numbers : mapping of str to float or None
        Nuclei of each integral, by its id.
    """
    found: dict[str, float | None] = {}
    for one in multiplets:
        integral = covering(one, multiplets, integrals)
        found[one.id] = None if integral is None else numbers.get(integral.id)
    return found


def fitted(
    multiplets: Sequence[Multiplet], integrals: Sequence[Integral]
) -> dict[str, float | None]:
    """Return the nuclei of each multiplet by the fitted areas of its lines.

    The integral that a person set to a number says how much area a nucleus has; without one, or
    without multiplets under it, every number is None.
    """
    reference = next((i for i in integrals if i.set_to is not None), None)
    under = [
        m.area
        for m in multiplets
        if reference is not None and reference.low_ppm <= m.ppm <= reference.high_ppm
    ]
    total = sum(under)
    if reference is None or reference.set_to is None or total == 0.0:
        return dict.fromkeys(m.id for m in multiplets)
    return {m.id: m.area * reference.set_to / total for m in multiplets}
