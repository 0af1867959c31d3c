"""A retrained model that waits for the user's decision, beside the one it was made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nmrquanv.models.cards import ModelCard


@dataclass(frozen=True, slots=True)
class Retrained:
    """A model that the user keeps or discards.

    Parameters
    ----------
    card_path : Path
        In the run folder, beside its weights.
    old, new : dict
        Metrics of the model before and after on the same held-out data.
    was_stopped : bool
        The user stopped it; these are the best weights until then.
    event : dict
        All that the run said in its result.
    """

    card_path: Path
    old: dict[str, Any]
    new: dict[str, Any]
    was_stopped: bool
    event: dict[str, Any]

    @property
    def is_uncorrected(self) -> bool:
        """Whether the list that both are judged on is the old model's own, corrected by nobody."""
        return bool(self.event.get("uncorrected"))

    @property
    def changes(self) -> tuple[dict[str, Any], ...]:
        """Places where the new model is right and the old one was not, and the other way round."""
        told = self.event.get("changes")
        return tuple(one for one in told or () if isinstance(one, dict))

    @property
    def is_worse(self) -> bool:
        """Whether the new model finds less than the old one did, where that can be told."""
        if self.is_uncorrected:
            return False
        old, new = self.old.get("f1"), self.new.get("f1")
        return old is not None and (new is None or new < old)

    @property
    def benchmark(self) -> dict[str, Any]:
        """What the run says of both models on the benchmark; empty where it says nothing."""
        return dict(self.event.get("benchmark") or {})

    @property
    def has_forgotten(self) -> bool:
        """Whether the new model is worse on the benchmark, by more than chance would explain."""
        return bool(self.benchmark) and self.benchmark["interval"][1] < 0

    def save(self, name: str) -> ModelCard:
        """Copy the model into the user's library under a name of the user's."""
        from nmrquanv.models.library import load_copy, save_user_model

        model = load_copy(self.card_path)
        return save_user_model(replace(model.card, name=name), model.network)
