"""What a training run is told: everything that decides its result, as JSON."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from nmrquanv.errors import FormatError, TrainingError
from nmrquanv.guarded import as_type, read_json
from nmrquanv.models.architecture import check_architecture
from nmrquanv.models.cards import DENSE_SIZES, FRONT_ENDS, KINDS, Head, Kind, new_card
from nmrquanv.models.model_files import file_name_is_safe

MAX_CONFIG_BYTES = 1 << 20

Precision = Literal["float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


# Two spectra at least, because some are for validation.
_LEAST = {"spectra": 2, "judged_spectra": 1, "epochs": 1, "batch": 1, "data_seed": 0}
_MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Configuration of one run.

    Parameters
    ----------
    name, title : str
        Of the model that comes out.
    kind : "quanv" | "cnn"
    head : "dense" | "slots"
    seed : int
        Of starting weights, circuits and order.
    data_seed : int
        Of the simulated spectra.
    spectra : int
        Simulated spectra to cut training windows from (dense) or windows themselves (slots).
    judged_spectra : int
        Further simulated spectra for the confidence, a third of them for its calibration.
    epochs : int
    batch : int
    rate : float
        Greatest learning rate; it rises over the first tenth and falls along a cosine.
    n_circuits : int
        Five channels each; the CNN gets as many channels.
    ansatz, n_layers, trainable
        Of the quanvolution; ignored for the CNN.
    front_end : str
        "" for the kind's own, or a control in its place: "convolution_normalised", "quadratic".
    sizes : dict
        ``channels``, ``width`` and ``dilations`` of the dense head.
    precision : "float32" | "bfloat16"
        Of the dense head's products while it is trained on a processor; bfloat16 only where that
        has instructions for it. The log and the card's metrics say what a run had.
    """

    name: str
    kind: Kind
    title: str = ""
    head: Head = "dense"
    seed: int = 1
    data_seed: int = 1
    spectra: int = 6000
    judged_spectra: int = 1500
    epochs: int = 12
    batch: int = 192
    rate: float = 2e-3
    n_circuits: int = 4
    ansatz: str = "strongly_entangling"
    n_layers: int = 3
    trainable: bool = True
    front_end: str = ""
    sizes: dict[str, Any] = field(default_factory=lambda: dict(DENSE_SIZES))
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        if not file_name_is_safe(self.name):
            raise TrainingError(
                f"name is what the model's files will be called, and {self.name!r} cannot be: "
                "use letters, digits, spaces and ._+-, at most 60"
            )
        if self.kind not in KINDS:
            raise TrainingError(f"kind must be one of {', '.join(KINDS)}, got '{self.kind}'")
        if self.head not in ("dense", "slots"):
            raise TrainingError(f"head must be 'dense' or 'slots', got '{self.head}'")
        if self.precision not in PRECISIONS:
            known = " or ".join(repr(name) for name in PRECISIONS)
            raise TrainingError(f"precision must be {known}, got '{self.precision}'")
        if self.front_end not in FRONT_ENDS:
            known = ", ".join(repr(name) for name in FRONT_ENDS)
            raise TrainingError(f"front_end must be one of {known}, got '{self.front_end}'")
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if not isinstance(value, int) or not least <= value <= _MOST:
                raise TrainingError(f"{name} must be a whole number from {least}, got {value!r}")
        if not 0 < self.rate < math.inf:
            raise TrainingError(f"rate must be positive, got {self.rate!r}")
        try:
            check_architecture({**self.architecture(), "n_layers": self.n_layers})
        except ValueError as error:
            raise TrainingError(f"this network cannot be built: {error}") from error

    def architecture(self) -> dict[str, Any]:
        """Return what :func:`nmrquanv.models.networks.build` reads from a card."""
        changes: dict[str, Any] = {"n_circuits": self.n_circuits}
        if self.front_end:
            changes["front_end"] = self.front_end
        elif self.kind == "quanv":
            changes |= {
                "ansatz": self.ansatz,
                "n_layers": self.n_layers,
                "trainable": self.trainable,
            }
        changes |= dict(self.sizes) if self.head == "dense" else {}
        return new_card(self.kind, self.head, seed=self.seed, **changes).architecture

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainingConfig:
        """Make a config from JSON values.

        Raises
        ------
        TrainingError
            Unknown or missing entries, or values out of range.
        """
        try:
            return as_type(values, cls, "training config", exact=True)
        except FormatError as error:
            raise TrainingError(str(error)) from error


def read_config(path: Path) -> TrainingConfig:
    """Read a config from a JSON file.

    Raises
    ------
    TrainingError
        The file is missing or holds no config; names it.
    """
    try:
        return TrainingConfig.from_dict(read_json(path, dict[str, Any], MAX_CONFIG_BYTES))
    except FormatError as error:
        raise TrainingError(f"no readable training config: {error}") from error
    except TrainingError as error:
        raise TrainingError(f"{path}: {error}") from error
