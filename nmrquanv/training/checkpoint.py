"""The one file from which a training run that was cut goes on.

It is written after every epoch and removed when the run has finished. What it holds is tensors,
numbers and text: reading it runs no code from the file.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from nmrquanv.paths import write_whole

FORM = 1
"""Of what the file holds; another number is a file of another version of the program."""

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
        if not self.path.is_file():
            return None
        try:
            held = torch.load(self.path, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
            _log.warning("%s: no readable checkpoint, the run begins anew (%s)", self.path, error)
            return None
        same = isinstance(held, dict) and (held.get("form"), held.get("run")) == (FORM, self.run)
        return dict(held["state"]) if same else None

    def epoch(self) -> int | None:
        """Return how many epochs are behind the state that this run left; None without one."""
        state = self.read()
        return None if state is None else int(state["epoch"])

    def write(self, state: dict[str, Any]) -> None:
        """Put a state in the place of the one before, whole or not at all.

        Notes
        -----
        A full disk must not end a long training: it goes on without, and the program's log says so.
        """
        held = io.BytesIO()
        torch.save({"form": FORM, "run": self.run, "state": state}, held)
        try:
            write_whole(self.path, held.getvalue())
        except OSError as error:
            _log.warning("%s: the checkpoint cannot be written (%s)", self.path, error)

    def remove(self) -> None:
        """Forget the state: the run has finished."""
        self.path.unlink(missing_ok=True)
