"""Peak finders. Empty on purpose: cards load without torch."""
