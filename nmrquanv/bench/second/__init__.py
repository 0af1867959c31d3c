"""A second simulator, whose kinds no model is trained on; it shares no code with the first."""
