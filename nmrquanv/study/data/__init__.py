"""The study's spectra, synthetic and real, and how right answers on them are."""
