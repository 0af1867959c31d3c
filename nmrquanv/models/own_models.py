"""What can be done with models of one's own: rename, remove and put back, carry as one file.

A model travels as one *model file* (``.nmrqmodel``): a zip of its card and its weights. One from
elsewhere is checked like any weights of elsewhere before anything is written: size, types, hash,
and whether the network that the card describes can be built and takes them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nmrquanv.errors import IN_DATA_FOLDER, ExportError, FormatError, ModelError, system_errors_as
from nmrquanv.guarded import parse_json, read_regular, require_readable
from nmrquanv.guarded_arrays import MAX_ARRAYS_BYTES, read_members
from nmrquanv.models.cards import ModelCard, card_bytes, read_card, weights_path
from nmrquanv.models.library import (
    RESERVED,
    answers_in,
    find_card,
    free_name,
    is_bundled,
    list_models,
    user_folder,
)
from nmrquanv.models.model_files import (
    MAX_CARD_BYTES,
    SMALLER,
    file_name_is_safe,
    sanitised,
    write_model_files,
)
from nmrquanv.writing import locked, write_whole

_CARD, _WEIGHTS = "card.json", "weights.safetensors"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class RemovedModel:
    """A model that was taken from the library, whole: it can be put back."""

    card: ModelCard
    weights: bytes


def rename(name: str, wanted: str) -> ModelCard:
    """Give a model of the user's another name; what it is and what it gives stay the same.

    Raises
    ------
    ModelError
        It is a shipped one, or there is none; the new name is taken, or cannot be a file's; the
        library cannot be written to.
    """
    path = _own(name)
    if sanitised(wanted) != wanted.strip():
        raise ModelError(
            f"'{wanted}' cannot be the name of a model: use letters, digits, spaces and ._+- "
            f"(such as '{sanitised(wanted)}')"
        )
    wanted = wanted.strip()
    with _changing():
        # names that differ in case alone are one on some systems, and so taken
        if free_name(wanted) != wanted:
            raise ModelError(f"the name '{wanted}' is taken: choose another")
        card = replace(_card_of(path), name=wanted)
        content = read_regular(weights_path(path), MAX_ARRAYS_BYTES)
        new = path.with_name(f"{wanted}.json")
        write_model_files({weights_path(new): content, new: card_bytes(card)})
        _unlink(path)
    return card


def remove(name: str) -> RemovedModel:
    """Take a model out of the user's library and return it, to be put back.

    Raises
    ------
    ModelError
        It is a shipped one, or there is none of this name, or the files cannot be removed.
    """
    path = _own(name)
    with _changing():
        weights = weights_path(path)
        try:
            content = read_regular(weights, MAX_ARRAYS_BYTES) if weights.exists() else b""
        except FormatError as error:
            raise ModelError(f"the model is not removed: {error}") from error
        removed = RemovedModel(_card_of(path), content)
        _unlink(path)
    return removed


def put_back(model: RemovedModel) -> ModelCard:
    """Put a removed model back, under a free name if its own was taken meanwhile.

    Raises
    ------
    ModelError
        The library cannot be written to.
    """
    with _changing():
        card = replace(model.card, name=free_name(model.card.name))
        path = user_folder() / f"{card.name}.json"
        write_model_files({weights_path(path): model.weights, path: card_bytes(card)})
    return card


def export_model(name: str, path: Path, *, is_forced: bool = False) -> None:
    """Write a model, shipped or own, to one file.

    Raises
    ------
    ModelError
        There is no such model, or its files are missing or damaged.
    ExportError
        The file cannot be written, or not be read again; what was there is as it was.
    """
    card_path = find_card(name)
    card = replace(read_card(card_path), name=card_path.stem)
    try:
        weights = read_regular(weights_path(card_path), MAX_ARRAYS_BYTES)
    except FormatError as error:
        raise ModelError(f"the model cannot be exported: {error}") from error
    answers_in(card, weights, str(weights_path(card_path)))
    content = model_bytes(card, weights)
    count = max(len(content), len(weights) + len(card_bytes(card)))  # packed and unpacked
    require_readable(count, MAX_ARRAYS_BYTES, f"not written: '{path}'", SMALLER)
    with system_errors_as(ExportError, f"cannot write '{path}': …; choose another place"):
        write_whole(path, content, is_forced=is_forced)


def model_bytes(card: ModelCard, weights: bytes) -> bytes:
    """Return the content of a model file; the same model gives the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in ((_CARD, card_bytes(card)), (_WEIGHTS, weights)):
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), data, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def import_model(path: Path) -> ModelCard:
    """Take a model file into the user's library, under a free name; never replaces a model.

    Returns
    -------
    ModelCard
        With the name under which it is found now; the card of the library's own where the very
        same model is there already.

    Raises
    ------
    ModelError
        It is no model file, damaged, of a newer program, or its weights are not the card's.
    """
    try:
        card, weights = _read_model_file(path)
    except FormatError as error:
        raise ModelError(f"no model can be imported: {error}") from error
    except ModelError as error:
        named = "" if str(path) in str(error) else f"{path}: "
        raise ModelError(f"{named}{error}") from error
    with _changing():
        known = card_with_digest(card.digest())
        if known is not None:
            return known
        card = replace(card, name=free_name(card.name))
        target = user_folder() / f"{card.name}.json"
        write_model_files({weights_path(target): weights, target: card_bytes(card)})
    return card


def _read_model_file(path: Path) -> tuple[ModelCard, bytes]:
    """Read a model file and make sure that it is a model which this program can use."""
    where = str(path)
    members = read_members(read_regular(path, MAX_ARRAYS_BYTES), where)
    if set(members) != {_CARD, _WEIGHTS}:
        raise FormatError(f"{where}: is no model file of nmrquanv: it holds {sorted(members)[:4]}")
    if len(members[_CARD]) > MAX_CARD_BYTES:
        raise FormatError(f"{where}: its card has {len(members[_CARD])} bytes, which is too much")
    card = ModelCard.from_dict(parse_json(members[_CARD], dict[str, Any], where))
    card.check_inputs()
    answers_in(card, members[_WEIGHTS], where)
    return card, members[_WEIGHTS]


def card_with_digest(digest: str) -> ModelCard | None:
    """Return the model at hand with an identity, whatever it is called; None without one."""
    return next((card for card in list_models() if card.digest() == digest), None)


def parent_of(card: ModelCard) -> ModelCard | None:
    """Return the model that one was retrained from; None if it is not at hand any more."""
    return None if card.parent is None else card_with_digest(card.parent)


def _own(name: str) -> Path:
    """Return the card file of a model of the user's."""
    if is_bundled(name) or name in RESERVED:
        raise ModelError(f"model '{name}' is shipped with the program and stays as it is")
    path = user_folder() / f"{name}.json"
    if not file_name_is_safe(name) or not path.is_file():
        raise ModelError(f"there is no model '{name}' in your library")
    return path


def _card_of(path: Path) -> ModelCard:
    return replace(read_card(path), name=path.stem)


def _unlink(path: Path) -> None:
    """Remove a model's two files; the card first, without which the weights are no model."""
    with system_errors_as(ModelError, f"{path}: the model cannot be removed (…)"):
        path.unlink()
        weights_path(path).unlink(missing_ok=True)


@contextmanager
def _changing() -> Iterator[None]:
    """Hold the library's lock; another running copy of the program may change it too."""
    folder = user_folder()
    with system_errors_as(
        ModelError, f"{folder}: the library cannot be changed (…): {IN_DATA_FOLDER}"
    ):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            yield
