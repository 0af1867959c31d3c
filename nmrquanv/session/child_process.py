"""Our own command line as a process that may outlive this one, and that only we can have started.

Each has a folder of its own in the user's data folder, named by a random token: ``record.json``
(number and start of the process, and what it is for), ``events.jsonl`` (what it writes to standard
output), ``messages.txt`` (standard error), ``stop`` (made to ask it to end) and ``window.lock``
(held by the window that follows it). The process has the folder's path in its environment, which
with its start tells it from another that got its number later. Nothing that lies in a folder of a
run or a study is ever asked whom to signal or what to delete.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile

from nmrquanv.errors import IN_DATA_FOLDER, FormatError, NmrQuanvError, system_errors_as
from nmrquanv.guarded import parse_json, read_json
from nmrquanv.paths import user_data
from nmrquanv.processes import CHILD_FOLDER, STOP_FILE, is_another, same_process, start_of
from nmrquanv.writing import write_whole

RECORD, EVENTS, MESSAGES, LOCK = "record.json", "events.jsonl", "messages.txt", "window.lock"
_TAIL_LINES, _TAIL_BYTES = 12, 8192


def own_command_line(*arguments: str) -> list[str]:
    """Return the command that runs this program's command line, in a bundle as well.

    A bundle for Windows has a program for the window alone, which has nowhere to write to.
    """
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        return [str(program.with_stem(program.stem.removesuffix("-window"))), *arguments]
    return [sys.executable, "-m", "nmrquanv", *arguments]


@dataclass(frozen=True, slots=True)
class ChildRecord:
    """What runs: the content of ``record.json``.

    Parameters
    ----------
    purpose : str
        Such as ``"study"``: who may take it over.
    about : dict
        JSON values of whoever started it.
    pid : int
    began : float, s
        When the system started the process, since the epoch.
    """

    purpose: str
    about: dict[str, Any] = field(default_factory=dict)
    pid: int = 0
    began: float = 0.0


class ChildProcess:
    """A process that was started here or by a window before.

    Parameters
    ----------
    folder : Path
        Its own, in the user's data folder.
    record : ChildRecord
    """

    def __init__(self, folder: Path, record: ChildRecord) -> None:
        self.folder, self.record = folder, record
        self.exit_code: int | None = None
        """Once it has ended: negative for a signal, None where only its parent is told."""
        self._read = 0
        self._unfinished = b""
        self._lock = QLockFile(str(folder / LOCK))
        self._lock.setStaleLockTime(0)  # that of a window that has died does not count

    @property
    def token(self) -> str:
        """Name of its folder: 128 random bits."""
        return self.folder.name

    def take(self) -> bool:
        """Become the one window that follows it; False while another one does."""
        return self._lock.isLocked() or self._lock.tryLock(0)

    def let_go(self) -> None:
        """Leave it to the next window."""
        self._lock.unlock()

    def is_alive(self) -> bool:
        """Tell whether the very process that was started still runs."""
        _, is_ours = self._seen()
        # One that is going shows nothing of itself, and cannot be collected until all its threads
        # are gone: till then it is still ending.
        return not self._collect() if is_ours is None else is_ours

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
        """Return the end of what it wrote to standard error."""
        try:
            said = (self.folder / MESSAGES).read_bytes()[-_TAIL_BYTES:]
        except OSError:
            said = b""
        lines = [x for x in said.decode("utf-8", "replace").splitlines() if x.strip()]
        return "\n".join(lines[-_TAIL_LINES:]) or "it said nothing"

    def stop(self) -> None:
        """Ask it to end with what it has.

        Raises
        ------
        OSError
            The disk is full, or the folder has gone.
        """
        write_whole(self.folder / STOP_FILE, b"stop\n")

    def kill(self) -> None:
        """End it and all that it started, at once; another process is never harmed."""
        process = self._process()
        if process is None:
            return
        if sys.platform == "win32":
            for one in (*process.children(recursive=True), process):
                with contextlib.suppress(Exception):  # it has ended meanwhile
                    one.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.record.pid, signal.SIGKILL)  # it leads a session of its own
        self._collect(is_over=True)

    def forget(self) -> None:
        """Remove the folder of a process that has ended."""
        self.let_go()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _process(self) -> Any:
        """Return the process; None when it has ended, whoever has its number now."""
        process, is_ours = self._seen()
        return process if is_ours else None

    def _seen(self) -> tuple[Any, bool | None]:
        """Return what has its number, and whether that is ours; None where nothing is shown."""
        import psutil

        process = same_process(self.record.pid, self.record.began)
        if process is None:
            return None, False if is_another(self.record.pid, self.record.began) else None
        try:
            environment = process.environ()  # empty for a moment as a process ends
        except psutil.AccessDenied:  # a system that shows no environment: number and start agree
            return process, True
        except (psutil.Error, OSError):
            return None, None
        return process, not environment or environment.get(CHILD_FOLDER) == str(self.folder)

    def _collect(self, *, is_over: bool = False) -> bool:
        """Let the system forget a child of this very program; False while it is still ending."""
        if sys.platform == "win32" or self.exit_code is not None:
            return True
        with contextlib.suppress(ChildProcessError):
            pid, status = os.waitpid(self.record.pid, 0 if is_over else os.WNOHANG)
            if not pid:
                return False
            self.exit_code = os.waitstatus_to_exitcode(status)
        return True


def new_token() -> str:
    """Return a name that nobody can guess."""
    return secrets.token_hex(16)


def start(
    command: Sequence[str], purpose: str, about: dict[str, Any], token: str | None = None
) -> ChildProcess:
    """Start a command that goes on when this program ends, and follow it.

    Parameters
    ----------
    command : sequence of str
    purpose : str
    about : dict
        JSON values for whoever takes it over.
    token : str or None
        Names its folder; None makes a new one.

    Raises
    ------
    NmrQuanvError
        The user's data folder cannot be written to, or the command cannot be started.
    """
    folder = user_data() / "children" / (token or new_token())
    refused = f"{folder}: cannot be written to (…): {IN_DATA_FOLDER}"
    with system_errors_as(NmrQuanvError, refused):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (STOP_FILE, EVENTS, MESSAGES):  # of a run that is begun again
            (folder / name).unlink(missing_ok=True)
    child = ChildProcess(folder, ChildRecord(purpose, dict(about)))
    child.take()
    try:
        pid = _spawned(list(command), folder)
    except OSError as error:
        child.forget()
        raise NmrQuanvError(f"{command[0]} cannot be started ({error.strerror})") from error
    child.record = ChildRecord(purpose, dict(about), pid, start_of(pid))
    try:
        with system_errors_as(NmrQuanvError, refused):
            write_whole(folder / RECORD, json.dumps(asdict(child.record), indent=1).encode())
    except NmrQuanvError:
        child.kill()
        child.forget()
        raise
    return child


def known(purpose: str) -> Iterator[ChildProcess]:
    """Yield what was started for a purpose and has not been forgotten, followed or not."""
    try:
        folders = sorted((user_data() / "children").iterdir())
    except OSError:
        return
    for folder in folders:
        try:
            record = read_json(folder / RECORD, ChildRecord)
        except FormatError:  # none yet, or one of another version
            continue
        if record.purpose == purpose:
            yield ChildProcess(folder, record)


def left_behind(
    purpose: str, is_wanted: Callable[[dict[str, Any]], bool] = lambda about: True
) -> ChildProcess | None:
    """Return the first that no living window follows, and follow it."""
    for child in known(purpose):
        if is_wanted(child.record.about) and child.take():
            return child
    return None


def _spawned(command: list[str], folder: Path) -> int:
    """Start a command in a session of its own and return its number."""
    environment = dict(os.environ, PYTHONUNBUFFERED="1", PYTHONUTF8="1")
    environment[CHILD_FOLDER] = str(folder)
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        events_path, messages_path = folder / EVENTS, folder / MESSAGES
        # append-only: the process writes as it goes on
        with events_path.open("ab") as events, messages_path.open("ab") as messages:
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
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(folder / EVENTS), write, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, str(folder / MESSAGES), write, 0o644),
    ]
    # No copy of this process is made, whose threads would not survive it; append-only, as above.
    return os.posix_spawnp(command[0], command, environment, file_actions=opened, setsid=True)


def event_of(line: bytes) -> dict[str, Any] | None:
    """Return the event that a line tells; None when it is something else."""
    try:
        event = parse_json(line, dict[str, Any], "event")
    except FormatError:
        return None
    return event if isinstance(event.get("event"), str) else None
