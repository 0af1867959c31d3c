"""Refine lines on the spectrum's own trace: position, height, width, area and their errors.

Neighbouring lines form groups (``groups.py``); each group is a sum of pseudo-Voigt lines on a
straight local baseline, fitted by Levenberg-Marquardt with the analytic Jacobian
(``least_squares.py``). Groups of equal size are fitted as one batch, which makes hundreds of lines
a matter of tenths of a second.

What it does not do: decide whether a line is real. It reports what the data say of each.
"""

from nmrquanv.spectra.fitting.lines import FittedLines, fit_lines

__all__ = ["FittedLines", "fit_lines"]
