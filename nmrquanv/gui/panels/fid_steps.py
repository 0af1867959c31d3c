"""The steps before the Fourier transform: group delay, line broadening, zero filling."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from nmrquanv.gui.number_box import NumberBox
from nmrquanv.numbers import fixed
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Apodization, GroupDelay, Recipe, ZeroFill
from nmrquanv.spectra.spectrum import Fid
from nmrquanv.spectra.starting_recipe import DEFAULT_LB_HZ, OTHER_LB_HZ

_LEAST_SI, _MOST_SI = 1 << 10, 1 << 20


def points_text(points: int) -> str:
    """Return a number of points as spectroscopists say it: 65536 is 64k."""
    return f"{points // 1024}k" if points % 1024 == 0 else str(points)


def set_up_field(
    field: NumberBox, limits: tuple[float, float], decimals: int, suffix: str, name: str
) -> None:
    """Set up a number of the recipe, as wide as what is usual.

    The whole range would make the panel wider than its dock.
    """
    field.set_up(limits, decimals=decimals, suffix=suffix, name=name)
    field.setMinimumWidth(field.fontMetrics().horizontalAdvance("-00.0000 ppm") + 28)


class FidSteps(QWidget):
    """Switches and fields of the steps that work on a FID.

    Signals
    -------
    changed(Step)
        A person put this step in the place of its kind.
    left_out(type of Step)
        A person switched a step off.
    """

    changed = Signal(object)
    left_out = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: DataSet | None = None
        self.delay_box = QCheckBox("Group delay", self)
        self.delay_text = QLabel(self)
        self.lb_box = QCheckBox("Line broadening", self)
        self.lb = NumberBox(self)
        self.si_box = QCheckBox("Zero filling to", self)
        self.si = QComboBox(self)
        self.transform_text = QLabel("Fourier transform", self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.delay_text.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.transform_text.setContentsMargins(self.lb_box.sizeHint().height(), 0, 0, 0)
        set_up_field(self.lb, (-20.0, 500.0), 2, " Hz", "Line broadening")
        self.lb.setSingleStep(0.1)
        self.si.setAccessibleName("Size of the spectrum, SI")
        self.delay_box.setToolTip("Takes out the digital filter's delay (Bruker GRPDLY)")
        self.lb_box.setToolTip("Exponential multiplication: TopSpin's EM with LB")
        self.lb.setToolTip("LB: width added to every line, for less noise")
        self.si_box.setToolTip(
            "SI: complex points of the spectrum; twice TD or more shows all detail"
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(0, 1)
        grid.setVerticalSpacing(6)
        pairs = (
            (self.delay_box, self.delay_text), (self.lb_box, self.lb), (self.si_box, self.si)
        )  # fmt: skip
        for row, (left, right) in enumerate(pairs):
            grid.addWidget(left, row, 0)
            grid.addWidget(right, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.transform_text, len(pairs), 0, 1, 2)

    def _connect(self) -> None:
        self.delay_box.clicked.connect(lambda is_on: self.changed.emit(GroupDelay(is_on)))
        self.lb_box.clicked.connect(self._on_lb_switched)
        self.lb.valueChanged.connect(lambda value: self.changed.emit(Apodization(value)))
        self.si_box.clicked.connect(self._on_si_switched)
        self.si.activated.connect(lambda: self.changed.emit(ZeroFill(int(self.si.currentData()))))

    def show_steps(self, recipe: Recipe, dataset: DataSet | None) -> None:
        """Show the steps of a recipe over the data that it works on."""
        self._dataset = dataset
        delay, lb, si = recipe.step(GroupDelay), recipe.step(Apodization), recipe.step(ZeroFill)
        data = dataset.data if dataset is not None else None
        points = data.group_delay_points if isinstance(data, Fid) else 0.0
        self.delay_box.setChecked(delay is not None and delay.is_on)
        self.delay_box.setEnabled(points > 0)
        self.delay_text.setText(f"{fixed(points, 2)} points" if points else "none")
        self.lb_box.setChecked(lb is not None)
        self.lb.setEnabled(lb is not None)
        with QSignalBlocker(self.lb):
            self.lb.setValue(lb.lb_hz if lb is not None else 0.0)
        self.si_box.setChecked(si is not None)
        self.si.setEnabled(si is not None)
        size = si.si if si is not None else (data.data.size if data is not None else _LEAST_SI)
        self._show_sizes(size)

    def _show_sizes(self, size: int) -> None:
        """Offer the powers of two, and the present size if it is none."""
        sizes = {1 << n for n in range(_LEAST_SI.bit_length() - 1, _MOST_SI.bit_length())}
        with QSignalBlocker(self.si):
            self.si.clear()
            for points in sorted(sizes | {size}):
                self.si.addItem(points_text(points), points)
            self.si.setCurrentIndex(self.si.findData(size))

    def _on_lb_switched(self, is_on: bool) -> None:
        if self._dataset is None or not is_on:
            self.left_out.emit(Apodization)
            return
        usual = DEFAULT_LB_HZ.get(self._dataset.sample.nucleus, OTHER_LB_HZ)
        self.changed.emit(self._dataset.recipe.step(Apodization) or Apodization(usual))

    def _on_si_switched(self, is_on: bool) -> None:
        if self._dataset is None or not is_on:
            self.left_out.emit(ZeroFill)
            return
        twice = 1 << (2 * self._dataset.data.data.size - 1).bit_length()
        self.changed.emit(self._dataset.recipe.step(ZeroFill) or ZeroFill(min(twice, _MOST_SI)))
