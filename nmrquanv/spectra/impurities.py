"""Common impurities of NMR samples by nucleus and solvent, and which of them a spectrum shows.

An impurity is offered when ALL its lines are there: at their shifts, as the patterns that they
are, and with areas in the ratio of its nuclei. One whose only signal is a single line proves
nothing by its shift, and is named as that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.solvent_tables import known_solvent

NEAR_PPM = {"1H": 0.03, "13C": 0.3}
"""Shifts of the tables hold within this, after the offset of the spectrum's own reference."""

MOST_RATIO = 1.6
"""Areas for each nucleus may differ by this factor between the signals of one impurity."""

COUPLING_HZ = 0.6
"""7.1 Hz of an ethyl group, 6.1 of an isopropyl one hold within this in all solvents."""


@dataclass(frozen=True, slots=True)
class ImpuritySignal:
    """One signal of an impurity: shift, class, coupling (0 for a singlet), nuclei."""

    ppm: float
    kind: str = "s"
    coupling_hz: float = 0.0
    nuclei: int = 1


@dataclass(frozen=True, slots=True)
class Impurity:
    """What a spectrum may show besides its compound.

    Parameters
    ----------
    name : str
    multiplets : tuple of Multiplet
        The spectrum's own, one for each signal of the table.
    signals : tuple of ImpuritySignal
    is_single : bool
        It has one signal without a coupling: any singlet there would look the same.
    """

    name: str
    multiplets: tuple[Multiplet, ...]
    signals: tuple[ImpuritySignal, ...]
    is_single: bool


