"""Shifts of common impurities of NMR samples, by nucleus and solvent."""

from __future__ import annotations

from dataclasses import dataclass

from nmrquanv.spectra.solvent_tables import known_solvent


@dataclass(frozen=True, slots=True)
class ImpuritySignal:
    """One signal of an impurity: shift, class, coupling (0 for a singlet), nuclei."""

    ppm: float
    kind: str = "s"
    coupling_hz: float = 0.0
    nuclei: int = 1


# Shifts: G. R. Fulmer et al., Organometallics 2010, 29, 2176, tables 1 and 2, and H. E. Gottlieb,
# V. Kotlyar, A. Nudelman, J. Org. Chem. 1997, 62, 7512; BHT and pentane from the latter. Compared,
# row by row, with two copies that others have typed: Sigma-Aldrich's chart of the 1997 tables, and
# the tables of 2010 in nmr-processing (cheminfo). Each signal's class, coupling (Hz), nuclei; the
# class of an "m" is not looked at; what exchanges (OH, NH) is left out.
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
    "tert-butyl methyl ether": (("s", 0.0, 3), ("s", 0.0, 9)),
    "1,2-dimethoxyethane": (("s", 0.0, 6), ("s", 0.0, 4)),
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
        "tert-butyl methyl ether": (3.22, 1.19), "1,2-dimethoxyethane": (3.40, 3.55),
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
        "tert-butyl methyl ether": (3.13, 1.13), "1,2-dimethoxyethane": (3.28, 3.46),
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
        "tert-butyl methyl ether": (3.08, 1.11), "1,2-dimethoxyethane": (3.24, 3.43),
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
        "tert-butyl methyl ether": (3.04, 1.07), "1,2-dimethoxyethane": (3.12, 3.33),
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
        "tert-butyl methyl ether": (3.13, 1.14), "1,2-dimethoxyethane": (3.28, 3.45),
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
        "tert-butyl methyl ether": (3.20, 1.15), "1,2-dimethoxyethane": (3.35, 3.52),
    },
    "D2O": {
        "acetic acid": (2.08,), "acetone": (2.22,), "acetonitrile": (2.06,),
        "diethyl ether": (1.17, 3.56), "DMF": (7.92, 3.01, 2.85), "DMSO": (2.71,),
        "1,4-dioxane": (3.75,), "ethanol": (1.17, 3.65), "ethyl acetate": (2.07, 4.14, 1.24),
        "methanol": (3.34,), "2-propanol": (1.17, 4.02), "triethylamine": (0.99, 2.57),
        "tert-butyl alcohol": (1.24,),
        "tetrahydrofuran": (1.88, 3.74), "pyridine": (8.52, 7.45, 7.87),
        "tert-butyl methyl ether": (3.22, 1.21), "1,2-dimethoxyethane": (3.37, 3.60),
    },
}  # fmt: skip
_CARBONS: dict[str, dict[str, tuple[float, ...]]] = {
    "CDCl3": {
        "acetone": (207.07, 30.92), "acetonitrile": (116.43, 1.89), "diethyl ether": (15.20, 65.91),
        "DMF": (162.62, 36.50, 31.45), "ethanol": (18.41, 58.28),
        "ethyl acetate": (21.04, 171.36, 60.49, 14.19), "2-propanol": (25.14, 64.50),
        "tetrahydrofuran": (25.62, 67.97), "toluene": (21.46, 137.89, 129.07, 128.26, 125.33),
        "triethylamine": (11.61, 46.25), "acetic acid": (175.99, 20.81),
        "tert-butyl alcohol": (69.15, 31.25), "n-hexane": (14.14, 22.70, 31.64),
        "n-pentane": (14.08, 22.38, 34.16), "pyridine": (149.90, 123.75, 135.96),
        "hydrocarbon grease": (29.71,), "silicone grease": (1.19,), "methanol": (50.41,),
        "dichloromethane": (53.52,), "1,2-dichloroethane": (43.50,), "benzene": (128.37,),
        "cyclohexane": (26.94,), "1,4-dioxane": (67.14,),
    },
    "DMSO-d6": {
        "acetone": (206.31, 30.56), "acetonitrile": (117.91, 1.03), "diethyl ether": (15.12, 62.05),
        "DMF": (162.29, 35.73, 30.73), "ethanol": (18.51, 56.07),
        "ethyl acetate": (20.68, 170.31, 59.74, 14.40), "2-propanol": (25.43, 64.92),
        "tetrahydrofuran": (25.14, 67.03), "toluene": (20.99, 137.35, 128.88, 128.18, 125.29),
        "triethylamine": (11.74, 45.74), "tert-butyl alcohol": (66.88, 30.38),
        "n-hexane": (13.88, 22.05, 30.95), "n-pentane": (13.28, 21.70, 33.48),
        "pyridine": (149.58, 123.84, 136.05), "methanol": (48.59,), "dichloromethane": (54.84,),
        "1,2-dichloroethane": (45.02,), "benzene": (128.30,), "cyclohexane": (26.33,),
        "1,4-dioxane": (66.36,), "chloroform": (79.16,),
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
