"""What a model's card says, as rich text: what it is, how good, and what it learned from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from nmrquanv.errors import FormatError
from nmrquanv.guarded import as_type
from nmrquanv.numbers import fixed

if TYPE_CHECKING:
    from nmrquanv.models.cards import ModelCard
    from nmrquanv.training.reviewed import Correction, RunExample

_MOST_LISTED = 200
"""Corrections of a kind that are written out; the card has all."""


def model_facts(card: ModelCard, parent: str, *, is_own: bool) -> str:
    """Return a card as rich text.

    Parameters
    ----------
    card : ModelCard
    parent : str
        What the model is called that it was made from; empty if it is not at hand.
    is_own : bool
        It is the user's, not shipped with the program.
    """
    rows = [
        ("Kind", f"{card.title} ({'your own' if is_own else 'shipped with the program'})"),
        ("Trained", f"{card.date or 'nobody knows when'}, by version {card.code_version}"),
        ("Made from", _parent(card, parent)),
        ("Identity", card.digest()),
    ]
    rows += [(name, value) for name, value in _training(card.training) if value]
    rows += _accuracy(card.metrics)
    table = "".join(
        f"<tr><td><b>{escape(name)}</b>&nbsp;&nbsp;</td><td>{escape(value)}</td></tr>"
        for name, value in rows
    )
    return f"<h3>{escape(card.name)}</h3><table cellspacing='3'>{table}</table>{_learned(card)}"


def _parent(card: ModelCard, parent: str) -> str:
    if card.parent is None:
        return "nothing: it was trained from the beginning"
    return parent or f"a model that is not in the library ({card.parent[:12]}…)"


def _training(training: dict[str, Any]) -> list[tuple[str, str]]:
    names = ("epochs", "seed", "spectra", "regions", "simulated_share")
    return [(n.replace("_", " ").capitalize(), str(training.get(n, ""))) for n in names]


def _accuracy(metrics: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what was measured of a retrained model, beside the one before."""
    told = metrics.get("retrained")
    if not isinstance(told, dict):
        return []
    rows = []
    for name, words in (("parent_held_out", "F1 before"), ("held_out", "F1 now")):
        part = told.get(name)
        value = part.get("f1") if isinstance(part, dict) else None
        if isinstance(value, float | int):
            rows.append((words, f"{fixed(value, 3)} on held-out regions"))
    return rows


def _learned(card: ModelCard) -> str:
    """Return the corrections that a model learned from, spectrum by spectrum."""
    from nmrquanv.training.reviewed import RunExample

    given = card.training.get("examples", [])
    try:
        examples = as_type(given, list[RunExample], "examples")
    except FormatError as error:
        return f"<p>What it learned from cannot be read: {escape(str(error))}</p>"
    if not examples:
        if card.parent is None:
            return ""
        return "<p>Its card does not list what it learned from: an older version made it.</p>"
    return "<h4>What it learned from</h4>" + "".join(map(_example, examples))


def _example(example: RunExample) -> str:
    regions = ", ".join(f"{fixed(max(r), 3)} to {fixed(min(r), 3)}" for r in example.regions)
    corrections, count = example.corrections, len(example.peaks)
    lines = [
        f"SHA-256 {escape(example.sha256 or 'not known')}",
        f"Reviewed: {regions} ppm, {count} peak{'' if count == 1 else 's'}",
        _listed("Added", corrections.added, lambda c: fixed(c.ppm, 4)),
        _listed("Moved", corrections.moved, _moved),
        _listed("Deleted", corrections.deleted, lambda c: fixed(c.ppm, 4)),
    ]
    return f"<p><b>{escape(example.name)}</b><br>{'<br>'.join(lines)}</p>"


def _listed(what: str, corrections: Iterable[Correction], say: Callable[[Correction], str]) -> str:
    told = [say(correction) for correction in corrections]
    if not told:
        return f"{what}: none"
    rest = f" … and {len(told) - _MOST_LISTED} more" if len(told) > _MOST_LISTED else ""
    return f"{what} ({len(told)}): {', '.join(told[:_MOST_LISTED])}{rest} ppm"


def _moved(correction: Correction) -> str:
    come = "" if correction.from_ppm is None else f"{fixed(correction.from_ppm, 4)} → "
    return f"{come}{fixed(correction.ppm, 4)}"
