"""Cores, what a process of ours is told, and processes that end when this one does."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nmrquanv.errors import NmrQuanvError

CHILD_FOLDER = "NMRQUANV_CHILD"
"""Variable that tells a process of ours its folder, if a window started it."""

STOP_FILE = "stop"
"""Made in that folder, it asks the process to end with what it has."""

_CLOCK_S = 10.0
"""A clock that is set meanwhile moves the start of a process by this much at most."""

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def cores() -> int:
    """Return how many cores this process may use, at least one."""
    import psutil

    process = psutil.Process()
    if hasattr(process, "cpu_affinity"):  # not on macOS
        return max(1, len(process.cpu_affinity()))
    return max(1, psutil.cpu_count() or 1)


def start_of(pid: int) -> float:
    """Return when a process was started, s since the epoch; 0 where there is none."""
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:  # it has ended already
        return 0.0


def same_process(pid: int, began: float) -> Any:
    """Return a process that was seen before (psutil's), None once it has ended.

    Parameters
    ----------
    pid : int
    began : float, s
        What :func:`start_of` said then: another process may have its number now.
    """
    import psutil

    process = None
    try:
        process = psutil.Process(pid)
        is_same = abs(process.create_time() - began) < _CLOCK_S
        return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.AccessDenied:
        return process
    except (psutil.Error, OSError):
        return None


def is_another(pid: int, began: float) -> bool:
    """Tell whether the number of a process that was seen before is that of another one now."""
    start = start_of(pid)
    return start > 0 and abs(start - began) >= _CLOCK_S


def describe(error: BaseException) -> str:
    """Return an error in one line, its kind too when it is a fault of the program."""
    text = " ".join(str(error).split())
    return text if isinstance(error, NmrQuanvError) else f"{type(error).__name__}: {text}"


def end_with_parent() -> None:
    """Make this process end when its parent is killed: it would wait for work for ever."""
    from multiprocessing import parent_process

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


def wait_asleep() -> None:
    """Let threads of a library that wait for each other sleep: it reads this when it loads.

    Notes
    -----
    OpenMP's wait by spinning, which on cores that others use too takes several times the work.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@contextmanager
def uncollected() -> Iterator[None]:
    """Import modules without the collector walking again and again over what they hold.

    Notes
    -----
    It is no garbage, so the collector does not look through it later either; nor through a document
    that is open by then.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()


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
