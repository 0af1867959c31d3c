"""Circuits as only the study needs them: noisy, on devices, with gates left out, entangling."""
