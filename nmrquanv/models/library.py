"""The models at hand: those shipped with the program (read-only) and the user's own.

Finding peaks needs no torch; a copy to train does. ``"quanv"`` and ``"cnn"`` are the
shipped defaults and cannot be taken by a model of the user's.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from nmrquanv.errors import IN_DATA_FOLDER, FormatError, ModelError, system_errors_as
from nmrquanv.extras import require
from nmrquanv.finders import BUILT_IN, USER
from nmrquanv.guarded import read_regular
from nmrquanv.guarded_arrays import MAX_ARRAYS_BYTES, weights_of
from nmrquanv.models.cards import (
    WEIGHTS_SUFFIX,
    ModelCard,
    card_bytes,
    read_card,
    weights_path,
)
from nmrquanv.models.model_files import file_name_is_safe, sanitised, write_model_files
from nmrquanv.paths import resource, user_data
from nmrquanv.writing import locked

if TYPE_CHECKING:
    from nmrquanv.models.answering import Answers
    from nmrquanv.models.networks import Network

_log = logging.getLogger(__name__)

RESERVED = frozenset({*BUILT_IN, USER})
"""Names of finders that no model of the user's may take."""

_Key = tuple[Path, int, int]


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A card and its network, ready to answer; shared."""

    card: ModelCard
    network: Answers


@dataclass(frozen=True, slots=True)
class TrainableModel:
    """A card and its network in torch, in training mode."""

    card: ModelCard
    network: Network


_loaded: dict[_Key, LoadedModel] = {}
_KEPT = 8  # a window uses two or three at a time; retraining adds one now and then


def bundled_folder() -> Path:
    """Return the folder of the shipped models."""
    return resource("models")


def user_folder() -> Path:
    """Return the folder of the user's models; it may not exist."""
    return user_data() / "models"


def _card_paths() -> Iterator[Path]:
    for folder in (bundled_folder(), user_folder()):
        yield from sorted(p for p in folder.glob("*.json") if not p.name.startswith("."))


def list_models() -> tuple[ModelCard, ...]:
    """Return the cards of all models: shipped ones first, each group by name.

    A damaged card is left out and logged: one bad file must not hide the other models.
    """
    cards: dict[str, ModelCard] = {}
    for path in _card_paths():
        try:
            card = _card_at(path)
        except ModelError as error:
            _log.warning("left out of the model list: %s", error)
            continue
        cards.setdefault(path.stem, card)
    return tuple(cards.values())


def _card_at(path: Path) -> ModelCard:
    return replace(read_card(path), name=path.stem)  # which the user may have changed


def is_bundled(name: str) -> bool:
    """Tell whether a model of this name is shipped with the program."""
    return file_name_is_safe(name) and (bundled_folder() / f"{name}.json").is_file()


def find_card(name_or_path: str | Path) -> Path:
    """Return the card file of a model.

    Parameters
    ----------
    name_or_path : str or Path
        A model's name (a shipped one wins), or the path of a card or of a weights file.

    Raises
    ------
    ModelError
        No such model; names those that there are.
    """
    name = str(name_or_path)
    if file_name_is_safe(name):
        for folder in (bundled_folder(), user_folder()):
            if (folder / f"{name}.json").is_file():
                return folder / f"{name}.json"
    path = Path(name_or_path)
    with contextlib.suppress(OSError):  # a name that is longer than any file's
        if path.is_file():
            return path.with_suffix(".json")
    known = ", ".join(card.name for card in list_models()) or "none"
    raise ModelError(f"there is no model '{name}': choose one of {known}, or the path of a card")


def load(name_or_path: str | Path) -> LoadedModel:
    """Load a model, ready to find peaks; loading it again costs nothing until its files change.

    Raises
    ------
    ModelError
        See :func:`find_card` and :func:`load_copy`.
    """
    path = find_card(name_or_path).resolve()
    key = _key(path)
    model = _loaded.get(key)
    if model is None:
        card, content = _files_of(path)
        model = LoadedModel(card, answers_in(card, content, str(weights_path(path))))
        for old in [k for k in _loaded if k[0] == path]:
            _loaded.pop(old, None)
        while len(_loaded) >= _KEPT:
            _loaded.pop(next(iter(_loaded)), None)
        _loaded[key] = model
    return model


def _key(card_path: Path) -> _Key:
    try:
        return (
            card_path,
            card_path.stat().st_mtime_ns,
            weights_path(card_path).stat().st_mtime_ns,
        )
    except OSError as error:
        raise ModelError(f"{error.filename}: the model's file is missing") from error


