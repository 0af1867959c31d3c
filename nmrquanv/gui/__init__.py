"""Widgets and plots that only show and ask."""

from nmrquanv.gui.source_reading import read_no_sources

read_no_sources()
