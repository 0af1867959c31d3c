"""The tree of a multiplet: how its couplings split one line step by step, for drawing."""

from __future__ import annotations

from nmrquanv.spectra.multiplets.multiplet import Multiplet

MOST_LEVELS = 7
"""Splittings that are drawn; further ones would be finer than a screen shows."""

Level = tuple[tuple[float, float], ...]
"""Branches from a level to the next: (ppm above, ppm below), each once."""


def tree_of(multiplet: Multiplet, sf_mhz: float) -> tuple[Level, ...]:
    """Return the levels of a multiplet's tree, the largest coupling first.

    Equivalent partners are one level each, as they are drawn by hand: a quartet has three.

    Parameters
    ----------
    multiplet : Multiplet
        Without couplings the tree is empty.
    sf_mhz : float, MHz
    """
    steps = [c.hz / sf_mhz for c in multiplet.couplings for _ in range(c.partners)]
    if multiplet.kind == "AB":
        return ()
    levels: list[Level] = []
    places = [multiplet.ppm]
    for step in steps[:MOST_LEVELS]:
        branches = [(at, at + half) for at in places for half in (0.5 * step, -0.5 * step)]
        # branches that meet are one line: they would be drawn over each other
        unique = {(round(a, 7), round(b, 7)): (a, b) for a, b in branches}
        levels.append(tuple(unique.values()))
        places = list({round(b, 7): b for _, b in unique.values()}.values())
    return tuple(levels)
