"""Model cards: what a trained peak finder is, in JSON beside its weights. No torch here.

A model is two files with one stem in one folder: ``NAME.json`` (the card) and
``NAME.safetensors`` (the weights). The card says how to build the network, on what grid it sees
spectra, how it was trained and tested, and which weights belong to it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, cast, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nmrquanv.errors import FormatError, ModelError
from nmrquanv.guarded import as_type, read_json
from nmrquanv.models.model_files import MAX_CARD_BYTES, write_model_files
from nmrquanv.models.windows import WINDOW_POINTS, Window
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.version import __version__

Kind = Literal["quanv", "cnn"]
Head = Literal["dense", "slots"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Controls in the front end's place, named by the architecture's entry; "" is the kind's own.
FRONT_ENDS = ("", "convolution_normalised", "quadratic")

SCHEMA_ID = "nmrquanv.model"
SCHEMA_VERSION = 1
INPUT_VERSION = 1
"""Version of what networks are shown: features, grids and evidence. It rises with each change of
them, so that no network is asked about what it was not trained on."""

FINAL_VERSION = 2
"""Version of the evidence by which a network judges settled lines, as an architecture's
``final_evidence`` says it; one without that entry does not judge them."""

WEIGHTS_SUFFIX = ".safetensors"

DENSE_SIZES: dict[str, Any] = {
    "channels": 48,
    "width": 7,
    "dilations": [1, 2, 4, 8, 1, 2, 4, 1],
}
"""Sizes of the dense head: larger ones gained little and took longer."""

_FIRST_INPUTS = 1
_SCHEMA: dict[str, Any] = {"schema": f"{SCHEMA_ID}/{SCHEMA_VERSION}"}

_TITLES = {
    ("quanv", "dense"): "QuanvNN",
    ("cnn", "dense"): "CNN",
    ("quanv", "slots"): "QuanvNN, five slots (as in the paper)",
    ("cnn", "slots"): "CNN, five slots (as in the paper)",
}


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Description of one trained model; immutable, JSON values only.

    Parameters
    ----------
    name : str
        Under which it is found, and stem of its files.
    title : str
        For people.
    kind : "quanv" | "cnn"
        Front end: quanvolution or convolution.
    architecture : dict
        What :func:`nmrquanv.models.networks.build` reads: ``head`` and the sizes and seeds.
    window : Window
        The search obeys it.
    thresholds : Thresholds
        What its peaks must pass unless a document or the user's settings say otherwise.
    training : dict
        Configuration of the training run, seed included.
    data_version : str
        Version of the simulated training data.
    data_hashes : tuple of str
        SHA-256 of every measured data set that it *or any of its parents* was trained on.
    metrics : dict
        Measured accuracy, with the name of what it was measured on.
    calibration : tuple of (float, float)
        Corner points (score, confidence) of a rising, piecewise linear map; empty means none.
    date : str
        ISO 8601, when it was trained.
    code_version : str
        Version of the program that trained it.
    parent : str or None
        Digest of the card that it was retrained from.
    weights_sha256 : str
        Of the weights file; empty until they are saved.
    input_version : int
        Of what the network was shown in training (:data:`INPUT_VERSION`); cards from before it was
        written are of version 1.
    """

    name: str
    title: str
    kind: Kind
    architecture: dict[str, Any]
    window: Window = field(default_factory=Window)
    thresholds: Thresholds = field(default_factory=Thresholds)
    training: dict[str, Any] = field(default_factory=dict)
    data_version: str = ""
    data_hashes: tuple[str, ...] = ()
    metrics: dict[str, Any] = field(default_factory=dict)
    calibration: tuple[tuple[float, float], ...] = ()
    date: str = ""
    code_version: str = __version__
    parent: str | None = None
    weights_sha256: str = ""
    input_version: int = INPUT_VERSION

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {self.kind!r}")
        if not self.name:
            raise ValueError("a model needs a name")
        for (s0, c0), (s1, c1) in zip(self.calibration, self.calibration[1:], strict=False):
            if s1 <= s0 or c1 < c0:
                raise ValueError(f"calibration must rise, got {self.calibration}")

    def check_inputs(self) -> None:
        """Refuse a model that was trained on other inputs than this program can make.

        Raises
        ------
        ModelError
            Names both versions and what to do.
        """
        if self.input_version != INPUT_VERSION:
            is_newer = self.input_version > INPUT_VERSION
            remedy = "update the program" if is_newer else "train or retrain a model of your own"
            raise ModelError(
                f"model '{self.name}' was trained on inputs of version {self.input_version}, this "
                f"program makes those of version {INPUT_VERSION}: {remedy}, or use another model"
            )
        if self.head == "slots" and self.window.points != WINDOW_POINTS:
            raise ModelError(
                f"model '{self.name}' has slots for windows of {self.window.points} points, this"
                f" program builds them for {WINDOW_POINTS}: use another model"
            )

    @property
    def head(self) -> Head:
        """The network's head."""
        return cast(Head, self.architecture.get("head", "dense"))

    @property
    def judges_settled(self) -> bool:
        """Whether the network judges settled lines once more: the calibration is of that then."""
        return "final_evidence" in self.architecture

    def digest(self) -> str:
        """Return the model's identity: SHA-256 of all but what it is called, weights' hash too."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}  # copying takes longer by far
        values = _SCHEMA | own | {"thresholds": self.thresholds.to_dict()}
        del values["name"], values["title"]
        if self.input_version == _FIRST_INPUTS:  # older cards, which do not say it, stay the same
            del values["input_version"]
        text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=asdict)
        return hashlib.sha256(text.encode()).hexdigest()

    def confidence(self, score: ArrayLike) -> NDArray[np.float64]:
        """Turn the network's scores (0 to 1) into calibrated confidences, same shape."""
        scores = np.asarray(score, dtype=np.float64)
        if not self.calibration:
            return scores
        corners, values = np.array(self.calibration, dtype=np.float64).T
        return np.asarray(np.interp(scores, corners, values), dtype=np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Return the card as JSON values, schema first.

        Of the thresholds those that it says; whether satellites are shown is no property of a
        model.
        """
        return _SCHEMA | asdict(self) | {"thresholds": self.thresholds.to_dict()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ModelCard:
        """Make a card from :meth:`to_dict`'s form; fields it does not know are an error.

        Raises
        ------
        ModelError
            Another schema, or a missing, unknown or impossible value; names it.
        """
        rest = {"input_version": _FIRST_INPUTS, **values}
        _check_schema(rest.pop("schema", None))
        try:
            return as_type(rest, cls, "model card", exact=True)
        except FormatError as error:
            raise ModelError(str(error)) from error


def _check_schema(schema: object) -> None:
    name, _, version = str(schema).partition("/")
    if name != SCHEMA_ID or not version.isdigit():
        raise ModelError(f"not a model card: schema is {schema!r}, expected '{SCHEMA_ID}/...'")
    if int(version) > SCHEMA_VERSION:
        raise ModelError(
            f"model card has version {version}, this program reads up to {SCHEMA_VERSION}: "
            "update the program"
        )


def new_card(
    kind: Kind, head: Head = "dense", *, name: str = "", seed: int = 0, **sizes: Any
) -> ModelCard:
    """Describe an untrained model: our standard architecture, and what differs.

    Parameters
    ----------
    kind : "quanv" | "cnn"
    head : "dense" | "slots"
    name : str
        The kind (and ``-slots``) when empty.
    seed : int
        Of all starting weights and of the random ansatz's structure.
    **sizes
        Entries of the architecture that should differ: ``n_circuits``, ``ansatz``, ``n_layers``,
        ``trainable``, ``channels``, ``width`` (of the dense head's kernels), ``dilations``; or
        ``front_end``, one of :data:`FRONT_ENDS`.
    """
    architecture: dict[str, Any] = {"head": head, "seed": seed}
    # Both kinds get the same shell: five front-end channels for each circuit.
    architecture["n_circuits"] = 4 if head == "dense" else 1
    if kind == "quanv" and not sizes.get("front_end"):
        architecture |= {"ansatz": "strongly_entangling", "n_layers": 3, "trainable": True}
    if head == "dense":
        architecture |= DENSE_SIZES
    chosen = name or (kind if head == "dense" else f"{kind}-slots")
    return ModelCard(chosen, _TITLES[kind, head], kind, architecture | sizes)


def weights_path(card_path: Path) -> Path:
    """Return where a card's weights lie: beside it, with the same stem."""
    return card_path.with_suffix(WEIGHTS_SUFFIX)


def read_card(path: Path) -> ModelCard:
    """Read a card from its JSON file; the weights are not touched.

    Raises
    ------
    ModelError
        The file is missing, not JSON, or not a card that this program understands.
    """
    try:
        values = read_json(path, dict[str, Any], MAX_CARD_BYTES)
    except FormatError as error:
        raise ModelError(f"no readable model card: {error}") from error
    try:
        return ModelCard.from_dict(values)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def write_card(path: Path, card: ModelCard) -> None:
    """Write a card as JSON, whole or not at all.

    Raises
    ------
    ModelError
        The folder cannot be written to.
    """
    write_model_files({path: card_bytes(card)})


def card_bytes(card: ModelCard) -> bytes:
    """Return the text of a card's file."""
    return (json.dumps(card.to_dict(), indent=2, ensure_ascii=False) + "\n").encode()
