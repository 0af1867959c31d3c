"""Measurements: the paper's claims (``nmrquanv study``), and the finders on spectra whose lines are
known (``nmrquanv bench``).
"""
