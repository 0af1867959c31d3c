"""The line shape that a spectrum's lines share, as a person is told: in Hz, and by which lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models.ground import Ground
from nmrquanv.models.lone_tops import field_of
from nmrquanv.models.refinement import NativeTrace
from nmrquanv.models.windows import narrow_width_points
from nmrquanv.progress import Report, silent_report, standing
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.field import Field
from nmrquanv.spectra.line_form import LineForm, measured_hz
from nmrquanv.spectra.picking import signs
from nmrquanv.spectra.reference_height import in_bands
from nmrquanv.spectra.spectrum import Spectrum

Array = NDArray[np.float64]

_SEEN_SIGMAS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class LineShape:
    """What a spectrum's lines share.

    Parameters
    ----------
    field : Field
        As it was learnt.
    teachers_ppm : (n,) float64, ppm
        The lines that it was learnt from, tallest first.
    form : LineForm or None
        A usual line in it; None where nothing was learnt.
    measured_hz : (3,) float64, Hz
        Widths of the tallest of these lines as the trace has them; NaN where that tells nothing.
    is_in_fits : bool
        Whether every line of a search is fitted with it.
    cleaning : Deconvolution or None
        The step that takes it out of the trace; None where it is not adopted, or learnt from too
        few lines.
    """

    field: Field
    teachers_ppm: Array
    form: LineForm | None
    measured_hz: Array
    is_in_fits: bool
    cleaning: Deconvolution | None


def line_shape(spectrum: Spectrum, report: Report = silent_report) -> LineShape:
    """Learn the line shape that a spectrum's lines share, as a search does.

    Parameters
    ----------
    spectrum : Spectrum
    report : Report
        May cancel.

    Notes
    -----
    Of lines of both signs those of the sign are taken that teach more.
    """
    paused = standing(report, 0)
    narrow = narrow_width_points(spectrum, paused)
    chosen = signs(spectrum, report=paused)
    learnt = []
    for sign in chosen:
        native = NativeTrace.of(spectrum, narrow, sign, paused)
        is_only = len(chosen) == 1
        ground = Ground.of(spectrum, native, is_only_sign=is_only, report=paused)
        learnt.append((ground, field_of(ground, in_bands(spectrum))))
    ground, field = max(learnt, key=lambda one: one[1].lines)
    return _told(spectrum, ground, field)


def _told(spectrum: Spectrum, ground: Ground, field: Field) -> LineShape:
    """Return what was learnt on a ground, in Hz and ppm."""
    native = ground.native
    if not field.lines:
        return LineShape(field, np.zeros(0), None, np.full(3, np.nan), False, None)
    trace = native.trace - native.level.value
    place = np.round(field.teachers).astype(np.int64)
    place = place[np.argsort(-trace[place])]
    point_hz = spectrum.axis.point_hz / native.factor
    form = LineForm.of(field.spread, field.width, point_hz)
    return LineShape(
        field,
        spectrum.axis.ppm(place / native.factor),
        form,
        measured_hz(trace, int(place[0]), _SEEN_SIGMAS * native.sigma, point_hz),
        ground.in_field(field) is not ground,
        _cleaning(field, form, point_hz) if spectrum.axis.has_hz else None,
    )


def _cleaning(field: Field, form: LineForm, point_hz: float) -> Deconvolution | None:
    if not (field.is_adopted and field.is_known):
        return None
    share = field.spread.share / field.spread.share.sum()
    return Deconvolution(
        float(form.width_hz[0]),
        field.width * point_hz,
        tuple((-field.spread.shift * point_hz).tolist()),
        tuple(share.tolist()),
        field.lines,
    )
