"""What a batch has done, recorded as it is done: one line of JSON for each spectrum.

The file is append-only; the last line of a spectrum counts, and a line that was cut when the
program died counts as none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from nmrquanv.batch.one_search import About, Failure
from nmrquanv.batch.plan import Task
from nmrquanv.errors import ExportError, FormatError, system_errors_as
from nmrquanv.guarded import parse_json, plain, read_regular

_MAX_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read of a data set: see :class:`nmrquanv.spectra.data_files.DataFile`."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one spectrum.

    Parameters
    ----------
    task : Task
    wanted : str
        Digest of what was asked for.
    stamp : str
        Of the data.
    seconds : float, s
    about : About or None
    inputs : tuple of Read
    outputs : dict of str to str
        SHA-256 of the files that were written, by their places in the output folder.
    failure : Failure or None
    """

    task: Task
    wanted: str
    stamp: str
    seconds: float = 0.0
    about: About | None = None
    inputs: tuple[Read, ...] = ()
    outputs: dict[str, str] = field(default_factory=dict)
    failure: Failure | None = None


@dataclass(slots=True)
class Ledger:
    """The file of records.

    Parameters
    ----------
    path : Path
    """

    path: Path
    _file: IO[bytes] | None = None

    def records(self) -> dict[str, Record]:
        """Return what has been recorded, by the tasks' names.

        Raises
        ------
        FormatError
            The file is there and cannot be read.
        """
        if not self.path.exists():
            return {}
        lines = read_regular(self.path, _MAX_BYTES).split(b"\n")
        return {record.task.name: record for record in self._parsed(lines)}

    def _parsed(self, lines: list[bytes]) -> Iterator[Record]:
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            try:
                yield parse_json(line, Record, f"{self.path}, line {number + 1}")
            except FormatError:  # cut, or of another version: that spectrum is searched again
                continue

    @property
    def _refused(self) -> str:
        return f"cannot write '{self.path}': …; free space there, or choose another folder"

    def __enter__(self) -> Ledger:
        """Open the file to add to it; append-only."""
        with system_errors_as(ExportError, self._refused):
            self._file = self.path.open("ab")
            if self._file.tell():
                self._file.write(b"\n")  # ends a line that was cut
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        if self._file is not None:
            with system_errors_as(ExportError, self._refused):
                self._file.close()
        self._file = None

    def add(self, record: Record) -> None:
        """Record what became of one spectrum, at once."""
        if self._file is None:
            raise ValueError("the ledger is not open")
        line = json.dumps(plain(asdict(record)), ensure_ascii=True, allow_nan=False)
        with system_errors_as(ExportError, self._refused):
            self._file.write(line.encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