def load_copy(name_or_path: str | Path) -> TrainableModel:
    """Load a model of one's own, in torch and in training mode: the starting point of retraining.

    Raises
    ------
    ModelError
        The files are damaged, or not made for one another or for this program's inputs.
    """
    require("train", "a network that learns")
    from nmrquanv.models.networks import with_weights

    path = find_card(name_or_path)
    card, content = _files_of(path)
    where = str(weights_path(path))
    try:
        return TrainableModel(card, with_weights(card, arrays_in(card, content, where)))
    except ModelError as error:
        raise ModelError(f"{where}: {error}") from error


def _files_of(path: Path) -> tuple[ModelCard, bytes]:
    """Return a card, once its inputs are known to be ours, and the content of its weights."""
    card = _card_at(path)
    card.check_inputs()
    weights = weights_path(path)
    try:
        content = read_regular(weights, MAX_ARRAYS_BYTES)
    except FormatError as error:
        raise ModelError(f"the weights cannot be used: {error}") from error
    return card, content


def answers_in(card: ModelCard, content: bytes, where: str) -> Answers:
    """Return a card's network with weights of elsewhere, once they are known to be its own.

    Parameters
    ----------
    card : ModelCard
    content : bytes
        Of a safetensors file.
    where : str
        What messages call it.

    Raises
    ------
    ModelError
        They are damaged, or not those that the card describes, or do not fit its network.
    """
    from nmrquanv.models.answering import answers_of

    arrays = arrays_in(card, content, where)
    try:
        return answers_of(card, arrays)
    except ModelError as error:
        raise ModelError(f"{where}: {error}") from error


def arrays_in(card: ModelCard, content: bytes, where: str) -> dict[str, NDArray[Any]]:
    """Return the weights by name; see :func:`answers_in`."""
    if hashlib.sha256(content).hexdigest() != card.weights_sha256:
        raise ModelError(
            f"{where}: these are not the weights that the card describes (damaged or "
            "exchanged): restore both files of the model"
        )
    try:
        return weights_of(content, where)
    except FormatError as error:
        raise ModelError(f"the weights cannot be used: {error}") from error


def save_model(folder: Path, card: ModelCard, network: Network) -> ModelCard:
    """Write a model's two files to a folder under the card's name, replacing such a model there.

    Returns
    -------
    ModelCard
        The card as written, with the weights' hash.

    Raises
    ------
    ModelError
        The folder cannot be written to, the name cannot be a file's, or a weight is not finite.
    """
    from safetensors.torch import save as to_bytes

    if not file_name_is_safe(card.name):
        raise ModelError(f"'{card.name}' cannot be the name of a model's files")
    state = {name: value.contiguous().cpu() for name, value in network.state_dict().items()}
    lost = [n for n, v in state.items() if v.is_floating_point() and not v.isfinite().all()]
    if lost:
        raise ModelError(
            f"model '{card.name}' is not saved: '{lost[0]}' holds numbers that are not finite, its "
            "training diverged"
        )
    content = to_bytes(state)
    card = replace(card, weights_sha256=hashlib.sha256(content).hexdigest())
    path = folder / f"{card.name}.json"
    write_model_files({weights_path(path): content, path: card_bytes(card)})
    return card


def save_user_model(card: ModelCard, network: Network) -> ModelCard:
    """Keep a model in the user's library; never replaces one.

    Returns
    -------
    ModelCard
        With the name under which it is now found: see :func:`free_name`.

    Raises
    ------
    ModelError
        The library cannot be written to.
    """
    folder = user_folder()
    with system_errors_as(ModelError, f"{folder}: the model cannot be saved (…): {IN_DATA_FOLDER}"):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):  # another window may be about to take the same name
            return save_model(folder, replace(card, name=free_name(card.name)), network)


def free_name(wanted: str) -> str:
    """Return the name that a model would get: safe for a file, ``-2``, ``-3``... if it is taken."""
    stem = sanitised(wanted)
    # Case does not tell files apart everywhere.
    taken = {path.stem.casefold() for path in _card_paths()} | RESERVED
    taken |= {path.stem.casefold() for path in user_folder().glob(f"*{WEIGHTS_SUFFIX}")}
    name, number = stem, 2
    while name.casefold() in taken:
        name, number = f"{stem}-{number}", number + 1
    return name
