"""How the processing panel and the plot work together: previews, pivot, baseline's tools."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from nmrquanv.gui.panels.processing import Processing
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.spectra.recipe import Baseline, Outcome, Phase

_TOOLS = ("anchors", "left_out")


class ProcessingCommands(QObject):
    """Connects the panel to the plot.

    Parameters
    ----------
    panel : Processing
    view : SpectrumView
    parent : QObject
    """

    def __init__(self, panel: Processing, view: SpectrumView, parent: QObject) -> None:
        super().__init__(parent)
        self._panel, self._view, self._marks = panel, view, view.layers.processing
        phase, baseline = panel.forms.phase, panel.forms.baseline
        panel.phase_preview.connect(view.preview_phase)
        panel.preview.shown.connect(self._on_previewed)
        panel.refreshed.connect(self._refresh)
        phase.pivot_moved.connect(lambda _: self._refresh())
        self._marks.pivot_dragged.connect(phase.set_pivot)
        self._marks.anchors_asked.connect(self._on_anchors)
        self._marks.left_out_asked.connect(self._on_left_out)
        baseline.tool_wanted.connect(self._on_tool_wanted)
        view.tool_changed.connect(baseline.show_tool)

    def _refresh(self) -> None:
        """Show what belongs to the step that is chosen, while the panel can be seen."""
        kind = self._panel.steps.kind() if self._panel.is_in_view else None
        phase = self._panel.forms.phase
        has_pivot = kind is Phase and phase.isEnabled()
        self._marks.show_pivot(phase.pivot_ppm if has_pivot else None)
        step = self._step() if kind is Baseline else None
        if step is None:
            self._marks.show_baseline()
            self._marks.show_curve(0.0, 1.0, None)
            if self._view.tool_name in _TOOLS:
                self._view.set_tool("zoom")
            return
        by = self._shift()
        left_out = tuple((high + by, low + by) for high, low in step.excluded)
        self._marks.show_baseline(tuple(ppm + by for ppm in step.anchors), left_out)

    def _step(self) -> Baseline | None:
        return self._panel.wanted.step(Baseline)

    def _shift(self) -> float:
        """Return what the shifts shown are above those that a recipe is written in, ppm."""
        return self._panel.wanted.shift_ppm

    def _on_previewed(self, outcome: Outcome | None) -> None:
        """Draw what is tried out in the place of the document's spectrum; None ends it."""
        view = self._view
        if view.document is not None and not view.shows_fid:
            shown = outcome.spectrum if outcome is not None else view.document.spectrum
            axis = shown.axis
            view.trace.set_data(shown.trace[::-1], axis.limits_ppm[1], axis.point_ppm)
        curve = outcome.baseline if outcome is not None else None
        if outcome is None or curve is None or self._panel.steps.kind() is not Baseline:
            self._marks.show_curve(0.0, 1.0, None)
            return
        axis = outcome.spectrum.axis
        self._marks.show_curve(axis.limits_ppm[1], axis.point_ppm, curve[::-1])

    def _on_tool_wanted(self, name: str) -> None:
        step = self._step()
        if name == "anchors" and step is not None and step.mode != "points":
            self._panel.set_step(replace(step, mode="points", is_on=True))
        self._view.set_tool(name or "zoom")

    def _on_anchors(self, shown: tuple[float, ...]) -> None:
        if (step := self._step()) is not None:
            by = self._shift()
            self._panel.set_step(replace(step, anchors=tuple(ppm - by for ppm in shown)))

    def _on_left_out(self, shown: tuple[tuple[float, float], ...]) -> None:
        if (step := self._step()) is not None:
            by = self._shift()
            regions = tuple((high - by, low - by) for high, low in shown)
            self._panel.set_step(replace(step, excluded=regions))
