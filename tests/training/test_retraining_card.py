"""What a retrained model's card tells of its training: enough to look it over and make it again."""

from __future__ import annotations

import json
from dataclasses import asdict

from nmrquanv.guarded import as_type, plain
from nmrquanv.models.cards import ModelCard, new_card
from nmrquanv.training.retraining import _candidate_card
from nmrquanv.training.reviewed import (
    Correction,
    Reviewed,
    Run,
    RunCorrections,
    RunExample,
    RunPeak,
    Split,
)


def test_the_card_holds_the_whole_run() -> None:
    corrections = RunCorrections((Correction(4.0),), (Correction(5.05, 5.0),), (Correction(3.0),))
    peaks = (RunPeak(5.05, 1.2, 3.5), RunPeak(4.0, None, 1.0))
    example = RunExample("0.npz", "mine", ((6.0, 2.0),), peaks, "ab" * 32, corrections)
    run = Run("cnn", 7, 0.25, 3, (example,))
    reviewed = Reviewed(None, (), example.regions, "mine", "ab" * 32)  # type: ignore[arg-type]
    parent = new_card("cnn")
    card = _candidate_card(parent, Split((reviewed,), (), "by spectrum"), run)
    written = json.loads(json.dumps(card.to_dict()))
    again = ModelCard.from_dict(written)
    assert as_type(again.training, Run, "card") == run
    assert again.parent == parent.digest()
    assert again.data_hashes == ("ab" * 32,)
    assert json.loads(json.dumps(plain(asdict(run)))).items() <= again.training.items()
