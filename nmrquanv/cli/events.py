"""Events of long work as lines of JSON on standard output, and the line ``stop`` that ends it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from nmrquanv.guarded import plain
from nmrquanv.processes import CHILD_FOLDER, STOP_FILE

_LOOK_S = 0.2


def write_event(output: TextIO, event: dict[str, Any]) -> None:
    """Write one event as a line of JSON, at once."""
    output.write(json.dumps(plain(event), ensure_ascii=True, allow_nan=False) + "\n")
    output.flush()


def listen_for_stop(stop: threading.Event) -> None:
    """Set ``stop`` when a line ``stop`` comes in on standard input, from now on.

    A process that a window started has no input to listen to: it looks for a file of that name in
    its own folder.

    Notes
    -----
    Reads the file descriptor itself: a thread that waits inside Python's own buffer when the
    program ends would abort it.
    """
    threading.Thread(target=_listen, args=(stop,), name="stdin", daemon=True).start()
    if folder := os.environ.get(CHILD_FOLDER):
        file = Path(folder, STOP_FILE)
        threading.Thread(target=_look, args=(stop, file), name="stop file", daemon=True).start()


def _look(stop: threading.Event, file: Path) -> None:
    while not stop.wait(_LOOK_S):
        if file.exists():
            stop.set()


def _listen(stop: threading.Event) -> None:
    received = b""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        while chunk := os.read(sys.stdin.fileno(), 1024):
            received = (received + chunk)[-4096:]
            if b"stop" in received.split():
                stop.set()
                return


@contextlib.contextmanager
def interrupts(stop: threading.Event) -> Iterator[Callable[[], bool]]:
    """Make the first Ctrl+C (or SIGTERM) end work in good order, the second one at once.

    Yields
    ------
    callable
        Tells whether there was one.
    """
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}

    def end(number: int, frame: object) -> None:
        received.append(number)
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    try:
        for name in before:
            signal.signal(name, end)
        yield lambda: bool(received)
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
