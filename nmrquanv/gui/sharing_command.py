"""Gives thresholds and regions of the spectrum that is shown to other open spectra."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import cast

from nmrquanv.gui.dialogs.choose_spectra import ChooseSpectraDialog, UsedPart
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.session.sharing import Shared, share, why_not_shared
from nmrquanv.session.workspace import Workspace

_TITLE = "Use Thresholds and Regions on Other Spectra"
_WORDS = "What is ticked is used on the spectra that are ticked. It can be undone in each spectrum."


def ask_sharing(view: SpectrumView, workspace: Workspace, say: Callable[[str], None]) -> None:
    """Ask what of the spectrum that is shown is to be used on which others, and say what came.

    Parameters
    ----------
    view : SpectrumView
    workspace : Workspace
    say : callable
        Takes a sentence.
    """
    document = view.document
    if document is None:
        return
    others = [other for other in workspace.documents if other is not document]
    rows = [(other.name, why_not_shared(document, other)) for other in others]
    own = document.thresholds
    parts = (
        UsedPart("thresholds", "Thresholds: S/N, height, confidence, number"),
        UsedPart(
            "places",
            "Regions to search and to exclude, in the place of theirs",
            bool(own.searched or own.excluded),
        ),
        UsedPart(
            "integrals", "Regions of the integrals, beside theirs",
            is_there=bool(document.integrals),
        ),
    )  # fmt: skip
    dialog = ChooseSpectraDialog(_TITLE, _WORDS, rows, view.window(), parts)
    known = [weakref.ref(other) for other in others]

    def apply() -> None:
        chosen = [known[row]() for row in dialog.chosen()]
        open_ones = [d for d in chosen if d is not None and not d.is_closed]
        wanted = cast(tuple[Shared, ...], dialog.chosen_parts())
        changed = share(document, open_ones, wanted)
        same = len(open_ones) - changed
        told = f"{changed} other spectra changed"
        say(f"{told}; {same} left as they were" if same else told)

    dialog.accepted.connect(apply)
    close_with(document, dialog)
    dialog.open()
