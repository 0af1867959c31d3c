"""All that is drawn over the trace of one document, and how it follows the document."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, Signal

from nmrquanv.gui.marker_looks import TRUE_LINES
from nmrquanv.gui.plot.bands import Regions, SolventLines, TrueLines
from nmrquanv.gui.plot.fit_curves import FitCurves
from nmrquanv.gui.plot.hidden_marks import HiddenMarks
from nmrquanv.gui.plot.hover_card import HoverCard
from nmrquanv.gui.plot.integrals import IntegralCurves, drawn_integrals
from nmrquanv.gui.plot.lanes import FinderLanes
from nmrquanv.gui.plot.multiplets import Multiplets, drawn_multiplets
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.peak_markers import PeakMarkers
from nmrquanv.gui.plot.place_bands import PlaceBands
from nmrquanv.gui.plot.processing_marks import ProcessingMarks
from nmrquanv.gui.plot.published_signals import PublishedSignals
from nmrquanv.gui.plot.threshold_line import SnrLimit, ThresholdLine
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.trace_cursor import TraceCursor
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.gui.view_state import Hit, ViewState
from nmrquanv.session.agreement import Agreements
from nmrquanv.session.derived import Remembered
from nmrquanv.session.document import Document
from nmrquanv.session.negative_lines import are_meant
from nmrquanv.session.working_list import unburied
from nmrquanv.spectra.line_tops import line_tops
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.solvent_tables import SolventBand, solvent_bands


def bands_of(document: Document) -> tuple[SolventBand, ...]:
    """Return where solvent and water are expected in a document's spectrum."""
    return solvent_bands(document.sample.nucleus, document.sample.solvent)