# Shifts: G. R. Fulmer et al., Organometallics 2010, 29, 2176, tables 1 and 2, and H. E. Gottlieb,
# V. Kotlyar, A. Nudelman, J. Org. Chem. 1997, 62, 7512. Each signal's class, coupling (Hz), nuclei;
# the class of an "m" is not looked at; what exchanges (OH, NH) is left out.
_PROTONS: dict[str, tuple[tuple[str, float, int], ...]] = {
    "acetic acid": (("s", 0.0, 3),),
    "acetone": (("s", 0.0, 6),),
    "acetonitrile": (("s", 0.0, 3),),
    "benzene": (("s", 0.0, 6),),
    "chloroform": (("s", 0.0, 1),),
    "cyclohexane": (("s", 0.0, 12),),
    "1,2-dichloroethane": (("s", 0.0, 4),),
    "dichloromethane": (("s", 0.0, 2),),
    "diethyl ether": (("t", 7.0, 6), ("q", 7.0, 4)),
    "DMF": (("s", 0.0, 1), ("s", 0.0, 3), ("s", 0.0, 3)),
    "DMSO": (("s", 0.0, 6),),
    "1,4-dioxane": (("s", 0.0, 8),),
    "ethanol": (("t", 7.0, 3), ("q", 7.0, 2)),
    "ethyl acetate": (("s", 0.0, 3), ("q", 7.1, 2), ("t", 7.1, 3)),
    "methanol": (("s", 0.0, 3),),
    "2-propanol": (("d", 6.1, 6), ("sept", 6.1, 1)),
    "triethylamine": (("t", 7.1, 9), ("q", 7.1, 6)),
    "tert-butyl alcohol": (("s", 0.0, 9),),
    "tetrahydrofuran": (("m", 0.0, 4), ("m", 0.0, 4)),
    "toluene": (("s", 0.0, 3), ("m", 0.0, 3), ("m", 0.0, 2)),
    "n-hexane": (("t", 7.0, 6), ("m", 0.0, 8)),
    "n-pentane": (("t", 7.0, 6), ("m", 0.0, 6)),
    "silicone grease": (("s", 0.0, 6),),
    "BHT": (("s", 0.0, 2), ("s", 0.0, 3), ("s", 0.0, 18)),
    "pyridine": (("m", 0.0, 2), ("m", 0.0, 2), ("m", 0.0, 1)),
}
_SHIFTS: dict[str, dict[str, tuple[float, ...]]] = {
    "CDCl3": {
        "acetic acid": (2.10,), "acetone": (2.17,), "acetonitrile": (2.10,), "benzene": (7.36,),
        "cyclohexane": (1.43,), "1,2-dichloroethane": (3.73,), "dichloromethane": (5.30,),
        "diethyl ether": (1.21, 3.48), "DMF": (8.02, 2.96, 2.88), "DMSO": (2.62,),
        "1,4-dioxane": (3.71,), "ethanol": (1.25, 3.72), "ethyl acetate": (2.05, 4.12, 1.26),
        "methanol": (3.49,), "2-propanol": (1.22, 4.04), "triethylamine": (1.03, 2.53),
        "tert-butyl alcohol": (1.28,),
        "tetrahydrofuran": (1.85, 3.76), "toluene": (2.36, 7.17, 7.25), "n-hexane": (0.88, 1.26),
        "n-pentane": (0.88, 1.27), "silicone grease": (0.07,), "BHT": (6.98, 2.27, 1.43),
        "pyridine": (8.62, 7.29, 7.68),
    },
    "acetone-d6": {
        "acetic acid": (1.96,), "acetonitrile": (2.05,), "benzene": (7.36,),
        "chloroform": (8.02,), "cyclohexane": (1.43,), "1,2-dichloroethane": (3.87,),
        "dichloromethane": (5.63,), "diethyl ether": (1.11, 3.41), "DMF": (7.96, 2.94, 2.78),
        "DMSO": (2.52,), "1,4-dioxane": (3.59,), "ethanol": (1.12, 3.57),
        "ethyl acetate": (1.97, 4.05, 1.20), "methanol": (3.31,), "2-propanol": (1.10, 3.90),
        "triethylamine": (0.96, 2.45), "tert-butyl alcohol": (1.18,),
        "tetrahydrofuran": (1.79, 3.63), "n-hexane": (0.88, 1.28), "n-pentane": (0.88, 1.27),
        "silicone grease": (0.13,), "BHT": (6.96, 2.22, 1.41), "pyridine": (8.58, 7.35, 7.76),
    },
    "DMSO-d6": {
        "acetic acid": (1.91,), "acetone": (2.09,), "acetonitrile": (2.07,), "benzene": (7.37,),
        "chloroform": (8.32,), "cyclohexane": (1.40,), "1,2-dichloroethane": (3.90,),
        "dichloromethane": (5.76,), "diethyl ether": (1.09, 3.38), "DMF": (7.95, 2.89, 2.73),
        "1,4-dioxane": (3.57,), "ethanol": (1.06, 3.44), "ethyl acetate": (1.99, 4.03, 1.17),
        "methanol": (3.16,), "2-propanol": (1.04, 3.78), "triethylamine": (0.93, 2.43),
        "tert-butyl alcohol": (1.11,),
        "tetrahydrofuran": (1.76, 3.60), "toluene": (2.30, 7.18, 7.25), "n-hexane": (0.86, 1.25),
        "n-pentane": (0.86, 1.27), "silicone grease": (-0.06,), "BHT": (6.87, 2.18, 1.36),
        "pyridine": (8.58, 7.39, 7.79),
    },
    "C6D6": {
        "acetic acid": (1.55,), "acetone": (1.55,), "acetonitrile": (1.55,),
        "chloroform": (6.15,), "cyclohexane": (1.40,), "1,2-dichloroethane": (2.90,),
        "dichloromethane": (4.27,), "diethyl ether": (1.11, 3.26), "DMF": (7.63, 2.36, 1.86),
        "DMSO": (1.68,), "1,4-dioxane": (3.35,), "ethanol": (0.96, 3.34),
        "ethyl acetate": (1.65, 3.89, 0.92), "methanol": (3.07,), "2-propanol": (0.95, 3.67),
        "triethylamine": (0.96, 2.40), "tert-butyl alcohol": (1.05,),
        "tetrahydrofuran": (1.40, 3.57), "toluene": (2.11, 7.02, 7.13), "n-hexane": (0.89, 1.24),
        "n-pentane": (0.87, 1.23), "silicone grease": (0.29,), "BHT": (7.05, 2.24, 1.38),
        "pyridine": (8.53, 6.66, 6.98),
    },
    "CD3CN": {
        "acetic acid": (1.96,), "acetone": (2.08,), "benzene": (7.37,), "chloroform": (7.58,),
        "cyclohexane": (1.44,), "1,2-dichloroethane": (3.81,), "dichloromethane": (5.44,),
        "diethyl ether": (1.12, 3.42), "DMF": (7.92, 2.89, 2.77), "DMSO": (2.50,),
        "1,4-dioxane": (3.60,), "ethanol": (1.12, 3.54), "ethyl acetate": (1.97, 4.06, 1.20),
        "methanol": (3.28,), "2-propanol": (1.09, 3.87), "triethylamine": (0.96, 2.45),
        "tert-butyl alcohol": (1.16,),
        "tetrahydrofuran": (1.80, 3.64), "n-hexane": (0.89, 1.28), "n-pentane": (0.89, 1.29),
        "silicone grease": (0.08,), "BHT": (6.97, 2.22, 1.39), "pyridine": (8.57, 7.33, 7.73),
    },
    "CD3OD": {
        "acetic acid": (1.99,), "acetone": (2.15,), "acetonitrile": (2.03,), "benzene": (7.33,),
        "chloroform": (7.90,), "cyclohexane": (1.45,), "1,2-dichloroethane": (3.78,),
        "dichloromethane": (5.49,), "diethyl ether": (1.18, 3.49), "DMF": (7.97, 2.99, 2.86),
        "DMSO": (2.65,), "1,4-dioxane": (3.66,), "ethanol": (1.19, 3.60),
        "ethyl acetate": (2.01, 4.09, 1.24), "2-propanol": (1.50, 3.92),
        "triethylamine": (1.05, 2.58), "tert-butyl alcohol": (1.40,),
        "tetrahydrofuran": (1.87, 3.71), "n-hexane": (0.90, 1.29), "n-pentane": (0.90, 1.29),
        "silicone grease": (0.10,), "BHT": (6.92, 2.21, 1.40), "pyridine": (8.53, 7.44, 7.85),
    },
    "D2O": {
        "acetic acid": (2.08,), "acetone": (2.22,), "acetonitrile": (2.06,),
        "diethyl ether": (1.17, 3.56), "DMF": (7.92, 3.01, 2.85), "DMSO": (2.71,),
        "1,4-dioxane": (3.75,), "ethanol": (1.17, 3.65), "ethyl acetate": (2.07, 4.14, 1.24),
        "methanol": (3.34,), "2-propanol": (1.17, 4.02), "triethylamine": (0.99, 2.57),
        "tert-butyl alcohol": (1.24,),
        "tetrahydrofuran": (1.88, 3.74), "pyridine": (8.52, 7.45, 7.87),
    },
}  # fmt: skip
_CARBONS: dict[str, dict[str, tuple[float, ...]]] = {
    "CDCl3": {
        "acetone": (207.07, 30.92), "acetonitrile": (116.43, 1.89), "diethyl ether": (15.20, 65.91),
        "DMF": (162.62, 36.50, 31.45), "ethanol": (18.41, 58.28),
        "ethyl acetate": (21.04, 171.36, 60.49, 14.19), "2-propanol": (25.14, 64.50),
        "tetrahydrofuran": (25.62, 67.97), "toluene": (21.46, 137.89, 129.07, 128.26, 125.33),
        "triethylamine": (11.61, 46.25), "acetic acid": (175.99, 20.81),
    },
    "DMSO-d6": {
        "acetone": (206.31, 30.56), "acetonitrile": (117.91, 1.03), "diethyl ether": (15.12, 62.05),
        "DMF": (162.29, 35.73, 30.73), "ethanol": (18.51, 56.07),
        "ethyl acetate": (20.68, 170.31, 59.74, 14.40), "2-propanol": (25.43, 64.92),
        "tetrahydrofuran": (25.14, 67.03), "toluene": (20.99, 137.35, 128.88, 128.18, 125.29),
        "triethylamine": (11.74, 45.74),
    },
}  # fmt: skip


