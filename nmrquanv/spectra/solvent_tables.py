"""Where residual solvent and water are expected, by nucleus and solvent: bands and patterns.

A band is an expectation from a table, not a finding: it says where a line may be the solvent's.
References in real files are off by up to 0.05 ppm, and the bands are wide enough for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SolventKind = Literal["solvent", "water"]


@dataclass(frozen=True, slots=True)
class SolventBand:
    """A stretch of chemical shift in which a line may be the solvent's or water's.

    Parameters
    ----------
    name : str
        What is written beside it: ``"CDCl3"`` or ``"water"``.
    kind : "solvent" | "water"
    ppm : float, ppm
        Tabulated position.
    half_width_ppm : float, ppm, > 0
        Holds the deuterium multiplet and the usual error of a reference.
    pattern : (int, float) or None
        Lines and coupling to deuterium (Hz) of the solvent's own multiplet; None of a single line.
    """

    name: str
    kind: SolventKind
    ppm: float
    half_width_ppm: float
    pattern: tuple[int, float] | None = None

    @property
    def high_ppm(self) -> float:
        """The band's left edge."""
        return self.ppm + self.half_width_ppm

    @property
    def low_ppm(self) -> float:
        """The band's right edge."""
        return self.ppm - self.half_width_ppm

    def tallest_ppm(self, sf_mhz: float) -> float:
        """Return where the tallest line of the pattern stands: of two, the left one, ppm."""
        if self.pattern is None or self.pattern[0] % 2:
            return self.ppm
        return self.ppm + 0.5 * self.pattern[1] / sf_mhz

    def holds(self, ppm: float) -> bool:
        """Tell whether a chemical shift lies in the band."""
        return abs(ppm - self.ppm) <= self.half_width_ppm


# G. R. Fulmer et al., Organometallics 2010, 29, 2176, tables 1 and 2; pyridine from the chart of
# Cambridge Isotope Laboratories, whose shifts of its lines UCLA has in its notes on NMR solvents
# (WebSpectra); so DMF, tetrachloroethane and the acids, whose OH, one line with their water, stands
# for it. Name: residual 1H, water in it, 13C (all ppm).
_TABLE: dict[str, tuple[tuple[float, ...], float | None, tuple[float, ...]]] = {
    "CDCl3": ((7.26,), 1.56, (77.16,)),
    "DMSO-d6": ((2.50,), 3.33, (39.52,)),
    "C6D6": ((7.16,), 0.40, (128.06,)),
    "CD3OD": ((3.31,), 4.87, (49.00,)),
    "acetone-d6": ((2.05,), 2.84, (29.84, 206.26)),
    "CD3CN": ((1.94,), 2.13, (1.32, 118.26)),
    "D2O": ((), 4.79, ()),
    "CD2Cl2": ((5.32,), 1.52, (53.84,)),
    "THF-d8": ((1.72, 3.58), 2.46, (25.31, 67.21)),
    "toluene-d8": ((2.08, 6.97, 7.01, 7.09), 0.43, (20.43, 125.13, 127.96, 128.87, 137.48)),
    "pyridine-d5": ((7.22, 7.58, 8.74), 4.96, (123.87, 135.91, 150.35)),
    "DMF-d7": ((2.75, 2.92, 8.03), 3.5, (29.76, 34.89, 163.15)),
    "CD3CO2D": ((2.04,), 11.5, (20.0, 178.99)),
    "TFA-d": ((), 11.5, (116.6, 164.2)),
    "C2D2Cl4": ((6.00,), None, (73.78,)),
}
_OTHER_NAMES = {
    "chloroform": "CDCl3",
    "cdcl": "CDCl3",
    "dmso": "DMSO-d6",
    "dimethylsulfoxide": "DMSO-d6",
    "benzene": "C6D6",
    "meod": "CD3OD",
    "methanol": "CD3OD",
    "acetone": "acetone-d6",
    "cd3cocd3": "acetone-d6",
    "acetonitrile": "CD3CN",
    "mecn": "CD3CN",
    "h2o": "D2O",
    "d2o": "D2O",
    "water": "D2O",
    "urine": "D2O",
    "plasma": "D2O",
    "dichloromethane": "CD2Cl2",
    "methylenechloride": "CD2Cl2",
    "thf": "THF-d8",
    "tetrahydrofuran": "THF-d8",
    "tol": "toluene-d8",
    "toluene": "toluene-d8",
    "pyr": "pyridine-d5",
    "pyridine": "pyridine-d5",
    "dmf": "DMF-d7",
    "dimethylformamide": "DMF-d7",
    "aceticacid": "CD3CO2D",
    "cd3cood": "CD3CO2D",
    "tfa": "TFA-d",
    "trifluoroaceticacid": "TFA-d",
    "cf3cood": "TFA-d",
    "tetrachloroethane": "C2D2Cl4",
    "1122tetrachloroethane": "C2D2Cl4",
    "cdcl2cdcl2": "C2D2Cl4",
    "tce": "C2D2Cl4",
}
_PROTON_HALF_WIDTH, _CARBON_HALF_WIDTH = 0.045, 0.9
# water moves with temperature, pH and concentration; bulk water is broad as well
_WATER_HALF_WIDTH, BULK_WATER_HALF_WIDTH = 0.10, 0.25
# Lines and J(H,D), J(C,D) of the solvent's own multiplets, band by band: Fulmer 2010, and Cambridge
# Isotopes' chart. D is a spin 1: one gives 1:1:1, two 1:2:3:2:1, three 1:3:6:7:6:3:1. The quartets
# of TFA are those of its 19F, 1:3:3:1; the triplet of C2D2Cl4 is 1J(C,H), 183 Hz, by 6.51.
_PATTERNS: dict[str, dict[str, tuple[tuple[int, float] | None, ...]]] = {
    "1H": {
        "DMSO-d6": ((5, 1.9),), "CD3OD": ((5, 1.65),), "acetone-d6": ((5, 2.2),),
        "CD3CN": ((5, 2.5),), "CD2Cl2": ((3, 1.1),), "toluene-d8": ((5, 2.3), None, None, None),
        "DMF-d7": ((5, 1.9), (5, 1.9), None), "CD3CO2D": ((5, 2.2),),
    },
    "13C": {
        "CDCl3": ((3, 32.0),), "DMSO-d6": ((7, 21.0),), "C6D6": ((3, 24.3),),
        "CD3OD": ((7, 21.4),), "acetone-d6": ((7, 19.4), None), "CD3CN": ((7, 21.0), None),
        "CD2Cl2": ((5, 27.2),), "THF-d8": ((5, 20.2), (5, 22.2)),
        "toluene-d8": ((7, 19.0), (3, 24.0), (3, 24.0), (3, 23.0), None),
        "pyridine-d5": ((3, 25.0), (3, 24.5), (3, 27.5)),
        "DMF-d7": ((7, 21.1), (7, 21.0), (3, 29.4)), "CD3CO2D": ((7, 20.0), None),
        "TFA-d": ((4, 283.0), (4, 44.0)), "C2D2Cl4": ((3, 28.0),),
    },
}  # fmt: skip
LINE_WEIGHTS = {3: (1, 1, 1), 4: (1, 3, 3, 1), 5: (1, 2, 3, 2, 1), 7: (1, 3, 6, 7, 6, 3, 1)}
"""Heights of a pattern's lines, by their number."""

