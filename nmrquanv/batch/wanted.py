"""What a batch is asked for: how each data set is read, searched and written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from nmrquanv.finders import CLASSICAL, QUANV, Polarity
from nmrquanv.guarded import plain
from nmrquanv.io.peak_schema import NEWEST
from nmrquanv.io.text_form import TextForm
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.version import __version__


@dataclass(frozen=True, slots=True)
class Wanted:
    """How data sets are read, searched and written; the same for all of a batch.

    Parameters
    ----------
    model : str
        See :func:`nmrquanv.models.finder.find_peaks`.
    region : (high_ppm, low_ppm) or None
    polarity : "auto" | "positive" | "negative" | "both"
    thresholds : Thresholds
        Said for this batch; go before all others.
    usual : Thresholds
        The user's settings; a document file's own thresholds go before them.
    asks_documents : bool
        Whether document files are asked for theirs.
    recipe : Recipe or None
        None processes each as a new window does.
    source, sf_mhz, nucleus, text : str, float (MHz), str, TextForm or None
        See :func:`nmrquanv.io.read`.
    form : str
        Name of a row in :data:`nmrquanv.io.tables.formats.FORMATS`.
    schema : int
        Version of our own form, for JSON and CSV.
    is_forced : bool
        See :func:`nmrquanv.io.tables.formats.write_peaks`.
    """

    model: str = QUANV
    region: PpmRange | None = None
    polarity: Polarity = "auto"
    thresholds: Thresholds = field(default_factory=Thresholds)
    usual: Thresholds = field(default_factory=Thresholds)
    asks_documents: bool = True
    recipe: Recipe | None = None
    source: str | None = None
    sf_mhz: float | None = None
    nucleus: str | None = None
    text: TextForm | None = None
    form: str = "json"
    schema: int = NEWEST
    is_forced: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return all that decides a result, as JSON values."""
        values: dict[str, Any] = plain(asdict(self))
        del values["is_forced"]
        values["recipe"] = self.recipe.to_dict() if self.recipe is not None else None
        return values

    def digest(self, card_sha256: str | None) -> str:
        """Return the identity of what is asked for: equal means equal results from equal data.

        Parameters
        ----------
        card_sha256 : str or None
            Of the model.
        """
        values = [self.to_dict(), card_sha256, __version__]
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def card_of(model: str) -> str | None:
    """Return the identity of a model; None of the classical finder, which has no card.

    Raises
    ------
    ModelError
        No such model, or its card is damaged.
    """
    if model == CLASSICAL:
        return None
    from nmrquanv.models.cards import read_card
    from nmrquanv.models.library import find_card

    return read_card(find_card(model)).digest()
