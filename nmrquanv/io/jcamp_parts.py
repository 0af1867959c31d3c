"""What spectra and FIDs of JCAMP-DX have in common: tables, X, and what does not fit."""

from __future__ import annotations

from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_parameters import Parameters
from nmrquanv.io.files import one_line
from nmrquanv.io.jcamp_blocks import MAX_POINTS, Block, finite
from nmrquanv.io.plausible import acquisition_notes, reference_notes, unequal_notes
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample


def tables_of(path: Path, block: Block) -> tuple[dict[str, str], int, dict[str, float]]:
    """Return the tables by symbol, how many numbers each has, and their factors."""
    if "DATATABLE" in block.labels:
        tables: dict[str, str] = {}
        for table in block.labels["DATATABLE"]:
            head = table.split("\n", 1)[0].upper().replace(" ", "")
            symbol = "I" if "(I..I)" in head else "R" if "(R..R)" in head else ""
            if symbol:
                tables.setdefault(symbol, table)
        count = finite(block.column("VARDIM").get("R", ""))
        factors = {s: finite(block.column("FACTOR").get(s, "")) or 1.0 for s in "RI"}
    else:
        tables = {"R": block.labels["XYDATA"][0]} if "XYDATA" in block.labels else {}
        count, factors = block.number("NPOINTS"), {"R": block.number("YFACTOR") or 1.0}
    if not tables:
        _refuse_pairs(path, block)
    if "R" not in tables or count is None:
        raise FormatError(
            f"{path}: holds no table of real numbers with their count (NPOINTS): the file is "
            "damaged"
        )
    if not (2 <= count <= MAX_POINTS and count == int(count)):
        raise FormatError(f"{path}: {count:g} points are no size of a spectrum")
    return tables, int(count), factors


def _refuse_pairs(path: Path, block: Block) -> None:
    """Refuse a block that has pairs of numbers where a spectrum has a table."""
    if "PEAKTABLE" in block.labels:
        raise FormatError(
            f"{path}: a list of peaks (PEAK TABLE), no spectrum: open the spectrum, then import it"
        )
    if "XYPOINTS" in block.labels:
        raise FormatError(
            f"{path}: its points are pairs (XYPOINTS), which are not read: export it with equal "
            "steps (XYDATA), or ppm and intensity as CSV"
        )


def x_of(block: Block) -> tuple[float | None, float | None, str]:
    """Return first and last X and their unit, in capitals."""
    if "DATATABLE" in block.labels:
        first, last = (finite(block.column(label).get("X", "")) for label in ("FIRST", "LAST"))
        return first, last, block.column("UNITS").get("X", "").upper()
    return block.number("FIRSTX"), block.number("LASTX"), block.text("XUNITS").upper()


def doubts(block: Block, parameters: Parameters, axis: Axis, steps: float) -> list[str]:
    """Return what of labels, parameters and axis does not fit.

    Parameters
    ----------
    steps : float
        Complex points from the first to the last X: half of those of a FID of real numbers.
    """
    first, last, unit = x_of(block)
    notes = acquisition_notes(parameters)
    if not axis.has_hz:
        return notes
    notes += reference_notes(axis.sf_mhz, parameters)
    observed = block.number(".OBSERVEFREQUENCY")
    notes += unequal_notes((".OBSERVE FREQUENCY", observed), ("the axis's", axis.sf_mhz), "MHz")
    if first is None or last is None or first == last:
        return notes
    if parameters.is_number("SW_p") and "SEC" not in unit:
        whole_hz = parameters.number("SW_p")
        notes += unequal_notes(("SW_p", whole_hz), ("the axis's", axis.sw_hz), "Hz")
    if "SEC" in unit:
        reach = steps / abs(first - last)
    else:
        reach = abs(first - last) * (steps + 1) / steps * (axis.sf_mhz if "PPM" in unit else 1.0)
    return notes + unequal_notes(("the width of X", reach), ("the axis's", axis.sw_hz), "Hz")


def sample_of_block(block: Block, parameters: Parameters) -> Sample:
    """Return what the labels say of the experiment."""
    nucleus = parameters.text("NUC1") or block.text(".OBSERVENUCLEUS").lstrip("^")
    solvent = parameters.text("SOLVENT") or block.text(".SOLVENTNAME")
    return Sample(
        one_line(nucleus), one_line(solvent), block.text("TITLE"), parameters.text("PULPROG")
    )
