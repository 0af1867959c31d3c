"""NMR data and its mathematics: immutable values and pure functions; no files, no Qt, no torch."""
