"""The paper's claims, put to the test: ``nmrquanv study``."""
