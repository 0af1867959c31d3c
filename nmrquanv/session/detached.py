"""A child process that may outlive the window: it writes its events to a file, not to a pipe.

Beside the events lies a *record* (``running.json``) that says what runs and where, so that the
next window finds it again. On POSIX systems a named pipe is the child's standard input: a line
``stop`` in it ends the child as it would end any child of ours, from any window; and as long as
somebody holds its reading end, the child lives, which no number of a process can tell for sure.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nmrquanv.errors import FormatError, NmrQuanvError
from nmrquanv.guarded import read_json
from nmrquanv.paths import user_data
from nmrquanv.session.child_run import event_of
from nmrquanv.writing import write_whole

RECORD, EVENTS, MESSAGES = "running.json", "events.jsonl", "messages.txt"
_TAIL_LINES, _TAIL_BYTES = 12, 8192


@dataclass(frozen=True, slots=True)
class Record:
    """What runs: the content of ``running.json``.

    Parameters
    ----------
    pid : int
    about : dict
        JSON values of whoever started it.
    stop_pipe : str
        Path of the named pipe; empty where the system has none.
    started : float, s
        Since the epoch.
    """

    pid: int
    about: dict[str, Any]
    stop_pipe: str
    started: float


class Detached:
    """A process that was started detached, here or by a window before.

    Parameters
    ----------
    folder : Path
        Holds the record, the events and what the process writes to standard error.
    record : Record
    """

    def __init__(self, folder: Path, record: Record) -> None:
        self.folder, self.record = folder, record
        self._read = 0
        self._unfinished = b""

    def is_alive(self) -> bool:
        """Tell whether the process still runs."""
        _collect(self.record.pid)
        if self.record.stop_pipe:
            return _has_reader(self.record.stop_pipe)
        return _has_process(self.record.pid)

    def new_events(self) -> list[dict[str, Any]]:
        """Return the events that were written since the last call."""
        try:
            with (self.folder / EVENTS).open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except OSError:
            return []
        self._read += len(data)
        *lines, self._unfinished = (self._unfinished + data).split(b"\n")
        return [event for line in lines if (event := event_of(line)) is not None]

    def last_words(self) -> str:
        """Return the end of what the process wrote to standard error."""
        try:
            said = (self.folder / MESSAGES).read_bytes()[-_TAIL_BYTES:]
        except OSError:
            said = b""
        lines = [x for x in said.decode("utf-8", "replace").splitlines() if x.strip()]
        return "\n".join(lines[-_TAIL_LINES:]) or "it said nothing"

    def stop(self) -> bool:
        """Ask the process to end with what it has; False where it cannot be asked."""
        pipe = _opened(self.record.stop_pipe)
        if pipe is None:
            return False
        with os.fdopen(pipe, "wb", buffering=0) as file:
            file.write(b"stop\n")
        return True

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        if not self.is_alive():
            return
        if sys.platform == "win32":
            command = ["taskkill", "/T", "/F", "/PID", str(self.record.pid)]
            subprocess.run(command, check=False, capture_output=True)
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.record.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.record.pid, 0)

    def forget(self) -> None:
        """Remove record and pipe of a process that has ended."""
        for path in (self.folder / RECORD, Path(self.record.stop_pipe or self.folder / RECORD)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def start(command: Sequence[str], folder: Path, about: dict[str, Any]) -> Detached:
    """Start a command that goes on when this program ends.

    Raises
    ------
    NmrQuanvError
        The folder cannot be written to, or the command cannot be started.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (EVENTS, MESSAGES):  # append-only: the child writes line by line
            (folder / name).write_bytes(b"")
        pipe = _make_pipe()
    except OSError as error:
        raise NmrQuanvError(f"{folder} cannot be written to ({error.strerror})") from error
    try:
        pid = _spawned(list(command), folder, pipe)
    except OSError as error:
        Path(pipe or folder / RECORD).unlink(missing_ok=True)
        raise NmrQuanvError(f"{command[0]} cannot be started ({error.strerror})") from error
    record = Record(pid, dict(about), pipe, time.time())
    write_whole(folder / RECORD, json.dumps(asdict(record), indent=1).encode())
    return Detached(folder, record)


def _spawned(command: list[str], folder: Path, pipe: str) -> int:
    """Start a command in a session of its own and return its number."""
    environment = dict(os.environ, PYTHONUNBUFFERED="1", PYTHONUTF8="1")
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        # append-only: the child writes line by line
        with (folder / EVENTS).open("ab") as events, (folder / MESSAGES).open("ab") as messages:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=events,
                stderr=messages,
                env=environment,
                creationflags=flags,
            ).pid
    write = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    opened = [
        # for reading and writing, so that the child never sees the pipe's end
        (os.POSIX_SPAWN_OPEN, 0, pipe, os.O_RDWR, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(folder / EVENTS), write, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, str(folder / MESSAGES), write, 0o644),
    ]
    # no copy of this process is made, whose threads would not survive it
    return os.posix_spawnp(command[0], command, environment, file_actions=opened, setsid=True)


def found(folder: Path) -> Detached | None:
    """Return the process that a window before this one started with this folder, if any."""
    try:
        record = read_json(folder / RECORD, Record)
    except FormatError:
        return None
    return Detached(folder, record)


def _make_pipe() -> str:
    """Make a named pipe in the user's data folder; empty where the system has none."""
    if sys.platform == "win32":
        return ""
    folder = user_data() / "pipes"
    folder.mkdir(parents=True, exist_ok=True)
    path = str(folder / uuid.uuid4().hex[:12])
    os.mkfifo(path, 0o600)
    return path


def _opened(pipe: str) -> int | None:
    """Open a pipe for writing; None when nobody reads from it."""
    if not pipe or sys.platform == "win32":
        return None
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno not in (errno.ENXIO, errno.ENOENT):
            raise
        return None


def _has_reader(pipe: str) -> bool:
    opened = _opened(pipe)
    if opened is None:
        return False
    os.close(opened)
    return True


def _collect(pid: int) -> None:
    """Let the system forget a child of this very program that has ended."""
    if sys.platform != "win32":
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def _has_process(pid: int) -> bool:
    """Tell whether Windows has a process of this number."""
    listed = subprocess.run(
        ["tasklist", "/NH", "/FO", "CSV", "/FI", f"PID eq {pid}"],
        check=False,
        capture_output=True,
    )
    return f'"{pid}"'.encode() in listed.stdout
