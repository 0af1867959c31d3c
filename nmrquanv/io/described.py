"""What is known of a data set, as JSON values: for ``info --json`` and for other programs."""

from __future__ import annotations

from typing import Any

from nmrquanv.io.outlines import Outline


def describe(data_set: Outline) -> dict[str, Any]:
    """Return the facts; None where the file says nothing."""
    axis, source, sample, fid = data_set.axis, data_set.source, data_set.sample, data_set.fid
    high, low = axis.limits_ppm
    return {
        "path": source.path,
        "vendor": source.format,
        "source": source.kind,
        "sources": list(data_set.sources),
        "sha256": source.sha256,
        "nucleus": sample.nucleus or None,
        "sf_mhz": axis.sf_mhz if axis.has_hz else None,
        "solvent": sample.solvent or None,
        "title": sample.title or None,
        "pulse_program": sample.pulse_program or None,
        "domain": "time" if fid else "frequency",
        "is_complex": data_set.is_complex,
        "points": axis.size,
        "sw_hz": axis.sw_hz if axis.has_hz else None,
        "high_ppm": high,
        "low_ppm": low,
        "group_delay_points": fid.group_delay_points if fid else None,
        "recipe": data_set.recipe.to_dict(),
        "notes": list(source.notes),
    }
