"""Measurements of the finders on spectra whose lines are known."""
