"""A recipe: the ordered, editable steps from a FID (or a stored spectrum) to a spectrum.

Steps are frozen dataclasses that hold parameters only; the mathematics is in
``processing.py``. A recipe never changes its input: ``apply`` returns a new spectrum.
"""

from __future__ import annotations
