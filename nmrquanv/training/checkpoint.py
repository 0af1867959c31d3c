"""The one file from which a training run that was cut goes on.

It is written after every epoch and removed when the run has finished. What it holds is tensors,
numbers and text: reading it runs no code from the file. A line before them says their hash, so that
a damaged file is never taken for a state.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from nmrquanv.errors import ExportError, FormatError
from nmrquanv.guarded import parse_json, read_regular, require_readable
from nmrquanv.guarded_arrays import MAX_ARRAYS_BYTES, weights_of
from nmrquanv.models.model_files import SMALLER
from nmrquanv.writing import write_whole

FORM = 2
"""Of what the file holds; another number is a file of another version of the program."""

_VALUES = "values"
"""Name of the array that holds the JSON of all that is no tensor."""

_log = logging.getLogger(__name__)


def digest_of(*values: Any) -> str:
    """Return a short hash of JSON values: the same for the same run."""
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a run keeps its state, and which run it is.

    Parameters
    ----------
    path : Path
    run : str
        From :func:`digest_of` all that decides the result: a file of another run does not count.
    """

    path: Path
    run: str

    def read(self) -> dict[str, Any] | None:
        """Return the state that this run left; None if there is none.

        Notes
        -----
        A damaged file counts as none: the run begins anew, and the log of the program says why.
        """
        if not self.path.exists():
            return None
        try:
            held = _unpacked(read_regular(self.path, MAX_ARRAYS_BYTES), str(self.path))
        except FormatError as error:
            _log.warning("no readable checkpoint, the run begins anew (%s)", error)
            return None
        state = held.get("state")
        same = (held.get("form"), held.get("run")) == (FORM, self.run)
        return state if same and isinstance(state, dict) else None

    def epoch(self) -> int | None:
        """Return how many epochs are behind the state that this run left; None without one."""
        state = self.read()
        epoch = 0 if state is None else state.get("epoch")
        return epoch if isinstance(epoch, int) and epoch > 0 else None

    def write(self, state: dict[str, Any]) -> None:
        """Put a state in the place of the one before, whole or not at all.

        Notes
        -----
        A full disk must not end a long training: it goes on without, and the program's log says
        so; as it does of a state that is too large to be read again.
        """
        content = _packed({"form": FORM, "run": self.run, "state": state})
        try:
            require_readable(len(content), MAX_ARRAYS_BYTES, "it", SMALLER)
            write_whole(self.path, content)
        except (OSError, ExportError) as error:
            _log.warning("%s: the checkpoint cannot be written (%s)", self.path, error)

    def remove(self) -> None:
        """Forget the state: the run has finished."""
        self.path.unlink(missing_ok=True)


def _packed(held: dict[str, Any]) -> bytes:
    """Return the file of a state: a line with the hash of the rest, then safetensors."""
    from safetensors.torch import save

    tensors: dict[str, torch.Tensor] = {}
    text = json.dumps(_plain(held, tensors), allow_nan=False)
    tensors[_VALUES] = torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8)
    content: bytes = save(tensors)
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def _plain(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """Return JSON values; tensors are put aside and stand there by their number."""
    if isinstance(value, torch.Tensor):
        number = str(len(tensors))
        tensors[number] = value.detach().cpu().contiguous().clone()
        return {"tensor": number}
    if isinstance(value, dict):  # keys may be numbers, which JSON has not
        return {"items": [[key, _plain(entry, tensors)] for key, entry in value.items()]}
    return [_plain(v, tensors) for v in value] if isinstance(value, list | tuple) else value


def _unpacked(content: bytes, where: str) -> dict[str, Any]:
    """Return what :func:`_packed` was given.

    Raises
    ------
    FormatError
        The content is damaged, or not of this form.
    """
    digest, _, rest = content.partition(b"\n")
    if digest != hashlib.sha256(rest).hexdigest().encode():
        raise FormatError(f"{where}: is damaged, or of another version of the program")
    arrays = weights_of(rest, where)
    tensors = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
    if _VALUES not in arrays:
        raise FormatError(f"{where}: holds no values")
    values = _tensors_back(parse_json(arrays[_VALUES].tobytes(), object, where), tensors, where)
    if not isinstance(values, dict):
        raise FormatError(f"{where}: holds a {type(values).__name__}")
    return values


def _tensors_back(value: Any, tensors: dict[str, torch.Tensor], where: str) -> Any:
    if isinstance(value, list):
        return [_tensors_back(entry, tensors, where) for entry in value]
    match value:
        case {"tensor": str(name)} if name in tensors:
            return tensors[name]
        case {"items": list(items)}:
            pairs = [e for e in items if isinstance(e, list) and len(e) == 2]
            return {k: _tensors_back(v, tensors, where) for k, v in pairs if _is_key(k)}
        case dict():
            raise FormatError(f"{where}: has an entry that is neither a tensor nor a value")
    return value


def _is_key(value: Any) -> bool:
    return isinstance(value, str | int)
