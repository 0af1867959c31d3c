"""Measuring the finders: ``nmrquanv bench``."""
