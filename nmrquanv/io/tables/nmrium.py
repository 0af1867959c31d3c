"""NMRium's archive (``.nmrium.zip``): the spectrum with its peaks, as NMRium 1 saves its state.

The archive is a zip with a ``.mimetype`` first, the state as JSON and an index of its members. No
file of the original data set is in it: the spectrum is, as it was searched.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import LackingError
from nmrquanv.guarded import parse_json, require_readable
from nmrquanv.guarded_arrays import read_members
from nmrquanv.io.nmrium import MAX_BYTES
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.cells import PROGRAM, provenance_lines, rounded_rows
from nmrquanv.io.tables.listed import Listed
from nmrquanv.spectra.facts import SpectrumFacts
from nmrquanv.spectra.spectrum import Spectrum

STATE_VERSION = 14
"""Of the state's form; NMRium brings older ones up to date and refuses newer ones."""

_DECIMALS_PPM = 8
"""A hundredth of a point in the longest spectra."""

_WIDTHS = 2.0
"""A peak reaches over so many of its full widths in NMRium's table."""


def content(export: PeakExport) -> bytes:
    """Return the archive.

    Raises
    ------
    LackingError
        The spectrum itself is not at hand, or nucleus or frequency are not known.
    ExportError
        It has so many points that the archive could not be read again.
    """
    if export.data is None:
        raise LackingError(
            "an archive of NMRium holds the spectrum, which is not at hand here: find the peaks "
            "of the spectrum again, or choose another format"
        )
    if not export.spectrum.nucleus or not export.data.axis.has_hz:
        raise LackingError(
            "NMRium counts in Hz of a nucleus, and nucleus or MHz are not known here: open the "
            "data with nucleus and MHz, or choose another format"
        )
    state = json.dumps(_state(export, export.data), allow_nan=False)
    what = f"not written: the state of {export.data.axis.size} points"
    require_readable(len(state), MAX_BYTES, what, "choose another format, such as CSV")
    members = {
        "META-INF/NMRIUM_ARCHIVE": "",
        "META-INF/VERSION": "1",
        "state.json": state,
        "index.txt": "",
    }
    members["index.json"] = json.dumps(_index(list(members)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(".mimetype", "chemical/x-nmrium+zip", zipfile.ZIP_STORED)
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _index(names: list[str]) -> dict[str, Any]:
    """Return the archive's list of its members."""
    every = {"filter": {"ignoreDotfiles": False}}
    paths = {str(uuid.uuid5(uuid.NAMESPACE_URL, name)): name for name in names}
    sources = [
        {"uuid": key, "extra": True, "baseURL": "ium:/", "relativePath": name, "options": every}
        for key, name in paths.items()
    ]
    return {"version": 2, "options": every, "sources": sources, "paths": paths}


def _state(export: PeakExport, spectrum: Spectrum) -> dict[str, Any]:
    """Return NMRium's state: one spectrum, low ppm first as it keeps them."""
    facts = export.spectrum
    parts: dict[str, Any] = {
        "x": np.round(spectrum.axis.all_ppm()[::-1], _DECIMALS_PPM).tolist(),
        "re": _short(spectrum.trace[::-1]),
        "im": _short(spectrum.data.imag[::-1]) if spectrum.is_complex else None,
    }
    info = {
        "nucleus": facts.nucleus,
        "isFid": False,
        "isFt": True,
        "isComplex": spectrum.is_complex,
        "dimension": 1,
        "name": facts.title or "",
        "solvent": facts.solvent or "",
        "originFrequency": spectrum.axis.sf_mhz,
        "baseFrequency": spectrum.axis.sf_mhz,
        "numberOfPoints": spectrum.axis.size,
    }
    shown = {
        "id": str(uuid.uuid4()),
        "data": parts,
        "info": info,
        "meta": dict(provenance_lines(export.peaks, facts)),
        "customInfo": {"program": PROGRAM},
        "filters": [],
        "peaks": {"values": _peaks(export), "options": {}},
    }
    data = {"spectra": [shown], "molecules": [], "correlations": {}, "actionType": ""}
    return {"version": STATE_VERSION, "plugins": {}, "data": data}


def _short(values: NDArray[np.float64]) -> list[float]:
    """Return intensities to nine digits: no spectrometer knows more."""
    return [float(f"{value:.9g}") for value in values.tolist()]


def _peaks(export: PeakExport) -> list[dict[str, Any]]:
    """Return the peaks as NMRium keeps them: widths in Hz, shifts in ppm."""
    return [
        {
            "id": row["id"],
            "x": row["ppm"],
            "originalX": row["ppm"],
            "y": row["height"],
            "width": _WIDTHS * (row["fwhm_hz"] or 0.0),
            "kind": "solvent" if row["class"] in ("solvent", "water") else "signal",
            "shape": {"kind": "lorentzian", "fwhm": row["fwhm_hz"] or 0.0},
        }
        for row in rounded_rows(export.peaks, export.spectrum)
    ]


def _state_in(data: bytes) -> bytes:
    """Return the state of a file that is an archive, or the state itself."""
    if not data.startswith(b"PK"):
        return data
    members = read_members(data, "the archive")
    if "state.json" not in members:
        raise ValueError("it holds no state of NMRium")
    return members["state.json"]


def read(data: bytes) -> Listed:
    """Return the peaks of the first spectrum of an archive, or of a state (``.nmrium``) alone."""
    state = parse_json(_state_in(data), dict[str, Any], "state.json")
    spectra = (state.get("data") or state)["spectra"]
    spectra = [one for one in spectra if not one["info"].get("isFid")]
    if not spectra:
        raise ValueError("it holds no spectrum")
    info = spectra[0]["info"]
    rows = [
        {
            "ppm": peak["x"],
            "height": peak["y"],
            "fwhm_hz": (peak.get("shape") or {}).get("fwhm") or None,
            "class": "solvent" if peak.get("kind") == "solvent" else "signal",
        }
        for peak in (spectra[0].get("peaks") or {}).get("values") or ()
    ]
    if not rows:
        raise ValueError("it holds a spectrum without peaks")
    mhz = info.get("originFrequency") or info.get("baseFrequency")
    facts = SpectrumFacts(
        nucleus=info.get("nucleus") or None,
        solvent=info.get("solvent") or None,
        title=info.get("name") or None,
        sf_mhz=None if mhz is None else float(mhz),
    )
    return Listed(rows, facts, program="NMRium")
