"""Old model against new in a table and in plain words, and the choice to keep or discard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.gui import theme
from nmrquanv.gui.dialogs.training_changes import TrainingChanges
from nmrquanv.gui.layouts import in_row
from nmrquanv.numbers import drawn, fixed, signed
from nmrquanv.session.retrained import Retrained

_ROWS = (
    ("f1", "F1, held-out regions", 3),
    ("precision", "Precision", 3),
    ("recall", "Recall", 3),
    ("error_hz", "Position error, Hz", 3),
    ("lines", "Lines", 0),
)
_FEW_LINES = 30
"""Fewer held-out lines than this leave the difference to chance."""


def verdict(result: Retrained) -> str:
    """Return in plain words whether the new model is better than the old one."""
    told = _held_out_verdict(result)
    if result.has_forgotten and not result.is_worse:
        return f"{told} But it has forgotten something: see the benchmark."
    return told


def _held_out_verdict(result: Retrained) -> str:
    if result.is_uncorrected:
        return (
            "Which model is better cannot be told: nobody corrected the peaks that were held out, "
            "so they are the old model's own answer. Correct some where you review."
        )
    old, new = result.old.get("f1"), result.new.get("f1")
    if old is None:
        return "There was nothing to judge the models on: keep it only if you know better."
    if new is None:
        return f"The new model is worse (it finds nothing; F1 {fixed(old, 2)} before): discard it."
    numbers = f"F1 {fixed(new, 2)} against {fixed(old, 2)}"
    if round(new, 3) < round(old, 3):
        if fixed(new, 2) == fixed(old, 2):
            numbers = f"F1 {fixed(new, 3)} against {fixed(old, 3)}"
        return f"The new model is worse ({numbers}): we advise to discard it."
    if round(new, 3) == round(old, 3):
        return f"The new model is neither better nor worse (F1 {fixed(new, 2)} for both)."
    if fixed(new, 2) == fixed(old, 2):
        numbers = f"F1 {fixed(new, 3)} against {fixed(old, 3)}"
    return f"The new model is better ({numbers})."


def benchmark_verdict(result: Retrained) -> str:
    """Return in plain words what became of the model on the benchmark; empty without one."""
    benchmark = result.benchmark
    if not benchmark:
        return ""
    old, new = benchmark["old"], benchmark["new"]
    low, high = benchmark["interval"]
    difference = (
        f"{_signed(benchmark['difference'])}, 95 % interval {_signed(low)} to {_signed(high)}"
    )
    if result.has_forgotten:
        kind = min(old["kinds"], key=lambda k: new["kinds"][k] - old["kinds"][k])
        return (
            f"Something was forgotten: on the benchmark the new model is lower by more than "
            f"chance explains ({difference}), most on {kind} spectra "
            f"(F1 {fixed(new['kinds'][kind], 2)} against {fixed(old['kinds'][kind], 2)})."
        )
    if low > 0:
        return (
            f"Nothing was forgotten: the new model is better on the benchmark too ({difference})."
        )
    return f"Nothing was forgotten that the benchmark could tell ({difference})."


def caveats(result: Retrained) -> str:
    """Return what a reader of the numbers must know: split, few lines, early stop."""
    how = str(result.event.get("split", ""))
    sentences = []
    if how:
        sentences.append(
            f"The data were split {how}. What the models were judged on, neither they nor any "
            "parent was trained on."
        )
    if "region" in how:
        sentences.append("On other spectra, expect less.")
    lines = result.new.get("lines")
    if lines is not None and lines < _FEW_LINES:
        sentences.append(f"Only {lines} lines were held out: the difference may be chance.")
    if result.was_stopped:
        sentences.append("The training was stopped; these are the best weights until then.")
    return " ".join(sentence for sentence in sentences if sentence)


class TrainingResult(QWidget):
    """The retrained model's numbers beside the old model's.

    Attributes
    ----------
    decision : QWidget
        Its last row, name and buttons: stands where it is in reach however much is said above.

    Signals
    -------
    keep_clicked(str)
        Save it under this name.
    discard_clicked()
    place_clicked(dict)
        A place where the models differ: show it.
    """

    keep_clicked = Signal(str)
    discard_clicked = Signal()
    place_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict_text, self.caveat_text = QLabel(self), QLabel(self)
        self.benchmark_title, self.benchmark_text = QLabel(self), QLabel(self)
        self.changes = TrainingChanges(self)
        self.decision = QWidget(parent)
        self.name = QLineEdit(self.decision)
        self.keep_button = QPushButton("Keep", self.decision)
        self.discard_button = QPushButton("Discard", self.decision)
        self._cells: dict[tuple[str, str], QLabel] = {}
        self._build()
        self.keep_button.clicked.connect(lambda: self.keep_clicked.emit(self.name.text().strip()))
        self.discard_button.clicked.connect(self.discard_clicked)
        self.changes.place_clicked.connect(self.place_clicked)
        self.name.textChanged.connect(self._refresh_name)

    def show_result(self, result: Retrained, name: str) -> None:
        """Show a retrained model, with the name that is proposed for it."""
        self.verdict_text.setText(verdict(result))
        self.caveat_text.setText(caveats(result))
        for which, metrics in (("old", result.old), ("new", result.new)):
            for key, _title, decimals in _ROWS:
                is_told = key == "lines" or not result.is_uncorrected
                self._cells[which, key].setText(_number(metrics if is_told else {}, key, decimals))
        self._show_benchmark(result)
        self.changes.show_changes(result.changes, is_own_answer=result.is_uncorrected)
        self.name.setText(name)
        is_advised = not result.is_worse and not result.has_forgotten
        self.keep_button.setDefault(is_advised)
        self.discard_button.setDefault(not is_advised)
        self.set_open(True)

    def set_open(self, is_open: bool) -> None:
        """Let the user decide, or wait."""
        self.setEnabled(is_open)
        self.decision.setEnabled(is_open)

    def _show_benchmark(self, result: Retrained) -> None:
        """Show both models on the benchmark; where a run says nothing, neither does the table."""
        benchmark = result.benchmark
        self.benchmark_title.setText(f"F1, benchmark ({benchmark.get('spectra')} spectra)")
        self.benchmark_text.setText(benchmark_verdict(result))
        colour = f"color: {theme.current().warning}" if result.has_forgotten else ""
        self.benchmark_text.setStyleSheet(colour)
        by_kind = _by_kind(benchmark) if benchmark else ""
        for which in ("old", "new"):
            cell = self._cells[which, "benchmark"]
            cell.setText(_number(benchmark.get(which, {}), "f1", 3))
            cell.setToolTip(by_kind)
            cell.setVisible(bool(benchmark))
        self.benchmark_title.setToolTip(by_kind)
        for label in (self.benchmark_title, self.benchmark_text):
            label.setVisible(bool(benchmark))

    def cell(self, which: str, key: str) -> str:
        """Return what stands in the table: ``cell("old", "f1")``; key "benchmark" is its F1."""
        return self._cells[which, key].text()

    def _table(self) -> QGridLayout:
        """Return a row for each measure, a column for the old model and one for the new."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(3, 1)
        for column, title in ((1, "Old"), (2, "New")):
            grid.addWidget(self._label(title, is_muted=True), 0, column)
        for row, (key, title, _decimals) in enumerate(_ROWS, start=1):
            grid.addWidget(QLabel(title, self), row, 0)
            for column, which in ((1, "old"), (2, "new")):
                self._cells[which, key] = self._label("", is_muted=False)
                grid.addWidget(self._cells[which, key], row, column)
        row = len(_ROWS) + 1
        grid.addWidget(self.benchmark_title, row, 0)
        for column, which in ((1, "old"), (2, "new")):
            self._cells[which, "benchmark"] = self._label("", is_muted=False)
            grid.addWidget(self._cells[which, "benchmark"], row, column)
        return grid

    def _build(self) -> None:
        font = self.verdict_text.font()
        font.setBold(True)
        self.verdict_text.setFont(font)
        for label in (self.verdict_text, self.caveat_text, self.benchmark_text):
            label.setWordWrap(True)
        self.verdict_text.setAccessibleName("Verdict")
        self.benchmark_text.setAccessibleName("Verdict on the benchmark")
        self.caveat_text.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        grid = self._table()
        self.name.setAccessibleName("Name of the new model")
        self.name.setPlaceholderText("name of the new model")
        self.keep_button.setToolTip("Put it into your library of models; the old one stays too")
        self.discard_button.setToolTip("Forget it; nothing stays on disk")
        parts = QLabel("Name", self.decision), (self.name, 1), self.keep_button, self.discard_button
        in_row(*parts, on=self.decision, margins=0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.verdict_text)
        layout.addLayout(grid)
        layout.addWidget(self.benchmark_text)
        layout.addWidget(self.caveat_text)
        layout.addWidget(self.changes)

    def _label(self, text: str, *, is_muted: bool) -> QLabel:
        label = QLabel(text, self)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if is_muted:
            label.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        return label

    def _refresh_name(self) -> None:
        self.keep_button.setEnabled(bool(self.name.text().strip()))


def _number(metrics: Mapping[str, Any], key: str, decimals: int) -> str:
    value = metrics.get(key)
    return "–" if value is None else fixed(float(value), decimals)


def _signed(value: float) -> str:
    """Return a difference with its sign, a true minus among them."""
    return drawn(signed(value, 3))


def _by_kind(benchmark: Mapping[str, Any]) -> str:
    """Return F1 of both models for each kind of spectra, a line each."""
    old, new = benchmark["old"]["kinds"], benchmark["new"]["kinds"]
    return "\n".join(
        f"{kind}: {fixed(old[kind], 2)} before, {fixed(new[kind], 2)} now" for kind in old
    )
