"""Sliders for the noise of a quantum device, and strengths to begin with."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from nmrquanv.gui.layouts import in_column, in_form
from nmrquanv.gui.panels.slider_spin import SliderSpin
from nmrquanv.study.circuits.noise_model import NOISE_PRESETS, NoiseModel

_SHARES = {
    "depolarising_1q": ("Depolarising, one qubit", 5.0, "After each rotation: a Pauli error"),
    "depolarising_2q": ("Depolarising, two qubits", 20.0, "After each entangler: a Pauli error"),
    "amplitude_damping": ("Amplitude damping", 10.0, "After each gate: decay to the ground state"),
    "phase_damping": ("Phase damping", 10.0, "After each gate: phases are lost"),
    "readout_flip": ("Readout error", 25.0, "A measured bit is read wrong"),
}
"""Title, end of the slider in percent, what it does."""

_FEWEST_SHOTS, _MOST_SHOTS, _USUAL_SHOTS = 16, 65_536, 1024


class NoiseControls(QWidget):
    """What :class:`NoiseModel` holds, as sliders in percent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset = QComboBox(self)
        self.exact_shots = QCheckBox("Infinitely many shots", self)
        self.shots = SliderSpin(
            "Shots", _FEWEST_SHOTS, _MOST_SHOTS, decimals=0, is_log=True, parent=self
        )
        self.shares = {
            name: SliderSpin(title, 0.0, most, decimals=3, suffix=" %", parent=self)
            for name, (title, most, _) in _SHARES.items()
        }
        self._build()
        self.preset.activated.connect(self._on_preset)
        self.exact_shots.toggled.connect(lambda is_on: self.shots.setEnabled(not is_on))
        self.set_noise(NoiseModel(shots=_USUAL_SHOTS))

    def noise(self) -> NoiseModel:
        """Return what the sliders say."""
        shots = 0 if self.exact_shots.isChecked() else round(self.shots.value())
        values = {name: slider.value() / 100 for name, slider in self.shares.items()}
        return NoiseModel(**values, shots=shots)

    def set_noise(self, noise: NoiseModel) -> None:
        """Show a device."""
        for name, slider in self.shares.items():
            slider.set_value(100 * getattr(noise, name))
        self.exact_shots.setChecked(not noise.shots)
        if noise.shots:
            self.shots.set_value(noise.shots)

    def _build(self) -> None:
        self.preset.setAccessibleName("Strength of the noise")
        self.preset.addItem("No noise", NoiseModel())
        self.preset.addItem("Shots only", NoiseModel(shots=_USUAL_SHOTS))
        for name, noise in NOISE_PRESETS.items():
            self.preset.addItem(f"A device, {name}", noise)
        self.preset.setCurrentIndex(1)
        self.shots.set_tip("Repetitions behind each expectation value")
        for name, slider in self.shares.items():
            slider.set_tip(_SHARES[name][2])
        form = in_form(("Begin with", self.preset))
        in_column(form, self.exact_shots, self.shots, *self.shares.values(), on=self, margins=0)

    def _on_preset(self) -> None:
        noise = self.preset.currentData()
        if isinstance(noise, NoiseModel):
            self.set_noise(noise)
