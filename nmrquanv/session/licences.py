"""The licences of the packages that are shipped with the program, as the About box shows them."""

from __future__ import annotations

from nmrquanv.paths import resource


def licences() -> str:
    """Return the text of ``resources/licences.txt``."""
    return resource("licences.txt").read_text(encoding="utf-8")
