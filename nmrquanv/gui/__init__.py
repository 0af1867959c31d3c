"""Widgets and plots that only show and ask."""
