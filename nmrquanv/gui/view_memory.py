"""How each spectrum is looked at, kept in its document file: zoom, and which layers are shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot

from nmrquanv.errors import FormatError
from nmrquanv.guarded import as_type
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.plot.view_box import View
from nmrquanv.session.document import Document
from nmrquanv.session.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Kept:
    """What stands in a document's view; anything else there is left alone.

    Parameters
    ----------
    x, y : (low, high) or None
        Limits of the shift in ppm, and of the intensity.
    hidden : tuple of str
        Finders whose marks are not shown.
    """

    x: tuple[float, float] | None = None
    y: tuple[float, float] | None = None
    hidden: tuple[str, ...] = ()

    def view(self) -> View | None:
        """Return the limits, if they are any that can be shown."""
        if self.x is None or self.y is None or not all(map(math.isfinite, (*self.x, *self.y))):
            return None
        return View(self.x, self.y) if self.x[0] < self.x[1] and self.y[0] < self.y[1] else None


class ViewMemory(QObject):
    """Writes views into documents before they are saved, and shows those that files bring."""

    def __init__(self, view: SpectrumView, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._view, self._workspace = view, workspace
        workspace.opened.connect(self._on_opened)

    def keep(self) -> None:
        """Write how each open document is looked at into it."""
        hidden = self._view.state.hidden_layers
        for document in self._workspace.documents:
            shown = self._view.view_of(document)
            if shown is not None:
                document.view |= {"x": list(shown.x), "y": list(shown.y), "hidden": list(hidden)}

    @Slot(object)
    def _on_opened(self, document: Document) -> None:
        if not document.view:
            return
        try:
            kept = as_type(document.view, _Kept, "view")
        except FormatError:  # of a newer program, or damaged: a view is no work of anybody's
            return
        for layer in kept.hidden:
            self._view.state.show_layer(layer, False)
        view = kept.view()
        if view is not None and self._view.document is document:
            self._view.show_kept(view)
