"""Cores, what a process of ours is told, and processes that end when this one does."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process

from nmrquanv.errors import NmrQuanvError

CHILD_FOLDER = "NMRQUANV_CHILD"
"""Variable that tells a process of ours its folder, if a window started it."""

STOP_FILE = "stop"
"""Made in that folder, it asks the process to end with what it has."""

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def cores() -> int:
    """Return how many cores this process may use, at least one."""
    import psutil

    process = psutil.Process()
    if hasattr(process, "cpu_affinity"):  # not on macOS
        return max(1, len(process.cpu_affinity()))
    return max(1, psutil.cpu_count() or 1)


def describe(error: BaseException) -> str:
    """Return an error in one line, its kind too when it is a fault of the program."""
    text = " ".join(str(error).split())
    return text if isinstance(error, NmrQuanvError) else f"{type(error).__name__}: {text}"


def end_with_parent() -> None:
    """Make this process end when its parent is killed: it would wait for work for ever."""
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Ignore Ctrl+C, so that processes that start meanwhile ignore it from birth."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that start meanwhile use one thread: libraries read it when they load."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