def table_of(nucleus: str, solvent: str) -> dict[str, tuple[ImpuritySignal, ...]]:
    """Return the impurities that are tabulated for a nucleus in a solvent, by name."""
    name = known_solvent(solvent) or ""
    if nucleus == "13C":
        carbons = _CARBONS.get(name, {})
        return {k: tuple(ImpuritySignal(p) for p in ppm) for k, ppm in carbons.items()}
    if nucleus != "1H":
        return {}
    return {
        key: tuple(
            ImpuritySignal(ppm, *signal) for ppm, signal in zip(shifts, _PROTONS[key], strict=True)
        )
        for key, shifts in _SHIFTS.get(name, {}).items()
    }


def found_impurities(
    multiplets: Sequence[Multiplet], nucleus: str, solvent: str, offset_ppm: float = 0.0
) -> tuple[Impurity, ...]:
    """Return the impurities whose signals are all there, those of several signals first.

    Parameters
    ----------
    multiplets : sequence of Multiplet
    nucleus, solvent : str
    offset_ppm : float, ppm
        How far the spectrum's solvent line is from where the table has it.
    """
    offered = []
    for name, signals in table_of(nucleus, solvent).items():
        found = _all_of(signals, multiplets, nucleus, offset_ppm)
        if found is not None:
            is_single = len(signals) == 1
            offered.append(Impurity(name, found, signals, is_single))
    return tuple(sorted(offered, key=lambda one: (one.is_single, one.name)))


def _all_of(
    signals: Sequence[ImpuritySignal],
    multiplets: Sequence[Multiplet],
    nucleus: str,
    offset_ppm: float,
) -> tuple[Multiplet, ...] | None:
    """Return one multiplet for each signal, their areas in ratio; None if one is missing."""
    found: list[Multiplet] = []
    for signal in signals:
        wanted = signal.ppm + offset_ppm
        near = [
            m
            for m in multiplets
            if abs(m.ppm - wanted) <= NEAR_PPM[nucleus]
            and m not in found
            and (nucleus != "1H" or _is_like(m, signal))
        ]
        if not near:
            return None
        found.append(min(near, key=lambda m: abs(m.ppm - wanted)))
    if nucleus == "1H" and len(signals) > 1:
        each = [abs(m.area) / s.nuclei for m, s in zip(found, signals, strict=True)]
        usual = median(each)
        if any(not usual / MOST_RATIO <= area <= usual * MOST_RATIO for area in each):
            return None
    return tuple(found)


def _is_like(one: Multiplet, signal: ImpuritySignal) -> bool:
    """Tell whether a multiplet has the pattern of a table's signal; of an "m" its place decides."""
    if signal.kind == "m":
        return one.kind != "s" or one.is_broad
    if one.kind != signal.kind:
        return False
    return not one.couplings or abs(one.couplings[0].hz - signal.coupling_hz) <= COUPLING_HZ
