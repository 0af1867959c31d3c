"""Work for the processes of a Dask cluster, offered as :class:`nmrquanv.pool.Pool` offers it.

A task whose worker dies is sent to another one by the scheduler. The cluster's processes have this
version of the program installed, and see the same files.
"""

from __future__ import annotations

import contextlib
import queue
import socket
from collections.abc import Callable
from typing import Any

from nmrquanv.errors import WorkerError
from nmrquanv.extras import how_to_get
from nmrquanv.pool import Said
from nmrquanv.version import __version__

_RETRIES = 2
_PATIENCE_S = 20


class ClusterPool:
    """The workers of a Dask cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    WorkerError
        Dask is not installed, or no scheduler answers there.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
            from distributed.comm.addressing import parse_address, parse_host_port
        except ImportError as error:
            raise WorkerError(
                f"a Dask cluster needs the extra 'cluster': {how_to_get('cluster')}"
            ) from error
        try:
            # A client that fails to connect leaves a thread behind: first see who answers.
            scheme, place = parse_address(address)
            if scheme in ("tcp", "tls"):
                socket.create_connection(parse_host_port(place, 8786), timeout=_PATIENCE_S).close()
            self._client = Client(address, timeout=_PATIENCE_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise WorkerError(f"no Dask scheduler answers at '{address}' ({error})") from error
        self._said: queue.SimpleQueue[Said] = queue.SimpleQueue()
        self._futures: dict[Any, Any] = {}

    @property
    def count(self) -> int:
        """Threads of all workers that are there now; at least one, while some restart."""
        return max(1, sum(int(n) for n in self._client.nthreads().values()))

    def start(self, key: object, function: Callable[..., Any], *arguments: Any) -> None:
        """Submit a task.

        Parameters
        ----------
        key : object
            By which :meth:`wait` names the task.
        function : callable
            Importable by its name on the workers.
        *arguments : object
        """
        future = self._client.submit(
            _done_there, function, __version__, arguments, pure=False, retries=_RETRIES
        )
        self._futures[key] = future
        future.add_done_callback(lambda done: self._said.put(_ended(key, done)))

    def wait(self, seconds: float | None = None) -> list[Said]:
        """Return how tasks ended, after at most so many seconds."""
        said = []
        with contextlib.suppress(queue.Empty):
            said.append(self._said.get(timeout=seconds))
            while True:
                said.append(self._said.get_nowait())
        for one in said:
            self._futures.pop(one.key, None)
        return said

    def stop(self) -> None:
        """Cancel what goes on and leave the cluster; its workers stay."""
        with contextlib.suppress(Exception):  # the scheduler may be gone: then nothing goes on
            self._client.cancel(list(self._futures.values()), force=True)
        self._futures.clear()
        self._client.close()


def _done_there(function: Callable[..., Any], version: str, arguments: tuple[Any, ...]) -> Any:
    """Do a task on a worker of the cluster."""
    if version != __version__:
        raise WorkerError(
            f"a worker of the cluster has nmrquanv {__version__} installed, not {version}"
        )
    return function(*arguments)


def _ended(key: object, future: Any) -> Said:
    """Return what became of a task."""
    try:
        return Said("done", key, future.result())
    except Exception as error:  # noqa: BLE001  (whatever the worker raised)
        return Said("failed", key, error)
    except BaseException as error:  # noqa: BLE001  (Dask's cancellation)
        return Said("failed", key, WorkerError(f"cancelled ({type(error).__name__})"))
