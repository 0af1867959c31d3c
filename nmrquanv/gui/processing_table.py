"""The rows of the table of actions that are about recipes, the reference and the axis."""

from __future__ import annotations

from nmrquanv.gui.action_spec import ActionSpec

PROCESSING: dict[str, ActionSpec] = {
    "reference_offers": ActionSpec(
        "Re&ference by Solvent…", (), "", "Offer the lines of solvent, TMS or DSS to reference by"
    ),
    "save_recipe": ActionSpec(
        "Save Recip&e…", (), "", "Save the processing steps as a file, for other spectra"
    ),
    "load_recipe": ActionSpec(
        "L&oad Recipe…", (), "", "Process this spectrum by a recipe that was saved"
    ),
    "apply_recipe": ActionSpec(
        "&Use Recipe on Others…", (), "", "Process other open spectra by the recipe of this one"
    ),
    "axis_ppm": ActionSpec(
        "A&xis in ppm", (), "", "Number the axis by chemical shift", True, "axis_unit"
    ),
    "axis_hz": ActionSpec(
        "Axis in Hz", (), "", "Number the axis by frequency, from 0 ppm", True, "axis_unit"
    ),
    "axis_points": ActionSpec(
        "Axis in Points",
        (),
        "",
        "Number the axis by the points of the spectrum",
        True,
        "axis_unit",
    ),
}
