"""Bruker's ``peaklist.xml``, as TopSpin 3 and 4 write it beside a processed spectrum.

Its positions stand half a point of the spectrum below the line (lower in ppm), and its intensities
are centimetres on a plot whose tallest line is 15 high. TopSpin's own lists of three spectra agree
with ours to a hundredth of a point then.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePath
from typing import get_args
from xml.etree import ElementTree as ET

from nmrquanv.errors import LackingError
from nmrquanv.io.files import decode
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.cells import PROGRAM, plain, point_ppm
from nmrquanv.io.tables.listed import Listed
from nmrquanv.numbers import fixed
from nmrquanv.spectra.facts import SpectrumFacts
from nmrquanv.spectra.peak import PeakClass, PeakKind
from nmrquanv.spectra.peaks import Peak

CY_CM = 15.0
"""Height of the tallest peak on TopSpin's plot, where ``procs`` says nothing else."""


def content(export: PeakExport) -> bytes:
    """Return the XML.

    Raises
    ------
    LackingError
        Nothing is known of the spectrum's points, from which the positions count.
    """
    facts = export.spectrum
    point = point_ppm(facts)
    if point is None:
        raise LackingError(
            "a Bruker peak list counts from the points of its spectrum, which are not known here: "
            "find the peaks of the spectrum again, or choose another format"
        )
    root = ET.Element("PeakList")
    peaks = ET.SubElement(root, "PeakList1D")
    header = ET.SubElement(peaks, "PeakList1DHeader", _names(facts))
    ET.SubElement(header, "PeakPickDetails").text = _details(export)
    tallest = export.peaks.tallest() or 1.0
    for peak in export.peaks:
        known = {"F1": fixed(peak.ppm - 0.5 * point, 6)}
        if words := _annotation(peak):
            known["annotation"] = words
        known |= {"intensity": f"{peak.height / tallest * CY_CM:e}", "type": "0"}
        ET.SubElement(peaks, "Peak1D", known)
    ET.indent(root)
    text: bytes = ET.tostring(root, "UTF-8", xml_declaration=True)
    return text + b"\n"


def _annotation(peak: Peak) -> str:
    """Return the label and what a peak that is no plain line of a signal is, in brackets then."""
    label, said = plain(peak.label), " ".join(peak.said())
    return f"{label} [{said}]" if label and said else label or said


def _told(annotation: str) -> dict[str, object]:
    """Return class, kind and label of an annotation, which may be another program's."""
    found = _SAID.fullmatch(annotation)
    if found is None:
        return {"label": annotation}
    kind = found["kind"] or found["alone"] or "line"
    return {
        "label": found["label"] or "",
        "class": found["class"] or "signal",
        "kind": kind,
        "least_lines": 2 if kind == "unresolved" else 1,
    }


def _names(facts: SpectrumFacts) -> dict[str, str]:
    """Return the header's attributes: the data set by the parts of its path."""
    parts = PurePath(facts.path or "").parts
    names = [part.lower() for part in parts]
    if "pdata" in names:
        parts = parts[: names.index("pdata")]
    is_bruker = facts.format == "Bruker" and len(parts) > 1 and parts[-1].isdigit()
    *above, name, number = parts if is_bruker else ("", PurePath(facts.path or "").name, "1")
    source = facts.source or ""
    return {
        "creator": PROGRAM,
        "date": datetime.now().astimezone().isoformat(timespec="milliseconds"),
        "expNo": number,
        "name": plain(name),
        "owner": "",
        "procNo": source if source.isdigit() else "1",
        "source": plain(str(PurePath(*above))) if is_bruker else "",
    }


def _details(export: PeakExport) -> str:
    """Return range and least height as TopSpin tells them; MAXI and PC are its usual values."""
    least = export.peaks.provenance.settings.get("min_height")
    least_cm = CY_CM * least if isinstance(least, float) else 0.0
    ends = enumerate((export.spectrum.high_ppm, export.spectrum.low_ppm), start=1)
    told = [f"F{number}={fixed(end, 6)}ppm" for number, end in ends if end is not None]
    return ", ".join((*told, f"MI={fixed(least_cm, 2)}cm", "MAXI=10000.00cm", "PC=1.000"))


def read(data: bytes) -> Listed:
    """Return the peaks as they stand in the file; heights in centimetres.

    The half point is not taken off here: it takes the spectrum to know it.
    """
    text = decode(data)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it declares entities, which no peak list needs")
    root = ET.fromstring(text)
    if root.tag != "PeakList":
        raise ValueError(f"its root is '{plain(root.tag)[:40]}', not 'PeakList'")
    rows = [
        {
            "ppm": peak.attrib["F1"],
            "height": peak.attrib["intensity"],
            **_told(peak.get("annotation", "")),
        }
        for peak in root.iter("Peak1D")
    ]
    header = root.find("PeakList1D/PeakList1DHeader")
    creator = "" if header is None else plain(header.get("creator", ""))
    return Listed(rows, finder="imported", program=creator)


_USUAL = {"signal", "line"}
_CLASS, _KIND = ("|".join(set(get_args(each)) - _USUAL) for each in (PeakClass, PeakKind))
_BOTH = rf"(?:(?P<class>{_CLASS})(?: (?P<kind>{_KIND}))?|(?P<alone>{_KIND}))"
_SAID = re.compile(rf"(?:(?P<label>.+) \[)?{_BOTH}(?(label)\])")
"""What we write of a peak: its class and its kind, where they are not the usual ones."""
