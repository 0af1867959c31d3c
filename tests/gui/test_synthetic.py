from __future__ import annotations

from nmrquanv.gui.dialogs.synthetic import KINDS as OFFERED
from nmrquanv.gui.dialogs.synthetic import SyntheticDialog
from nmrquanv.spectra.simulate import KINDS


def test_only_kinds_that_can_be_made_are_offered() -> None:
    assert set(OFFERED) <= set(KINDS)


def test_kind_and_seed_are_told(qtbot) -> None:
    dialog = SyntheticDialog()
    qtbot.addWidget(dialog)
    dialog.kind.setCurrentIndex(dialog.kind.findData("crowded"))
    dialog.seed.setValue(42)
    assert (dialog.chosen_kind(), dialog.chosen_seed()) == ("crowded", 42)