class PlotLayers(QObject):
    """Owns the overlays; connects them to one document at a time.

    Signals
    -------
    working_refreshed()
        The marks of the working list were made anew: a selection may have lost peaks.
    """

    working_refreshed = Signal()

    def __init__(self, view_box: SpectrumViewBox, trace: Trace, state: ViewState) -> None:
        super().__init__()
        self._state = state
        self.markers = PeakMarkers(view_box, trace, state)
        self.lanes = FinderLanes(view_box, state)
        self._agreements = Agreements()
        self.integrals = IntegralCurves(view_box)
        self.multiplets = Multiplets(view_box)
        self.published = PublishedSignals(view_box)
        self.regions = Regions(view_box)
        self.places = PlaceBands(view_box)
        self.solvents = SolventLines(view_box)
        self.true_lines = TrueLines(view_box)
        self.cursor = TraceCursor(view_box, trace)
        self.threshold = ThresholdLine(view_box)
        self.processing = ProcessingMarks(view_box, trace)
        self.hidden = HiddenMarks(view_box, trace)
        self.card = HoverCard(view_box)
        self.fit = FitCurves(view_box)
        self._document: Document | None = None
        self._drawn: dict[str, PeakList] = {}
        self._remembered = Remembered()
        state.layer_changed.connect(self._on_layer_changed)
        state.solvents_changed.connect(self._refresh_solvents)
        state.threshold_changed.connect(self._refresh_threshold)
        state.hiding_changed.connect(self._refresh_hidden)
        self.threshold.dragged.connect(self._on_threshold_dragged)
        state.multiplets_changed.connect(self._refresh_multiplets)
        state.fit_changed.connect(self._refresh_fit)
        state.decimals_changed.connect(self._refresh_working)
        state.unit_changed.connect(self._refresh_working)

    def set_document(self, document: Document | None) -> None:
        """Follow another document, or none."""
        for signal, slot in self._links(self._document):
            signal.disconnect(slot)
        self._document = document
        self.cursor.leave()
        for signal, slot in self._links(document):
            signal.connect(slot)
        self.refresh()

    def set_visible(self, is_visible: bool) -> None:
        """Show or hide everything, for the FID has none of it."""
        for own in vars(self).values():
            if isinstance(own, (Overlay, FitCurves)):
                own.setVisible(is_visible)

    def hit(self, at: QPointF) -> Hit | None:
        """Return what is under the mouse: a mark of the working list, else a finder's tick."""
        return self.markers.hit(at) or self.lanes.hit(at)

    def peak_of(self, hit: Hit | None) -> Peak | None:
        """Return the peak of the working list that is meant: the mark's own, or the tick's line."""
        if hit is None or hit.layer is None:
            return None if hit is None else hit.peak
        sign = -1.0 if hit.peak.height < 0 else 1.0
        return self.markers.peak_under(float(self.markers.x_px(hit.peak.ppm)), sign)

    def refresh(self) -> None:
        """Draw everything anew."""
        self._refresh_finders()
        self._refresh_working()
        self._refresh_integrals()
        self._refresh_multiplets()
        self._refresh_regions()
        self._refresh_places()
        self._refresh_solvents()
        self._refresh_true_lines()
        self._refresh_threshold()
        self._refresh_hidden()
        self._refresh_fit()

    def _links(self, document: Document | None) -> tuple:
        if document is None:
            return ()
        return (
            (document.shown_peaks_changed, self._refresh_working),
            (document.shown_peaks_changed, self._refresh_finders),
            (document.shown_peaks_changed, self._refresh_threshold),
            (document.shown_peaks_changed, self._refresh_hidden),
            (document.shown_peaks_changed, self._refresh_fit),
            (document.integrals_changed, self._refresh_integrals),
            (document.multiplets_changed, self._refresh_multiplets),
            (document.regions_changed, self._refresh_regions),
            (document.thresholds_changed, self._refresh_places),
        )

    def _on_layer_changed(self, layer: str) -> None:
        if layer == TRUE_LINES:
            self._refresh_true_lines()
        else:
            self._refresh_finders()

    def _refresh_solvents(self) -> None:
        document = self._document if self._state.has_solvents else None
        self.solvents.set_bands(bands_of(document) if document is not None else ())

    def _refresh_true_lines(self) -> None:
        document = self._document if self._state.is_shown(TRUE_LINES) else None
        self.true_lines.set_lines(document.true_lines if document is not None else ())

    def _refresh_finders(self) -> None:
        document = self._document
        shown = [n for n in document.layers if self._state.is_shown(n)] if document else []
        layers = {n: self._standing(document, n) for n in shown} if document else {}
        if layers.keys() != self._drawn.keys() or any(
            layers[n] is not self._drawn[n] for n in layers
        ):
            self._drawn = layers
            self.lanes.set_layers(layers)

    def _standing(self, document: Document, finder: str) -> PeakList:
        """Return what is drawn of a finder's peaks: a line that was deleted has no mark."""
        layer, stones = document.shown_layer(finder), document.state.tombstones
        places = document.peaks.positions_ppm().tobytes()
        return self._remembered.get(
            finder,
            (layer, stones, places),
            lambda: unburied(layer, document.tombstones, document.peaks),
        )

    def _refresh_hidden(self) -> None:
        document, kind = self._document, self._state.hiding
        if document is not None and kind:
            self.hidden.set_peaks(document.shown.hidden(document.state, kind))
        elif self.hidden.peaks:
            self.hidden.set_peaks(())

    def _refresh_threshold(self) -> None:
        document = self._document if self._state.has_threshold else None
        if document is None or not len(document.peaks):
            self.threshold.show_limit(None)
            return
        shown = document.shown_peaks()
        sigma = document.peaks.sigma or document.spectrum.noise.sigma
        # in 1H what points down is a fault, of which the status bar warns: no line invites to it
        is_both = bool((self.markers.signs() < 0).any()) and are_meant(document)
        limit = SnrLimit(document.limits().min_snr, sigma, len(shown), is_both)
        self.threshold.show_limit(limit if sigma > 0 else None)

    def _on_threshold_dragged(self, snr: float, gesture: int) -> None:
        if (document := self._document) is not None:
            changed = replace(document.thresholds, min_snr=snr)
            document.edit.set_thresholds(changed, gesture)

    def _refresh_fit(self) -> None:
        self.fit.show(self._document if self._state.has_fit else None)

    def _refresh_working(self) -> None:
        document = self._document
        if document is None:
            self.markers.set_working((), 3)
        else:
            by_nucleus = 3 if document.sample.nucleus in ("1H", "") else 2
            decimals = self._state.decimals or by_nucleus
            axis, unit = document.spectrum.axis, self._state.unit
            self.markers.told = float
            if unit == "points" or (unit == "hz" and axis.has_hz):
                self.markers.told, decimals = (axis.hz, 1) if unit == "hz" else (axis.point, 0)
            agreement = self._agreements.of(document)
            self.markers.set_working(document.shown.working(document.state), decimals, agreement)
        self.multiplets.top = self.processing.top = self.markers.strip
        self.working_refreshed.emit()

    def fit_labels(self) -> None:
        """Make room for what is written, in the letters of now."""
        self.markers.fit_labels()
        self.multiplets.top = self.processing.top = self.markers.strip

    def _refresh_integrals(self) -> None:
        document = self._document
        self.integrals.set_integrals(drawn_integrals(document) if document else ())

    def _refresh_multiplets(self) -> None:
        document = self._document if self._state.has_multiplets else None
        if document is None or not document.multiplets:
            self.multiplets.set_multiplets(())
            return
        lines = line_tops(document.spectrum, document.peaks)
        sf_mhz = document.spectrum.axis.sf_mhz
        self.multiplets.set_multiplets(drawn_multiplets(document.multiplets, lines, sf_mhz))

    def _refresh_places(self) -> None:
        self.places.set_places(self._document.thresholds if self._document else None)

    def _refresh_regions(self) -> None:
        self.regions.set_regions(self._document.reviewed_regions if self._document else ())