PATTERN_REACH = {"1H": 0.15, "13C": 1.2}
"""How far a reference that nobody has set yet may be off, ppm."""


def known_solvent(text: str) -> str | None:
    """Return the table's name for what a file calls its solvent, None if it is not there."""
    word = "".join(ch for ch in text.lower() if ch.isalnum())
    for name in _TABLE:
        if word == "".join(ch for ch in name.lower() if ch.isalnum()):
            return name
    if word in _OTHER_NAMES:
        return _OTHER_NAMES[word]
    start = max((k for k in _OTHER_NAMES if word.startswith(k)), key=len, default=None)
    return _OTHER_NAMES[start] if start else None


def solvent_bands(nucleus: str, solvent: str) -> tuple[SolventBand, ...]:
    """Return where solvent and water are expected; empty for other nuclei or solvents.

    Parameters
    ----------
    nucleus : str
        ``"1H"`` and ``"13C"`` are in the table.
    solvent : str
        As the file writes it (``"DMSO"``, ``"MeOD"``, ``"CDCl3"``).
    """
    name = known_solvent(solvent)
    if name is None:
        return ()
    residual, water, carbon = _TABLE[name]
    if nucleus == "13C":
        return _bands(nucleus, name, carbon, _CARBON_HALF_WIDTH)
    if nucleus != "1H":
        return ()
    bands = list(_bands(nucleus, name, residual, _PROTON_HALF_WIDTH))
    if water is not None:
        width = BULK_WATER_HALF_WIDTH if name == "D2O" else _WATER_HALF_WIDTH
        bands.append(SolventBand("water", "water", water, width))
    return tuple(bands)


def _bands(
    nucleus: str, name: str, shifts: tuple[float, ...], half_width_ppm: float
) -> tuple[SolventBand, ...]:
    """Return the bands of a solvent's own lines."""
    patterns = _PATTERNS[nucleus].get(name, (None,) * len(shifts))
    return tuple(
        SolventBand(name, "solvent", ppm, half_width_ppm, pattern)
        for ppm, pattern in zip(shifts, patterns, strict=True)
    )


def solvents() -> tuple[str, ...]:
    """Return the solvents of the table, by name."""
    return tuple(_TABLE)
