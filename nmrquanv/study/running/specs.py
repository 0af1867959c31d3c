"""What decides one run of the study: its identity. No torch here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from nmrquanv.errors import TrainingError
from nmrquanv.models.circuits import ANSATZES, KERNEL
from nmrquanv.study.data.datasets import PRESET_VERSION, PRESETS, Preset

STUDY_VERSION = 1
"""Of the code that makes results: raised when the same spec would give another result."""

USUAL_RATE = 1e-3
"""Adam's learning rate, where nothing else is said."""

HELD_OUT, DEVICE_HELD_OUT = 1000, 20
"""Spectra for validation, and as many for test; fewer where a device runs their circuits."""

KEPT_ANSWERS = 500
"""Test spectra of runs whose answers are kept: twice as many would take twice the room."""

WITHOUT_DEVICE = "without_device"
"""Where the result of a "device-test" has what the same network gives when evaluated exactly."""

QUANV = "quanv"
NETWORKS = (QUANV, "cnn", "cnn_normalised", "quadratic", "low_rank", "free_unitary")
PICKERS = ("prominence", "second_derivative")
FRONT_ENDS = (*NETWORKS, *PICKERS)
HEADS = ("slots", "dense")
SLOTS_ALONE = ("low_rank", "free_unitary")
"""Front ends that are built for the paper's head only."""
DEVICE_TEST = "device-test"
EVALUATORS = ("exact", "parameter-shift", "device", DEVICE_TEST)
MEASURES = ("entanglement", "real", "predictions", "mitigation", "trainability")

CHOICES: Mapping[str, tuple[float | str, ...]] = {
    "field": (32, 16, 64),
    "kernel": (32, 16, 8),
    "channels": (5, 10, 20),
    "activation": ("relu", "tanh", "none"),
    "batch_norm": (0, 1),
    "pooling": (5, 2, 10),
    "decoding": ("logits", "softmax", "fixed"),
    "loss_weight": (5, 1, 20),
}
"""What else the paper leaves open, with what we try; the first of each is what we use elsewhere.

``field``: points that circuit and convolution see, on as many qubits as they ask for.
``kernel``, ``activation`` and ``batch_norm`` are of the CNN's convolution alone (eight points and
five channels have 45 parameters, as the circuit); ``channels`` of every front end (five a circuit).
``decoding``: a logit and a position for each slot under the best assignment; one softmax over all
ten outputs; or the k-th line in the k-th slot. ``loss_weight``: of the positions.
"""
_OF_THE_CNN = ("kernel", "activation", "batch_norm")


