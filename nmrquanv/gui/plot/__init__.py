"""The spectrum plot and its layers."""
