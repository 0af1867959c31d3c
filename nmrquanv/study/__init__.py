"""Measurements: the paper's claims (``nmrquanv study``) and the finders (``nmrquanv bench``)."""