@dataclass(frozen=True, slots=True)
class RunSpec:
    """Everything that decides one run's result; immutable and hashable.

    Parameters
    ----------
    front_end : str
        One of :data:`FRONT_ENDS`; the last two are classical pickers, tuned, not trained.
    head : "slots" | "dense"
    preset : str
        One of :data:`nmrquanv.study.data.datasets.PRESETS`.
    preset_changes : tuple of (str, float)
        Values of the preset that differ, in sweeps.
    spectra : int
        For training; 1,000 each for validation and test come besides.
    epochs, batch : int
    rate : float
        Of Adam; falls along a cosine.
    seed : int
        Of training spectra, starting weights, order and dropout. Front ends of one seed see the
        same spectra in the same order: they are paired.
    ansatz, n_layers, is_trainable
        Of the quanvolution.
    noise : dict or None
        Values of a noise model of the circuit, or ``device`` (calibrated) and ``shots``.
    noisy_epochs : int
        Last epochs that are trained under the noise; tests are under it as well.
    dropout : dict or None
        Gate dropout: ``{"rotations": p, "entanglers": p}``.
    evaluator : "exact" | "parameter-shift" | "device" | "device-test"
        How the circuit is evaluated: "device" trains and tests on a PennyLane device, "device-test"
        trains exactly and tests there. ``device`` is its name, ``shots`` 0 means exact
        expectations.
    device_options : tuple of (str, value)
        What the device is made with besides, JSON values; sorted by name.
    measures : tuple of str
        What else to measure, of :data:`MEASURES`; "predictions" keeps the answers to the test
        spectra; "mitigation" tests again with the device's errors mitigated, and with its
        preparation of states on a sample.
    choices : tuple of (str, value)
        Those of :data:`CHOICES` that differ from what is used elsewhere; sorted by name.
    """

    front_end: str
    head: str = "slots"
    preset: str = "hard"
    preset_changes: tuple[tuple[str, float], ...] = ()
    spectra: int = 10_000
    epochs: int = 100
    seed: int = 0
    ansatz: str = "strongly_entangling"
    n_layers: int = 3
    is_trainable: bool = True
    rate: float = USUAL_RATE
    batch: int = 32
    noise: Mapping[str, Any] | None = field(default=None, hash=False)
    noisy_epochs: int = 0
    dropout: Mapping[str, float] | None = field(default=None, hash=False)
    evaluator: str = "exact"
    device: str = ""
    shots: int = 0
    measures: tuple[str, ...] = ()
    choices: tuple[tuple[str, float | str], ...] = ()
    device_options: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        # Whole numbers and floats of one value are one run.
        changes = tuple((str(name), float(value)) for name, value in self.preset_changes)
        object.__setattr__(self, "preset_changes", changes)
        usual = {name: values[0] for name, values in CHOICES.items()}
        differing = tuple(sorted((n, v) for n, v in self.choices if usual.get(n) != v))
        object.__setattr__(self, "choices", differing)
        object.__setattr__(self, "device_options", tuple(sorted(self.device_options)))
        self._check_words()
        self._check_choices()
        for name in ("spectra", "epochs", "batch", "n_layers"):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not 0 <= self.noisy_epochs <= self.epochs:
            raise TrainingError(f"noisy_epochs must lie within 0 and {self.epochs}")
        if not self.rate > 0 or self.shots < 0:
            raise TrainingError("the rate must be positive and shots not negative")
        circuit_only = self.noise or self.dropout or self.evaluator != "exact"
        if circuit_only and self.front_end != QUANV:
            raise TrainingError(f"noise, gate dropout and evaluators need '{QUANV}'")
        if "trainability" in self.measures and self.front_end != QUANV:
            raise TrainingError(f"the measure of trainability needs '{QUANV}'")
        if "mitigation" in self.measures and "device" not in (self.noise or {}):
            raise TrainingError("mitigation is measured on a calibrated device")
        if "entanglement" in self.measures and self.front_end != QUANV:
            raise TrainingError(f"the measure of entanglement needs '{QUANV}'")
        if self.evaluator.startswith("device") != bool(self.device):
            raise TrainingError("evaluators on a device, and they alone, need its name")
        if self.device_options and not self.device:
            raise TrainingError("options of a device need its name")
        if self.noisy_epochs and not self.noise:
            raise TrainingError("noisy epochs need a noise model")
        self.chosen_preset()

    def _check_words(self) -> None:
        words = (
            ("front_end", self.front_end, FRONT_ENDS),
            ("head", self.head, HEADS),
            ("preset", self.preset, tuple(PRESETS)),
            ("ansatz", self.ansatz, ANSATZES),
            ("evaluator", self.evaluator, EVALUATORS),
            *(("measure", measure, MEASURES) for measure in self.measures),
        )
        for name, value, known in words:
            if value not in known:
                raise TrainingError(f"{name} must be one of {', '.join(known)}, got '{value}'")

    def _check_choices(self) -> None:
        for name, value in self.choices:
            if value not in CHOICES.get(name, ()):
                known = ", ".join(f"{n} ({', '.join(map(str, v))})" for n, v in CHOICES.items())
                raise TrainingError(f"no choice '{name}' of '{value}'; there are {known}")
            if name in _OF_THE_CNN and self.front_end != "cnn":
                raise TrainingError(f"'{name}' is a choice of the CNN's convolution alone")
        if self.choice("field") != KERNEL and self.front_end not in (QUANV, "cnn"):
            raise TrainingError("another field is a choice of the circuit and the CNN alone")
        if self.choice("field") != KERNEL and self.ansatz == "random":
            raise TrainingError("the random ansatz has five qubits, a field of 32 points")
        if self.front_end in SLOTS_ALONE and self.head != "slots":
            raise TrainingError(f"'{self.front_end}' has the slots head alone")
        if self.choices and (self.head != "slots" or self.evaluator != "exact"):
            raise TrainingError("choices need the slots head, evaluated exactly")

    def choice(self, name: str) -> float | str:
        """Return what is chosen, of :data:`CHOICES`."""
        return dict(self.choices).get(name, CHOICES[name][0])

    @property
    def is_network(self) -> bool:
        """Whether it trains a network, rather than tuning a classical picker."""
        return self.front_end in NETWORKS

    @property
    def held_out(self) -> int:
        """How many spectra it is validated on after every epoch."""
        return DEVICE_HELD_OUT if self.evaluator == "device" else HELD_OUT

    @property
    def tested(self) -> int:
        """How many spectra it is tested on: the first of as many as all others are."""
        if "predictions" in self.measures:
            return KEPT_ANSWERS
        return DEVICE_HELD_OUT if self.device else HELD_OUT

    def chosen_preset(self) -> Preset:
        """Return the preset with its changes."""
        return PRESETS[self.preset].changed(self.preset_changes)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        values = asdict(self)
        values["preset_changes"] = [list(change) for change in self.preset_changes]
        values["measures"] = list(self.measures)
        values["choices"] = [list(choice) for choice in self.choices]
        values["device_options"] = [list(option) for option in self.device_options]
        for name in ("choices", "device_options"):
            if not values[name]:
                del values[name]  # runs from before there were any keep their keys
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RunSpec:
        """Make a spec from :meth:`to_dict`'s form.

        Raises
        ------
        TrainingError
            Unknown, missing or impossible entries; names them.
        """
        unknown = sorted(set(values) - {f.name for f in fields(cls)})
        if unknown:
            raise TrainingError(f"a run has no entries {', '.join(unknown)}")
        wanted = dict(values)
        try:
            wanted["preset_changes"] = tuple(tuple(x) for x in wanted.get("preset_changes", ()))
            wanted["measures"] = tuple(wanted.get("measures", ()))
            for name in ("choices", "device_options"):
                wanted[name] = tuple(tuple(x) for x in wanted.get(name, ()))
            return cls(**wanted)
        except (TypeError, ValueError) as error:
            raise TrainingError(f"a run is described wrongly: {error}") from error

    def key(self) -> str:
        """Return a short name: of the values and of the versions of code and data."""
        versions = {"study": STUDY_VERSION, "presets": PRESET_VERSION}
        text = json.dumps(self.to_dict() | {"versions": versions}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
